from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    MissingError,
    NotEntitledError,
)
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestSteward(AftersalesCommon):
    """New customers find a keeper, who contacts them in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_stewardship = True
        cls.stewards = cls.env["aftersales.steward"].create(
            [
                {"user_id": cls.dispatcher_user.id, "company_id": cls.company.id},
                {"user_id": cls.callback_user.id, "company_id": cls.company.id},
            ]
        )

    def _customers(self, count):
        return self.env["res.partner"].create(
            [{"name": f"Customer {index}"} for index in range(count)]
        )

    def _allot(self, customers):
        return customers.with_user(self.head_user).action_allot_keeper()

    def test_loads_even_out(self):
        """SITE-10: 10 new customers to 5 and 9 make 12 and 12."""
        model = self.env["aftersales.allocation"]
        for steward, count in zip(self.stewards, (5, 9), strict=True):
            model._unguarded().create(
                [
                    {
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "user_id": steward.user_id.id,
                        "allocated_on": "2026-03-01",
                        "due_on": "2026-03-08",
                    }
                    for customer in self._customers(count)
                ]
            )
        customers = self._customers(10)
        made = self._allot(customers)
        self.assertEqual(len(made), 10)
        self.assertEqual(self.stewards.mapped("customer_count"), [12, 12])
        # Twice in a row: nobody is allotted twice.
        self.assertFalse(self._allot(customers))

    def test_capability_and_class_are_considered(self):
        """SITE-10: who can carry twice as much gets twice as many of his class."""
        self.stewards[0].weight = 2.0
        self._allot(self._customers(9))
        self.assertEqual(self.stewards.mapped("customer_count"), [6, 3])
        self.stewards.invalidate_recordset()
        self.stewards[1].tier = "key"
        self._allot(self._customers(3))
        self.assertEqual(self.stewards.mapped("customer_count"), [9, 3])

    @freeze_time("2026-03-02 04:00:00")
    def test_first_contact_within_a_week(self):
        """SITE-11: due in a week; without a record the supervisor is told once."""
        one = self._allot(self.customer)
        self.assertEqual(one.due_on, date(2026, 3, 9))
        self.assertEqual(one.activity_ids.date_deadline, date(2026, 3, 9))
        with freeze_time("2026-03-10 04:00:00"):
            late = self.env["aftersales.allocation"].search([("is_overdue", "=", True)])
            self.assertIn(one, late)
            one.search([])._alert()
            told = one.activity_ids.filtered(lambda act: act.user_id == self.head_user)
            self.assertEqual(len(told), 1)
            self.assertTrue(one.alerted_on)
            keeper = one.with_user(one.user_id)
            with self.assertRaises(ArgumentError):
                keeper.action_contact(" ")
            keeper.action_contact("Two shifts, wants a spare filter")
            keeper.action_contact("Again")
        self.assertEqual(one.state, "done")
        self.assertEqual(one.note, "Two shifts, wants a spare filter")

    def test_keepers_act_for_themselves(self):
        """SITE-11: nobody records another's contact, and heads decide who keeps."""
        one = self._allot(self.customer)
        other = (self.dispatcher_user | self.callback_user) - one.user_id
        with self.assertRaises(UserError):
            one.with_user(other).action_contact("I did")
        with self.assertRaises(UserError):
            one.with_user(one.user_id).action_give_away()
        one.with_user(self.head_user).action_give_away("Balance")
        self.assertTrue(self._allot(self.customer))
        with self.assertRaises(NotEntitledError):
            self.customer2.with_user(self.dispatcher_user).action_allot_keeper()

    def test_off_unless_the_company_says_so(self):
        """SITE-10: nothing is allotted where keepers are switched off."""
        self.company.aftersales_stewardship = False
        with self.assertRaises(MissingError):
            self._allot(self.customer)

    def test_the_night_finds_new_customers(self):
        """SITE-10: every night the day's new customers are allotted."""
        found = self.env["aftersales.allocation"]._find_new(self.company)
        self.assertIn(self.customer, found)
        self.assertNotIn(self.customer2, found)
        self._allot(self.customer)
        found = self.env["aftersales.allocation"]._find_new(self.company)
        self.assertNotIn(self.customer, found)
