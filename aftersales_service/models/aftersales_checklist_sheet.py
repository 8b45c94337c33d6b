from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Checklists that are sheets of a visit; the others prepare it.
SHEET_PURPOSES = ("inspection", "maintenance", "conduct")


class AftersalesChecklistItem(models.Model):
    """What a question of a sheet does beyond being asked."""

    _inherit = "aftersales.checklist.item"

    severity = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        default="medium",
        required=True,
        help="Priority of the ticket that a failed answer opens.",
    )
    opens_ticket = fields.Boolean(
        default=True, help="A failed answer on a sheet opens a ticket by itself."
    )
    opens_order = fields.Boolean(
        string="Order at Once",
        help="The ticket of a failed answer gets its service order by itself too.",
    )
    is_log_book = fields.Boolean(
        string="Diary Question",
        help="Failed in two months running, it shows on the quarterly sheet.",
    )
    condition_item_id = fields.Many2one(
        "aftersales.checklist.item",
        string="Only If",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('checklist_id', '=', checklist_id), ('id', '!=', id)]",
        help="The question is asked only after this answer to another one.",
    )
    condition_answer = fields.Char(
        string="Is Answered", help="“yes”, “no”, or one of the choices."
    )
    origin_id = fields.Many2one(
        "aftersales.checklist.item",
        string="First Version",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Readings are compared over the versions of a checklist.",
    )

    _condition_complete = models.Constraint(
        "CHECK (condition_item_id IS NULL OR condition_answer IS NOT NULL)",
        "Say which answer a conditional question depends on.",
    )

    @api.constrains("condition_item_id")
    def _check_condition(self):
        if self._has_cycle("condition_item_id"):
            raise ValidationError(
                self.env._("Questions cannot depend on each other in a circle.")
            )

    def copy_data(self, default=None):
        """Let the copy remember the question it continues."""
        return [
            {**vals, "origin_id": (item.origin_id or item).id}
            for item, vals in zip(self, super().copy_data(default), strict=True)
        ]


class AftersalesChecklist(models.Model):
    """New versions keep their conditions, and plans follow them."""

    _inherit = "aftersales.checklist"

    def copy(self, default=None):
        copies = super().copy(default)
        copies._tie_conditions()
        return copies

    def action_new_version(self):
        result = super().action_new_version()
        result._tie_conditions()
        for old, new in zip(self, result, strict=True):
            for model in ("aftersales.plan", "aftersales.plan.template"):
                followers = self.env[model].search([("checklist_ids", "in", old.ids)])
                followers.write({"checklist_ids": [(3, old.id), (4, new.id)]})
        return result

    def _tie_conditions(self):
        """Point the conditions of copied questions at the copies of others."""
        for checklist in self:
            own = {item.origin_id: item for item in checklist.item_ids}
            for item in checklist.item_ids.filtered("condition_item_id"):
                asked = item.condition_item_id
                item.condition_item_id = own.get(asked.origin_id or asked, asked)

    def _get_in_force(self):
        """Return the versions in force of these checklists, each list once.

        A list that was archived without a new version is asked no more.
        """
        current = self.filtered("active")
        former = self - current
        if former:
            current |= self.search(
                [
                    ("code", "in", former.mapped("code")),
                    ("company_id", "in", [*former.company_id.ids, False]),
                ]
            ).filtered(
                lambda new: any(
                    (new.code, new.company_id) == (old.code, old.company_id)
                    for old in former
                )
            )
        return current
