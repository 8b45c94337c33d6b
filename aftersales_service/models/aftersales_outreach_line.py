from odoo import api, fields, models

from .. import arguments
from ..exceptions import TransitionError

OUTCOMES = [
    ("waiting", "Waiting"),
    ("booked", "Booked"),
    ("lead", "New Lead"),
    ("declined", "Not Interested"),
    ("unreachable", "Unreachable"),
    ("opted_out", "Wants No Messages"),
]
# What a caller records; a booking and a lead have acts of their own.
RECORDED = [one for one in OUTCOMES if one[0] in ("declined", "unreachable")]
ENDED = ("booked", "lead", "opted_out")


class AftersalesOutreachLine(models.Model):
    """One customer on the list of a campaign, and what came of it."""

    _name = "aftersales.outreach.line"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Customer of a Campaign"
    _order = "outreach_id desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"outreach_id", "partner_id", "outcome", "order_id", "call_id", "message_id"}
    )

    outreach_id = fields.Many2one(
        "aftersales.outreach",
        string="Customer Campaign",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="outreach_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    phone = fields.Char(related="partner_id.phone")
    site_id = fields.Many2one("aftersales.site", readonly=True, check_company=True)
    outcome = fields.Selection(
        OUTCOMES, default="waiting", required=True, readonly=True, copy=False
    )
    message_id = fields.Many2one(
        "aftersales.message", readonly=True, copy=False, index="btree_not_null"
    )
    message_state = fields.Selection(related="message_id.state", string="Sending")
    order_id = fields.Many2one(
        "aftersales.order", string="Visit", readonly=True, copy=False
    )
    call_id = fields.Many2one("aftersales.call", readonly=True, copy=False)
    note = fields.Char()

    _partner_unique = models.UniqueIndex(
        "(outreach_id, partner_id)", "This customer is on the list already."
    )

    # -- messages

    def _queue_messages(self):
        """Queue one SMS for each customer who wants messages, once."""
        waiting = self.filtered(lambda line: line.outcome == "waiting")
        refused = waiting.filtered(
            lambda line: (
                line.partner_id.aftersales_no_messages
                or line.partner_id.commercial_partner_id.aftersales_no_messages
            )
        )
        refused._unguarded().write({"outcome": "opted_out"})
        fresh = (waiting - refused).filtered(lambda line: not line.message_id)
        # sudo: the queue belongs to nobody
        messages_sudo = self.env["aftersales.message"].sudo()._unguarded()
        made = messages_sudo.create(
            [
                {
                    "key": f"{line._name}:{line.id}:outreach::sms",
                    "event": "outreach",
                    "channel": "sms",
                    "partner_id": line.partner_id.id,
                    "company_id": line.company_id.id,
                }
                for line in fresh
            ]
        )
        for line, message in zip(fresh._unguarded(), made, strict=True):
            line.message_id = message.id
        if made:
            # sudo: the queue runs by itself
            cron = self.env.ref("aftersales_service.ir_cron_send_messages").sudo()
            cron._trigger()

    # -- outcomes

    def _check_desk(self):
        """Refuse all but dispatchers and heads, and lists that are not running."""
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("write")
        self._lock()
        idle = self.filtered(lambda line: line.outreach_id.state != "running")
        if idle:
            raise TransitionError(
                self.env._(
                    "%s is not running. The head of department starts it.",
                    idle[0].outreach_id.name,
                )
            )

    def _check_not_ended(self):
        """Refuse a second, other outcome."""
        ended = self.filtered(lambda line: line.outcome in ENDED)
        if ended:
            raise TransitionError(
                self.env._(
                    "%s: an outcome is on record already.", ended[0].partner_id.name
                )
            )

    def action_book(self):
        """Make the visit that a customer booked; dispatchers and heads (INSP-10).

        The order carries the campaign. Booked already, nothing more is made.

        :return: the orders
        """
        self._check_desk()
        fresh = self.filtered(lambda line: line.outcome != "booked")
        fresh._check_not_ended()
        orders = self.env["aftersales.order"]._unguarded()
        orders = orders.create(
            [
                {
                    "service_type": "maintenance",
                    "partner_id": line.partner_id.id,
                    "site_id": line.site_id.id,
                    "company_id": line.company_id.id,
                    "outreach_id": line.outreach_id.id,
                }
                for line in fresh
            ]
        )
        for line, order in zip(fresh._unguarded(), orders, strict=True):
            line.write({"outcome": "booked", "order_id": order.id})
        return self.order_id._guarded_again()

    def action_lead(self):
        """Enter customers who want something new as enquiries (INSP-11).

        Dispatchers and heads. The enquiry is a promising consultation of the call
        journal, which is followed up where the company does so.

        :return: the ``aftersales.call`` records
        """
        self._check_desk()
        fresh = self.filtered(lambda line: line.outcome != "lead")
        fresh._check_not_ended()
        calls = self.env["aftersales.call"].create(
            [
                {
                    "direction": "out",
                    "result": "answered",
                    "kind": "consultation",
                    "is_potential": True,
                    "partner_id": line.partner_id.id,
                    "site_id": line.site_id.id,
                    "company_id": line.company_id.id,
                    "phone": line.phone,
                    "subject": line.note or line.outreach_id.name,
                }
                for line in fresh
            ]
        )
        for line, call in zip(fresh._unguarded(), calls, strict=True):
            line.write({"outcome": "lead", "call_id": call.id})
        return self.call_id

    def action_record(self, outcome):
        """Record that a customer declined or was not reached.

        :param str outcome: declined or unreachable
        :return: the same lines
        """
        outcome = arguments.as_choice(
            self.env, outcome, RECORDED, self.env._("Outcome")
        )
        self._check_desk()
        self._check_not_ended()
        self._unguarded().write({"outcome": outcome})
        return self

    def action_decline(self):
        """Record that customers are not interested. The button of the list."""
        return self.action_record("declined")

    def action_unreachable(self):
        """Record that customers were not reached. The button of the list."""
        return self.action_record("unreachable")


class AftersalesMessage(models.Model):
    """Messages of a campaign: no document behind them, the text is the campaign's."""

    _inherit = "aftersales.message"

    event = fields.Selection(
        selection_add=[("outreach", "Customer Campaign")],
        ondelete={"outreach": "cascade"},
    )
    outreach_line_ids = fields.One2many("aftersales.outreach.line", "message_id")

    def _pass_on_sms(self):
        if self.event != "outreach":
            return super()._pass_on_sms()
        text = self.outreach_line_ids[:1].outreach_id.message or ""
        if self._send_sms(self.partner_id.phone, text):
            return self._set_state("sent", {"sent_on": fields.Datetime.now()})
        return self._set_state(
            "failed", {"error": self.env._("No SMS gateway is connected.")}
        )


class AftersalesOrder(models.Model):
    """Visits that a campaign brought."""

    _inherit = "aftersales.order"

    outreach_id = fields.Many2one(
        "aftersales.outreach",
        string="Customer Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"outreach_id"}
