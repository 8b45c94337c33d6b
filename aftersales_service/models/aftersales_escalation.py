from odoo import api, fields, models
from odoo.exceptions import AccessError

from .aftersales_fact_mixin import fact_action
from .aftersales_routing import EVENTS


class AftersalesEscalation(models.Model):
    """Who was told of a ticket, when, by whom and why; written by the system alone."""

    _name = "aftersales.escalation"
    _inherit = ["aftersales.fact.mixin"]
    _description = "Escalation"
    _order = "escalated_on desc, id desc"
    _rec_name = "ticket_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "ticket_id",
            "company_id",
            "event",
            "level",
            "function_ids",
            "user_ids",
            "reason",
            "is_automatic",
            "escalated_on",
            "escalated_by_id",
            "due_on",
            "acknowledged_on",
            "acknowledged_by_id",
        }
    )

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    event = fields.Selection(EVENTS, required=True, readonly=True)
    level = fields.Integer(required=True, readonly=True, default=1)
    function_ids = fields.Many2many(
        "aftersales.function", string="Functions", readonly=True
    )
    user_ids = fields.Many2many("res.users", string="Told", readonly=True)
    reason = fields.Text(readonly=True)
    is_automatic = fields.Boolean(
        string="By the Clock", readonly=True, help="A promise was broken before."
    )
    escalated_on = fields.Datetime(string="Told On", required=True, readonly=True)
    escalated_by_id = fields.Many2one("res.users", string="Raised By", readonly=True)
    due_on = fields.Datetime(
        string="Acknowledge By", readonly=True, help="Later is a breach."
    )
    acknowledged_on = fields.Datetime(readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    is_breached = fields.Boolean(
        string="Not Acknowledged in Time",
        compute="_compute_is_breached",
        search="_search_is_breached",
    )

    can_acknowledge = fields.Boolean(compute="_compute_can_acknowledge")

    @api.depends("acknowledged_on", "user_ids")
    @api.depends_context("uid")
    def _compute_can_acknowledge(self):
        for line in self:
            line.can_acknowledge = not line.acknowledged_on and line._is_for_user()

    @api.depends("due_on", "acknowledged_on")
    def _compute_is_breached(self):
        now = fields.Datetime.now()
        for line in self:
            line.is_breached = bool(line.due_on) and (
                line.due_on < (line.acknowledged_on or now)
            )

    @api.model
    def _search_is_breached(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = self.sudo().search(  # sudo: only ids; the caller's rules still apply
            [("due_on", "!=", False), ("due_on", "<", now)]
        )
        ids = late.filtered("is_breached").ids
        return [("id", "in" if True in value else "not in", ids)]

    def _is_for_user(self):
        """Tell whether the user was told of this, or is a head."""
        user = self.env.user
        is_head = user.has_group("aftersales_service.group_head")
        return is_head or user in self.user_ids

    @fact_action(access="read")
    def action_acknowledge(self, at=None, request_key=None):
        """Acknowledge escalations: by who was told, or a head (ESC-02).

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise AccessError: for others
        """
        for line in self:
            if not line._is_for_user():
                raise AccessError(
                    self.env._("Only who was told, or a head, acknowledges this.")
                )
            self._check_not_before(
                at, line.escalated_on, self._fields["escalated_on"].string
            )
        waiting = self.filtered(lambda line: not line.acknowledged_on)
        # sudo: who is told may have no right to write the register
        waiting.sudo()._unguarded().write(
            {"acknowledged_on": at, "acknowledged_by_id": self.env.uid}
        )
        return self
