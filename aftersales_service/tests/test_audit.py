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

    def test_a_user_without_rows_can_still_be_deleted(self):
        user = self._create_user("as_leaver", "base.group_portal")
        user.unlink()
        self.assertFalse(user.exists())

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


@tagged("post_install", "-at_install")
class TestAuditTampering(AftersalesCommon):
    """Whoever gets past the triggers is found out, and where (D11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audit = cls.env["aftersales.audit"]
        cls.seal = cls.env["aftersales.audit.seal"]
        for event in ("checked", "measured", "signed"):
            cls.audit._log(cls.site, event, reason="r", note="n")
        cls.broken = {"model": cls.site._name, "res_id": cls.site.id}

    def _tamper(self, statement, *params):
        """Change rows behind the triggers, look, and put everything back."""
        with self.env.cr.savepoint() as savepoint:
            for table in TABLES:
                self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            self.env.cr.execute(statement, params)
            self.assertTrue(self.env.cr.rowcount)
            result = self.audit.verify()
            savepoint.rollback()
        return result

    def _where(self, sequence):
        return (
            "WHERE model = 'aftersales.site' "
            f"AND res_id = {self.site.id} AND sequence = {sequence}"
        )

    def test_an_untouched_trail_is_sound(self):
        result = self.audit.verify()
        self.assertEqual((result["ok"], result["broken"]), (True, False))
        self.assertGreaterEqual(result["count"], 3)

    def test_every_column_is_covered(self):
        changes = {
            "id": "id + 1000000",
            "document": "document || 'x'",
            "company_id": "company_id + 1",
            "event": "'approved'",
            "state_from": "'draft2'",
            "happened_on": "happened_on - interval '1 day'",
            "recorded_on": "recorded_on - interval '1 second'",
            "user_login": "'somebody'",
            "user_ref": "user_ref + 1",
            "reason": "'other'",
            "detail": """'{"note": "m"}'""",
            "previous_hash": "md5('x')",
            "hash": "md5('x')",
        }
        stored = {name for name, field in self.audit._fields.items() if field.store} - {
            "model",
            "res_id",
            "sequence",
        }
        self.assertEqual(set(changes), stored)
        for column, value in changes.items():
            with self.subTest(column):
                result = self._tamper(
                    f"UPDATE aftersales_audit SET {column} = {value} {self._where(2)}"
                )
                self.assertFalse(result["ok"])
                self.assertEqual(
                    {**result["broken"], "reason": ""},
                    {**self.broken, "sequence": 2, "reason": ""},
                )

    def test_a_moved_or_missing_entry_is_located(self):
        for change in (
            f"UPDATE aftersales_audit SET sequence = 99 {self._where(2)}",
            f"UPDATE aftersales_audit SET res_id = res_id + 1000000 {self._where(2)}",
            f"DELETE FROM aftersales_audit {self._where(2)}",
        ):
            with self.subTest(change):
                broken = self._tamper(change)["broken"]
                self.assertEqual(
                    (broken["res_id"], broken["sequence"]), (self.site.id, 2)
                )

    def test_a_cut_tail_is_found_by_the_seal(self):
        last = self.audit.search(
            [("model", "=", "aftersales.site"), ("res_id", "=", self.site.id)], limit=1
        )
        cut = f"DELETE FROM aftersales_audit {self._where(last.sequence)}"
        self.assertTrue(self._tamper(cut)["ok"], "a cut tail is sound in itself")
        self.seal._seal_next(1000)
        result = self._tamper(cut)
        self.assertEqual(result["broken"]["res_id"], self.site.id)
        self.assertEqual(result["broken"]["sequence"], last.sequence)

    def test_seals_are_chained_and_tampering_with_them_is_found(self):
        self.seal._seal_next(1000)
        self.audit._log(self.site, "checked")
        self.assertEqual(self.seal._seal_next(1000), 1)
        self.assertEqual(self.seal._seal_next(1000), 0)
        seals = self.seal.search([("company_id", "=", self.company.id)], order="number")
        self.assertEqual(seals[-1].previous_hash, seals[-2].hash)
        self.assertEqual(seals[-1].head_ids.mapped("res_id"), self.site.ids)
        self.assertTrue(self.audit.verify()["ok"])
        first = f"company_id = {self.company.id} AND number = 1"
        for change in (
            f"UPDATE aftersales_audit_seal SET head_count = 0 WHERE {first}",
            f"UPDATE aftersales_audit_seal SET sealed_on = now() WHERE {first}",
            f"UPDATE aftersales_audit_seal SET number = 9 WHERE {first}",
            "UPDATE aftersales_audit_head SET sequence = sequence + 1000 "
            f"WHERE seal_id = {seals[0].id}",
            "DELETE FROM aftersales_audit_head "
            f"WHERE seal_id = {seals[0].id} AND res_id = {self.site.id}",
        ):
            with self.subTest(change):
                broken = self._tamper(change)["broken"]
                self.assertEqual(broken["model"], "aftersales.audit.seal")
                self.assertEqual(broken["res_id"], self.company.id)
                self.assertEqual(broken["sequence"], 1)

    def test_cron_seals_everything_in_chunks(self):
        for _index in range(3):
            self.audit._log(self.site.copy(), "checked")
        cron = self.env.ref("aftersales_service.ir_cron_seal_audit")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.assertEqual(self.seal._count_unsealed(), 0)
        self.assertTrue(self.audit.verify()["ok"])

    def test_one_writer_at_a_time(self):
        self.env.flush_all()
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext('aftersales_audit_seal'))"
            )
            self.assertFalse(self.seal._try_lock_writer())
        self.assertTrue(self.seal._try_lock_writer())
