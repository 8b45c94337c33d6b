from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..exceptions import MissingError, NotAllowedError
from .aftersales_fact_mixin import fact_action

CONTENT = frozenset(
    {"company_id", "shift_id", "user_id", "handed_on", "note", "line_ids"}
)


class AftersalesHandover(models.Model):
    """What one shift leaves to the next (HOT-22, form F63)."""

    _name = "aftersales.handover"
    _inherit = ["aftersales.fact.mixin", "mail.thread"]
    _description = "Shift Hand-Over"
    _order = "handed_on desc, id desc"
    _rec_name = "shift_id"
    _check_company_auto = True
    # Who hands over is whoever writes it down: he cannot take over from himself.
    _guarded_fields = frozenset({"user_id", "acknowledged_on", "acknowledged_by_id"})

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    shift_id = fields.Many2one("aftersales.shift", required=True, check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Handed Over By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    handed_on = fields.Datetime(
        string="Shift Ended", required=True, default=fields.Datetime.now
    )
    note = fields.Text()
    line_ids = fields.One2many("aftersales.handover.line", "handover_id")
    acknowledged_on = fields.Datetime(string="Taken Over", readonly=True, copy=False)
    acknowledged_by_id = fields.Many2one(
        "res.users", string="Taken Over By", readonly=True, copy=False
    )

    @api.model
    def _check_desk(self):
        """Refuse who is not of the service desk."""
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department hand over.")
            )

    def write(self, vals):
        if vals.keys() & CONTENT:
            self._check_not_taken()
        return super().write(vals)

    def action_collect(self):
        """Put every ticket that is left open on the list, and promising callers.

        :return: self
        """
        self._check_desk()
        self.check_access("write")
        self._lock()._check_not_taken()
        for handover in self:
            known = handover.line_ids
            tickets = handover._get_left_tickets() - known.ticket_id
            calls = handover._get_left_calls() - known.call_id
            handover.line_ids = [
                *(Command.create({"ticket_id": one.id}) for one in tickets),
                *(Command.create({"call_id": one.id}) for one in calls),
            ]
        return self

    def _get_left_tickets(self):
        """Return the open tickets of the person who hands over."""
        return self.env["helpdesk.ticket"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("call_type", "!=", False),
                ("closed", "=", False),
                "|",
                ("user_id", "=", self.user_id.id),
                ("call_ids.user_id", "=", self.user_id.id),
            ]
        )

    def _get_left_calls(self):
        """Return the promising callers and missed calls that wait for somebody."""
        return self.env["aftersales.call"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("user_id", "=", self.user_id.id),
                ("ticket_id", "=", False),
                "|",
                ("needs_callback", "=", True),
                "&",
                ("is_potential", "=", True),
                ("forwarded_on", "=", False),
            ]
        )

    def _check_not_taken(self):
        """Refuse to change what the next shift took over."""
        if self.filtered("acknowledged_on"):
            raise MissingError(self.env._("The next shift took this over already."))

    @fact_action
    def action_acknowledge(self, at=None, request_key=None):
        """Take over from the shift before: by somebody else, with a complete list.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when a ticket left open is not on the list
        """
        self._check_desk()
        waiting = self.filtered(lambda handover: not handover.acknowledged_on)
        for handover in waiting:
            if handover.user_id == self.env.user:
                raise NotAllowedError(
                    self.env._("You hand over; somebody of the next shift takes over.")
                )
            left = handover._get_left_tickets() - handover.line_ids.ticket_id
            if left:
                raise MissingError(
                    self.env._(
                        "%s was left open and is not on the list. Collect first.",
                        left[0].display_name,
                    )
                )
            self._check_not_before(
                at, handover.handed_on, self._fields["handed_on"].string
            )
        waiting._unguarded().write(
            {"acknowledged_on": at, "acknowledged_by_id": self.env.uid}
        )
        return self


class AftersalesHandoverLine(models.Model):
    """One case or caller handed over, with its urgency."""

    _name = "aftersales.handover.line"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Hand-Over Item"
    _check_company_auto = True
    _order = "priority desc, id"
    _rec_name = "note"

    handover_id = fields.Many2one(
        "aftersales.handover",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="handover_id.company_id")
    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", check_company=True
    )
    call_id = fields.Many2one(
        "aftersales.call", index="btree_not_null", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_partner_id"
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Very Urgent")],
        compute="_compute_priority",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    note = fields.Char(string="What to Do")

    @api.depends("ticket_id", "call_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.ticket_id.partner_id or line.call_id.partner_id

    @api.depends("ticket_id")
    def _compute_priority(self):
        for line in self:
            urgency = int(line.ticket_id.priority or 0) - 1
            line.priority = str(max(urgency, 0))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.handover_id._check_not_taken()
        return lines

    def write(self, vals):
        self.handover_id._check_not_taken()
        result = super().write(vals)
        self.handover_id._check_not_taken()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken(self):
        self.handover_id._check_not_taken()

    @api.constrains("ticket_id", "call_id", "note")
    def _check_named(self):
        """A line says what is handed over."""
        for line in self:
            if not line.ticket_id and not line.call_id and not line.note:
                raise ValidationError(
                    self.env._("Name the ticket or the call, or say what to do.")
                )
