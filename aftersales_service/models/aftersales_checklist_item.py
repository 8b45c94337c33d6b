from odoo import fields, models


class AftersalesChecklistItem(models.Model):
    """One question of a checklist."""

    _name = "aftersales.checklist.item"
    _description = "Checklist Item"
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "aftersales.checklist", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    section = fields.Char(translate=True)
    name = fields.Char(string="Question", required=True, translate=True)
    answer_type = fields.Selection(
        [
            ("tick", "Tick"),
            ("choice", "Choice"),
            ("number", "Number"),
            ("text", "Text"),
            ("photo", "Photo"),
        ],
        required=True,
        default="tick",
    )
    choices = fields.Char(translate=True, help="Allowed answers, one after each comma.")
    minimum = fields.Float()
    maximum = fields.Float()
    uom_name = fields.Char(string="Unit", translate=True)
    is_required = fields.Boolean(
        string="Mandatory", help="The step is blocked without a passed answer."
    )
