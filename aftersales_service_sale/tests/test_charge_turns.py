from odoo.tests import freeze_time, tagged

from odoo.addons.aftersales_service.exceptions import NotEntitledError

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestChargeTurns(ChargeCommon):
    """Two who price a job, or take its money, at once pass one after the other."""

    def test_money_is_taken_once(self):
        """WARR-04: who takes money passes the job, so that nobody takes it again."""
        job = self._approved()
        due = job.amount_due
        self._assert_takes_turn(job, lambda: job.action_collect(due))
        with self.assertRaises(NotEntitledError):
            job.with_user(self.dispatcher_user).action_collect(due)

    def test_what_is_offered_is_complete(self):
        """WARR-03: who changes a price passes the job, which may be offered."""
        job = self._told()
        line = self._line(job, self.labour)
        self._assert_takes_turn(job, lambda: line.write({"name": "Labour, on site"}))
        order = self._paid_order()
        self._assert_takes_turn(order, order.action_open_charge)
