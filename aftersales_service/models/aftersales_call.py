from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import plaintext2html

from .aftersales_complaint_mixin import COPIED_FACTS
from .helpdesk_ticket import CALL_TYPES

# Kinds whose facts are mandatory as soon as the call is saved (HOT-01, HOT-04).
FULL_KINDS = ("repair", "complaint")
CALLER_FACTS = ("caller_name", "phone", "place", "subject")


class AftersalesCall(models.Model):
    """Journal of hotline and outgoing calls."""

    _name = "aftersales.call"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.complaint.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Call"
    _order = "called_on desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.call"
    _guarded_fields = frozenset({"ticket_id", "return_of_id", "recorded_on"})

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, default="in"
    )
    called_on = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    recorded_on = fields.Datetime(
        readonly=True, copy=False, default=fields.Datetime.now
    )
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel",
        check_company=True,
        default=lambda self: self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_phone", raise_if_not_found=False
        ),
        help="A letter or a visitor is entered here just like a call.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Taken By",
        required=True,
        default=lambda self: self.env.user,
    )
    phone = fields.Char(string="Phone Number", index="trigram")
    caller_name = fields.Char(string="Caller")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
    )
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", check_company=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment", index="btree_not_null", check_company=True
    )
    kind = fields.Selection(CALL_TYPES, required=True, default="repair")
    place = fields.Char(help="Where the fault is, in the caller's words.")
    subject = fields.Char(string="What the Caller Said")
    symptom_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "symptom")], check_company=True
    )
    category_id = fields.Many2one("helpdesk.ticket.category", check_company=True)
    answer = fields.Text(help="What the caller was told.")
    forwarded_to = fields.Char(help="To whom the question was passed on.")
    needs_callback = fields.Boolean(string="Needs a Call-Back")
    result = fields.Selection(
        [
            ("answered", "Answered"),
            ("ticket", "Ticket Opened"),
            ("missed", "Missed"),
            ("no_answer", "No Answer"),
        ]
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, copy=False, index="btree_not_null"
    )
    return_of_id = fields.Many2one(
        "aftersales.call",
        string="Returns the Call",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self._add_phone_matches(vals_list, "phone")
        calls = super().create([self._complete_vals(vals) for vals in vals_list])
        answers = calls.filtered(
            lambda call: call.direction == "out" and call.result == "answered"
        )
        answers._note_reply()
        return calls

    @api.model
    def _complete_vals(self, vals):
        """Return values with what the unit, site and customer already tell.

        :param dict vals: values given by the caller, which win
        """
        unit = self.env["aftersales.equipment"].browse(vals.get("equipment_id") or [])
        site_id = vals.get("site_id") or unit.site_id.id
        site = self.env["aftersales.site"].browse(site_id or [])
        partner_id = vals.get("partner_id") or (site.partner_id or unit.partner_id).id
        partner = self.env["res.partner"].browse(partner_id or [])
        symptom = self.env["aftersales.code"].browse(vals.get("symptom_id") or [])
        known = {
            "site_id": site.id,
            "partner_id": partner.id,
            "phone": partner.phone,
            "caller_name": partner.name,
            "place": site.name or partner.contact_address_inline,
            "subject": symptom.name,
            "complaint_object": unit.display_name or site.display_name,
        }
        if vals.get("result") == "missed":
            known["needs_callback"] = True
        return {**vals, **{k: v for k, v in known.items() if v and not vals.get(k)}}

    @api.constrains(
        "direction",
        "kind",
        "result",
        "phone",
        "caller_name",
        "place",
        "subject",
        "judgement",
        "judgement_reason",
        "complaint_kind",
        "complaint_object",
        "complaint_cause",
        "complaint_category",
        "purchase_channel",
        "purchase_place",
        "batch_number",
        "manufacture_date",
    )
    def _check_mandatory(self):
        """Each kind of call has facts that must be asked (HOT-01, HOT-04)."""
        for call in self:
            lost = call.result in ("missed", "no_answer")
            if call.direction == "out" or lost:
                continue
            missing = call._get_missing_facts()
            if missing:
                labels = self.fields_get(missing, ["string"])
                raise ValidationError(
                    self.env._(
                        "Ask the caller and fill in: %(fields)s.",
                        fields=", ".join(labels[name]["string"] for name in missing),
                    )
                )

    def _get_missing_facts(self):
        """Return the names of the mandatory facts that this call lacks."""
        self.ensure_one()
        names = CALLER_FACTS if self.kind in FULL_KINDS else ()
        missing = [name for name in names if not (self[name] or "").strip()]
        if self.kind == "complaint":
            missing += self._get_missing_complaint()
        return missing

    @api.model
    def _check_desk(self):
        """Refuse who is not of the service desk."""
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department take calls.")
            )

    def _note_reply(self):
        """An answered outgoing call is a first reply to its ticket."""
        for moment, calls in self.filtered("ticket_id").grouped("called_on").items():
            waiting = calls.ticket_id.filtered(
                lambda ticket, moment=moment: (
                    not ticket.first_reply_on
                    and ticket.received_on
                    and ticket.received_on <= moment
                )
            )
            waiting._record_reply(moment)

    # -- actions

    def action_create_ticket(self):
        """Open a ticket for each call; the same one however often it is pressed.

        :return: the tickets, one per call
        """
        self._check_desk()
        self.check_access("write")
        self._lock()
        bare = self.filtered(lambda call: not call.ticket_id)
        if bare:
            bare._check_mandatory()
            tickets = self.env["helpdesk.ticket"].create(
                [call._prepare_ticket_vals() for call in bare]
            )
            for call, ticket in zip(bare, tickets, strict=True):
                call._unguarded().write({"ticket_id": ticket.id, "result": "ticket"})
            tickets._check_notice_gap()
        return self.ticket_id

    def _prepare_ticket_vals(self):
        """Return the values of the ticket for this call."""
        self.ensure_one()
        lines = [
            self.subject,
            self.place,
            f"{self.caller_name or ''} {self.phone or ''}",
        ]
        return {
            "name": self.subject or self.symptom_id.name or self.name,
            "description": plaintext2html("\n".join(filter(None, lines))),
            "call_type": self.kind,
            "received_on": self.called_on,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "partner_name": self.caller_name,
            "partner_email": self.partner_id.email,
            "site_id": self.site_id.id,
            "equipment_id": self.equipment_id.id,
            "symptom_id": self.symptom_id.id,
            "channel_id": self.channel_id.id,
            "category_id": self.category_id.id,
            "contact_phone": self.phone,
            "triage_note": self.triage_note,
            **{name: self[name] for name in COPIED_FACTS},
        }

    def action_open_ticket(self):
        """Open the tickets of these calls, made now where there are none yet."""
        return self.action_create_ticket()._get_records_action()

    def action_answered(self):
        """Note that the call was answered and needs no ticket.

        :return: self
        """
        self._check_desk()
        self.check_access("write")
        self._lock().filtered(lambda call: not call.ticket_id).write(
            {"result": "answered"}
        )
        return self

    def action_return_call(self):
        """Record that these calls were returned, as outgoing calls of their own.

        :return: the outgoing calls; those made earlier when pressed twice
        """
        self._check_desk()
        self.check_access("write")
        self._lock()
        returned = self.search([("return_of_id", "in", self.ids)])
        waiting = self.filtered("needs_callback") - returned.return_of_id
        made = (
            self._unguarded()
            .create([call._prepare_return_vals() for call in waiting])
            ._guarded_again()
        )
        self.filtered("needs_callback").write({"needs_callback": False})
        return returned | made

    def _prepare_return_vals(self):
        """Return the values of the outgoing call that returns this one."""
        self.ensure_one()
        return {
            "direction": "out",
            "result": "answered",
            "return_of_id": self.id,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "phone": self.phone,
            "caller_name": self.caller_name,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "equipment_id": self.equipment_id.id,
            "place": self.place,
            "subject": self.subject,
            "ticket_id": self.ticket_id.id,
        }
