"""How the house says no: in words, as errors that every client knows."""

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import exceptions
from .common import AftersalesCommon
from .common_claim import ClaimCommon
from .test_tours import TourCommon


@tagged("post_install", "-at_install")
class TestRefusalDialogs(TourCommon):
    """A refusal on the screen."""

    def test_disp_10_a_refusal_is_no_server_error(self):
        """DISP-10, SITE-07: what is missing stands in a plain dialog."""
        desk = self.order.with_user(self.dispatcher_user)
        desk.action_schedule(fields.Datetime.now())
        desk.unit_ids.symptom_id = False
        self._start_story_tour(
            "refusal",
            self.dispatcher_user,
            url=f"/odoo/aftersales.order/{self.order.id}",
        )
        self.assertEqual(self.order.state, "scheduled")


@tagged("post_install", "-at_install")
class TestRefusals(AftersalesCommon):
    """The classes of our refusals, for clients."""

    def test_each_error_names_the_dialog_that_shows_it(self):
        """ROLE-01: web clients show each of our errors as one of core's."""
        ours = [
            error
            for error in vars(exceptions).values()
            if isinstance(error, type) and issubclass(error, exceptions.AftersalesError)
        ]
        self.assertGreater(len(ours), 7)
        for error in ours:
            shown = http.serialize_exception(error("No."))["context"]
            self.assertIn(
                shown["exception_class"],
                ("odoo.exceptions.UserError", "odoo.exceptions.AccessError"),
            )
            self.assertTrue(issubclass(error, UserError))

    def test_role_01_a_wrong_role_is_an_access_error(self):
        """ROLE-01: who lacks the role gets an access error, and nothing happens."""
        draft = self.site.copy({"name": "Draft", "technician_id": self.technician.id})
        with self.assertRaises(AccessError):
            draft.with_user(self.gm_user).action_activate()
        self.assertEqual(draft.state, "draft")


@tagged("post_install", "-at_install")
class TestClaimRefusals(ClaimCommon):
    """Who may not decide a claim."""

    def test_part_03_other_roles_and_parties_are_access_errors(self):
        """PART-03, PART-09, ROLE-02: another tier, or a party to the claim."""
        claim = self._verified()
        for user in (self.dispatcher_user, self.gm_user, self.sales_vp_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                claim.with_user(user).action_approve()
        self.assertEqual(claim.state, "verified")
