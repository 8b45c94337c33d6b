from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimCommon):
    """The claim's way to the approvers."""

    def test_part_01_a_claim_without_evidence_stays(self):
        claim = self._claim(evidence_ids=[(5,)])
        self.assertEqual(
            [item["field"] for item in claim.missing("submit")], ["evidence_ids"]
        )
        with self.assertRaises(MissingError):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")

    def test_part_01_a_report_needs_a_photo(self):
        text = self._photo(name="report.txt", content=b"broken")
        claim = self._claim(evidence_ids=[(6, 0, text.ids)])
        with self.assertRaisesRegex(MissingError, "photo"):
            claim.action_submit()
        claim.write({"evidence_ids": [(4, self._photo().id)]})
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_part_01_a_letter_needs_no_photo(self):
        text = self._photo(name="letter.pdf", content=b"%PDF-1.4 letter")
        claim = self._claim(evidence="letter", evidence_ids=[(6, 0, text.ids)])
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.requested_by_id, self.technician_user)

    def test_part_01_a_drawing_with_scripts_is_no_photo(self):
        svg = self._photo(
            name="x.svg", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        )
        claim = self._claim(evidence_ids=[(6, 0, svg.ids)])
        with self.assertRaises(MissingError):
            claim.action_submit()

    def test_a_claim_without_parts_stays(self):
        claim = self._claim(line_ids=[(5,)])
        with self.assertRaises(MissingError):
            claim.action_submit()

    def test_part_02_evidence_is_archived(self):
        claim = self._claim()
        files = claim.evidence_ids
        claim.action_submit()
        with self.assertRaises(FrozenFactError):
            files.with_user(self.technician_user).unlink()
        with self.assertRaises(FrozenFactError):
            files.with_user(self.technician_user).raw = b"x"
        with self.assertRaises(FrozenFactError):
            claim.evidence_ids = [(5,)]
        # the desk reads it
        self.assertTrue(files.with_user(self.dispatcher_user).raw)

    def test_evidence_opens_nobody_elses_file(self):
        """T1, T5: a link to a foreign file would make it readable."""
        secret = self.env["ir.attachment"].create(
            {
                "name": "payslip.pdf",
                "raw": b"4200",
                "res_model": "res.partner",
                "res_id": self.customer2.id,
            }
        )
        colleague = self._photo(user=self.technician2_user)
        for file in secret | colleague:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._claim(evidence_ids=[(6, 0, file.ids)])

    def test_the_estimate_is_quantity_at_cost(self):
        claim = self._claim(self.filter_part, 3)
        self.assertEqual(claim.amount_total, 285.0)
        self.filter_part.standard_price = 100.0
        claim.action_submit()
        self.assertEqual(claim.amount_total, 300.0)

    def test_warr_06_an_expired_unit_is_charged_to_the_customer(self):
        self.equipment.purchase_date = "2020-01-01"
        claim = self._claim()
        with self.assertRaisesRegex(NotEntitledError, "expired.*Customer"):
            claim.action_submit()
        claim.line_ids.payer = "customer"
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.coverage, "customer")

    def test_warr_06_misuse_voids_the_warranty(self):
        self.order.unit_ids.sudo().cause_id = self.cause_misuse
        claim = self._claim()
        with self.assertRaisesRegex(NotEntitledError, "void"):
            claim.action_submit()

    def test_warr_06_an_undecided_warranty_stops(self):
        self.equipment.write({"purchase_date": False, "manufacture_date": False})
        claim = self._claim()
        with self.assertRaisesRegex(NotEntitledError, "not decided"):
            claim.action_submit()

    def test_warr_06_a_covered_part_keeps_its_verdict(self):
        claim = self._claim()
        claim.action_submit()
        self.assertEqual(claim.line_ids.warranty_check_id.verdict_parts, "covered")

    def test_goodwill_is_the_heads(self):
        claim = self._claim()
        with self.assertRaises(AccessError):
            claim.line_ids.payer = "goodwill"
        with self.assertRaises(AccessError):
            claim.line_ids.payer = "supplier"
        claim.with_user(self.head_user).line_ids.payer = "goodwill"
        self.assertEqual(claim.coverage, "goodwill")

    def test_submitting_twice_changes_nothing(self):
        claim = self._claim()
        claim.action_submit()
        first = claim.submitted_on
        claim.action_submit()
        self.assertEqual(claim.submitted_on, first)

    def test_the_requester_does_not_verify(self):
        claim = self._claim()
        claim.with_user(self.dispatcher_user).action_submit()
        with self.assertRaises(AccessError):
            claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.callback_user).action_verify()
        self.assertEqual(claim.verified_by_id, self.callback_user)

    def test_a_technician_neither_verifies_nor_sets_the_emergency(self):
        claim = self._claim()
        claim.action_submit()
        with self.assertRaises(AccessError):
            claim.action_verify()
        with self.assertRaises(AccessError):
            claim.action_set_emergency("Hurry")

    def test_amb_19_an_emergency_has_a_reason(self):
        claim = self._claim()
        claim.action_submit()
        desk = claim.with_user(self.dispatcher_user)
        for reason in ("", "  ", None, 5, ["x"]):
            with self.assertRaises(ArgumentError):
                desk.action_set_emergency(reason)
        desk.action_set_emergency("Cold store down")
        self.assertEqual(claim.urgency, "emergency")
        self.assertEqual(claim.urgency_reason, "Cold store down")
        self.assertEqual(claim.urgency_by_id, self.dispatcher_user)

    def test_the_desk_sends_a_claim_back(self):
        claim = self._claim()
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_send_back("Photo is blurred")
        self.assertEqual(claim.state, "draft")
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_guarded_fields_are_refused_by_every_door(self):
        """D5: state, urgency and approvals are written by transitions alone."""
        claim = self._claim()
        desk = claim.with_user(self.head_user)
        for vals in (
            {"state": "approved"},
            {"urgency": "emergency"},
            {"approved_on": "2026-01-01"},
            {"amount_total": 1.0},
            {"customer_approved_on": "2026-01-01"},
            {"verified_by_id": self.gm_user.id},
        ):
            with self.assertRaises(GuardedFieldError):
                desk.write(vals)
        for vals in ({"state": "approved"}, {"urgency": "emergency"}):
            with self.assertRaises(GuardedFieldError), self.env.cr.savepoint():
                self._claim(**vals)
        forged = self._claim.__self__.env["aftersales.claim"].with_context(
            default_state="approved", aftersales_guard=True
        )
        draft = forged.with_user(self.technician_user).create(
            {"order_id": self.order.id, "company_id": self.company.id}
        )
        self.assertEqual(draft.state, "draft")

    def test_the_report_is_on_record_once_submitted(self):
        claim = self._claim()
        claim.action_submit()
        with self.assertRaises(FrozenFactError):
            claim.evidence_note = "Something else"
        with self.assertRaises(AccessError):
            claim.line_ids.quantity = 5
        with self.assertRaises(FrozenFactError):
            claim.unlink()

    def test_a_draft_can_be_deleted(self):
        claim = self._claim()
        claim.unlink()
        self.assertFalse(claim.exists())

    def test_cancel_needs_a_reason_and_ends_the_claim(self):
        claim = self._claim()
        with self.assertRaises(ArgumentError):
            claim.action_cancel("")
        claim.action_cancel("Found the part in the van")
        self.assertEqual(claim.state, "cancel")
        with self.assertRaises(TransitionError):
            claim.action_submit()

    def test_part_14_the_unit_is_one_of_the_order(self):
        other = self.equipment.copy({"name": "CP-0008", "serial": "SN-8"})
        with self.assertRaisesRegex(Exception, "not a unit"), self.env.cr.savepoint():
            self._claim(equipment_id=other.id)
            self.env.flush_all()

    def test_the_unit_comes_from_the_order(self):
        claim = (
            self.env["aftersales.claim"]
            .with_user(self.technician_user)
            .create({"order_id": self.order.id, "company_id": self.company.id})
        )
        self.assertEqual(claim.equipment_id, self.equipment)
        self.assertEqual(claim.site_id, self.site)

    def test_missing_refuses_an_unknown_step(self):
        for step in ("x", None, 5, "issue; drop"):
            with self.assertRaises(ArgumentError):
                self._claim().missing(step)

    def test_customer_approval_is_recorded_once(self):
        claim = self._claim()
        claim.action_record_customer_approval("Mr. Li", request_key="k1")
        first = claim.customer_approved_on
        claim.action_record_customer_approval("Mr. Li", request_key="k1")
        claim.action_record_customer_approval("Somebody else")
        self.assertEqual(claim.customer_approved_by, "Mr. Li")
        self.assertEqual(claim.customer_approved_on, first)

    def test_the_small_form_takes_each_step(self):
        claim = self._claim()
        claim.action_submit()
        decide = self.env["aftersales.claim.decide"].with_user(self.dispatcher_user)
        decide.create(
            {"claim_id": claim.id, "step": "emergency", "text": "Down"}
        ).action_apply()
        self.assertEqual(claim.urgency, "emergency")
        decide.create(
            {"claim_id": claim.id, "step": "reject", "text": "Not broken"}
        ).action_apply()
        self.assertEqual(claim.state, "rejected")
