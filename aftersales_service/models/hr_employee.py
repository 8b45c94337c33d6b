from odoo import fields, models


class HrEmployee(models.Model):
    """The technician's own stock location."""

    _inherit = "hr.employee"

    aftersales_location_id = fields.Many2one(
        "stock.location",
        string="Van Stock",
        groups="hr.group_hr_user",
        copy=False,
        domain=[("usage", "=", "internal")],
        help="Parts handed to this technician stand here.",
    )
