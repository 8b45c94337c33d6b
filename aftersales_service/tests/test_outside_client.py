"""The published names work for a client that knows nothing but them."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, GuardedFieldError, TransitionError
from .common import AftersalesCommon
from .common_claim import ClaimCommon
from .common_pay import PayCommon
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
class TestNumberAlone(AftersalesCommon):
    """Calls and tickets that bring a telephone number and nothing else."""

    def _call(self, **values):
        return (
            self.env["aftersales.call"]
            .with_user(self.dispatcher_user)
            .create({"phone": "(0871) 5550-1001", "subject": "It hums", **values})
        )

    def test_site_07_a_known_number_fills_in_the_call(self):
        """SITE-07, HOT-01: customer, site, unit and place come from the register."""
        call = self._call()
        self.assertEqual(call.partner_id, self.customer)
        self.assertEqual(call.site_id, self.site)
        self.assertEqual(call.equipment_id, self.equipment)
        self.assertEqual(call.caller_name, self.customer.name)
        self.assertEqual(call.place, self.site.name)

    def test_site_07_a_known_number_fills_in_the_ticket(self):
        """SITE-07: name, unit and its dates stand on a ticket made by its number."""
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "name": "Hums",
                    "description": "It hums",
                    "call_type": "repair",
                    "contact_phone": "+86 871 5550 1001",
                }
            )
        )
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.partner_name, self.customer.name)
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(
            ticket.equipment_id.purchase_date, self.equipment.purchase_date
        )
        self.assertEqual(
            [item["field"] for item in ticket.missing("dispatch")],
            ["symptom_id", "triage_note"],
        )

    def test_site_07_a_number_of_two_customers_tells_nothing(self):
        """SITE-07: what is not certain is asked, and what a client names wins."""
        self.customer2.phone = self.customer.phone
        call = self._call(caller_name="Li", place="Hall 2")
        self.assertFalse(call.partner_id | call.site_id.partner_id)
        named = self._call(partner_id=self.customer2.id, place="Hall 2")
        self.assertEqual(named.partner_id, self.customer2)
        self.assertFalse(named.site_id)

    def test_site_07_a_number_tells_no_site_of_another_company(self):
        """SITE-07: the same caller of another company keeps his sites there."""
        calls = self.env["aftersales.call"].with_context(
            allowed_company_ids=(self.company | self.company2).ids
        )
        call = calls.create(
            {
                "company_id": self.company2.id,
                "phone": self.customer.phone,
                "subject": "It hums",
                "place": "Hall 2",
            }
        )
        self.assertEqual(call.partner_id, self.customer)
        self.assertFalse(call.site_id | call.equipment_id.site_id)

    def test_site_07_a_thousand_numbers_cost_no_more_queries(self):
        """SITE-07: the look-up of many calls is one."""
        calls = self.env["aftersales.call"].with_user(self.dispatcher_user)
        counts = []
        for size in (2, 20):
            vals_list = [{"phone": f"0871555010{n:02}"} for n in range(size)]
            start = self.cr.sql_log_count
            calls._add_phone_matches(vals_list, "phone")
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestClaimNames(ClaimCommon):
    """Fields of a claim that follow the way of their buttons."""

    def test_amb_19_the_emergency_is_written_by_the_desk_with_its_reason(self):
        """AMB-19, PART-08: with a reason, by the desk, and on record."""
        claim = self._claim()
        with self.assertRaises(AccessError):
            claim.write({"urgency": "emergency", "urgency_reason": "I want it"})
        desk = claim.with_user(self.dispatcher_user)
        with self.assertRaises(GuardedFieldError):
            desk.urgency = "emergency"
        self.assertEqual(claim.urgency, "regular")
        desk.write({"urgency": "emergency", "urgency_reason": "Cold store warms up"})
        self.assertEqual(claim.urgency, "emergency")
        self.assertEqual(claim.urgency_by_id, self.dispatcher_user)
        with self.assertRaises(GuardedFieldError):
            desk.urgency = "regular"

    def test_amb_19_a_claim_is_born_as_an_emergency_by_the_desk(self):
        """AMB-19: the desk may say so at once; the technician may not."""
        values = {"urgency": "emergency", "urgency_reason": "Cold store"}
        with self.assertRaises(AccessError):
            self._claim(**values)
        claim = (
            self.env["aftersales.claim"]
            .with_user(self.dispatcher_user)
            .create({"order_id": self.order.id, **values})
        )
        self.assertEqual(claim.urgency, "emergency")
        self.assertEqual(claim.urgency_reason, "Cold store")

    def test_warr_01_the_customers_word_is_written_once(self):
        """WARR-01: who agreed, and when, as the button records it."""
        claim = self._claim()
        desk = claim.with_user(self.dispatcher_user)
        with self.assertRaises(GuardedFieldError):
            desk.customer_approved_on = "2026-03-02 08:00:00"
        desk.customer_approved_by = "Li Hua"
        self.assertTrue(claim.customer_approved_on)
        self.assertEqual(claim.customer_approved_by, "Li Hua")
        desk.customer_approved_by = "Somebody Else"
        self.assertEqual(claim.customer_approved_by, "Li Hua")

    def test_part_11_a_claim_is_cancelled_without_words_too(self):
        """PART-11: cancelling releases what was reserved; a reason is optional."""
        self._stock(self.filter_part, 5)
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(picking.state, "assigned")
        claim.with_user(self.dispatcher_user).action_cancel()
        self.assertEqual((claim.state, picking.state), ("cancel", "cancel"))
        quant = self.filter_part.stock_quant_ids.filtered(
            lambda quant: quant.location_id == self.warehouse.lot_stock_id
        )
        self.assertEqual(quant.reserved_quantity, 0)

    def test_part_02_what_blocks_the_verification(self):
        """PART-02: ``missing`` answers for each step of a claim."""
        claim = self._claim()
        self.assertEqual([item["field"] for item in claim.missing("verify")], ["state"])
        claim.action_submit()
        self.assertFalse(claim.missing("verify"))


@tagged("post_install", "-at_install")
class TestOrderNames(FieldCommon):
    """Fields of an order that stand for its unit and its lead."""

    def _late(self):
        order = self._walk("dispatched")
        order.worker_ids._unguarded().write({"due_on": False})
        order._unguarded().promised_start = self._at("09:00")
        self._go(order.with_user(self.technician_user))
        return order

    def test_pen_02_reasons_are_written_by_who_may_say_them(self):
        """PEN-02: reported by the worker, confirmed by somebody not on the order."""
        order = self._late()
        worker = order.worker_ids
        own = worker.with_user(self.technician_user)
        own.late_reason = "personal"
        with self.assertRaises(AccessError):
            own.late_reason_confirmed = "traffic"
        worker.late_reason_confirmed = "personal"
        self.assertEqual(order.late_reason, "personal")
        self.assertEqual(order.late_reason_confirmed, "personal")
        fine = self.env["aftersales.adjustment"].search(
            [("event_model", "=", worker._name), ("event_id", "=", worker.id)]
        )
        self.assertEqual((fine.rule_id.code, fine.amount), ("LATE", 50.0))

    def test_pen_02_nobody_who_was_in_time_has_a_reason(self):
        """PEN-02: no reason where nobody was late, whichever door."""
        worker = self._walk("on_site").worker_ids
        with self.assertRaises(TransitionError):
            worker.with_user(self.technician_user).late_reason = "personal"
        with self.assertRaises(TransitionError):
            worker.late_reason_confirmed = "personal"

    def test_disp_44_the_order_shows_what_its_single_unit_says(self):
        """DISP-44: the expected cause and the verdict, read and written above."""
        order = self._order()
        order.expected_cause_id = self.cause
        self.assertEqual(order.unit_ids.expected_cause_id, self.cause)
        order.unit_ids.action_check_warranty()
        self.assertTrue(order.warranty_check_id)
        self.assertEqual(order.warranty_check_id, order.unit_ids.warranty_check_id)

    def test_disp_10_missing_names_the_field_to_fill_in(self):
        """DISP-10, HOT-24: each blocker names a field of the order, once."""
        self.policy.triage_required = True
        ticket = self._ticket(triage_note=False)
        order = ticket.with_user(self.dispatcher_user).action_create_order()
        order.action_schedule(self._at("10:00"))
        names = [item["field"] for item in order.missing("dispatch")]
        self.assertEqual(sorted(names), ["analysis", "triage_repairable"])
        order.write({"analysis": "Valve; change it", "triage_repairable": "yes"})
        self.assertFalse(order.missing("dispatch"))
        self.assertEqual(ticket.triage_note, "Valve; change it")
        order.action_dispatch()

    def test_missing_answers_for_each_step_of_an_order(self):
        """DISP-32: steps that the state alone blocks miss nothing."""
        order = self._order()
        for step in ("schedule", "arrive", "leave"):
            self.assertEqual(order.missing(step), [])
        reasons = [item["reason"] for item in order.missing("done")]
        self.assertEqual(len(reasons), len(set(reasons)))
        with self.assertRaises(ArgumentError):
            order.missing("dance")


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTripLineNames(PayCommon):
    """Receipt and approval of a trip's line."""

    def _line(self, **values):
        trip = (
            self.env["aftersales.trip"]
            .with_user(self.technician_user)
            .create({"destination": "Kunming"})
        )
        trip.action_depart(self._local("2026-03-10T08:00"))
        trip.action_return(self._local("2026-03-12T21:00"))
        return (
            self.env["aftersales.trip.line"]
            .with_user(self.technician_user)
            .create({"trip_id": trip.id, "date": "2026-03-10", **values})
        )

    def test_pay_04_a_receipt_is_one_field(self):
        """PAY-04: a file on the line pays the cost, no file pays nothing."""
        line = self._line(kind="cost", amount_asked=45.0)
        self.assertEqual(line.amount_payable, 0.0)
        line.receipt = picture()
        self.assertEqual(line.amount_payable, 45.0)
        self.assertEqual(line.receipt_ids.res_id, line.id)
        self.assertEqual(line.receipt, line.receipt_ids.datas)

    def test_pay_02_the_approval_is_written_by_the_head_for_himself(self):
        """PAY-02: the excess is paid as approved, by a head and in his own name."""
        line = self._line(kind="lodging", amount_asked=140.0)
        with self.assertRaises(GuardedFieldError):
            line.approved_by = self.head_user
        with self.assertRaises(AccessError):
            line.approved_by = self.technician_user
        line.trip_id.action_submit()
        line.with_user(self.head_user).approved_by = self.head_user
        self.assertEqual(line.approved_by, self.head_user)
        self.assertEqual(line.amount_payable, 140.0)


@tagged("post_install", "-at_install")
class TestReadEverything(FieldCommon):
    """A client that asks for all fields gets all that he may read."""

    def test_role_03_each_role_reads_its_documents_as_a_whole(self):
        """ROLE-03: ``read()`` leaves out what others read, and refuses no document."""
        ticket = self._ticket()
        order = self._walk("done", {"fix_confidence": "unsure"}, ticket_id=ticket.id)
        self.env["aftersales.claim"].with_user(self.technician_user).create(
            {
                "order_id": order.id,
                "equipment_id": self.equipment.id,
                "line_ids": [(0, 0, {"product_id": self.valve.id, "quantity": 1})],
            }
        )
        self.equipment.check_warranty()
        models = [
            model
            for name, model in self.env.items()
            if (name.startswith("aftersales.") and not model._abstract)
            and not model._transient
        ]
        models.append(self.env["helpdesk.ticket"])
        users = (
            self.technician_user | self.dispatcher_user | self.head_user | self.gm_user
        )
        users |= self.quality_vp_user | self.sales_vp_user | self.hr_user
        for user in users | self.warehouse_user:
            for model in models:
                model = model.with_user(user)
                if not model.has_access("read"):
                    continue
                with self.subTest(user=user.login, model=model._name):
                    found = model.search([], limit=3)
                    self.assertEqual(len(found.read()), len(found))

    def test_role_03_what_is_asked_for_by_name_is_still_refused(self):
        """ROLE-03: asking for the lists of others is an access error as before."""
        order = self._walk("dispatched")
        seen = order.with_user(self.technician_user)
        self.assertNotIn("link_ids", seen.read()[0])
        with self.assertRaises(AccessError):
            seen.read(["link_ids"])


@tagged("post_install", "-at_install")
class TestCaseSource(ClaimCommon):
    """A case names the document it is about."""

    def _case(self, user, source, **values):
        return (
            self.env["aftersales.case"]
            .with_user(user)
            .create(
                {
                    "subject": "Valve lost",
                    "source_model": source._name,
                    "source_id": source.id,
                    "company_id": self.company.id,
                    **values,
                }
            )
        )

    def test_acc_09_a_reported_case_names_its_claim(self):
        """ACC-09, PART-07: claim and case know each other."""
        claim = self._claim()
        case = self._case(self.quality_vp_user, claim)
        self.assertEqual((case.source_model, case.source_id), (claim._name, claim.id))
        self.assertEqual(claim.sudo().case_id, case)
        with self.assertRaises(GuardedFieldError):
            case.source_id = self.order.id

    def test_acc_01_a_case_about_nothing_is_refused(self):
        """ACC-01: no such document, no document of ours, another company's."""
        ticket = self._create_ticket()
        for model, number in (
            ("aftersales.order", 10**6),
            ("res.users", 1),
            ("aftersales.guard.mixin", 1),
            ("no.such.model", 1),
            ("aftersales.order", False),
        ):
            with self.subTest(model), self.assertRaises(ArgumentError):
                self._case(self.head_user, ticket, source_model=model, source_id=number)
        foreign = self.env["aftersales.order"].create(
            {"company_id": self.company2.id, "partner_id": self.customer.id}
        )
        with self.assertRaises(AccessError):
            self._case(self.head_user, foreign)


@tagged("post_install", "-at_install")
class TestDerivedFields(ClaimCommon):
    """What follows from facts is written by nobody."""

    def test_parts_warranty_and_costs_follow_from_facts_alone(self):
        """WARR-12, PART-10, DISP-06: computed values are refused, their facts taken."""
        claim = self._claim()
        unit = self.equipment.with_user(self.head_user)
        for record, name, value in (
            (unit, "warranty_end", "2039-12-31"),
            (unit, "warranty_start", "2030-01-01"),
            (claim.with_user(self.dispatcher_user), "cost_total", 1.0),
            (self.order.with_user(self.dispatcher_user), "needs_tracking", False),
            (self.order.with_user(self.dispatcher_user), "report_complete", True),
        ):
            with self.subTest(name), self.assertRaises(GuardedFieldError):
                record.write({name: value})
        unit.purchase_date = "2026-01-10"
        self.assertEqual(str(unit.warranty_end), "2027-01-09")
        unit.action_override_warranty("2028-01-09", "Goodwill of the sale")
        self.assertEqual(str(unit.warranty_end), "2028-01-09")
