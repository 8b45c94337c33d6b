import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimApproval(ClaimCommon):
    """Who decides, by dated tiers: PART-03, PART-08 to PART-10, AMB-17, AMB-18."""

    def _of_amount(self, amount, **values):
        self.filter_part.standard_price = amount
        return self._verified(self.filter_part, **values)

    def _assert_decided_by(self, claim, decider, others):
        for user in others:
            with self.assertRaises(NotEntitledError):
                claim.with_user(user).action_approve()
            self.assertFalse(claim.with_user(user).can_approve)
        self.assertEqual(claim.state, "verified")
        self.assertTrue(claim.with_user(decider).can_approve)
        claim.with_user(decider).action_approve()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.sudo().approval_ids.user_id, decider)

    def test_part_08_emergency_up_to_1000_is_the_heads(self):
        for amount in (0.0, 999.99, 1000.00):
            with self.subTest(amount):
                claim = self._of_amount(amount)
                self._assert_decided_by(
                    claim, self.head_user, self.sales_vp_user | self.gm_user
                )

    def test_part_09_emergency_below_5000_is_the_sales_vps(self):
        for amount in (1000.01, 4999.99):
            with self.subTest(amount):
                claim = self._of_amount(amount)
                self._assert_decided_by(
                    claim, self.sales_vp_user, self.head_user | self.gm_user
                )

    def test_part_10_emergency_from_5000_is_the_general_managers(self):
        for amount in (5000.00, 5000.01, 80000.0):
            with self.subTest(amount):
                claim = self._of_amount(amount)
                self._assert_decided_by(
                    claim, self.gm_user, self.head_user | self.sales_vp_user
                )

    def test_part_03_regular_claims_take_two_steps_in_order(self):
        claim = self._of_amount(800.0, emergency=False)
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.head_user).action_approve()
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.gm_user).action_approve()
        claim.with_user(self.sales_vp_user).action_approve()
        self.assertEqual(claim.state, "verified")
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(
            claim.sudo().approval_ids.sorted("id").mapped("sequence"), [10, 20]
        )

    def test_approving_twice_is_harmless(self):
        """PART-03: approving twice is harmless."""
        claim = self._of_amount(800.0, emergency=False)
        for _press in range(3):
            claim.with_user(self.sales_vp_user).action_approve()
        self.assertEqual(len(claim.sudo().approval_ids), 1)
        self.assertEqual(claim.state, "verified")

    def test_one_person_takes_one_step(self):
        """PART-03: one person takes one step."""
        self.gm_user.group_ids |= self.env.ref("aftersales_service.group_sales_vp")
        claim = self._of_amount(800.0, emergency=False)
        claim.with_user(self.gm_user).action_approve()
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "verified")
        self.assertFalse(claim.with_user(self.gm_user).can_approve)

    def test_nobody_decides_his_own_claim(self):
        """T9: requester, workers, verifier and who set the emergency."""
        head_group = self.env.ref("aftersales_service.group_head")
        claim = self._of_amount(500.0)
        for user in self.technician_user | self.dispatcher_user:
            user.group_ids |= head_group
            with self.assertRaises(NotEntitledError):
                claim.with_user(user).action_approve()
        self.assertFalse(claim.sudo().approval_ids)

    def test_the_verifier_does_not_approve(self):
        """PART-03: the verifier does not approve."""
        self.filter_part.standard_price = 500.0
        claim = self._claim(self.filter_part)
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.head_user).action_verify()
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.head_user).action_approve()

    def test_no_matching_tier_refuses(self):
        """PART-03: no matching tier refuses."""
        self.env["aftersales.approval.tier"].search(
            [("path", "=", "emergency")]
        ).date_to = "2025-12-31"
        claim = self._of_amount(500.0)
        self.assertTrue(claim.with_user(self.head_user).missing("approve"))
        with self.assertRaisesRegex(NotEntitledError, "No approval tier"):
            claim.with_user(self.head_user).action_approve()

    def test_a_later_tier_replaces_the_earlier_of_its_step(self):
        self.env["aftersales.approval.tier"].create(
            {
                "name": "New limit",
                "path": "emergency",
                "date_from": "2026-01-01",
                "amount_to": 1000.0,
                "group_id": self.env.ref("aftersales_service.group_general_manager").id,
            }
        )
        claim = self._of_amount(500.0)
        self._assert_decided_by(claim, self.gm_user, self.head_user)

    def test_tiers_of_the_company_replace_the_common_ones(self):
        self.env["aftersales.approval.tier"].create(
            {
                "name": "Ours",
                "company_id": self.company.id,
                "path": "emergency",
                "group_id": self.env.ref("aftersales_service.group_sales_vp").id,
            }
        )
        claim = self._of_amount(500.0)
        self._assert_decided_by(claim, self.sales_vp_user, self.head_user)

    def test_esc_06_informs_once_who_has_to_know(self):
        claim = self._of_amount(900.0)
        claim.with_user(self.head_user).action_approve()
        told = claim.sudo().approval_ids.informed_user_ids
        self.assertLessEqual(
            self.sales_vp_user | self.quality_vp_user | self.gm_user, told
        )
        self.assertNotIn(self.head_user, told)
        notes = self.env["mail.message"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)]
        )
        self.assertEqual(
            len(
                notes.filtered(lambda note: self.gm_user.partner_id in note.partner_ids)
            ),
            1,
        )
        claim = self._of_amount(3000.0)
        claim.with_user(self.sales_vp_user).action_approve()
        told = claim.sudo().approval_ids.informed_user_ids
        self.assertIn(self.quality_vp_user, told)
        self.assertIn(self.gm_user, told)
        self.assertNotIn(self.head_user, told)

    def test_part_19_the_register_is_append_only(self):
        claim = self._of_amount(500.0)
        claim.with_user(self.head_user).action_approve()
        approval = claim.sudo().approval_ids
        with self.assertRaises(FrozenFactError):
            approval.sudo().write({"decision": "rejected"})
        with self.assertRaises(FrozenFactError):
            approval.sudo().unlink()
        with self.assertRaises(FrozenFactError):
            approval.sudo().copy()
        with self.assertRaises(FrozenFactError):
            approval.with_user(self.head_user).write({"decision": "rejected"})
        for query in (
            "UPDATE aftersales_approval SET amount = 1",
            "DELETE FROM aftersales_approval",
        ):
            with (
                self.assertRaises(psycopg2.Error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_approval_before_verification_is_refused(self):
        """PART-03: approval before verification is refused."""
        claim = self._claim(self.filter_part)
        with self.assertRaises(TransitionError):
            claim.with_user(self.sales_vp_user).action_approve()

    def test_part_10_a_changed_amount_supersedes(self):
        claim = self._of_amount(500.0)
        claim.with_user(self.head_user).action_approve()
        claim.with_user(self.dispatcher_user).line_ids.quantity = 3
        self.assertEqual(claim.state, "verified")
        self.assertEqual(claim.round, 2)
        self.assertEqual(
            claim.sudo().approval_ids.sorted("id").mapped("decision"),
            ["approved", "superseded"],
        )
        self.assertEqual(claim.amount_total, 1500.0)
        self._assert_superseded_needs_sales_vp(claim)

    def _assert_superseded_needs_sales_vp(self, claim):
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.head_user).action_approve()
        claim.with_user(self.sales_vp_user).action_approve()
        self.assertEqual(claim.state, "approved")

    def test_a_change_between_two_steps_starts_the_round_again(self):
        claim = self._of_amount(500.0, emergency=False)
        claim.with_user(self.sales_vp_user).action_approve()
        claim.with_user(self.dispatcher_user).line_ids.quantity = 2
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.gm_user).action_approve()
        claim.with_user(self.sales_vp_user).action_approve()
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "approved")

    def test_superseding_cancels_the_open_transfer(self):
        self._stock(self.filter_part, 5)
        claim = self._of_amount(500.0)
        claim.with_user(self.head_user).action_approve()
        picking = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(picking.state, "assigned")
        claim.with_user(self.dispatcher_user).line_ids.quantity = 2
        self.assertEqual(picking.state, "cancel")

    def test_part_02_a_rejection_ends_with_a_reason(self):
        claim = self._of_amount(500.0, emergency=False)
        with self.assertRaises(ArgumentError):
            claim.with_user(self.sales_vp_user).action_reject("")
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.gm_user).action_reject("Not ours")
        claim.with_user(self.sales_vp_user).action_reject("Not ours")
        self.assertEqual(claim.state, "rejected")
        self.assertEqual(claim.sudo().approval_ids.decision, "rejected")
        self.assertEqual(claim.sudo().approval_ids.reason, "Not ours")
        self.assertTrue(claim.activity_ids)

    def test_amb_20_cost_above_the_approval_is_approved_again(self):
        self._stock(self.filter_part, 5)
        self.filter_part.standard_price = 900.0
        claim = self._issued(self.filter_part)
        claim.line_ids.action_consume(1)
        claim.line_ids.with_user(self.warehouse_user).action_return_old(1)
        claim.with_user(self.dispatcher_user).cost_shipping = 200.0
        self.assertEqual(claim.cost_total, 1100.0)
        self.assertTrue(claim.needs_excess_approval)
        with self.assertRaisesRegex(Exception, "approved again"):
            claim.action_close()
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.head_user).action_approve()
        claim.with_user(self.sales_vp_user).action_approve()
        self.assertFalse(claim.needs_excess_approval)
        claim.action_close()
        self.assertEqual(claim.state, "closed")
        self.assertIn("excess", claim.sudo().approval_ids.mapped("path"))

    def test_part_07_costs_add_up_and_show_the_variance(self):
        self.filter_part.standard_price = 1950.0
        claim = self._of_amount(1950.0)
        claim.with_user(self.sales_vp_user).action_approve()
        desk = claim.with_user(self.dispatcher_user)
        desk.write({"cost_processing": 620, "cost_purchase": 1380, "cost_shipping": 95})
        self.assertEqual(claim.cost_total, 2095.0)
        self.assertEqual(claim.cost_variance, 145.0)
        self.assertAlmostEqual(claim.cost_variance_percent, 7.44, 2)

    def test_technicians_enter_no_costs(self):
        claim = self._claim()
        with self.assertRaises(AccessError):
            claim.cost_shipping = 5

    def test_query_count_does_not_grow_with_the_claims(self):
        self.filter_part.standard_price = 10.0
        few = self._verified(self.filter_part, emergency=False)
        many = few.browse()
        for _index in range(5):
            many |= self._verified(self.filter_part, emergency=False)
        self.env.flush_all()
        one = self._count_queries(few)
        self.assertLessEqual(self._count_queries(many), one + 10)

    def _count_queries(self, claims):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        claims.with_user(self.sales_vp_user).action_approve()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
