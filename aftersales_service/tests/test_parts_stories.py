from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_claim import ClaimCommon
from .machines import tell_stories
from .parts_machine import PartsMachine


@tagged("post_install", "-at_install")
class TestPartsStories(ClaimCommon):
    """A few random stories of parts; the proof tells many more (B19)."""

    def test_random_stories_of_parts_conserve_them(self):
        """PART-11, PART-17: issued = used + back + scrapped + lost + held, always."""
        with mute_logger("odoo.sql_db"):
            counts = tell_stories(PartsMachine, self, examples=4, steps=15)
        self.assertGreater(counts["acts"], 40)
        self.assertGreater(counts["moves"], 5)
