from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from .. import guard
from ..exceptions import FrozenFactError

CALL_TYPES = [
    ("repair", "Fault Report"),
    ("complaint", "Complaint"),
    ("consultation", "Consultation"),
    ("order", "Order Call"),
    ("suggestion", "Suggestion"),
]
# Values that make a ticket a service case; without them it is an ordinary one.
SERVICE_FIELDS = ("call_type", "site_id", "equipment_id")
# Values that decide which functions are told of a case.
EVENT_FIELDS = ("complaint_kind", "injury")


class HelpdeskTicket(models.Model):
    """The ticket, extended to the service case it is.

    A ticket without kind, site and equipment stays what helpdesk_mgmt makes of it.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "aftersales.fact.mixin", "aftersales.thread.mixin"]
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "policy_version",
            "urge_count",
            "owner_notified_on",
            "first_reply_on",
            "first_closed_on",
            "last_closed_on",
        }
    )

    call_type = fields.Selection(CALL_TYPES, string="Kind", tracking=True)
    received_on = fields.Datetime(
        copy=False, help="The promises' clocks start here; now when left empty."
    )
    contact_phone = fields.Char(string="Caller's Number")
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", check_company=True, tracking=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    policy_id = fields.Many2one(
        "aftersales.policy", string="Service Policy", copy=False, check_company=True
    )
    policy_version = fields.Integer(readonly=True, copy=False)
    symptom_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "symptom")], check_company=True
    )
    owner_notified_on = fields.Datetime(
        string="Site Owner Told On", readonly=True, copy=False
    )
    urge_count = fields.Integer(
        string="Urged", readonly=True, copy=False, help="How often the customer urged."
    )
    repeat_of_id = fields.Many2one(
        "helpdesk.ticket",
        compute="_compute_repeat_of_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Same unit and symptom, within the days the company sets.",
    )
    resolution_path = fields.Selection(
        [("remote", "By Phone"), ("onsite", "On Site"), ("depot", "At the Depot")],
        string="To Be Solved",
        copy=False,
        tracking=True,
    )
    triage_note = fields.Text(
        string="Analysis", copy=False, help="Probable cause, measures, parts needed."
    )
    call_ids = fields.One2many("aftersales.call", "ticket_id")
    order_ids = fields.One2many("aftersales.order", "ticket_id")
    commitment_ids = fields.One2many("aftersales.commitment", "ticket_id")
    callback_ids = fields.One2many("aftersales.callback", "ticket_id")
    order_count = fields.Integer(compute="_compute_order_count")
    callback_count = fields.Integer(compute="_compute_callback_count")
    first_reply_on = fields.Datetime(readonly=True, copy=False)
    first_closed_on = fields.Datetime(readonly=True, copy=False)
    last_closed_on = fields.Datetime(readonly=True, copy=False)

    @api.depends("order_ids")
    def _compute_order_count(self):
        counts = dict(
            self.env["aftersales.order"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.order_count = counts.get(ticket._origin, 0)

    @api.depends("callback_ids", "order_ids.callback_ids")
    def _compute_callback_count(self):
        callbacks = self.env["aftersales.callback"].search(self._get_callback_domain())
        for ticket in self:
            ticket.callback_count = len(
                callbacks.filtered(
                    lambda callback, ticket=ticket._origin: (
                        ticket in callback.ticket_id | callback.order_id.ticket_id
                    )
                )
            )

    @api.depends("equipment_id", "symptom_id")
    def _compute_repeat_of_id(self):
        self.repeat_of_id = False
        judged = self.filtered(lambda ticket: ticket.equipment_id and ticket.symptom_id)
        earlier = self._get_earlier_cases(judged)
        for ticket in judged:
            cases = earlier.get((ticket.equipment_id.id, ticket.symptom_id.id), ())
            ticket.repeat_of_id = ticket._pick_repeated(cases)

    @api.model
    def _get_earlier_cases(self, tickets):
        """Return cases of the same faults, newest first, in one query.

        :return: cases by (unit id, symptom id)
        """
        if not tickets:
            return {}
        days = max(tickets.company_id.mapped("aftersales_repeat_days"), default=0)
        starts = [ticket.received_on or fields.Datetime.now() for ticket in tickets]
        cases = self.sudo().search(  # sudo: a case of another team repeats just so
            [
                ("equipment_id", "in", tickets.equipment_id.ids),
                ("symptom_id", "in", tickets.symptom_id.ids),
                ("received_on", ">=", min(starts) - timedelta(days=days)),
                ("received_on", "<=", max(starts)),
            ],
            order="received_on desc, id desc",
        )
        return cases.grouped(lambda case: (case.equipment_id.id, case.symptom_id.id))

    def _pick_repeated(self, cases):
        """Return the newest earlier case within the window.

        :param cases: cases of the same fault, newest first
        """
        received = self.received_on or fields.Datetime.now()
        window = timedelta(days=self.company_id.aftersales_repeat_days)
        for case in cases:
            moment = (case.received_on, case.id)
            if moment < (received, self._origin.id or float("inf")):
                in_window = received - case.received_on <= window
                return self.browse(case.id) if in_window else self.browse()
        return self.browse()

    @api.onchange("equipment_id")
    def _onchange_equipment_id(self):
        if self.equipment_id.site_id:
            self.site_id = self.equipment_id.site_id
        if self.equipment_id and not self.partner_id:
            self.partner_id = self.equipment_id.partner_id

    @api.onchange("site_id")
    def _onchange_site_id(self):
        if self.equipment_id.site_id != self.site_id:
            self.equipment_id = False
        if self.site_id:
            self.partner_id = self.partner_id or self.site_id.partner_id
            self.team_id = self.team_id or self.site_id.team_id

    # -- create and write

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._check_guarded_create(vals_list)
        vals_list = self._prepare_service_vals_list(
            [
                self._prepare_complaint_vals(vals)
                for vals in self._add_callers(vals_list)
            ]
        )
        tickets = super(HelpdeskTicket, self._unguarded()).create(vals_list)
        tickets = self.browse(tickets.ids)
        tickets._enter_service()
        tickets.filtered("closed")._note_closed(fields.Datetime.now())
        return tickets

    def write(self, vals):
        self._check_terms_unchanged(vals)
        self._check_injury_unchanged(vals)
        if "complaint_employee_ids" in vals:
            self._check_not_about_user()
        self._check_closing(vals)
        vals = self._prepare_complaint_vals(vals)
        may_move = vals.keys() & {"stage_id", "team_id", "user_id"}
        closed_before = self.filtered("closed") if may_move else self.browse()
        result = super().write(vals)
        if may_move:
            self._note_stage_change(closed_before)
        if vals.keys() & {*SERVICE_FIELDS, *EVENT_FIELDS, "policy_id", "partner_id"}:
            self._enter_service()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_service_case(self):
        """Promises were made on it: a case is closed or archived, never deleted."""
        cases = self.filtered("policy_version")
        if cases:
            raise FrozenFactError(
                self.env._(
                    "%s is a service case with promises. Close or archive it instead.",
                    cases[0].display_name,
                )
            )

    def _check_terms_unchanged(self, vals):
        """Refuse to change what running promises were made on."""
        changed = vals.keys() & {"received_on", "policy_id"}
        if not changed or guard.is_open(self.env):
            return
        for ticket in self.filtered("policy_version"):
            for name in changed:
                field = self._fields[name]
                value = field.convert_to_cache(vals[name], ticket)
                if value != field.convert_to_cache(ticket[name], ticket):
                    raise FrozenFactError(
                        self.env._(
                            "Promises of %(ticket)s run on these terms. Grant an "
                            "exception to the promise instead.",
                            ticket=ticket.display_name,
                        )
                    )

    @api.model
    def _prepare_service_vals_list(self, vals_list):
        """Return values completed for service cases; others as they were given.

        Everything is read for the whole batch at once, so that a thousand tickets
        cost no more queries than one.
        """
        units = self._browse_all(vals_list, "equipment_id")
        more_sites = [{"site_id": unit.site_id.id} for unit in units.values()]
        sites = self._browse_all([*vals_list, *more_sites], "site_id")
        completed = []
        for vals in vals_list:
            if any(vals.get(name) for name in SERVICE_FIELDS):
                unit = units.get(vals.get("equipment_id"), _none(self, "equipment_id"))
                site_id = vals.get("site_id") or unit.site_id.id
                site = sites.get(site_id, _none(self, "site_id"))
                known = self._prepare_service_vals(vals, site, unit)
                vals = {**vals, **{k: v for k, v in known.items() if not vals.get(k)}}
            completed.append(vals)
        completed = self._prepare_category_policy(completed)
        self._freeze_policies(completed, sites, units)
        return completed

    @api.model
    def _browse_all(self, vals_list, name):
        """Return by id the records that values name for a many2one.

        They share one prefetch, and ids that do not exist are left to the database.
        """
        ids = dict.fromkeys(vals[name] for vals in vals_list if vals.get(name))
        records = self.env[self._fields[name].comodel_name].browse(ids).exists()
        return {record.id: record for record in records}

    @api.model
    def _prepare_service_vals(self, vals, site, unit):
        """Return what a service case inherits from its site and unit.

        :param dict vals: values given by the caller, which win
        :param site: one ``aftersales.site`` or none
        :param unit: one ``aftersales.equipment`` or none
        """
        now = fields.Datetime.now()
        if vals.get("received_on"):
            self._check_fact_time(vals["received_on"])
        partner = site.partner_id or unit.partner_id
        company = site.company_id or unit.company_id
        prepared = {
            "call_type": "repair",
            "received_on": now,
            "site_id": site.id,
            "partner_id": partner.id,
            "description": plaintext2html(vals.get("name") or ""),
        }
        if company:
            prepared["company_id"] = company.id
        if site.team_id and "team_id" not in vals:
            prepared["team_id"] = site.team_id.id
        if not vals.get("partner_id") and partner:
            prepared["partner_name"] = partner.name
            prepared["partner_email"] = partner.email
        return prepared

    @api.model
    def _freeze_policies(self, vals_list, sites, units):
        """Put the policy that applies now, and its version, into the values.

        :param vals_list: completed values; those of service cases are changed
        :param dict sites: sites by id
        :param dict units: equipment by id
        """
        partners = self._browse_all(vals_list, "partner_id")
        given = self._browse_all(vals_list, "policy_id")
        companies = self._browse_all(vals_list, "company_id")
        policies = self.env["aftersales.policy"].sudo()  # sudo: rules of the house
        chosen = {}  # cases of one site and product share one look-up
        for vals in vals_list:
            if not any(vals.get(name) for name in SERVICE_FIELDS):
                continue
            company = companies.get(vals.get("company_id"), self.env.company)
            partner = partners.get(vals.get("partner_id"), _none(self, "partner_id"))
            site = sites.get(vals.get("site_id"), _none(self, "site_id"))
            unit = units.get(vals.get("equipment_id"), _none(self, "equipment_id"))
            policy = given.get(vals.get("policy_id"))
            if not policy:
                tier = partner.commercial_partner_id.aftersales_tier
                key = (company, site, unit.product_id, tier)
                if key not in chosen:
                    chosen[key] = policies._resolve(
                        company, partner=partner, site=site, equipment=unit
                    )
                policy = chosen[key]
            vals["policy_id"] = policy.id
            vals["policy_version"] = policy.sudo().version  # sudo: as above


def _none(tickets, name):
    """Return the empty recordset of a many2one's model."""
    return tickets.env[tickets._fields[name].comodel_name]
