from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCalendarFeed(HttpCase, AftersalesCommon):
    """The technician's visits in the calendar of his phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(cls)
        cls.foreign = cls._create_order(
            cls, worker_ids=[(0, 0, {"employee_id": cls.technician2.id})]
        )
        soon = fields.Datetime.now() + timedelta(days=1)
        for order in cls.order | cls.foreign:
            order.with_user(cls.dispatcher_user).action_schedule(soon)
        cls.mine = cls.technician_user.with_user(cls.technician_user)

    def test_own_visits_only(self):
        """DISP-09: the address shows the own visits, with what is needed to go."""
        response = self.url_open(self.mine.action_make_calendar_link())
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("text/calendar"))
        self.assertIn(self.order.name, response.text)
        self.assertNotIn(self.foreign.name, response.text)
        self.assertIn("5550 1001", response.text)
        self.assertEqual(response.text.count("BEGIN:VEVENT"), 1)

    def test_far_visits_are_left_out(self):
        """DISP-09: 60 days ahead and no further."""
        desk = self.order.with_user(self.dispatcher_user)
        desk.action_schedule(fields.Datetime.now() + timedelta(days=61))
        response = self.url_open(self.mine.action_make_calendar_link())
        self.assertNotIn("VEVENT", response.text)

    def test_no_phone_where_the_company_says_so(self):
        """ROLE-03: customers' numbers stay at home if the company wants it."""
        self.company.aftersales_calendar_no_phone = True
        response = self.url_open(self.mine.action_make_calendar_link())
        self.assertNotIn("5550 1001", response.text)
        self.assertIn("VEVENT", response.text)

    def test_wrong_and_revoked_keys(self):
        """ROLE-03: a wrong, an old and a revoked key are not found; nothing posts."""
        old = self.mine.action_make_calendar_link()
        new = self.mine.action_make_calendar_link()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(new).status_code, 200)
        self.assertEqual(self.url_open(new, data={"x": 1}).status_code, 405)
        self.mine.action_revoke_calendar_link()
        self.assertEqual(self.url_open(new).status_code, 404)
        wrong = "/aftersales/calendar/wrong.ics"
        self.assertEqual(self.url_open(wrong).status_code, 404)

    def test_left_the_department(self):
        """ROLE-03: the address ends with the role and with the account."""
        link = self.mine.action_make_calendar_link()
        self.technician_user.group_ids -= self.env.ref(
            "aftersales_service.group_technician"
        )
        self.assertEqual(self.url_open(link).status_code, 404)

    def test_rate_limit(self):
        """ROLE-03, T3: who guesses is slowed down, by all server processes together."""
        first = self.env["res.company"].search([], order="id", limit=1)
        first.aftersales_qr_address_limit = 2
        wrong = "/aftersales/calendar/guess.ics"
        codes = [self.url_open(wrong).status_code for _try in range(3)]
        self.assertEqual(codes, [404, 404, 429])
        counted = self.env["aftersales.throttle"].search([("key", "=like", "code:%")])
        self.assertEqual(counted.hits, 3)
        right = self.url_open(self.mine.action_make_calendar_link())
        self.assertEqual(right.status_code, 200)

    def test_nobody_makes_another_ones_link(self):
        """ROLE-03: only a technician, and only for himself."""
        for user in (self.technician2_user, self.dispatcher_user, self.employee_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.technician_user.with_user(user).action_make_calendar_link()
        with self.assertRaises(AccessError):
            self.mine.read(["aftersales_calendar_hash"])
