from odoo import fields, models


class AftersalesCheck(models.Model):
    """One checklist item of one order, with its answer."""

    _name = "aftersales.check"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Answered Check"
    _order = "order_id, sequence, id"
    _guarded_fields = frozenset({"value", "answered_on", "answered_by_id"})
    _state_transitions = {
        "open": {"passed", "failed"},
        "passed": {"failed"},
        "failed": {"passed"},
    }

    order_id = fields.Many2one(
        "aftersales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    item_id = fields.Many2one(
        "aftersales.checklist.item", required=True, ondelete="restrict", index=True
    )
    checklist_id = fields.Many2one(related="item_id.checklist_id", store=True)
    checklist_version = fields.Integer(readonly=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(related="item_id.name")
    section = fields.Char(related="item_id.section")
    answer_type = fields.Selection(related="item_id.answer_type")
    is_required = fields.Boolean(related="item_id.is_required")
    value = fields.Char(string="Answer", readonly=True, copy=False)
    note = fields.Char(string="Remark")
    photo = fields.Image(max_width=1920, max_height=1920, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("passed", "Passed"), ("failed", "Failed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )

    _item_unique = models.UniqueIndex(
        "(order_id, item_id)", "An order asks each item once."
    )
