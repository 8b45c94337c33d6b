from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestPlaceRetention(AftersalesCommon):
    """Where a technician arrived is kept as long as the company wants it."""

    def _arrived(self, days, company=None):
        """Return the lead of an order who arrived so many days ago, with a place."""
        order = self._create_order()
        if company:
            order._unguarded().company_id = company
        worker = order.worker_ids
        moment = fields.Datetime.now() - timedelta(days=days)
        worker._unguarded().write(
            {
                "departed_on": moment - timedelta(hours=1),
                "arrived_on": moment,
                "arrived_latitude": 25.04,
                "arrived_longitude": 102.71,
                "arrived_accuracy": 12,
            }
        )
        return worker

    def _erase(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60.0
        ):
            self.env["aftersales.order.worker"]._cron_erase_places()

    def test_old_places_are_erased_and_nothing_else(self):
        """DISP-16: places older than the setting go; the arrival itself stays."""
        self.company.aftersales_place_days = 30
        old, new = self._arrived(31), self._arrived(29)
        self._erase()
        self.assertFalse(old.arrived_latitude or old.arrived_longitude)
        self.assertFalse(old.arrived_accuracy)
        self.assertTrue(old.arrived_on)
        self.assertAlmostEqual(new.arrived_latitude, 25.04)
        self._erase()
        self.assertAlmostEqual(new.arrived_latitude, 25.04)
        self.assertTrue(self.env["aftersales.integrity"].run(["L10"])[0]["ok"])

    def test_without_the_setting_places_are_kept(self):
        """DISP-16: 0 days keeps every place; fewer are refused."""
        self.company.aftersales_place_days = 0
        old = self._arrived(4000)
        self._erase()
        self.assertAlmostEqual(old.arrived_longitude, 102.71)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.company.aftersales_place_days = -1
            self.env.flush_all()

    def test_the_trail_knows_that_but_not_where(self):
        """DISP-16: the append-only trail holds no place that could not be erased."""
        self.company.aftersales_place_stamps = True
        self.technician_user.aftersales_place_consent = "yes"
        order = self._create_order()
        for state in ("scheduled", "dispatched"):
            order._set_state(state)
        order.with_user(self.technician_user).action_stamp_place(25.04, 102.71)
        entry = self.env["aftersales.audit"].search(
            [
                ("model", "=", "aftersales.order"),
                ("res_id", "=", order.id),
                ("event", "=", "place"),
            ]
        )
        self.assertEqual(len(entry), 1)
        self.assertNotIn("25.04", str(entry.read()))
