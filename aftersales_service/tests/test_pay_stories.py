from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_pay import PayCommon
from .machines import tell_stories
from .pay_machine import PayMachine


@tagged("post_install", "-at_install")
class TestPayStories(PayCommon):
    """Random facts, decisions, appeals, payslips, refunds and resets (B18)."""

    def test_the_ledger_is_balanced_after_every_act(self):
        """PEN-19, PEN-20: nothing is paid twice, nothing is lost, in any order."""
        with mute_logger("odoo.sql_db"):
            counts = tell_stories(PayMachine, self, examples=8, steps=12)
        self.assertGreaterEqual(counts["acts"], 50)
        self.assertGreater(counts["acts"], counts["refused"])
