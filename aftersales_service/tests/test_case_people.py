"""Who does what in a case, who sees it, and what opens it."""

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .case_common import FINDINGS, CaseCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestCasePeople(CaseCommon):
    """Separation of judges, access, and the facts that open cases."""

    # -- who does what

    def test_roles_of_each_step(self):
        """ACC-02, ROLE-02: the head reports, the group finds, the manager decides."""
        case = self._report()
        for user in (self.head_user, self.gm_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_determine()
        with self.assertRaises(TransitionError):
            case.with_user(self.gm_user).action_decide("At once")
        case.action_determine()
        for user in (self.head_user, self.quality_vp_user, self.hr_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_review()
        with self.assertRaises(TransitionError):
            case.with_user(self.gm_user).action_decide("Without review")
        case.with_user(self.gm_user).action_review("Read")
        for user in (self.head_user, self.quality_vp_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_decide("Mine")
        with self.assertRaises(ArgumentError):
            case.with_user(self.gm_user).action_decide("")
        case.with_user(self.gm_user).action_decide("As found.")
        case.with_user(self.gm_user).action_decide("Once more")
        self.assertEqual(case.decision, "As found.")
        self.assertEqual(len(self._penalties(case)), 2)

    def test_nobody_judges_himself_or_his_people(self):
        """ACC-02, ROLE-02: who is concerned, or manages him, does not decide."""
        manager = self._create_employee("Gao Ming", self.gm_user)
        case = self._report([(50.0, "technician"), (50.0, "technician2")])
        case.action_determine()
        self.technician.parent_id = manager
        self.assertTrue(case.with_user(self.gm_user).is_concerned)
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()
        self.technician.parent_id = False
        self.technician.user_id = self.gm_user
        manager.user_id = False
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()

    def test_who_found_it_does_not_decide(self):
        """ACC-02, ROLE-02: one person in both roles still does not judge alone."""
        self.quality_vp_user.group_ids |= self.env.ref(
            "aftersales_service.group_general_manager"
        )
        case = self._report()
        case.action_determine()
        with self.assertRaises(AccessError):
            case.action_review()
        case = self._report(member_ids=[(6, 0, self.gm_user.ids)])
        case.action_determine()
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()

    def test_determined_findings_are_frozen(self):
        """ACC-02: nothing changes behind the group's back."""
        case = self._report()
        with self.assertRaises(AccessError):
            case.with_user(self.head_user).outcome = "none"
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).loss_amount = 1.0
        case.action_determine()
        for record, values in (
            (case, {"loss_amount": 1.0}),
            (case, {"outcome": "none"}),
            (case.share_ids[0], {"percent": 1.0}),
        ):
            with self.assertRaises(FrozenFactError):
                record.write(values)
        with self.assertRaises(FrozenFactError):
            case.share_ids[0].unlink()
        for values in ({"state": "draft"}, {"penalty_amount": 0.0}, {"decision": "x"}):
            with self.assertRaises(GuardedFieldError):
                case.sudo().write(values)
        with self.assertRaises(FrozenFactError):
            case.sudo().unlink()
        case.with_user(self.gm_user).action_return("Ask the supplier")
        case.loss_amount = 500.0
        case.action_determine()
        self.assertEqual(case.penalty_amount, 150.0)

    def test_dismissed_without_consequences(self):
        """ACC-02: drafts by the quality vice president, the rest by the manager."""
        case = self._report()
        for user in (self.head_user, self.gm_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_dismiss("No")
        case.action_dismiss("Nothing in it")
        self.assertEqual(case.state, "dismissed")
        with self.assertRaises(TransitionError):
            case.action_determine()
        case = self._report()
        case.action_determine()
        with self.assertRaises(AccessError):
            case.action_dismiss("Nothing in it")
        case.with_user(self.gm_user).action_dismiss("Nothing in it")
        self.assertFalse(self._penalties(case))

    # -- access

    def test_employee_reads_his_share_and_states_his_view(self):
        """ACC-08: own case to read, a statement to add, nothing to edit."""
        case = self._report()
        own = case.share_ids.filtered(
            lambda share: share.employee_id == self.technician
        )
        mine = (
            self.env["aftersales.case.share"]
            .with_user(self.technician_user)
            .search([("is_mine", "=", True)])
        )
        self.assertEqual(mine, own)
        self.assertEqual(mine.case_subject, "Flooded cold store")
        with self.assertRaises(AccessError):
            case.with_user(self.technician_user).read(["facts"])
        with self.assertRaises(AccessError):
            mine.percent = 1.0
        mine.action_state("The gasket was missing in the box.")
        self.assertEqual(own.statement, "The gasket was missing in the box.")
        with self.assertRaises(AccessError):
            own.with_user(self.technician2_user).action_state("Not mine")
        with self.assertRaises(AccessError):
            own.with_user(self.quality_vp_user).action_state("For him")
        with self.assertRaises(ArgumentError):
            mine.action_state("")
        case.action_dismiss("Nothing in it")
        with self.assertRaises(TransitionError):
            mine.action_state("Too late")

    def test_who_sees_cases(self):
        """ROLE-03, ACC-08: dispatchers see none, HR the decided, members their own."""
        case = self._report()
        for user in (self.dispatcher_user, self.hr_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                case.with_user(user).read(["state"])
            with self.assertRaises(AccessError):
                case.share_ids.with_user(user).read(["percent"])
        self.assertTrue(case.with_user(self.member_user).read(["facts"]))
        with self.assertRaises(AccessError):
            case.with_user(self.member_user).loss_amount = 1.0
        for user in (self.dispatcher_user, self.technician_user):
            with self.assertRaises(AccessError):
                self.cases.with_user(user).create({"subject": "x"})
        decided = self._decided()
        self.assertTrue(decided.with_user(self.hr_user).read(["decision"]))
        with self.assertRaises(AccessError):
            decided.with_user(self.dispatcher_user).read(["decision"])

    def test_only_readers_follow(self):
        """ACC-08: chatter reaches nobody who may not read the case."""
        case = self._report().sudo()
        case.message_subscribe(
            partner_ids=(
                self.technician_user.partner_id
                | self.customer
                | self.gm_user.partner_id
            ).ids
        )
        followers = case.message_partner_ids
        self.assertIn(self.gm_user.partner_id, followers)
        self.assertNotIn(self.technician_user.partner_id, followers)
        self.assertNotIn(self.customer, followers)
        with self.assertRaises(AccessError):
            case.with_user(self.technician_user).message_post(body="Hello")

    # -- opened by facts

    def test_facts_open_a_case_once(self):
        """ACC-10, PEN-14: one draft per document and kind, whoever records it."""
        orders = self._create_order() | self._create_order()
        cases = self.cases.with_user(self.technician_user)
        first = cases._open_for(orders, "falsification", "Signed by himself")
        again = cases._open_for(orders, "falsification")
        self.assertEqual(first, again)
        self.assertEqual(len(first), 2)
        case = first[0].sudo()
        self.assertEqual(case.source_id, orders[0].id)
        self.assertEqual(case.share_ids.employee_id, self.technician)
        self.assertEqual(case.state, "draft")
        self.assertIn(self.quality_vp_user, case.activity_ids.user_id)
        self.assertNotEqual(first, cases._open_for(orders, "attitude"))
        first.sudo().action_dismiss("Nothing in it")
        self.assertNotEqual(first, cases._open_for(orders, "falsification"))

    def test_facts_open_many_cases_at_once(self):
        """ACC-10: the number of queries does not depend on the number of cases."""
        orders = self.env["aftersales.order"].union(
            *(self._create_order() for _index in range(12))
        )
        self.cases._open_for(orders[:1], "other")
        self.env.flush_all()
        counts = []
        for kind, chunk in (("attitude", orders[:2]), ("safety", orders)):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.cases._open_for(chunk, kind)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 30)

    def test_claim_cost_is_the_loss_and_the_decision_names_the_payer(self):
        """ACC-09: a claim of 2,095.00 proposes 544.00; the payer is written on it."""
        order = self._create_order()
        claim = self.env["aftersales.claim"].create(
            {
                "order_id": order.id,
                "equipment_id": self.equipment.id,
                "company_id": self.company.id,
                "line_ids": [(0, 0, {"product_id": self.filter_part.id})],
            }
        )
        claim._unguarded().cost_processing = 2000.0
        claim.line_ids._unguarded().unit_cost = 95.0
        loss = claim.cost_total
        case = self.cases._open_for(claim, "claim").with_user(self.quality_vp_user)
        self.assertEqual(case.loss_amount, loss)
        self.assertEqual(claim.case_id, case)
        case.write(
            {
                **FINDINGS,
                "loss_amount": 2095.0,
                "breached_rule_id": self.loss_rule.id,
                "member_ids": [(6, 0, self.member_user.ids)],
                "payer": "technician",
            }
        )
        case.share_ids.percent = 100.0
        case.action_determine()
        self.assertEqual(case.penalty_amount, 544.0)
        self.assertEqual(claim.line_ids.payer, "company")
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        self.assertEqual(claim.line_ids.payer, "technician")

    def test_loss_is_not_entered_by_hand(self):
        """ACC-02: no way round the group: LOSS comes from decisions alone."""
        with self.assertRaises(Exception) as caught:
            self.env["aftersales.adjustment"].with_user(self.head_user).create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": self.loss_rule.id,
                    "base_amount": 100.0,
                    "reason": "Broke it",
                }
            )
        self.assertIn("proposed by the facts", str(caught.exception))

    def test_rule_names_its_document(self):
        """ACC-11: number, version and date of the rule; numbers may repeat."""
        rule = self.loss_rule
        self.assertEqual(
            (rule.document_name, rule.document_version), ("NK-MF25-B", "B")
        )
        self.assertTrue(rule.document_date)
        rule.copy({"code": "T-PARTS"})

    def test_form_of_the_quality_vice_president(self):
        """ACC-02, ACC-06: the screen lets him enter findings and shares."""
        case = self._report([])
        with Form(case) as form, form.share_ids.new() as line:
            line.employee_id = self.technician
            line.percent = 100.0
        case.action_determine()
        action = case.with_user(self.gm_user).action_open_explain("dismiss")
        wizard = (
            self.env["aftersales.case.explain"]
            .with_user(self.gm_user)
            .with_context(**action["context"])
            .create({"text": "Nothing in it"})
        )
        wizard.action_apply()
        self.assertEqual(case.state, "dismissed")
