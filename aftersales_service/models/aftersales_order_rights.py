from odoo import api, models
from odoo.exceptions import AccessError

from .. import guard
from ..exceptions import FrozenFactError, MissingError

PLANNER_GROUP = "aftersales_service.group_dispatcher"
FINISHED_STATES = ("done", "closed", "cancel")
# What a worker on the order may write; everything else is planning.
FINDING_FIELDS = frozenset(
    {
        "unit_ids",
        "check_ids",
        "symptom_id",
        "cause_id",
        "remedy_id",
        "result",
        "solution",
        "test_run",
        "fix_confidence",
        "customer_opinion",
        "charge_note",
        "customer_verdict",
        "quality_grade",
        "attitude_grade",
        "customer_wishes",
        "is_electrical",
        "is_height",
        "check_note",
        "trial_note",
        "memo",
        "project_summary",
        "internal_note",
    }
)
# What stays open after the customer has signed.
OFFICE_FIELDS = frozenset(
    {
        "category",
        "memo",
        "project_summary",
        "internal_note",
        "trip_ids",
        "claim_ids",
        "ticket_id",
        "activity_ids",
        "message_ids",
        "message_follower_ids",
        "access_token",
    }
)


class AftersalesOrder(models.Model):
    """Who may write what on an order, and until when."""

    _inherit = "aftersales.order"

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_may_write(vals.keys())
        return super().write(vals)

    def _check_may_write(self, names):
        """Refuse planning by technicians and changes of what was signed.

        :param names: the fields somebody wants to write
        :raise AccessError: a technician writes more than his findings
        :raise FrozenFactError: the order is signed, done or cancelled
        """
        if names - FINDING_FIELDS and not self._is_planner():
            raise AccessError(
                self.env._(
                    "Technicians record findings. Ask the dispatcher to change "
                    "customer, time or people of an order."
                )
            )
        if names - OFFICE_FIELDS:
            self._check_not_frozen()
        if "category" in names and "closed" in self.mapped("state"):
            self._raise_frozen_order()

    def _check_not_frozen(self):
        """Raise when what these orders report can no longer change (DISP-25)."""
        self._get_frozen_orders()._raise_frozen_order()

    def _get_frozen_orders(self):
        """Return the orders whose report is signed or finished."""
        return self.filtered(
            lambda order: (
                order.state in FINISHED_STATES or order.signed_on or order.sign_refused
            )
        )

    def _raise_frozen_order(self):
        if self:
            raise FrozenFactError(
                self.env._(
                    "%(orders)s: the service report is signed or finished, so what "
                    "it says cannot change any more. Open a rework order, or write "
                    "a note.",
                    orders=", ".join(self[:5].mapped("display_name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        """A numbered order is never deleted; it is cancelled with a reason."""
        raise FrozenFactError(
            self.env._("Service orders are not deleted. Cancel the order instead.")
        )

    @api.model
    def _is_planner(self):
        """Tell whether the user may plan orders: dispatchers and heads."""
        return self.env.su or self.env.user.has_group(PLANNER_GROUP)

    @api.model
    def _ensure_planner(self):
        if not self._is_planner():
            raise AccessError(
                self.env._("Only dispatchers and heads of department may do this.")
            )

    def _ensure_can_reach(self, target):
        """Refuse the orders whose state does not lead to ``target``."""
        stuck = self.filtered(
            lambda order: (
                order.state != target
                and target not in self._state_transitions[order.state]
            )
        )
        if stuck:
            stuck._raise_stuck(target)

    def _ensure_nothing_missing(self, step):
        """Raise ``MissingError`` naming everything that still blocks a step."""
        missing = self._get_missing(step)
        if missing:
            raise MissingError(
                "\n".join(
                    self.env._(
                        "%(order)s: %(reasons)s",
                        order=order.display_name,
                        reasons=" ".join(item["reason"] for item in missing[order.id]),
                    )
                    for order in self
                    if order.id in missing
                )
            )
