from odoo import fields, models

LATE_REASONS = [
    ("personal", "Personal"),
    ("customer", "Customer"),
    ("traffic", "Traffic"),
    ("other", "Other"),
]


class AftersalesOrderWorker(models.Model):
    """One employee on an order, with his stamps."""

    _name = "aftersales.order.worker"
    _inherit = ["aftersales.fact.mixin"]
    _description = "Worker on an Order"
    _order = "order_id, role, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    role = fields.Selection(
        [("lead", "Lead"), ("member", "Member")], required=True, default="lead"
    )
    departed_on = fields.Datetime(readonly=True, copy=False)
    arrived_on = fields.Datetime(readonly=True, copy=False)
    left_on = fields.Datetime(readonly=True, copy=False)
    late_reason = fields.Selection(LATE_REASONS, string="Reason Reported", copy=False)
    late_reason_confirmed = fields.Selection(
        LATE_REASONS, string="Reason Confirmed", readonly=True, copy=False
    )
    late_confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    share = fields.Float(string="Share (%)", default=100.0)

    _employee_unique = models.UniqueIndex(
        "(order_id, employee_id)", "An order lists each employee once."
    )
    _lead_unique = models.UniqueIndex(
        "(order_id) WHERE role = 'lead'", "An order has one lead."
    )
