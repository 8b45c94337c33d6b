from odoo import fields, models

VERDICTS = [
    ("covered", "Covered"),
    ("expired", "Expired"),
    ("void", "Void"),
    ("undetermined", "Undetermined"),
]


class AftersalesWarrantyCheck(models.Model):
    """A warranty verdict as a record, with every test it made."""

    _name = "aftersales.warranty.check"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Warranty Check"
    _order = "id desc"
    _frozen_exempt = frozenset()

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    on_date = fields.Date(required=True, readonly=True)
    cause_id = fields.Many2one("aftersales.code", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    verdict_parts = fields.Selection(VERDICTS, required=True, readonly=True)
    verdict_labour = fields.Selection(VERDICTS, required=True, readonly=True)
    explanation = fields.Text(readonly=True)
    test_ids = fields.One2many("aftersales.warranty.test", "check_id", readonly=True)
    is_override = fields.Boolean(readonly=True)
    override_of_id = fields.Many2one(
        "aftersales.warranty.check", readonly=True, index="btree_not_null"
    )
    override_reason = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
