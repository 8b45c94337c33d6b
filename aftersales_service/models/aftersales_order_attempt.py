from odoo import fields, models


class AftersalesOrderAttempt(models.Model):
    """A journey in vain: the technician stood before a closed door (DISP-16)."""

    _name = "aftersales.order.attempt"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Visit without Access"
    _order = "happened_on desc, id desc"
    _rec_name = "reason"

    order_id = fields.Many2one(
        "aftersales.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Technician", required=True, readonly=True
    )
    departed_on = fields.Datetime(string="Departed", readonly=True)
    happened_on = fields.Datetime(string="At the Door", required=True, readonly=True)
    reason = fields.Char(string="What Happened", required=True, readonly=True)
    card_left = fields.Boolean(readonly=True)
    photo = fields.Image(
        max_width=1920, max_height=1920, readonly=True, attachment=True
    )
