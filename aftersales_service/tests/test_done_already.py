"""Pressing what is done already: the right is asked for first."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .case_common import CaseCommon
from .common_claim import ClaimCommon
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestClaimDoneAlready(ClaimCommon):
    """Decisions on a claim, pressed again by the right and by the wrong person."""

    def _assert_refused(self, claim, users, act):
        entries = self._count_entries(claim)
        for user in users:
            with self.subTest(user.login), self.assertRaises(AccessError):
                act(claim.with_user(user))
        self.assertEqual(self._count_entries(claim), entries)

    def _assert_quiet(self, claim, users, act):
        entries = self._count_entries(claim)
        for user in users:
            with self.subTest(user.login):
                self.assertEqual(act(claim.with_user(user)), claim)
        self.assertEqual(self._count_entries(claim), entries)

    def _count_entries(self, claim):
        return self.env["aftersales.audit"].search_count(
            [("model", "=", claim._name), ("res_id", "=", claim.id)]
        ) + len(claim.sudo().approval_ids)

    def test_role_02_an_approved_claim_answers_its_deciders_alone(self):
        """ROLE-02, PART-08: the head again, quietly; asker, desk and shelf never."""
        self.filter_part.standard_price = 500.0
        claim = self._approved(self.filter_part)
        other_head = self._create_user("as_head_b", "aftersales_service.group_head")
        self._assert_quiet(
            claim, self.head_user | other_head, lambda one: one.action_approve()
        )
        self._assert_refused(
            claim,
            self.technician_user
            | self.dispatcher_user
            | self.warehouse_user
            | self.sales_vp_user
            | self.gm_user,
            lambda one: one.action_approve(),
        )

    def test_role_02_who_has_a_part_in_it_is_refused_as_well(self):
        """ROLE-02: the desk that verified it is no decider, as head or otherwise."""
        self.filter_part.standard_price = 500.0
        claim = self._approved(self.filter_part)
        self.dispatcher_user.group_ids |= self.env.ref("aftersales_service.group_head")
        self._assert_refused(
            claim, self.dispatcher_user, lambda one: one.action_approve()
        )

    def test_role_02_a_handed_out_claim_answers_its_deciders_alone(self):
        """ROLE-02, PART-03: both steps' people again, nobody else, once issued."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, emergency=False)
        self._assert_quiet(
            claim, self.sales_vp_user | self.gm_user, lambda one: one.action_approve()
        )
        self._assert_refused(
            claim,
            self.technician_user | self.dispatcher_user | self.head_user,
            lambda one: one.action_approve(),
        )

    def test_role_02_a_deputy_learns_that_it_is_taken(self):
        """ROLE-02, ROLE-04: the deputy of the decider, and no deputy of others."""
        self.filter_part.standard_price = 500.0
        claim = self._approved(self.filter_part)
        deputy = self._create_user("as_deputy_x", "aftersales_service.group_sales_vp")
        self._assert_refused(claim, deputy, lambda one: one.action_approve())
        self.env["aftersales.deputy"].create(
            {
                "principal_id": self.head_user.id,
                "deputy_id": deputy.id,
                "date_from": "2020-01-01",
                "date_to": "2099-01-01",
                "company_id": self.company.id,
            }
        )
        self._assert_quiet(claim, deputy, lambda one: one.action_approve())

    def test_role_02_a_rejected_claim_answers_who_could_reject(self):
        """ROLE-02, PART-02: the tier's people when verified, before it the desk."""
        claim = self._verified(self.filter_part, emergency=False)
        claim.with_user(self.sales_vp_user).action_reject("Not ours")
        self._assert_quiet(
            claim, self.sales_vp_user, lambda one: one.action_reject("Again")
        )
        self._assert_refused(
            claim,
            self.technician_user | self.dispatcher_user | self.gm_user,
            lambda one: one.action_reject("Me too"),
        )
        early = self._claim(self.filter_part)
        early.action_submit()
        early.with_user(self.dispatcher_user).action_reject("Wrong unit")
        self._assert_quiet(
            early,
            self.dispatcher_user | self.head_user,
            lambda one: one.action_reject("Again"),
        )
        self._assert_refused(
            early,
            self.technician_user | self.sales_vp_user | self.warehouse_user,
            lambda one: one.action_reject("Me too"),
        )

    def test_role_02_other_steps_of_a_claim_ask_for_the_right_first(self):
        """ROLE-02: submitted, verified and cancelled claims, pressed by strangers."""
        claim = self._claim(self.filter_part)
        claim.action_submit()
        strangers = self.technician2_user | self.sales_vp_user | self.warehouse_user
        self._assert_quiet(
            claim,
            self.technician_user | self.dispatcher_user,
            lambda one: one.action_submit(),
        )
        self._assert_refused(claim, strangers, lambda one: one.action_submit())
        claim.with_user(self.dispatcher_user).action_verify()
        self._assert_quiet(claim, self.dispatcher_user, lambda one: one.action_verify())
        self._assert_refused(
            claim,
            strangers | self.technician_user,
            lambda one: one.action_verify(),
        )
        self.technician_user.group_ids |= self.env.ref(
            "aftersales_service.group_dispatcher"
        )
        self._assert_refused(
            claim, self.technician_user, lambda one: one.action_verify()
        )
        claim.with_user(self.dispatcher_user).action_cancel("Not needed")
        self._assert_quiet(
            claim, self.dispatcher_user, lambda one: one.action_cancel("Again")
        )
        self._assert_refused(claim, strangers, lambda one: one.action_cancel("No"))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestCaseDoneAlready(CaseCommon):
    """Decisions on a case, pressed again."""

    def test_role_02_dismissed_cases(self):
        """ROLE-02: who may dismiss presses twice in quiet; nobody else at all."""
        for determined in (False, True):
            case = self._report()
            user = self.quality_vp_user
            if determined:
                case.action_determine()
                user = self.gm_user
            case.with_user(user).action_dismiss("Nothing in it")
            self.assertEqual(case.with_user(user).action_dismiss("Again"), case)
            for other in (self.head_user, self.member_user, self.hr_user):
                with self.subTest(other.login), self.assertRaises(AccessError):
                    case.with_user(other).action_dismiss("Me too")

    def test_role_02_decided_cases(self):
        """ROLE-02: determined, decided: right first, then quiet."""
        case = self._report()
        case.action_determine()
        self.assertEqual(case.action_determine(), case)
        for user in (self.head_user, self.member_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                case.with_user(user).action_determine()
        manager = case.with_user(self.gm_user)
        manager.action_review()
        self.assertEqual(manager.action_review(), case)
        manager.action_decide("As found.")
        self.assertEqual(manager.action_decide("Again."), case)
        self.assertEqual(case.decision, "As found.")
        self.assertEqual(len(self._penalties(case)), 2)
        for user in (self.quality_vp_user, self.head_user, self.member_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                case.with_user(user).action_decide("Mine.")


@tagged("post_install", "-at_install")
class TestAdjustmentDoneAlready(PayCommon):
    """Confirmed and cancelled amounts, pressed again."""

    def test_role_02_confirmed_adjustments(self):
        """ROLE-02, PEN-19: HR to the limit, the manager above; verifier and self no."""
        small = self._confirmed()
        large = self._confirmed("LOSS", amount=701.0)
        self.assertTrue(large.is_above_limit)
        for entry, right, wrong in (
            (small, self.hr_user | self.hr2_user, self.gm_user | self.head_user),
            (large, self.gm_user, self.hr2_user | self.head_user),
        ):
            for user in right:
                self.assertEqual(entry.with_user(user).action_confirm(), entry)
            for user in wrong:
                with self.subTest(user.login), self.assertRaises(AccessError):
                    entry.with_user(user).action_confirm()
        self.technician.user_id = self.hr2_user
        with self.assertRaises(AccessError):
            small.with_user(self.hr2_user).action_confirm()

    def test_role_02_verified_and_cancelled_adjustments(self):
        """ROLE-02, PEN-19: the head again in quiet; others never."""
        entry = self._verified()
        self.assertEqual(entry.with_user(self.head_user).action_verify(), entry)
        strangers = self.technician_user | self.dispatcher_user | self.quality_vp_user
        for user in strangers | self.hr_user:
            with self.subTest(user.login), self.assertRaises(AccessError):
                entry.with_user(user).action_verify()
        entry.with_user(self.head_user).action_cancel("Wrong person")
        again = entry.with_user(self.head_user).action_cancel("Again")
        self.assertEqual(again, entry)
        for user in strangers | self.gm_user:
            with self.subTest(user.login), self.assertRaises(AccessError):
                entry.with_user(user).action_cancel("Me too")
