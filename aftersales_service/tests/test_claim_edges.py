from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import TransitionError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimEdges(ClaimCommon):
    """Claims that end before anything is handed out."""

    def test_the_desk_rejects_what_is_submitted_but_not_its_own(self):
        """PART-02, ROLE-02: before verification the desk refuses, nobody his own."""
        claim = self._claim()
        claim.action_submit()
        for user in (self.technician_user, self.sales_vp_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                claim.with_user(user).action_reject("Not ours")
        own = self._claim()
        own.with_user(self.dispatcher_user).action_submit()
        with self.assertRaisesRegex(AccessError, "You requested these parts"):
            own.with_user(self.dispatcher_user).action_reject("Not ours")
        self.assertEqual((claim.state, own.state), ("submitted", "submitted"))
        claim.with_user(self.dispatcher_user).action_reject("Not ours")
        self.assertEqual(claim.state, "rejected")

    def test_a_rejection_is_told_once(self):
        """PART-02: the requester is told why, and somebody has to tell the customer."""
        claim = self._verified()
        claim.with_user(self.head_user).action_reject("Wear and tear")
        claim.with_user(self.head_user).action_reject("Wear and tear")
        told = claim.sudo().message_ids.filtered(
            lambda note: "Wear and tear" in (note.body or "")
        )
        self.assertIn(self.technician_user.partner_id, told.partner_ids)
        self.assertEqual(claim.sudo().activity_ids.user_id, self.dispatcher_user)
        self.assertEqual(len(claim.sudo().activity_ids), 1)
        self.assertEqual(len(claim.sudo().approval_ids), 1)

    def test_what_is_decided_is_not_rejected(self):
        """PART-02: neither a draft nor an approved claim can be rejected."""
        for claim in (self._claim(), self._approved()):
            with self.subTest(claim.state), self.assertRaises(TransitionError):
                claim.with_user(self.head_user).action_reject("Too late")
