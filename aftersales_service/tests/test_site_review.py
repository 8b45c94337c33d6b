from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    NotEntitledError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestSiteReview(FieldCommon):
    """Spot checks and archived files: on record, and the head's alone."""

    # -- spot checks

    def _review(self, user=None, **values):
        return (
            self.env["aftersales.site.review"]
            .with_user(user or self.head_user)
            .create(
                {
                    "site_id": self.site.id,
                    "result": "findings",
                    "finding": "Sheet of February missing",
                    "measure": "Repeat the inspection",
                    "user_id": self.dispatcher_user.id,
                    "due_on": "2026-03-09",
                    **values,
                }
            )
        )

    def test_spot_checks_end_with_their_corrective_action(self):
        """SITE-15: the head's spot check, its action, who did it and when."""
        review = self._review()
        self.assertEqual(review.checked_by_id, self.head_user)
        self.assertTrue(
            self.site.activity_ids.filtered(
                lambda one: one.user_id == self.dispatcher_user
            )
        )
        with self.assertRaises(NotEntitledError):
            review.with_user(self.callback_user).action_correct("Done")
        with self.assertRaises(ArgumentError):
            review.with_user(self.dispatcher_user).action_correct("")
        review.with_user(self.dispatcher_user).action_correct("Inspected again")
        self.assertEqual(review.state, "done")
        self.assertEqual(review.done_by_id, self.dispatcher_user)
        review.with_user(self.dispatcher_user).action_correct("Twice")
        self.assertEqual(review.done_note, "Inspected again")
        self.assertIn("Sheet of February missing", self.site.timeline)
        with self.assertRaises(FrozenFactError):
            review.write({"finding": "Nothing"})
        with self.assertRaises(FrozenFactError):
            review.sudo().unlink()

    def test_spot_checks_are_the_heads_alone(self):
        """SITE-15: nobody else checks, and a finding is complete."""
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.assertRaises(UserError):
                self._review(user)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._review(measure=False)
        self.assertEqual(self._review(result="good").state, "done")

    def test_overdue_corrections_are_found(self):
        """SITE-15: what was not corrected in time shows as overdue."""
        review = self._review(due_on="2026-03-01")
        late = self.env["aftersales.site.review"].search([("is_overdue", "=", True)])
        self.assertIn(review, late)
        self.assertTrue(review.is_overdue)

    def test_archiving_is_on_record(self):
        """SITE-15: every archive of a file writes who and when."""
        self.site.with_user(self.head_user).action_archive()
        entry = self.env["aftersales.audit"].search(
            [
                ("model", "=", "aftersales.site"),
                ("res_id", "=", self.site.id),
                ("event", "=", "archived"),
            ]
        )
        self.assertEqual(entry.user_login, self.head_user.login)
