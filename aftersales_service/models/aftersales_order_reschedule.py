from odoo import api, fields, models

from .. import arguments
from ..exceptions import MissingError, TransitionError

ASKED_BY = [("us", "By Us"), ("customer", "By the Customer")]
MOVABLE_STATES = ("scheduled", "dispatched")


class AftersalesOrder(models.Model):
    """Appointments that move: with a reason, the customer's consent and a record."""

    _inherit = "aftersales.order"

    replan_ids = fields.One2many(
        "aftersales.order.replan", "order_id", string="Replanned"
    )
    first_promised_start = fields.Datetime(
        string="First Promise",
        readonly=True,
        copy=False,
        help="The time first agreed with the customer; stays when it moves.",
    )
    rescheduled_by_us = fields.Integer(
        string="Rescheduled by Us",
        compute="_compute_rescheduled",
        store=True,
    )
    rescheduled_by_customer = fields.Integer(
        string="Rescheduled by the Customer",
        compute="_compute_rescheduled",
        store=True,
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"first_promised_start"}

    @api.depends("replan_ids.kind", "replan_ids.asked_by")
    def _compute_rescheduled(self):
        for order in self:
            moved = order.replan_ids.filtered(
                lambda change: change.kind in ("reschedule", "interrupt")
            )
            ours = moved.filtered(lambda change: change.asked_by == "us")
            order.rescheduled_by_us = len(ours)
            order.rescheduled_by_customer = len(moved - ours)

    def action_reschedule(
        self,
        planned_start,
        reason,
        consent_by,
        asked_by="us",
        planned_end=None,
        employee_id=None,
        apologised=False,
    ):
        """Agree a new time with the customer in place of an old one (DISP-12).

        Dispatchers and heads; scheduled and dispatched orders whose technician has
        not set off. The first promise stays on the order, each promise before in
        its commitment. The same new time again changes nothing.

        :param planned_start: the new time agreed, naive UTC or ISO text
        :param str reason: why it moves
        :param str consent_by: who agreed on the customer's side
        :param str asked_by: us or customer
        :param planned_end: its end; by default the same length
        :param int employee_id: another lead, if one goes
        :param bool apologised: that the customer was told we are sorry; needed
            where it moves because of us
        :return: the same orders
        :raise TransitionError: from another state, or once somebody is under way
        :raise MissingError: without an apology where we are the cause
        """
        self._ensure_planner()
        self.check_access("write")
        start = self._parse_planned(planned_start, self.env._("New Time"))
        end = self._parse_planned(planned_end)
        lead = self._as_employee(employee_id)
        agreement = self._parse_agreement(reason, consent_by, asked_by, apologised)
        self._lock()
        self._check_can_move()
        self.filtered(
            lambda order: {order.planned_start, order.promised_start} != {start}
        )._move_agreed(start, end, lead, agreement)
        return self

    def _parse_agreement(self, reason, consent_by, asked_by, apologised):
        """Return what was agreed with the customer, and how, as values of a change."""
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        consent = arguments.as_text(self.env, consent_by, self.env._("Agreed By"))
        asked_by = arguments.as_choice(
            self.env, asked_by, ASKED_BY, self.env._("Asked By")
        )
        if asked_by == "us" and apologised is not True:
            raise MissingError(
                self.env._("Apologise to the customer first, and record that you did.")
            )
        return {
            "asked_by": asked_by,
            "reason": reason,
            "consent_by": consent,
            "apologised": bool(apologised),
        }

    def _move_agreed(self, start, end, lead, agreement):
        """Move orders to the time agreed, and put the change on record."""
        before = self._note_before()
        self._schedule(start, end, lead, start, moved_by=agreement["asked_by"])
        self._record_change("reschedule", before, **agreement)

    def _agree_move(self, start, asked_by, note=""):
        """Give the customer the time he asked for; an agreed one is replaced.

        :param datetime start: the time he wants, naive UTC
        :param str asked_by: who asked
        :param str note: what he wrote
        """
        self.ensure_one()
        if self.state in MOVABLE_STATES and self.promised_start:
            reason = note or self.env._("The customer asked for another time.")
            return self.action_reschedule(start, reason, asked_by, "customer")
        return self.action_schedule(start, promised_start=start)

    def _check_can_move(self):
        """Refuse orders without an appointment, or with somebody under way."""
        stuck = self.filtered(
            lambda order: order.state not in MOVABLE_STATES or order.departed_on
        )
        if stuck:
            raise TransitionError(
                self.env._(
                    "%(orders)s cannot be moved now: only what is scheduled or "
                    "dispatched moves, and only before the technician sets off.",
                    orders=", ".join(stuck[:5].mapped("display_name")),
                )
            )

    def _check_promise_kept(self, start, promise):
        """Refuse to plan past a time agreed, but with the customer (DISP-12).

        :param datetime start: the new planned start
        :param promise: the time agreed now, if one is given
        """
        broken = self.filtered(
            lambda order: (
                order.state in MOVABLE_STATES
                and order.promised_start
                and (promise or start) > order.promised_start
            )
        )
        if broken:
            raise TransitionError(
                self.env._(
                    "%(orders)s: %(promise)s is agreed with the customer. Press "
                    "“Reschedule”, so that reason and consent go on record.",
                    orders=", ".join(broken[:5].mapped("display_name")),
                    promise=broken[0]._show_time(broken[0].promised_start),
                )
            )

    def _keep_first_promise(self, promise):
        """Keep the time that was agreed first, whatever follows."""
        fresh = self.filtered(lambda order: not order.first_promised_start)
        fresh._unguarded().write({"first_promised_start": promise})

    # -- the record of a change

    def _note_before(self):
        """Return what a change will replace: ``{order id: values}``."""
        return {
            order.id: {
                "planned_before": order.planned_start,
                "promised_before": order.promised_start,
                "lead_before_id": order.lead_id.id,
            }
            for order in self
        }

    def _record_change(self, kind, before, **values):
        """Put a change on record, one row per order.

        :param str kind: reschedule, reassign or interrupt
        :param dict before: of ``_note_before``
        :param values: asked_by, reason and what else applies
        """
        changes_sudo = self.env["aftersales.order.replan"].sudo()
        # sudo: nobody writes changes by hand
        changes_sudo._unguarded().create(
            [
                {
                    **values,
                    **before[order.id],
                    "order_id": order.id,
                    "kind": kind,
                    "planned_after": order.planned_start,
                    "lead_after_id": order.lead_id.id,
                    "user_id": self.env.uid,
                    "changed_on": fields.Datetime.now(),
                }
                for order in self
            ]
        )
        self.env["aftersales.audit"]._log(
            self, kind, reason=values["reason"], asked_by=values["asked_by"]
        )
