from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import AftersalesCommon

INT4 = 2**31


@tagged("post_install", "-at_install")
class TestNumbers(AftersalesCommon):
    """Numbers over the turn of a year, and counters that run for ever."""

    def test_the_year_turns_with_the_day_of_the_company(self):
        """DOC-07: midnight in Shanghai, whatever clock the user's context names."""
        names = {}
        for zone in (False, "America/New_York", "Asia/Shanghai"):
            orders = self.env["aftersales.order"].with_context(tz=zone)
            values = {"partner_id": self.customer.id, "company_id": self.company.id}
            for moment in ("2026-12-31 15:59:30", "2026-12-31 16:00:30"):
                with freeze_time(moment):
                    names[zone, moment] = orders.create(values).name
        for (_zone, moment), name in names.items():
            self.assertIn("2026" if "15:59" in moment else "2027", name)
        self.assertEqual(len(set(names.values())), len(names))

    def test_numbers_and_turns_pass_the_width_of_an_integer(self):
        """DOC-07: the counter of numbers is wider; a turnstile starts again."""
        sequence = self.env["ir.sequence"]._find_for_company("aftersales.order")
        pool = f"ir_sequence_{sequence.id:03}"
        self.env.execute_query(SQL("SELECT setval(%s, %s)", pool, INT4 * 2))
        self.assertIn(str(INT4 * 2 + 1), self._create_order().name)
        gate = self.env["aftersales.alloc"]
        pair = [(self.valve.id, self.warehouse.lot_stock_id.id)]
        gate._pass(pair)
        self.env.cr.execute(
            SQL("UPDATE %s SET turn = %s", SQL.identifier(gate._table), INT4 - 1)
        )
        gate._pass(pair)
        self.env.invalidate_all()
        self.assertLess(max(gate.search([]).mapped("turn")), INT4 - 1)
