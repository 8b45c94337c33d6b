from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimWayEdges(ClaimCommon):
    """From the draft to the desk: what each step asks for, changes and answers."""

    def _lines(self, *products, **values):
        """Return the commands for one line of each product."""
        return [
            (0, 0, {"product_id": product.id, "quantity": 2.0, **values})
            for product in products
        ]

    def _fields_missing(self, claim, step):
        return [item["field"] for item in claim.missing(step)]

    def _trail(self, document):
        """Return the rows of the audit trail of a document, oldest first."""
        return self.env["aftersales.audit"].search(
            [("model", "=", document._name), ("res_id", "=", document.id)],
            order="sequence",
        )

    # -- the draft

    def test_a_claim_that_two_pay_is_mixed(self):
        """WARR-06: who pays is shown for the whole claim."""
        claim = self._claim(line_ids=self._lines(self.valve, self.filter_part))
        self.assertEqual(claim.coverage, "company")
        claim.line_ids[1].payer = "customer"
        self.assertEqual(claim.coverage, "mixed")
        claim.line_ids[0].unlink()
        self.assertEqual(claim.coverage, "customer")
        self.assertEqual(claim.amount_total, 190.0)

    def test_the_unit_follows_the_order(self):
        """PART-14: a unit that the new order has too stays, else its first one."""
        twin = self.equipment.copy({"name": "CP-0008", "serial": "SN-8"})
        third = self.equipment.copy({"name": "CP-0009", "serial": "SN-9"})
        units = [(0, 0, {"equipment_id": unit.id}) for unit in (twin, self.equipment)]
        both = self._create_order(unit_ids=units)
        claim = self._claim(order_id=both.id)
        self.assertEqual(claim.allowed_equipment_ids, twin | self.equipment)
        claim.order_id = self.order
        self.assertEqual(claim.equipment_id, self.equipment)
        claim.order_id = both
        self.assertEqual(claim.equipment_id, self.equipment)
        claim.order_id = self._create_order(
            unit_ids=[(0, 0, {"equipment_id": third.id})]
        )
        self.assertEqual(claim.equipment_id, third)

    def test_only_the_desk_lets_supplier_or_technician_pay(self):
        """PART-02: refused to technicians, granted to the desk."""
        claim = self._claim()
        for payer in ("supplier", "technician"):
            with self.subTest(payer):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    claim.line_ids.payer = payer
                desk = claim.with_user(self.dispatcher_user)
                desk.line_ids.payer = payer
                self.assertEqual(desk.coverage, payer)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._claim(line_ids=self._lines(self.valve, payer="goodwill"))

    def test_evidence_added_later_is_the_claims_as_well(self):
        """PART-01, T5: adopted when it is linked, and nobody else's file."""
        claim = self._claim()
        photo = self._photo(name="later.png")
        claim.write({"evidence_ids": [(4, photo.id)]})
        self.assertEqual((photo.res_model, photo.res_id), (claim._name, claim.id))
        colleague = self._photo(user=self.technician2_user)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            claim.write({"evidence_ids": [(4, colleague.id)]})

    # -- what is missing

    def test_missing_names_what_each_step_waits_for(self):
        """PART-01, PART-02: as fields, with a reason each, empty when all is there."""
        empty = self._claim(line_ids=[(5,)], evidence_ids=[(5,)])
        self.assertEqual(
            self._fields_missing(empty, "submit"), ["line_ids", "evidence_ids"]
        )
        self.assertIn("damage report", empty.missing("submit")[1]["reason"])
        with self.assertRaisesRegex(
            MissingError, "\n• Add the parts needed\\.\n• Attach the damage report"
        ):
            empty.action_submit()
        empty.evidence = "letter"
        self.assertIn("customer's letter", empty.missing("submit")[1]["reason"])
        self.assertEqual(empty.missing("submit")[1]["label"], "Letter or Photos")
        claim = self._claim(self.filter_part)
        for step, field in (
            ("submit", None),
            ("verify", "state"),
            ("approve", "state"),
            ("issue", "state"),
            ("close", "state"),
        ):
            with self.subTest(step):
                expected = [field] if field else []
                self.assertEqual(self._fields_missing(claim, step), expected)

    def test_missing_follows_the_claim_on_its_way(self):
        """PART-02, PART-03: what was blocked is free once the step before is done."""
        claim = self._claim(self.filter_part)
        claim.action_submit()
        self.assertEqual(self._fields_missing(claim, "verify"), [])
        self.assertEqual(self._fields_missing(claim, "approve"), ["state"])
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.dispatcher_user).action_verify()
        self.assertEqual(self._fields_missing(claim, "verify"), [])
        self.assertEqual(self._fields_missing(claim, "approve"), [])
        self.assertEqual(self._fields_missing(claim, "issue"), ["state"])
        claim.with_user(self.head_user).action_approve()
        self.assertEqual(self._fields_missing(claim, "issue"), [])
        self.assertEqual(self._fields_missing(claim, "approve"), ["state"])
        self._stock(self.filter_part, 1)
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        self.assertEqual(self._fields_missing(claim, "approve"), [])
        self.assertEqual(self._fields_missing(claim, "issue"), [])

    def test_an_order_that_ended_takes_no_claim(self):
        """PART-01: neither closed nor cancelled orders."""
        claim = self._claim()
        for state in ("closed", "cancel"):
            self.order.sudo()._unguarded().write({"state": state})
            with self.subTest(state):
                self.assertEqual(self._fields_missing(claim, "submit"), ["order_id"])
                with self.assertRaises(MissingError):
                    claim.action_submit()

    def test_the_state_is_looked_at_first(self):
        """PART-02: an ended claim is not asked to be completed."""
        claim = self._claim(line_ids=[(5,)])
        claim.action_cancel("By mistake")
        with self.assertRaises(TransitionError):
            claim.action_submit()

    # -- warranty

    def test_warr_06_each_unit_has_its_own_cause(self):
        """WARR-06: misuse of the neighbour does not void this unit's warranty."""
        other = self.equipment.copy({"name": "CP-0008", "serial": "SN-8"})
        self.order.sudo().unit_ids = [
            (0, 0, {"equipment_id": other.id, "cause_id": self.cause_misuse.id})
        ]
        claim = self._claim()
        claim.action_submit()
        self.assertEqual(claim.line_ids.coverage, "covered")
        voided = self._claim(equipment_id=other.id)
        with self.assertRaisesRegex(NotEntitledError, "is void.*offer\\.\n."):
            voided.action_submit()

    def test_warr_06_what_others_pay_is_not_judged(self):
        """WARR-06: the verdict is asked for what the company pays alone."""
        self.equipment.purchase_date = "2020-01-01"
        lines = self._lines(self.filter_part, payer="customer")
        claim = self._claim(line_ids=lines)
        claim.action_submit()
        self.assertFalse(claim.line_ids.warranty_check_id)

    def test_warr_06_a_decision_stands_for_its_order(self):
        """WARR-06, WARR-05: what the head decided counts for the order's parts."""
        self.equipment.purchase_date = "2020-01-01"
        check = self.equipment.check_warranty()
        decided = check.with_user(self.head_user).action_override("covered", "Agreed")
        self.order.sudo().unit_ids._unguarded().write({"warranty_check_id": decided.id})
        claim = self._claim()
        claim.action_submit()
        self.assertEqual(claim.line_ids.warranty_check_id, decided)

    def test_warr_06_the_day_of_the_fault_counts(self):
        """WARR-06: the day it was reported, on the site's clock, not the claim's."""
        claim = self._claim()
        with self.subTest("of the claim"):
            claim.sudo().order_id._unguarded().write({"planned_start": False})
            self.env.cr.execute(
                "UPDATE aftersales_claim SET create_date = %s WHERE id = %s",
                ("2026-03-01 20:00:00", claim.id),
            )
            claim.invalidate_recordset()
            self.assertEqual(claim._get_fault_date(), date(2026, 3, 2))
            self.site.tz = "Europe/Berlin"
            self.assertEqual(claim._get_fault_date(), date(2026, 3, 1))
        self.site.tz = "Asia/Shanghai"
        with self.subTest("of the visit"):
            claim.sudo().order_id._unguarded().write(
                {"planned_start": "2026-02-10 20:00:00"}
            )
            self.assertEqual(claim._get_fault_date(), date(2026, 2, 11))
        with self.subTest("of the call"):
            ticket = self._create_ticket()
            self.order.sudo()._unguarded().write({"ticket_id": ticket.id})
            ticket.sudo()._unguarded().write({"received_on": "2026-02-01 02:00:00"})
            self.assertEqual(claim._get_fault_date(), date(2026, 2, 1))

    # -- submit, send back, verify

    def test_a_claim_sent_back_begins_again(self):
        """PART-02: its requester is told why; only what was submitted goes back."""
        claim = self._claim()
        claim.action_submit()
        with self.assertRaises(AccessError):
            claim.action_send_back("Mine")
        desk = claim.with_user(self.dispatcher_user)
        self.assertEqual(desk.action_send_back("Blurred"), claim)
        self.assertFalse(claim.submitted_on)
        note = claim.message_ids[0]
        self.assertIn("Blurred", note.body)
        self.assertEqual(note.partner_ids, self.technician_user.partner_id)
        self.assertEqual(self._trail(claim)[-1].reason, "Blurred")
        claim.action_submit()
        desk.action_verify()
        with self.assertRaises(TransitionError):
            desk.action_send_back("Too late")

    def test_what_is_decided_is_not_verified_again(self):
        """PART-02, PART-10: an approved claim goes back by a change alone."""
        claim = self._approved(self.filter_part)
        with self.assertRaises(TransitionError):
            claim.with_user(self.callback_user).action_verify()
        self.assertEqual((claim.state, claim.round), ("approved", 1))
        draft = self._claim(self.filter_part)
        with self.assertRaises(TransitionError):
            draft.with_user(self.dispatcher_user).action_verify()

    def test_who_verifies_looks_at_the_claim_of_today(self):
        """PART-02: priced anew, still with its parts, never by a worker."""
        claim = self._claim(self.filter_part)
        claim.action_submit()
        self.filter_part.standard_price = 120.0
        claim.with_user(self.dispatcher_user).action_verify()
        self.assertEqual(claim.amount_total, 120.0)
        empty = self._claim(self.filter_part)
        empty.action_submit()
        empty.with_user(self.dispatcher_user).line_ids.unlink()
        with self.assertRaises(MissingError):
            empty.with_user(self.dispatcher_user).action_verify()
        worker = self._create_employee("Desk and field", self.callback_user)
        self.order.sudo().worker_ids = [
            (0, 0, {"employee_id": worker.id, "role": "member"})
        ]
        own = self._claim(self.filter_part)
        own.action_submit()
        with self.assertRaisesRegex(AccessError, "your own order"):
            own.with_user(self.callback_user).action_verify()

    def test_amb_19_an_emergency_is_set_once_before_the_decision(self):
        """AMB-19: in any state until it is decided; the first reason stays."""
        for step in ("draft", "submitted", "verified"):
            claim = self._claim(self.filter_part)
            desk = claim.with_user(self.dispatcher_user)
            if step != "draft":
                claim.action_submit()
            if step == "verified":
                desk.action_verify()
            with self.subTest(step):
                desk.action_set_emergency("Cold store down")
                self.assertEqual(desk.action_set_emergency("Again"), claim)
                self.assertEqual(claim.state, step)
                self.assertEqual(claim.urgency_reason, "Cold store down")
                row = self._trail(claim)[-1]
                self.assertEqual(
                    (row.event, row.reason), ("emergency", "Cold store down")
                )
        approved = self._approved(self.filter_part, emergency=False)
        with self.assertRaises(TransitionError):
            approved.with_user(self.dispatcher_user).action_set_emergency("Late")

    @freeze_time("2026-03-02 08:00:00")
    def test_part_19_the_trail_tells_the_whole_way(self):
        """PART-19: each step once, from where, when it happened."""
        claim = self._claim(self.filter_part)
        claim.action_submit(at="2026-03-02 01:00:00")
        claim.with_user(self.dispatcher_user).action_verify(at="2026-03-02 02:00:00")
        claim.with_user(self.sales_vp_user).action_approve(at="2026-03-02 03:00:00")
        claim.with_user(self.gm_user).action_approve(at="2026-03-02 04:00:00")
        claim.action_record_customer_approval("Mr. Li", at="2026-03-02 05:00:00")
        self.assertEqual(
            [
                (row.event, row.state_from, row.happened_on.hour)
                for row in self._trail(claim)
            ],
            [
                ("submitted", "draft", 1),
                ("verified", "submitted", 2),
                ("approved_step", False, 3),
                ("approved", "verified", 4),
                ("customer_approved", False, 5),
            ],
        )

    # -- the ends

    def test_a_requester_withdraws_until_it_is_verified(self):
        """PART-02: his own submitted claim; afterwards the desk; twice is harmless."""
        claim = self._claim()
        claim.action_submit()
        self.assertEqual(claim.action_cancel("Found one"), claim)
        claim.action_cancel("Found one")
        self.assertEqual(self._trail(claim).mapped("event"), ["submitted", "cancel"])
        self.assertEqual(self._trail(claim)[-1].reason, "Found one")
        verified = self._verified(self.filter_part)
        with self.assertRaises(AccessError):
            verified.action_cancel("Found one")
        verified.with_user(self.dispatcher_user).action_cancel("Found one")
        self.assertEqual(verified.state, "cancel")

    def test_what_has_ended_stays_as_it_was(self):
        """PART-07, PART-02: no costs, notes, findings or words once it has ended."""
        self._stock(self.filter_part, 5)
        closed = self._issued(self.filter_part)
        closed.line_ids.action_consume(1)
        closed.line_ids.with_user(self.warehouse_user).action_return_old(1)
        closed.action_close()
        rejected = self._verified(self.filter_part)
        rejected.with_user(self.head_user).action_reject("Wear")
        cancelled = self._claim(self.filter_part)
        cancelled.action_cancel("By mistake")
        for claim in closed | rejected | cancelled:
            desk = claim.with_user(self.dispatcher_user)
            for records, vals in (
                (desk, {"cost_shipping": 5.0}),
                (desk, {"cause_analysis": "Bad luck"}),
                (desk.line_ids, {"old_serial": "X"}),
                (desk.line_ids, {"old_part_due": "2030-01-01"}),
                (desk.line_ids, {"quantity": 5.0}),
            ):
                name = f"{claim.state}: {vals}"
                with self.subTest(name), self.assertRaises(FrozenFactError):
                    records.write(vals)
            with self.subTest(claim.state), self.assertRaises(TransitionError):
                claim.action_record_customer_approval("Mr. Li")
        with self.assertRaises(TransitionError):
            cancelled.with_user(self.dispatcher_user).action_verify()

    def test_closing_twice_is_harmless(self):
        """PART-17: and it answers with the claim."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part)
        claim.line_ids.action_consume(1)
        claim.line_ids.with_user(self.warehouse_user).action_return_old(1)
        self.assertEqual(claim.action_close(), claim)
        self.assertEqual(claim.action_close(), claim)
        self.assertEqual(self._trail(claim).mapped("event").count("closed"), 1)
