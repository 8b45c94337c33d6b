from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesPayTurn(models.Model):
    """The turnstile in front of a ladder (rule D3).

    Two complaints about one person, verified at the same time, would both count as
    the first.  Each passes this row; the second one then starts again and sees the
    other.
    """

    _name = "aftersales.pay.turn"
    _description = "Ladder Turnstile"
    _order = "employee_id, rule_id"
    _rec_name = "employee_id"
    _log_access = False

    employee_id = fields.Many2one(
        "hr.employee", required=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one(
        "aftersales.pay.rule", required=True, ondelete="cascade", readonly=True
    )
    turn = fields.Integer(required=True, default=0, readonly=True)

    _pair_unique = models.UniqueIndex("(employee_id, rule_id)")

    @api.model
    def _pass(self, pairs):
        """Take the turn of each employee and rule, always in one order.

        :param pairs: iterable of (employee id, rule id)
        """
        for employee_id, rule_id in sorted(set(pairs)):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO aftersales_pay_turn (employee_id, rule_id, turn) "
                    "VALUES (%s, %s, 1) ON CONFLICT (employee_id, rule_id) "
                    "DO UPDATE SET turn = aftersales_pay_turn.turn + 1",
                    employee_id,
                    rule_id,
                )
            )
