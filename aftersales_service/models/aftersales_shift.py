from odoo import api, fields, models

from ..calc import clock


class AftersalesShift(models.Model):
    """A shift of the hotline: its hours, its leader and its agents (HOT-22)."""

    _name = "aftersales.shift"
    _description = "Hotline Shift"
    _order = "hour_from, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    hour_from = fields.Float(string="From", required=True)
    hour_to = fields.Float(
        string="To", required=True, help="Below the first hour: on the next day."
    )
    leader_id = fields.Many2one("res.users", string="Shift Leader", required=True)
    user_ids = fields.Many2many("res.users", string="Agents")
    active = fields.Boolean(default=True)

    _hours_in_day = models.Constraint(
        "CHECK (hour_from BETWEEN 0 AND 24 AND hour_to BETWEEN 0 AND 24 "
        "AND hour_from <> hour_to)",
        "A shift lasts from one hour of the day to another.",
    )

    def _covers(self, hour):
        """Tell whether an hour of the day lies in this shift."""
        self.ensure_one()
        if self.hour_from < self.hour_to:
            return self.hour_from <= hour < self.hour_to
        return hour >= self.hour_from or hour < self.hour_to


class AftersalesCall(models.Model):
    """Each call belongs to the shift in which it came."""

    _inherit = "aftersales.call"

    shift_id = fields.Many2one(
        "aftersales.shift",
        compute="_compute_shift_id",
        store=True,
        index="btree_not_null",
    )

    @api.depends("called_on", "company_id", "user_id")
    def _compute_shift_id(self):
        shifts = self.env["aftersales.shift"].sudo()  # sudo: who works when
        lines = shifts.search([("company_id", "in", self.company_id.ids)])
        for call in self:
            local = clock.to_local(
                call.called_on or fields.Datetime.now(),
                call.company_id._aftersales_tz() if call.company_id else "UTC",
            )
            hour = local.hour + local.minute / 60
            fitting = lines.filtered(
                lambda shift, call=call, hour=hour: (
                    shift.company_id == call.company_id and shift._covers(hour)
                )
            )
            own = fitting.filtered(
                lambda shift, call=call: call.user_id in shift.user_ids
            )
            call.shift_id = (own or fitting)[:1]

    @api.model
    def action_open_forward(self):
        """Open the calls to pass on: a shift leader's own shifts, a head's all.

        :return: window
        """
        self._check_desk()
        domain = [("forward_by", "!=", False), ("forwarded_on", "=", False)]
        if not self.env.user.has_group("aftersales_service.group_head"):
            domain += [
                "|",
                ("shift_id.leader_id", "=", self.env.uid),
                ("shift_id", "=", False),
            ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To Pass On"),
            "res_model": self._name,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }
