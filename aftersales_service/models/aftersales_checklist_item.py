from odoo import api, fields, models

from ..exceptions import FrozenFactError

# Order on the sheet may change; what was asked may not.
FREE_FIELDS = frozenset({"sequence", "section"})


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
            ("number", "A Figure"),
            ("text", "Text"),
            ("photo", "Photo"),
        ],
        required=True,
        default="tick",
    )
    choices = fields.Char(translate=True, help="Allowed answers, one after each comma.")
    minimum = fields.Float()
    maximum = fields.Float()
    uom_name = fields.Char(string="Unit of Measure", translate=True)
    is_required = fields.Boolean(
        string="Mandatory", help="The step is blocked without a passed answer."
    )

    _choices_given = models.Constraint(
        "CHECK (answer_type <> 'choice' OR choices IS NOT NULL)",
        "Give the answers to choose from.",
    )
    _limits = models.Constraint(
        "CHECK (maximum >= minimum OR maximum = 0 OR maximum IS NULL)",
        "The upper limit cannot lie below the lower one.",
    )

    def write(self, vals):
        if vals.keys() - FREE_FIELDS:
            self._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_used()

    def _check_not_used(self):
        """Refuse to change what orders already ask."""
        used = self.checklist_id.filtered("is_used")
        if used:
            raise FrozenFactError(
                self.env._(
                    "Orders already ask “%(checklist)s”. Start a new version of it.",
                    checklist=", ".join(used[:5].mapped("name")),
                )
            )
