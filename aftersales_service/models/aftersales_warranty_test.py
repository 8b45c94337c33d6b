from odoo import fields, models


class AftersalesWarrantyTest(models.Model):
    """One test of a warranty check: what was asked, what was seen."""

    _name = "aftersales.warranty.test"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Warranty Test"
    _order = "check_id, sequence, id"

    check_id = fields.Many2one(
        "aftersales.warranty.check",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Test", readonly=True)
    passed = fields.Boolean(readonly=True)
    value = fields.Char(string="Seen", readonly=True)
    rule_version = fields.Char(readonly=True)
