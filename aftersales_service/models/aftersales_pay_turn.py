from odoo import fields, models


class AftersalesPayTurn(models.Model):
    """The turnstile in front of a ladder (rule D3).

    Two complaints about one person, verified at the same time, would both count as
    the first.  Each passes this row; the second one then starts again and sees the
    other.
    """

    _name = "aftersales.pay.turn"
    _inherit = ["aftersales.turn.mixin"]
    _description = "Ladder Turnstile"
    _order = "employee_id, rule_id"
    _rec_name = "employee_id"
    _log_access = False
    _pair_fields = ("employee_id", "rule_id")

    employee_id = fields.Many2one(
        "hr.employee", required=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one(
        "aftersales.pay.rule", required=True, ondelete="cascade", readonly=True
    )

    _pair_unique = models.UniqueIndex("(employee_id, rule_id)")
