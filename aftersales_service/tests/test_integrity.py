from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import ArgumentError
from .common import AftersalesCommon
from .common_integrity import IntegrityControls


@tagged("post_install", "-at_install")
class TestIntegrity(IntegrityControls, AftersalesCommon):
    """The check itself: who may ask, what comes back, what it costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.laws = cls.env["aftersales.integrity"]

    def test_all_laws_hold_at_the_beginning(self):
        results = self.laws.run()
        self.assertEqual(
            [result["law"] for result in results], [f"L{n}" for n in range(1, 12)]
        )
        self.assertFalse([result for result in results if not result["ok"]])
        self.assertEqual(
            {key for result in results for key in result},
            {"law", "title", "ok", "count", "sample"},
        )

    def test_one_query_per_law(self):
        self.laws.run()
        for code, law in self.laws._get_laws().items():
            with self.subTest(code), self.assertQueryCount(1):
                self.laws._check_law(code, law)

    def test_only_managers_and_hr(self):
        for user in (self.head_user, self.gm_user, self.hr_user):
            (result,) = self.laws.with_user(user).run(["L1"])
            self.assertEqual(result["law"], "L1")
        for user in (self.technician_user, self.dispatcher_user, self.employee_user):
            with self.assertRaises(AccessError):
                self.laws.with_user(user).run()

    def test_wrong_laws_are_refused(self):
        for laws in (["L99"], "L99", 5, [5], [["L1"]], {"L1": 1}, [None], ""):
            with self.subTest(laws), self.assertRaises(ArgumentError):
                self.laws.run(laws)
        self.assertEqual(len(self.laws.run("L1")), 1)

    def test_other_companies_are_not_looked_at(self):
        self._sql(
            "UPDATE aftersales_site SET state = 'closed' WHERE id = %s", self.site.id
        )
        self._assert_broken("L10", self.site, "state_unlogged")
        other = self.laws.with_context(allowed_company_ids=self.company2.ids)
        self.assertTrue(other.run(["L10"])[0]["ok"])

    def test_l10_a_state_without_its_step(self):
        self._assert_holds("L10")
        self._sql(
            "UPDATE aftersales_site SET state = 'closed' WHERE id = %s", self.site.id
        )
        self._assert_broken("L10", self.site, "state_unlogged")

    def test_l10_a_broken_chain(self):
        self._sql(
            "UPDATE aftersales_audit SET reason = 'x' WHERE model = %s AND res_id = %s",
            self.site._name,
            self.site.id,
        )
        self._assert_broken("L10", self.site, "trail_broken")

    def test_the_report_shows_what_is_broken(self):
        reports = self.env["aftersales.integrity.report"].with_user(self.head_user)
        sound = reports.browse(reports.action_open_report()["res_id"])
        self.assertFalse(sound.broken_count)
        self._sql(
            "UPDATE aftersales_site SET state = 'closed' WHERE id = %s", self.site.id
        )
        report = reports.browse(sound.action_check_again()["res_id"])
        self.assertEqual(report.broken_count, 1)
        broken = report.line_ids.filtered(lambda line: not line.is_ok)
        self.assertEqual((broken.code, broken.count), ("L10", 1))
        self.assertIn(self.site.name, broken.sample)
        with self.assertRaises(AccessError):
            reports.with_user(self.technician_user).action_open_report()
