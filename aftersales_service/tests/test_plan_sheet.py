from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import FrozenFactError, MissingError, NotEntitledError
from .field_common import picture
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestPlanSheet(PlanCommon):
    """Sheets of planned visits: made, filled, signed, with findings."""

    def _check(self, order, name):
        return order.check_ids.filtered(lambda check: check.name == name)

    def test_the_sheet_is_made_at_dispatch_in_the_version_in_force(self):
        """INSP-01, INSP-03: not when the order is made; a new version counts."""
        order = self._generate(self._plan(), "2026-03-31").order_id
        self.assertFalse(order.check_ids)
        used = self._visit(self._plan())
        newest = self.sheet.with_user(self.head_user).action_new_version()
        newest.item_ids[0].name = "All functions work"
        office = order.with_user(self.dispatcher_user)
        office.action_schedule(self._at("12:00"))
        office.action_dispatch()
        self.assertEqual(set(used.check_ids.mapped("checklist_version")), {1})
        self.assertEqual(set(order.check_ids.mapped("checklist_version")), {2})
        self.assertIn("All functions work", order.check_ids.mapped("name"))
        office.action_open_sheet()  # opened again it is not made again
        self.assertEqual(len(order.check_ids), 4)

    def test_sheets_of_many_orders_cost_no_more_queries(self):
        """INSP-03: ten orders dispatched together ask the lists once."""
        plans = self.env["aftersales.plan"].browse()
        for number in range(12):
            plans |= self._plan(name=f"Plan {number}")
        orders = self._generate(plans, "2026-03-31").order_id
        counts = []
        for some in (orders[:2], orders[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._make_sheets()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(orders.check_ids), 4 * 12)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_the_sheet_is_made_when_first_opened(self):
        """INSP-03: before the dispatch too, by who works on it."""
        order = self._generate(self._plan(), "2026-03-31").order_id
        action = order.with_user(self.technician_user).action_open_sheet()
        self.assertEqual(action["res_model"], "aftersales.check")
        self.assertEqual(len(order.check_ids), 4)
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_open_sheet()

    def test_a_missing_section_blocks(self):
        """INSP-01: no signature while “Safety Hazards” is not answered."""
        order = self._visit(self._plan())
        self._check(order, "Functions work").action_answer(True)
        order.customer_opinion = "Good."
        with self.assertRaisesRegex(MissingError, "Safety Hazards"):
            order.action_sign("Li Hua", picture(), self._at("11:00"))
        self._check(order, "No hazards").action_answer(True)
        self._done(order)
        self.assertEqual(order.state, "done")

    def test_closing_without_opinion_or_signature_is_refused(self):
        """INSP-01: the customer says what he thinks, and signs or refuses."""
        order = self._visit(self._plan())
        self._fill(order)
        order.customer_opinion = False
        with self.assertRaises(MissingError):
            order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.customer_opinion = "Good."
        with self.assertRaises(MissingError):
            order.action_done(self._at("11:00"))
        order.action_refuse_signature("Prefers not to", self._at("11:00"))
        order.action_done(self._at("11:15"))
        self.assertEqual(order.state, "done")

    def test_quarterly_sheets_need_both_signatures(self):
        """INSP-02: the customer's and the head's; the technician cannot sign for us."""
        order = self._visit(self._plan(signatures="both"))
        self._fill(order)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        with self.assertRaisesRegex(MissingError, "Our side"):
            order.action_done(self._at("11:15"))
        with self.assertRaises(NotEntitledError):
            order.action_countersign(picture(), self._at("11:10"))
        head = order.with_user(self.head_user)
        head.action_countersign(picture("blue"), self._at("11:10"))
        with self.assertRaises(FrozenFactError):
            head.action_countersign(picture(), self._at("11:12"))
        order.action_done(self._at("11:15"))
        self.assertEqual(order.company_signed_by_id, self.head_user)

    def test_plans_without_signature_need_none(self):
        """INSP-04: a plan may demand no signature at all."""
        order = self._visit(self._plan(signatures="none"))
        self._fill(order)
        order.action_done(self._at("11:15"))
        self.assertEqual(order.state, "done")

    def test_a_signed_sheet_does_not_change(self):
        """INSP-01: neither answers nor remarks, and it says its version."""
        order = self._visit(self._plan())
        self._fill(order)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        check = self._check(order, "No hazards")
        with self.assertRaises(FrozenFactError):
            check.action_answer(False)
        with self.assertRaises(FrozenFactError):
            check.note = "After all"
        self.assertEqual(check.checklist_version, 1)

    def test_a_failed_answer_opens_a_ticket(self):
        """INSP-06: with site, unit, photo and severity; once."""
        plan = self._plan(equipment_ids=[(6, 0, self.equipment.ids)])
        order = self._visit(plan)
        check = self._check(order, "No hazards")
        check.action_answer(False, photo=picture("red"), at=self._at("10:00"))
        check.action_answer(False, at=self._at("10:05"))
        ticket = check.sudo().finding_ticket_id
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(ticket.equipment_id, self.equipment)
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(ticket.call_type, "repair")
        photo = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(len(photo), 1)
        self.assertEqual(order.finding_count, 1)

    def test_a_failed_answer_makes_an_order_at_once_where_set(self):
        """INSP-06: the repair order hangs on the finding; by default a ticket alone."""
        self.sheet.item_ids[1].opens_order = True
        order = self._visit(self._plan())
        check = self._check(order, "Functions work")
        check.action_answer(False, at=self._at("10:00"))
        self.assertFalse(check.sudo().finding_ticket_id.order_ids)
        hazard = self._check(order, "No hazards")
        hazard.action_answer(False, at=self._at("10:01"))
        hazard.action_answer(False, at=self._at("10:02"))
        repair = hazard.sudo().finding_ticket_id.order_ids
        self.assertEqual(len(repair), 1)
        self.assertEqual(repair.service_type, "repair")
        self.assertEqual(repair.site_id, self.site)

    def test_numbers_outside_their_limits_are_findings(self):
        """INSP-06: a pressure of 3 opens a ticket, 7.5 does not."""
        order = self._visit(self._plan())
        pressure = self._check(order, "Pressure")
        pressure.action_answer(7.5)
        self.assertFalse(order.finding_count)
        pressure.action_answer(3)
        self.assertEqual(pressure.state, "failed")
        self.assertEqual(order.finding_count, 1)

    def test_done_with_open_findings_until_they_close(self):
        """INSP-05, INSP-06: a finding closes with its corrective action and date."""
        order = self._visit(self._plan())
        self._fill(order, **{"No hazards": False})
        self._done(order)
        office = order.with_user(self.dispatcher_user)
        self.assertTrue(office.has_open_findings)
        found = office.search([("has_open_findings", "=", True)])
        self.assertIn(office, found)
        with self.assertRaisesRegex(MissingError, "findings"):
            office.action_close()
        ticket = order.sudo().check_ids.finding_ticket_id
        ticket = ticket.with_user(self.dispatcher_user)
        closed = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True), ("is_void", "=", False)], limit=1
        )
        ticket.write({"symptom_id": self.symptom.id, "resolution_path": "remote"})
        with self.assertRaisesRegex(UserError, "Corrective"):
            ticket.stage_id = closed
        ticket.write({"corrective_action": "Cable fixed", "corrected_on": "2026-03-03"})
        ticket.stage_id = closed
        office.invalidate_recordset()
        self.assertFalse(office.has_open_findings)
        office.action_close()

    def test_conditional_questions(self):
        """INSP-01: the photo is asked only where a hazard was found."""
        hazard = self.sheet.item_ids[1]
        self.sheet.item_ids = [
            (
                0,
                0,
                {
                    "name": "Photo of the hazard",
                    "answer_type": "photo",
                    "condition_item_id": hazard.id,
                    "condition_answer": "no",
                    "is_required": True,
                    "sequence": 9,
                },
            )
        ]
        order = self._visit(self._plan())
        asked = self._check(order, "Photo of the hazard")
        self.assertFalse(asked.is_applicable)
        self._check(order, "Functions work").action_answer(True)
        self._check(order, "No hazards").action_answer(True)
        self.assertFalse(
            [item for item in order.missing("sign") if item["field"] == "check_ids"]
        )
        self._check(order, "No hazards").action_answer(False)
        self.assertTrue(asked.is_applicable)
        self.assertTrue(
            [item for item in order.missing("sign") if item["field"] == "check_ids"]
        )

    def test_conditions_follow_a_new_version(self):
        """INSP-01: the copy depends on the copy, not on the old question."""
        first, second = self.sheet.item_ids[:2]
        second.write({"condition_item_id": first.id, "condition_answer": "yes"})
        plan = self._plan()
        newest = self.sheet.with_user(self.head_user).action_new_version()
        self.assertEqual(newest.item_ids[1].condition_item_id, newest.item_ids[0])
        self.assertEqual(newest.item_ids[1].origin_id, second)
        self.assertEqual(plan.checklist_ids, newest)

    def test_last_reading_and_trend(self):
        """INSP-01: beside the field stands what was read before, and its way."""
        for number, value in enumerate((7.0, 7.5)):
            order = self._visit(self._plan(name=f"Plan {number}"))
            self._fill(order, Pressure=value)
        order = self._visit(self._plan())
        pressure = self._check(order, "Pressure")
        self.assertEqual(pressure.last_reading, "7 → 7.5")
        self.assertEqual(pressure.trend, "up")
        pressure.action_answer(7.2)
        self.assertEqual(pressure.trend, "down")

    def test_a_diary_not_kept_shows_in_the_quarterly_sheet(self):
        """INSP-15: two months running; one month says nothing."""
        plan = self._plan(date_start="2026-01-01")
        quarterly = self._visit(self._plan(interval_unit="quarter", checklist_ids=[]))
        with freeze_time("2026-01-02 12:00:00"):
            january, february = self._generate(plan, "2026-02-28")
        january.order_id._make_sheets()
        february.order_id._make_sheets()
        self._check(january.order_id, "Diary kept").sudo().action_answer(False)
        self.assertFalse(quarterly.diary_note)
        self._check(february.order_id, "Diary kept").sudo().action_answer(False)
        quarterly.invalidate_recordset()
        self.assertIn("2026-01", quarterly.diary_note)
        self.assertIn("2026-02", quarterly.diary_note)

    def test_the_leader_is_invited_when_the_visit_is_scheduled(self):
        """INSP-02: on record on the order; nobody is invited to a spot check."""
        plan = self._plan(
            invites_customer=True, invited_partner_id=self.customer.id, assignee="head"
        )
        order = self._generate(plan, "2026-03-31").order_id
        order.with_user(self.dispatcher_user).action_schedule("2026-03-20 02:00:00")
        self.assertTrue(order.invited_on)
        invitation = order.message_ids.filtered(
            lambda message: self.customer in message.partner_ids
        )
        self.assertIn("2026-03-20 10:00", invitation.body)
        other = self._generate(self._plan(is_unannounced=True), "2026-03-31").order_id
        other.with_user(self.dispatcher_user).action_schedule("2026-03-20 02:00:00")
        self.assertFalse(other.invited_on)
        self.assertFalse(other.message_ids.partner_ids)

    def test_sheets_of_both_sides_are_handed_out_before_closing(self):
        """INSP-02: one copy to the customer's manager, one to the company."""
        order = self._visit(self._plan(signatures="both"))
        self._fill(order)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.with_user(self.head_user).action_countersign(picture())
        order.action_call_headquarters(self._at("11:05"))
        order.action_done()
        head = order.with_user(self.head_user)
        missing = head.missing("close")
        self.assertIn("document_ids", [item["field"] for item in missing])
        with self.assertRaises(MissingError):
            head.action_close()
        paper = self.env["aftersales.document"]._file(
            self.env.ref("aftersales_service.form_f09"),
            b"%PDF-1.4 sheet",
            "sheet.pdf",
            {"order_id": order.id, "paper_date": "2026-03-02"},
        )
        paper = paper.with_user(self.head_user)
        for recipient in ("customer_head", "company", "company"):  # twice is once
            paper.action_hand_out(recipient)
        self.assertEqual(len(paper.copy_ids), 2)
        missing = head.missing("close")
        self.assertNotIn("document_ids", [item["field"] for item in missing])

    def test_the_printed_sheet_shows_answers_version_and_both_signatures(self):
        """INSP-01, INSP-02: the report prints the sheet."""
        order = self._visit(self._plan(signatures="both"))
        self._fill(order, Pressure=8)
        (part,) = order._get_printed_sheet()
        self.assertEqual((part["name"], part["version"]), ("Monthly Sheet", 1))
        answers = {row["question"]: row["answer"] for row in part["rows"]}
        self.assertEqual(answers["Pressure"], "8")
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.with_user(self.head_user).action_countersign(picture())
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_order", order.ids
        )
        for text in ("Safety Hazards", "Signature for Our Side", "version"):
            self.assertIn(text, html.decode())

    def test_each_copy_is_printed_in_the_language_of_its_reader(self):
        """INSP-01, INSP-02: Chinese for the customer, English for the house."""
        self.customer.lang = "zh_CN"
        self.company.partner_id.lang = "en_US"
        order = self._visit(self._plan(signatures="both"))
        self._fill(order)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_order", order.ids
        )
        for text in ("Signature for Our Side", "我方签字"):
            self.assertIn(text, html.decode())

    def test_answers_with_a_photo_from_the_phone(self):
        """INSP-06: the window records the finding with its picture."""
        order = self._visit(self._plan())
        check = self._check(order, "No hazards")
        window = self.env["aftersales.check.answer"].with_user(self.technician_user)
        window.create(
            {"check_id": check.id, "is_passed": "no", "photo": picture("red")}
        ).action_save()
        self.assertEqual(check.state, "failed")
        self.assertTrue(check.photo)
        self.assertTrue(check.sudo().finding_ticket_id)
