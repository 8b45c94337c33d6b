from odoo import api, fields, models
from odoo.exceptions import AccessError

PLANNER_GROUP = "aftersales_service.group_dispatcher"


class AftersalesGiftReport(models.Model):
    """A gift or a meal a customer insisted on, reported afterwards (COND-02)."""

    _name = "aftersales.gift.report"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Gift or Meal Report"
    _order = "date desc, id desc"
    _rec_name = "description"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [("gift", "Gift"), ("meal", "Meal")], required=True, default="gift"
    )
    handling = fields.Selection(
        [("refused", "Refused"), ("handed_in", "Handed In"), ("accepted", "Accepted")],
        string="What Became of It",
        required=True,
        default="refused",
    )
    value = fields.Monetary(string="Value (Estimate)")
    description = fields.Char(string="What It Was", required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, check_company=True
    )
    order_id = fields.Many2one(
        "aftersales.order", index="btree_not_null", check_company=True
    )

    _value_positive = models.Constraint(
        "CHECK (value IS NULL OR value >= 0)", "A value lies not below zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        others = reports.filtered(
            lambda report: (
                report.employee_id.sudo().user_id != self.env.user
                # sudo: HR alone reads an employee's user
            )
        )
        is_planner = self.env.su or self.env.user.has_group(PLANNER_GROUP)
        if others and not is_planner:
            raise AccessError(self.env._("Everybody reports for himself."))
        return reports
