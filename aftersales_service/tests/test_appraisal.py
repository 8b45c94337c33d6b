from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, FrozenFactError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-01-05 04:00:00")
class TestAppraisal(AftersalesCommon):
    """PAY-13: monthly marks, and the year that is judged by them."""

    def _make(self, employee, month, score, **values):
        appraisals = self.env["aftersales.appraisal"].with_user(self.head_user)
        return appraisals.create(
            {
                "employee_id": employee.id,
                "company_id": self.company.id,
                "month": month,
                "score": score,
                **values,
            }
        )

    def _year(self, user, employee):
        years = self.env["aftersales.appraisal.year"].with_user(user)
        return years.search([("employee_id", "=", employee.id), ("year", "=", "2026")])

    def test_twelve_months_make_the_year(self):
        """PAY-13, REW-03: twelve marks averaged, and the place among the others."""
        marks = [80.0, 90.0] * 5 + [70.0, 100.0]
        for month, score in enumerate(marks, start=1):
            self._make(self.technician, f"2026-{month:02}-15", score).action_give()
        for month in (1, 2):
            self._make(self.technician2, f"2026-{month:02}-01", 95.0).action_give()
        self._make(self.technician2, "2026-03-01", 10.0)  # a draft does not count
        self.env.flush_all()
        year = self._year(self.hr_user, self.technician)
        found = year.month_count, year.average, year.lowest, year.place
        self.assertEqual(found, (12, 85.0, 70.0, 2))
        other = self._year(self.hr_user, self.technician2)
        self.assertEqual((other.month_count, other.average, other.place), (2, 95.0, 1))

    def test_a_month_is_prepared_once(self):
        """PAY-13, KPI-20: everybody in the service, each once."""
        appraisals = self.env["aftersales.appraisal"].with_user(self.head_user)
        appraisals = appraisals.with_company(self.company)
        made = appraisals.action_prepare_month()
        self.assertEqual(set(made.mapped("month")), {made[0].month})
        self.assertEqual(made[0].month.isoformat(), "2026-12-01")
        self.assertLessEqual({self.technician, self.technician2}, set(made.employee_id))
        self.assertFalse(appraisals.action_prepare_month("2026-12-31"))
        with self.assertRaises(ArgumentError):
            appraisals.action_prepare_month("soon")
        with self.assertRaises(AccessError):
            appraisals.with_user(self.technician_user).action_prepare_month()

    def test_given_seen_and_then_fixed(self):
        """PAY-13, KPI-18: the employee sees his own mark and adds his view."""
        mark = self._make(self.technician, "2026-12-01", 88.0)
        own = mark.with_user(self.technician_user)
        with self.assertRaises(AccessError):
            own.read(["score"])
        mark.action_give()
        mark.action_give()
        self.assertEqual(own.score, 88.0)
        with self.assertRaises(FrozenFactError):
            mark.score = 90.0
        mark.action_take_back()
        mark.score = 90.0
        mark.action_give()
        with self.assertRaises(AccessError):
            mark.action_agree()
        own.action_agree("Fair")
        own.action_agree("Twice")
        self.assertEqual((mark.state, mark.employee_note), ("agreed", "Fair"))
        with self.assertRaises(TransitionError):
            mark.action_take_back()
        with self.assertRaises(AccessError):
            mark.with_user(self.technician2_user).read(["score"])
        with self.assertRaises(UserError):
            own.write({"note": "mine"})

    def test_what_cannot_be_given(self):
        """PAY-13: a mark out of a hundred, not of the future, not of oneself."""
        with self.assertRaises(TransitionError):
            self._make(self.technician, "2027-02-01", 80.0).action_give()
        with self.assertRaises(TransitionError):
            self._make(self.technician, "2026-11-01", 0.0).action_give()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._make(self.technician, "2026-10-01", 101.0)
        mine = self._make(self.technician, "2026-09-01", 80.0)
        self.technician.user_id = self.head_user
        with self.assertRaises(AccessError):
            mine.action_give()
