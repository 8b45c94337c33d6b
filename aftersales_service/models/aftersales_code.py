from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesCode(models.Model):
    """Catalogue of symptoms, causes and remedies."""

    _name = "aftersales.code"
    _description = "Symptom, Cause or Remedy"
    _order = "kind, code, id"
    _rec_names_search = ["name", "code"]
    _parent_store = True
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
        default="symptom",
    )
    parent_id = fields.Many2one(
        "aftersales.code",
        string="Belongs To",
        index="btree_not_null",
        domain="[('kind', '=', kind)]",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("aftersales.code", "parent_id", string="Details")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    voids_warranty = fields.Boolean(
        help="A cause such as misuse: the warranty does not cover it.",
    )
    changes_part = fields.Boolean(
        string="Changes a Part",
        help="A remedy such as an exchange: the report must name the part used.",
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

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, code)", "This code exists already."
    )
    _voids_warranty_cause = models.Constraint(
        "CHECK (NOT voids_warranty OR kind = 'cause')",
        "Only a cause can end the warranty.",
    )

    @api.constrains("parent_id", "kind")
    def _check_parent(self):
        for code in self | self.child_ids:
            if code.parent_id and code.parent_id.kind != code.kind:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” and “%(parent)s” must be of one kind. Choose "
                        "another parent.",
                        code=code.name,
                        parent=code.parent_id.name,
                    )
                )
