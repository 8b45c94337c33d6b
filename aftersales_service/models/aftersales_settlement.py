from odoo import fields, models


class AftersalesSettlement(models.Model):
    """Ledger line between an adjustment and a payslip: append-only."""

    _name = "aftersales.settlement"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Settlement"
    _order = "id"

    adjustment_id = fields.Many2one(
        "aftersales.adjustment",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one("hr.employee", required=True, readonly=True)
    payslip_id = fields.Many2one(
        "hr.payslip", readonly=True, ondelete="set null", index="btree_not_null"
    )
    payslip_ref = fields.Integer(
        string="Payslip ID", readonly=True, help="Kept when the draft slip is deleted."
    )
    payslip_code = fields.Char(required=True, readonly=True)
    input_id = fields.Many2one(
        "hr.payslip.input", readonly=True, ondelete="set null", index="btree_not_null"
    )
    amount = fields.Monetary(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("reserve", "Reserved"),
            ("post", "Posted"),
            ("release", "Released"),
            ("reverse", "Reversed"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(key)", "This settlement was already made.")
