"""Many orders at once: the same queries as for a few, every effect."""

from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .batch_common import BatchMixin
from .field_common import FieldCommon

FEW, MANY = 5, 40


@tagged("post_install", "-at_install")
class TestVisitBatch(BatchMixin, FieldCommon):
    """A department's day is planned, sent out, finished and closed in one go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "customer@example.com"
        cls.policy.with_user(cls.head_user).action_add_messages()
        cls.env["aftersales.policy.callback"].create(
            {"policy_id": cls.policy.id, "name": "Each visit", "trigger": "visit"}
        )
        cls.plan = cls.env["aftersales.plan"].create(
            {"site_id": cls.site.id, "date_start": fields.Date.today()}
        )
        cls.equipment_list = cls.equipment.create(
            [
                {
                    "name": f"CP-1{number:03}",
                    "site_id": cls.site.id,
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "product_id": cls.compressor.id,
                    "serial": f"SN-CP-1{number:03}",
                    "purchase_date": cls.equipment.purchase_date,
                    "warranty_months": 12,
                }
                for number in range(MANY)
            ]
        )

    def _tickets(self, number, **values):
        """Return new tickets, analysed, one for each unit."""
        ticket = self._prepare_ticket(**values)
        return self.env["helpdesk.ticket"].create(
            [
                {**ticket, "equipment_id": unit.id}
                for unit in self.equipment_list[:number]
            ]
        )

    def _prepare_ticket(self, **values):
        return {
            "name": "No pressure",
            "description": "The compressor builds no pressure.",
            "company_id": self.company.id,
            "team_id": self.team.id,
            "partner_id": self.customer.id,
            "call_type": "repair",
            "site_id": self.site.id,
            "symptom_id": self.symptom.id,
            "received_on": fields.Datetime.now() - timedelta(hours=20),
            "triage_note": "Intake valve, change it, one valve.",
            **values,
        }

    def _orders(self, number):
        """Return draft orders of new tickets, each with its unit."""
        return self.env["aftersales.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "policy_id": self.policy.id,
                    "ticket_id": ticket.id,
                    "unit_ids": [
                        (
                            0,
                            0,
                            {
                                "equipment_id": ticket.equipment_id.id,
                                "symptom_id": self.symptom.id,
                                "cause_id": self.cause.id,
                                "result": "fixed",
                            },
                        )
                    ],
                    "worker_ids": [(0, 0, {"employee_id": self.technician.id})],
                }
                for ticket in self._tickets(number)
            ]
        )

    def _signed(self, number):
        """Return orders on site, signed, their reports incomplete."""
        orders = self._orders(number)
        arrived = fields.Datetime.now() - timedelta(hours=2)
        orders.write(
            {
                "customer_opinion": "Quick.",
                "test_run": "passed",
                "fix_confidence": "unsure",
                "customer_verdict": "satisfied",
            }
        )
        orders.worker_ids._unguarded().write(
            {"departed_on": arrived - timedelta(hours=1), "arrived_on": arrived}
        )
        for state in ("scheduled", "dispatched", "on_site"):
            orders._set_state(state)
        orders._unguarded().write(
            {"signed_by": "Li Hua", "signed_on": arrived + timedelta(hours=1)}
        )
        return orders

    def _compare(self, make, work, user=None, allowed=0):
        """Assert that work on many records takes the queries of work on a few.

        :param make: returns so many new records
        :param work: does the work with the records, as the user
        :return: the many records
        """
        user = user or self.dispatcher_user
        work(self._as(user, make(2)))
        few, many = make(FEW), make(MANY)
        spent_few = self._count(lambda: work(self._as(user, few)))
        spent_many = self._count(lambda: work(self._as(user, many)))
        self.assertNoGrowth(spent_few, spent_many, allowed)
        return many

    def test_done(self):
        """DISP-25, CB-01: many visits end at once, each with all it owes."""
        # Core looks up the address for replies to each e-mail of a closed ticket.
        orders = self._compare(
            self._signed, lambda orders: orders.action_done(), allowed=MANY - FEW
        )
        self.assertEqual(set(orders.mapped("state")), {"done"})
        self.assertEqual(len(orders.callback_ids), 2 * MANY)
        self.assertEqual(len(orders.message_log_ids), MANY)

    def test_close(self):
        """DISP-43, PEN-03: many orders are closed at once, each fined by its report."""

        def make(number):
            orders = self._signed(number)
            self._as(self.dispatcher_user, orders).action_done()
            return orders

        orders = self._compare(make, lambda orders: orders.action_close())
        self.assertEqual(set(orders.mapped("state")), {"closed"})
        promises = orders.ticket_id.commitment_ids
        self.assertFalse(
            promises.filtered(
                lambda one: one.milestone == "resolve" and not one.fulfilled_on
            )
        )
        fines = self.env["aftersales.adjustment"].search(
            [("event_model", "=", orders._name), ("event_id", "in", orders.ids)]
        )
        self.assertEqual(len(fines), MANY)
        self.assertEqual(self._get_log(orders), {("Done", "Closed"): MANY})

    def _get_log(self, orders):
        """Return how often the log says that a state changed, of the last messages."""
        last = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", orders._name),
                ("mail_message_id.res_id", "in", orders.ids),
                ("field_id.name", "=", "state"),
            ],
            order="id",
        )
        newest = {value.mail_message_id.res_id: value for value in last}
        return Counter(
            (value.old_value_char, value.new_value_char) for value in newest.values()
        )

    def test_one_order_and_many_leave_the_same_log(self):
        """DISP-43: the log of changes is the same, one by one or together."""
        logs = []
        for number in (1, 3):
            orders = self._signed(number)
            self._settle()
            self._as(self.dispatcher_user, orders).action_done()
            self._settle()
            for order in orders:
                messages = order.message_ids.filtered("tracking_value_ids")
                logs.append(
                    [
                        (
                            message.author_id,
                            message.subtype_id,
                            message.message_type,
                            message.is_internal,
                            message.body,
                            message.email_from,
                            message.reply_to,
                            [
                                (
                                    value.field_id.name,
                                    value.old_value_char,
                                    value.new_value_char,
                                )
                                for value in message.tracking_value_ids
                            ],
                        )
                        for message in messages
                    ]
                )
        self.assertEqual(len(logs), 4)
        self.assertTrue(logs[0])
        for log in logs[1:]:
            self.assertEqual(log, logs[0])

    def test_schedule(self):
        """DISP-10: many visits are planned at once."""
        start = fields.Datetime.now() + timedelta(days=1)
        self._compare(
            self._orders,
            lambda orders: orders.action_schedule(start, promised_start=start),
        )

    def test_dispatch(self):
        """DISP-10: many orders are sent out at once."""

        def make(number):
            orders = self._orders(number)
            start = fields.Datetime.now() + timedelta(days=1)
            self._as(self.dispatcher_user, orders).action_schedule(start)
            return orders

        orders = self._compare(make, lambda orders: orders.action_dispatch())
        self.assertEqual(len(orders.activity_ids), MANY)
        told = self.env["mail.message"].search(
            [
                ("partner_ids", "in", self.technician_user.partner_id.ids),
                ("body", "ilike", orders[0].name),
            ]
        )
        self.assertEqual(len(told), 1)
        self.assertIn(orders[-1].name, told.body)
