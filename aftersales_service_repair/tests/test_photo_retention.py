from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
class TestDepotPhotoRetention(DepotCommon):
    """Photos of units go some time after their case is over."""

    def test_photos_of_a_closed_case_go(self):
        """DOC-09: kept while the unit is with us, erased by the company's setting."""
        self.company.aftersales_photo_days = 30
        rma = self._received().sudo()
        photos = rma.photo_ids
        self.assertTrue(photos)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.now() - timedelta(days=400), photos.ids],
        )
        self._erase()
        self.assertEqual(photos.exists(), photos)
        rma._unguarded().write({"state": "closed"})
        self._erase()
        self.assertFalse(photos.exists())

    def _erase(self):
        self.env.flush_all()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60.0
        ):
            self.env["ir.attachment"]._cron_erase_photos()
        self.env.invalidate_all()
