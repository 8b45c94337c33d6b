"""Sheets of planned visits, filled and signed in the web client."""

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon
from .plan_common import ITEMS


class PlanTourCommon(HttpCase, AftersalesCommon):
    """One plan of the site that is due today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._create_employee("Head Li", cls.head_user)
        cls.team.user_id = cls.head_user
        cls.sheet = cls.env["aftersales.checklist"].create(
            {
                "name": "Monthly Sheet",
                "code": "T-MONTH",
                "purpose": "inspection",
                "item_ids": [(0, 0, item) for item in ITEMS],
            }
        )
        hazard = cls.sheet.item_ids.filtered(lambda item: item.name == "No hazards")
        cls.sheet.item_ids = [
            (
                0,
                0,
                {
                    "name": "Photo of the hazard",
                    "answer_type": "photo",
                    "condition_item_id": hazard.id,
                    "condition_answer": "no",
                    "sequence": 3,
                },
            )
        ]

    def _visit(self, employee, **values):
        """Return the order of a plan that is due today, sent to somebody."""
        today = fields.Date.context_today(self.site)
        plan = self.env["aftersales.plan"].create(
            {
                "site_id": self.site.id,
                "date_start": today.replace(day=1),
                "next_date": today,
                "checklist_ids": [(6, 0, self.sheet.ids)],
                **values,
            }
        )
        made = plan.with_user(self.head_user).generate(today)
        order = made.sudo().order_id.with_user(self.dispatcher_user)
        order.action_schedule(fields.Datetime.now(), employee_id=employee.id)
        order.action_dispatch()
        return order


@tagged("post_install", "-at_install")
class TestSheetOnPhone(PlanTourCommon):
    """The technician with his phone, 390 pixels wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_technician_fills_and_signs_a_monthly_sheet(self):
        """INSP-01, INSP-06: ticks, a number, a finding with its ticket, signed."""
        before = self._visit(self.technician, name="Last month").sudo()
        reading = before.check_ids.filtered(lambda one: one.name == "Pressure")
        reading.action_answer(7.5)
        before._set_state("cancel")
        order = self._visit(self.technician)
        self.start_tour(
            "/odoo/my-day",
            "aftersales_technician_sheet",
            login=self.technician_user.login,
            timeout=120,
        )
        order.invalidate_recordset()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.signed_by, "Li Ming")
        ticket = order.sudo().check_ids.finding_ticket_id
        self.assertEqual(len(ticket), 1)
        self.assertIn("Cable hangs loose", ticket.description)
        self.assertEqual(order.sudo().occurrence_ids.state, "fulfilled")
        self.assertTrue(order.has_open_findings)


@tagged("post_install", "-at_install")
class TestSheetAtDesk(PlanTourCommon):
    """The head of department before the sheet of the quarter."""

    def test_a_head_signs_a_quarterly_sheet_for_our_side(self):
        """INSP-02: the head fills it in, the customer signs, he signs for us."""
        order = self._visit(
            self.head, interval_unit="quarter", signatures="both", assignee="head"
        )
        own = order.with_user(self.head_user)
        own.action_depart()
        own.action_arrive()
        own.customer_opinion = "Good."
        self.start_tour(
            f"/odoo/action-aftersales_service.aftersales_order_action/{order.id}",
            "aftersales_head_quarterly",
            login=self.head_user.login,
            timeout=120,
        )
        order.invalidate_recordset()
        self.assertEqual(order.company_signed_by_id, self.head_user)
        self.assertEqual(order.signed_by, "Li Hua")
        own.action_call_headquarters()
        own.action_leave()
        own.action_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.sudo().occurrence_ids.state, "fulfilled")
