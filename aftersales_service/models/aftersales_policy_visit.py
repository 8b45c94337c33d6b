from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What a policy demands of a visit besides its promises."""

    _inherit = "aftersales.policy"

    closing_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Closing Ticks",
        domain=[("purpose", "=", "closing")],
        check_company=True,
        help="Site cleaned, goods back, customer trained, card left.",
    )
    conduct_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Conduct",
        domain=[("purpose", "=", "conduct")],
        check_company=True,
    )
    safety_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Safety",
        domain=[("purpose", "=", "readiness")],
        check_company=True,
        help="Answered before the work starts.",
    )
    height_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Work at Height",
        domain=[("purpose", "=", "readiness")],
        check_company=True,
        help="Asked besides for orders marked as work at height.",
    )
    media_required = fields.Boolean(
        string="Photo of Product Faults",
        default=True,
        help="An order about a fault of the product needs a photo, video or file.",
    )
    closing_words = fields.Text(
        translate=True, help="Printed at the end of the service report."
    )


class AftersalesChecklist(models.Model):
    """The lists of a visit, and who follows their new versions."""

    _inherit = "aftersales.checklist"

    purpose = fields.Selection(
        selection_add=[("closing", "Closing")], ondelete={"closing": "cascade"}
    )

    def _get_policy_fields(self):
        return super()._get_policy_fields() + [
            "closing_checklist_id",
            "conduct_checklist_id",
            "safety_checklist_id",
            "height_checklist_id",
        ]


class AftersalesChecklistItem(models.Model):
    """Which jobs an item is about."""

    _inherit = "aftersales.checklist.item"

    only_electrical = fields.Boolean(
        string="Electrical Jobs", help="Blocks the start of electrical jobs alone."
    )
