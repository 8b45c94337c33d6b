from datetime import datetime

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import FrozenFactError
from .common import AftersalesCommon

TABLES = ("aftersales_audit", "aftersales_audit_seal", "aftersales_audit_head")


@tagged("post_install", "-at_install")
class TestAudit(AftersalesCommon):
    """The trail is written with the event and cannot be changed (D11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audit = cls.env["aftersales.audit"]

    def _rows(self, record):
        return self.audit.search(
            [("model", "=", record._name), ("res_id", "=", record.id)], order="sequence"
        )

    def test_a_transition_leaves_its_row(self):
        site = self.site.with_user(self.head_user)
        with freeze_time("2026-05-04 08:00:00"):
            site._set_state("suspended", reason="Roof repair")
        row = self._rows(self.site)[-1]
        self.assertEqual(row.state_from, "active")
        self.assertEqual(row.event, "suspended")
        self.assertEqual(row.reason, "Roof repair")
        self.assertEqual(row.happened_on, datetime(2026, 5, 4, 8))
        self.assertNotEqual(row.recorded_on, row.happened_on)
        self.assertEqual(row.user_login, self.head_user.login)
        self.assertEqual(row.company_id, self.company.id)
        self.assertEqual(row.previous_hash, self._rows(self.site)[-2].hash)

    def test_chain_is_numbered_per_document(self):
        other = self.site.copy({"technician_id": self.technician.id})
        both = self.site | other
        before = len(self._rows(self.site))
        self.audit._log(both, "checked", detail_of="both")
        self.audit._log(both, "checked")
        self.assertEqual(
            self._rows(self.site).mapped("sequence"), list(range(1, before + 3))
        )
        self.assertEqual(self._rows(other).mapped("sequence"), [1, 2])
        self.assertEqual(self._rows(other)[0].detail, {"detail_of": "both"})

    def test_batch_costs_the_same_number_of_queries(self):
        few = self.site | self.site.copy()
        many = few
        for _index in range(18):
            many |= self.site.copy()
        many.mapped("display_name")
        with self.assertQueryCount(2):
            self.audit._log(few, "checked")
        with self.assertQueryCount(2):
            self.audit._log(many, "checked")
        self.assertFalse(self.audit._log(self.site.browse(), "checked"))

    def test_texts_a_database_refuses_are_cleaned(self):
        row = self.audit._log(
            self.site, "checked", reason="a\x00b \ud800", amount=1e22, half=-0.0
        )
        self.assertEqual(row.reason, "ab ?")
        self.assertEqual(row.detail, {"amount": "1e+22", "half": 0.0})
        self.assertTrue(self.audit.verify()["ok"])

    @mute_logger("odoo.sql_db")
    def test_database_refuses_change_delete_and_truncate(self):
        for table in TABLES:
            for statement in (
                f"UPDATE {table} SET hash = 'x'",
                f"DELETE FROM {table}",
                f"UPDATE {table} SET hash = 'x' WHERE id = -1",
                f"TRUNCATE {table} CASCADE",
            ):
                with (
                    self.subTest(statement),
                    self.assertRaisesRegex(RestrictViolation, "are on record"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    def test_orm_refuses_even_the_superuser(self):
        row = self._rows(self.site)[:1]
        self.assertTrue(row)
        for act in (
            lambda: row.sudo().write({"reason": "x"}),
            lambda: row.sudo().unlink(),
            lambda: row.sudo().copy(),
            lambda: self.audit.sudo().create({"model": "x"}),
        ):
            with self.assertRaises(FrozenFactError):
                act()

    def test_only_heads_and_general_manager_read_and_verify(self):
        for user in (self.head_user, self.gm_user):
            self.assertTrue(self.audit.with_user(user).search([], limit=1))
            self.assertTrue(self.audit.with_user(user).verify()["ok"])
        for user in (self.technician_user, self.dispatcher_user, self.hr_user):
            with self.assertRaises(AccessError):
                self.audit.with_user(user).search([], limit=1)
            with self.assertRaises(AccessError):
                self.audit.with_user(user).verify()

    def test_other_company_does_not_see_the_trail(self):
        self.head_user.write(
            {"company_ids": [(6, 0, self.company2.ids)], "company_id": self.company2.id}
        )
        trail = self.audit.with_user(self.head_user).with_company(self.company2)
        self.assertFalse(
            trail.with_context(allowed_company_ids=self.company2.ids).search(
                [("company_id", "=", self.company.id)]
            )
        )
