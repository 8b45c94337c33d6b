from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .field_common import picture
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestCustomerVisit(PlanCommon):
    """Visits to customers: applied for, prepared, made, counted."""

    def _visit_order(self, **values):
        values = {"service_type": "visit", "ticket_id": False, **values}
        return self._create_order(**values).with_user(self.dispatcher_user)

    # -- application

    def test_a_visit_is_dispatched_when_the_head_signed_its_application(self):
        """VIS-02: not before; a purpose is demanded, the applicant never signs."""
        self.policy.visit_application = True
        order = self._visit_order()
        order.action_schedule(self._at("10:00"), employee_id=self.technician.id)
        with self.assertRaisesRegex(MissingError, "Apply for staff"):
            order.action_dispatch()
        with self.assertRaisesRegex(MissingError, "what the visit is for"):
            order.action_apply_dispatch()
        order.visit_purpose = "Half-yearly visit"
        order.action_apply_dispatch()
        with self.assertRaises(FrozenFactError):
            order.visit_purpose = "Something else"
        with self.assertRaises(NotEntitledError):
            order.action_decide_dispatch(True)
        order.with_user(self.head_user).action_decide_dispatch(True)
        order.with_user(self.head_user).action_decide_dispatch(True)  # twice is once
        self.assertEqual(order.send_decided_by_id, self.head_user)
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_no_application_where_the_policy_asks_none(self):
        """VIS-02: the setting is the policy's; off, a visit is simply planned."""
        order = self._visit_order()
        self.assertFalse(order.needs_application)
        with self.assertRaises(TransitionError):
            order.action_apply_dispatch()

    def test_the_preparation_is_filled_in_from_the_register(self):
        """VIS-02: units with service life and warranty, tickets, services."""
        self.equipment.write({"site_id": self.site.id, "install_date": "2024-03-02"})
        before = self._visit_order(site_id=self.site.id)
        for state in ("scheduled", "dispatched", "on_site", "done"):
            before._set_state(state)
        self._create_ticket(site_id=self.site.id)
        text = self._visit_order(site_id=self.site.id).visit_preparation
        self.assertIn(self.equipment.display_name, text)
        self.assertIn("2.0 years", text)
        self.assertIn("Open tickets: 1", text)
        self.assertIn(before.name, text)
        self.assertFalse(self._create_order().visit_preparation)

    def test_sales_come_along_and_are_listed(self):
        """VIS-06: both sides stand on the visit record."""
        order = self._visit_order(
            worker_ids=[(0, 0, {"employee_id": self.technician.id})]
        )
        order.sales_user_ids = self.employee_user
        self.assertIn(self.technician.name, order.visit_participants)
        self.assertIn(self.employee_user.name, order.visit_participants)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_order", order.ids
        )
        self.assertIn(self.employee_user.name, html.decode())

    # -- on the spot

    def test_the_visit_sheet_asks_conditions_performance_quality_and_survey(self):
        """VIS-03, VIS-04: mandatory on the spot; market data beside them."""
        sheet = self.env.ref("aftersales_service.checklist_customer_visit")
        plan = self._plan(service_type="visit", checklist_ids=[(6, 0, sheet.ids)])
        order = self._visit(plan)
        order.customer_opinion = "Good."
        with self.assertRaisesRegex(MissingError, "Working conditions"):
            order.action_sign("Li Hua", picture(), self._at("11:00"))
        required = order.check_ids.filtered("is_required")
        for check in required:
            check.action_answer(
                {"tick": True, "choice": "Satisfied", "text": "Seen"}[check.answer_type]
            )
        self.assertIn("Quality seen", required.mapped("name"))
        market = order.check_ids.filtered(lambda one: one.section == "Market Data")
        self.assertEqual(len(market), 7)
        self.assertIn("photo", market.mapped("answer_type"))
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        self.assertTrue(order.signed_on)

    def test_a_visit_is_closed_with_its_four_papers(self):
        """VIS-04: memo, visit report, data list and summary; other orders owe none."""
        self.policy.visit_papers = True
        papers = self.env["aftersales.form"].search([("is_required", "=", True)])
        papers.is_required = False
        order = self._visit_order()
        fault = self._create_order()
        for state in ("scheduled", "dispatched", "on_site", "done"):
            (order | fault)._set_state(state)
        head = order.with_user(self.head_user)

        def missing(record):
            return [
                item["reason"]
                for item in record.missing("close")
                if item["field"] == "document_ids"
            ]

        self.assertEqual(len(missing(head)), 4)
        self.assertFalse(missing(fault.with_user(self.head_user)))
        self.assertTrue(head.has_missing_papers)
        domain = [("has_missing_papers", "=", True)]
        self.assertIn(order, head.search(domain))
        self.assertNotIn(fault, head.search(domain))
        forms = self.env["aftersales.form"].search([("is_visit_paper", "=", True)])
        for form in forms:
            self.env["aftersales.document"]._file(
                form,
                b"%PDF-1.4 paper",
                "paper.pdf",
                {"order_id": order.id, "paper_date": "2026-03-02"},
            )
        head.invalidate_recordset()
        self.assertFalse(missing(head))
        self.assertFalse(head.has_missing_papers)

    # -- the same plan by phone or letter

    def test_a_planned_visit_is_settled_by_phone_or_letter(self):
        """VIS-05: the period is fulfilled, the order dropped, the mode on record."""
        plan = self._plan(service_type="visit")
        made = self._generate(plan, "2026-03-31").with_user(self.head_user)
        order = made.order_id
        made.action_reply("letter", "Sent the new manual, no questions left.")
        made.action_reply("letter", "Again")  # twice is once
        self.assertEqual((made.state, made.contact_mode), ("fulfilled", "letter"))
        self.assertEqual(made.contact_note[:8], "Sent the")
        self.assertEqual(order.state, "cancel")
        with self.assertRaises(TransitionError):
            made.action_reply("phone", "Too late")

    def test_only_visits_are_settled_so_and_only_by_heads(self):
        """VIS-05: an inspection is made on site; a mode and words are demanded."""
        inspection = self._generate(self._plan(), "2026-03-31")
        with self.assertRaises(TransitionError):
            inspection.with_user(self.head_user).action_reply("phone", "Fine")
        visit = self._generate(self._plan(service_type="visit"), "2026-03-31")
        with self.assertRaises(AccessError):
            visit.with_user(self.dispatcher_user).action_reply("phone", "Fine")
        for mode, note in (("visit", "Fine"), ("phone", " "), ("fax", "Fine")):
            with self.subTest(mode), self.assertRaises(ArgumentError):
                visit.with_user(self.head_user).action_reply(mode, note)

    def test_work_on_site_counts_as_a_visit(self):
        """VIS-05: the mode of work done on site is the visit."""
        made = self._generate(self._plan(), "2026-03-31")
        made._fulfil(self._day("2026-03-20"))
        self.assertEqual(made.contact_mode, "visit")

    # -- goals

    def _call(self, at, partner):
        return (
            self.env["aftersales.call"]
            .with_user(self.technician_user)
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "direction": "out",
                    "result": "answered",
                    "partner_id": partner.id,
                    "user_id": self.technician_user.id,
                    "called_on": at,
                }
            )
        )

    def _contacts(self, month):
        rows = self.env["aftersales.contact.report"].with_user(self.head_user)
        return rows.search(
            [("employee_id", "=", self.technician.id), ("month", "=", month)]
        )

    def test_five_calls_cost_a_point_and_six_do_not(self):
        """CB-14, AMB-77: several calls to a customer on one day are one."""
        self._visit(self._plan())
        for day in range(3, 8):
            self._call(f"2026-03-0{day} 02:00:00", self.customer)
            self._call(f"2026-03-0{day} 03:00:00", self.customer)
        with freeze_time("2026-03-20 04:00:00"):
            row = self._contacts("2026-03-01")
            self.assertEqual((row.calls, row.calls_short), (5, 1))
            self.assertEqual(row.call_points, -1.0)
            # 17:00 UTC is the next day in Shanghai: another day, another call.
            self._call("2026-03-07 17:00:00", self.customer)
            self.env.invalidate_all()
            row = self._contacts("2026-03-01")
            self.assertEqual((row.calls, row.call_points), (6, 0.0))

    def test_eleven_visits_in_twelve_months_are_too_few(self):
        """VIS-07: 0.92 a month costs two points, 12 visits cost none."""
        for month in range(1, 12):
            self._done_visit(f"2026-{month:02}-10 04:00:00")
        with freeze_time("2026-12-30 04:00:00"):
            report = self.env["aftersales.contact.report"].with_user(self.head_user)
            figure = report.get_visit_kpi(
                self.technician.id, "2026-01-01", "2026-12-31"
            )
            self.assertEqual(figure["visits"], 11)
            self.assertEqual((figure["average"], figure["points"]), (0.92, -2.0))
            self._done_visit("2026-12-10 04:00:00")
            self.env.invalidate_all()
            figure = report.get_visit_kpi(
                self.technician.id, "2026-01-01", "2026-12-31"
            )
            self.assertEqual((figure["average"], figure["points"]), (1.0, 0.0))
            with self.assertRaises(ArgumentError):
                report.get_visit_kpi(self.technician.id, "2026-12-31", "2026-01-01")
            with self.assertRaises(AccessError):
                report.with_user(self.technician_user).get_visit_kpi(
                    self.technician.id, "2026-01-01", "2026-12-31"
                )

    def _done_visit(self, at):
        order = self._visit_order(
            worker_ids=[(0, 0, {"employee_id": self.technician.id})]
        )
        for state in ("scheduled", "dispatched", "on_site", "done"):
            order._set_state(state)
        order._unguarded().write({"done_on": at})

    def test_one_of_two_spot_check_visits_is_half(self):
        """CB-05: week 10 with one visit planned is 50 %, with two 100 %."""
        order = self._visit_order(is_spot_visit=True)
        order.action_schedule("2026-03-04 02:00:00", employee_id=self.technician.id)
        report = self.env["aftersales.spot.visit.report"].with_user(self.head_user)
        row = report.search([("week", "=", "2026-03-02")])
        self.assertEqual((row.owed, row.planned, row.compliance), (2, 1, 50.0))
        second = self._visit_order(is_spot_visit=True)
        second.action_schedule("2026-03-05 02:00:00", employee_id=self.technician.id)
        self.env.invalidate_all()
        self.assertEqual(report.search([("week", "=", "2026-03-02")]).compliance, 100)
        self.company.aftersales_spot_visits_per_week = 0
        self.env.invalidate_all()
        self.assertFalse(report.search([("week", "=", "2026-03-02")]))

    def test_the_sheet_is_back_in_12_hours_and_answered_in_48(self):
        """CB-05, AMB-59: back at 18:00: due at 06:00; then 48 hours to commit."""
        policy = self.env.ref("aftersales_service.policy_store")
        order = self._visit_order(policy_id=policy.id)
        promises = self.env["aftersales.commitment"]
        back = datetime(2026, 3, 3, 10, 0)  # 18:00 in Shanghai
        promises._start_on(order, "leave", back)
        sheet = order.sudo().commitment_ids.filtered(
            lambda one: one.milestone == "return_sheet"
        )
        self.assertEqual(str(sheet.deadline), "2026-03-03 22:00:00")
        received = datetime(2026, 3, 3, 20, 0)
        promises._fulfil(order, "return_sheet", received)
        answer = order.sudo().commitment_ids.filtered(
            lambda one: one.milestone == "resolve"
        )
        self.assertEqual(str(answer.deadline), "2026-03-05 20:00:00")

    def test_sites_near_the_office_come_first(self):
        """VIS-09: by distance where the company says so; off, nothing is measured."""
        self.company.partner_id.write(
            {"partner_latitude": 25.04, "partner_longitude": 102.72}
        )
        far = self.site.copy({"name": "Far"})
        far._set_state("active")
        for site, place in ((self.site, (25.10, 102.80)), (far, (31.23, 121.47))):
            site.address_id = self.env["res.partner"].create(
                {
                    "name": site.name,
                    "partner_latitude": place[0],
                    "partner_longitude": place[1],
                }
            )
        self.assertFalse(self.site.office_distance)
        self.company.aftersales_visit_route = True
        self.assertLess(self.site.office_distance, 15.0)
        self.assertGreater(far.office_distance, 1500.0)
        self.assertIn("25.1", self.site.map_url)
        self._generate(self._plan(), "2026-03-31")
        found = self.env["aftersales.site"].search(
            [("waits_for_visit", "=", True), ("company_id", "=", self.company.id)],
            order="office_distance",
        )
        self.assertEqual(found, self.site)
        self._generate(self._plan(site_id=far.id), "2026-03-31")
        found = self.env["aftersales.site"].search(
            [("waits_for_visit", "=", True), ("company_id", "=", self.company.id)],
            order="office_distance",
        )
        self.assertEqual(found, self.site + far)

    # -- software

    def test_the_version_after_maintenance_stands_in_the_units_file(self):
        """INSP-03: before and after are on the sheet, after becomes the unit's."""
        sheet = self.env.ref("aftersales_service.checklist_half_yearly_maintenance")
        plan = self._plan(
            service_type="maintenance",
            checklist_ids=[(6, 0, sheet.ids)],
            equipment_ids=[(6, 0, self.equipment.ids)],
        )
        order = self._visit(plan)
        texts = {"Software version before": "4.1", "Software version after": "4.2"}
        for check in order.check_ids:
            check.action_answer(texts.get(check.name, True), at=self._at("10:00"))
        order.customer_opinion = "Good."
        self.assertFalse(self.equipment.software_version)
        self._done(order)
        self.assertEqual(self.equipment.software_version, "4.2")
        event = self.equipment.event_ids.filtered(lambda one: one.kind == "software")
        self.assertEqual(event.mapped("new_value"), ["4.2"])
