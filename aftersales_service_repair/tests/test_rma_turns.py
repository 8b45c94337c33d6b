from odoo.tests import freeze_time, tagged

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestRmaTurns(DepotCommon):
    """Two who work on one depot case at once pass one after the other."""

    def test_what_the_customer_agrees_to(self):
        """DEPOT-07, DEPOT-08: who changes a line passes the case, told or signed."""
        rma = self._estimate(self._received())
        line = rma.line_ids[0]
        self._assert_takes_turn(rma, lambda: line.write({"name": "Labour, depot"}))
        note = {"kind": "labour", "name": "Test run", "price_unit": 0.0}
        self._assert_takes_turn(rma, lambda: rma.write({"line_ids": [(0, 0, note)]}))
