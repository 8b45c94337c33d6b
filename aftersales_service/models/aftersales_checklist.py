from odoo import fields, models


class AftersalesChecklist(models.Model):
    """A list of questions in one version."""

    _name = "aftersales.checklist"
    _description = "Checklist"
    _order = "name, version desc, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    purpose = fields.Selection(
        [
            ("inspection", "Inspection"),
            ("maintenance", "Maintenance"),
            ("departure_kit", "Departure Kit"),
            ("conduct", "Conduct"),
            ("readiness", "Readiness"),
        ],
        required=True,
        default="departure_kit",
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    item_ids = fields.One2many("aftersales.checklist.item", "checklist_id", copy=True)
