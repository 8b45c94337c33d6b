"""Many tickets and promises at once: the same queries as for a few."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .batch_common import BatchMixin
from .common_hotline import HotlineCommon
from .test_promise_terms import PromiseCommon

FEW, MANY = 4, 24


@tagged("post_install", "-at_install")
class TestTicketBatch(BatchMixin, HotlineCommon):
    """Intake and verdicts in one go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.with_user(cls.head_user).action_add_messages()

    def _create_tickets(self, number, **values):
        """Create tickets that were called in a day ago, as the dispatcher."""
        tickets = self._as(self.dispatcher_user, self.env["helpdesk.ticket"])
        return tickets.create(
            [
                {
                    "name": f"No pressure {place}",
                    "description": "The compressor builds no pressure.",
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    **values,
                }
                for place in range(number)
            ]
        )

    def _get_growth(self, work):
        """Return the statements for a few and for many."""
        work(2)
        return self._count(lambda: work(FEW)), self._count(lambda: work(MANY))

    def test_tickets(self):
        """HOT-01: service cases cost no query each beside what the helpdesk costs."""
        plain_few, plain_many = self._get_growth(self._create_tickets)
        service = {
            "call_type": "repair",
            "site_id": self.site.id,
            "equipment_id": self.equipment.id,
            "symptom_id": self.symptom.id,
            "received_on": fields.Datetime.now() - timedelta(hours=20),
        }
        few, many = self._get_growth(
            lambda number: self._create_tickets(number, **service)
        )
        plain_growth = plain_many.total() - plain_few.total()
        self.assertNoGrowth(few, many, plain_growth)
        tickets = self._create_tickets(2, **service)
        self.assertEqual(len(tickets.commitment_ids), 6)

    def _complaints(self, number):
        """Return complaints about the technician, to be judged."""
        tickets = self.env["helpdesk.ticket"]
        for place in range(number):
            tickets |= self._complaint(subject=f"I complain {place}")
        tickets.write({"complaint_employee_ids": [(6, 0, self.technician.ids)]})
        return tickets

    def test_verdicts(self):
        """HOT-18, PEN-05: many complaints are judged at once, with what follows."""

        def judge(tickets):
            self._as(self.head_user, tickets).action_verify_complaint(
                "valid", "So it was.", "quarrel"
            )

        few, many = self._complaints(FEW), self._complaints(MANY)
        judge(self._complaints(2))
        spent_few = self._count(lambda: judge(few))
        spent_many = self._count(lambda: judge(many))
        self.assertNoGrowth(spent_few, spent_many)
        self.assertEqual(set(many.mapped("verified")), {"valid"})


@tagged("post_install", "-at_install")
class TestPromiseBatch(BatchMixin, PromiseCommon):
    """The watch over promises."""

    def _promises(self, number):
        with freeze_time(self._local("2026-03-02 10:00:00")):
            tickets = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": "No pressure",
                        "description": "The compressor builds no pressure.",
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "call_type": "repair",
                        "site_id": self.site.id,
                        "equipment_id": self.equipment.id,
                        "symptom_id": self.symptom.id,
                    }
                    for _place in range(number)
                ]
            )
        return tickets.commitment_ids

    def test_watch(self):
        """ESC-01, ESC-12: many promises break and are told of at once."""
        self._use(
            {"milestone": "reply", "unit": "hours", "value": 2},
            escalation_ids=[
                (0, 0, {"sequence": 1, "recipient": "head", "hours": 0}),
                (0, 0, {"sequence": 2, "recipient": "quality_vp", "hours": 1}),
            ],
        )
        spent = []
        for number in (2, FEW, MANY):
            promises = self._promises(number)
            cost = self._count(lambda: self._watch("2026-03-02 13:00:00"))
            cost += self._count(lambda: self._watch("2026-03-02 14:30:00"))
            spent.append(cost)
            self.assertEqual(set(promises.mapped("state")), {"missed"})
            self.assertTrue(all(promises.mapped("told_on")))
        self.assertNoGrowth(*spent[1:])
