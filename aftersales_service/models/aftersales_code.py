from odoo import fields, models


class AftersalesCode(models.Model):
    """Catalogue of symptoms, causes and remedies."""

    _name = "aftersales.code"
    _description = "Symptom, Cause or Remedy"
    _order = "kind, code, id"
    _parent_store = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
        default="symptom",
    )
    parent_id = fields.Many2one("aftersales.code", index="btree_not_null")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("aftersales.code", "parent_id")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    voids_warranty = fields.Boolean(
        help="A cause such as misuse: the warranty does not cover it.",
    )
    liable_party = fields.Selection(
        [
            ("customer", "Customer"),
            ("supplier", "Supplier"),
            ("production", "Production"),
            ("design", "Design"),
            ("transport", "Transport"),
            ("employee", "Service Staff"),
            ("unknown", "Unknown"),
        ],
        string="Usually Liable",
        default="unknown",
    )
