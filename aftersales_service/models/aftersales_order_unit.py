from odoo import fields, models


class AftersalesOrderUnit(models.Model):
    """One piece of equipment served by an order."""

    _name = "aftersales.order.unit"
    _description = "Served Unit"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    equipment_id = fields.Many2one(
        "aftersales.equipment", required=True, index=True, check_company=True
    )
    symptom_id = fields.Many2one("aftersales.code", domain=[("kind", "=", "symptom")])
    expected_cause_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "cause")]
    )
    cause_id = fields.Many2one(
        "aftersales.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
        copy=False,
    )
    remedy_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "remedy")], copy=False
    )
    warranty_check_id = fields.Many2one(
        "aftersales.warranty.check", readonly=True, copy=False
    )
    coverage = fields.Selection(related="warranty_check_id.verdict")
    result = fields.Selection(
        [
            ("fixed", "Fixed"),
            ("part_missing", "Part Missing"),
            ("needs_depot", "Needs the Depot"),
            ("no_fault", "No Fault Found"),
        ],
        copy=False,
    )

    _equipment_unique = models.UniqueIndex(
        "(order_id, equipment_id)", "An order lists each unit once."
    )
