from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import arguments
from .aftersales_fact_mixin import fact_action
from .aftersales_order_missing import FAULT_TYPES

REFUSALS = [
    ("refused_visit", "Visit Refused"),
    ("refused_repair", "Repair Refused"),
    ("wants_return", "Wants to Return the Unit"),
]
OUTCOMES = [
    ("solved", "Solved"),
    ("no_fault", "No Fault Found"),
    ("needs_depot", "Needs the Depot"),
    ("part_missing", "Part Missing"),
    ("wrong_part", "Wrong Part"),
    ("unsolved", "Not Solved"),
    *REFUSALS,
]
# What is wrong with one unit is wrong with the visit; the gravest stands first.
RESULT_OUTCOMES = ("needs_depot", "part_missing", "wrong_part")
SETTLED_OUTCOMES = ("solved", "no_fault")


class AftersalesOrder(models.Model):
    """How a visit ended, as a code that can be counted (DISP-15, DISP-19)."""

    _inherit = "aftersales.order"

    outcome = fields.Selection(
        OUTCOMES, readonly=True, copy=False, index="btree_not_null", tracking=True
    )
    outcome_reason = fields.Char(
        string="Why Refused", readonly=True, copy=False, help="As the customer said it."
    )
    attempt_ids = fields.One2many(
        "aftersales.order.attempt", "order_id", string="Visits without Access"
    )
    is_refused = fields.Boolean(compute="_compute_is_refused")
    first_time_fix = fields.Float(
        string="Fixed First Time (%)",
        compute="_compute_first_time_fix",
        store=True,
        aggregator="avg",
        help="100 when the first visit ended the fault and no rework followed.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"outcome", "outcome_reason"}

    @api.depends("outcome")
    def _compute_is_refused(self):
        refusals = dict(REFUSALS)
        for order in self:
            order.is_refused = order.outcome in refusals

    @api.depends("state", "outcome", "rework_of_id", "rework_ids.state", "attempt_ids")
    def _compute_first_time_fix(self):
        for order in self:
            order.first_time_fix = 100.0 if order._is_fixed_first_time() else 0.0

    def _is_fixed_first_time(self):
        """Tell whether this visit was the only one the fault needed (DISP-19)."""
        self.ensure_one()
        if self.state not in ("done", "closed"):
            return False
        if self.outcome not in SETTLED_OUTCOMES or self.rework_of_id:
            return False
        order_sudo = self.sudo()  # sudo: colleagues' visits count too
        again = order_sudo.rework_ids.filtered(lambda order: order.state != "cancel")
        earlier = order_sudo.ticket_id.order_ids.filtered(
            lambda order: (
                order.id < self.id
                and order.mode == "onsite"
                and order.state in ("done", "closed")
            )
        )
        return not (again or earlier or order_sudo.attempt_ids)

    @fact_action
    def action_refuse_service(self, outcome, reason=None, at=None, request_key=None):
        """Record that the customer wants no visit, no repair, or a return (DISP-15).

        Workers on the order, dispatchers and heads, after the departure. Nobody
        signs then and nothing is tested: the reason is the report.

        :param str outcome: refused_visit, refused_repair or wants_return
        :param str reason: what the customer said
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders, on site
        :raise MissingError: before the departure
        :raise FrozenFactError: when the report is signed, or refused before
        """
        outcome = arguments.as_choice(
            self.env, outcome, REFUSALS, self.env._("Outcome")
        )
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        self._check_step(("dispatched", "on_site"), self.env._("Refused"))
        self._check_not_frozen()
        self._reach_the_door(at)
        self.filtered(lambda order: order.state == "dispatched")._set_state(
            "on_site", happened_on=at
        )
        self._unguarded().write({"outcome": outcome, "outcome_reason": reason})
        self.env["aftersales.audit"]._log(self, outcome, reason=reason, happened_on=at)
        if outcome == "wants_return":
            self._request_return(reason)
        return self

    def _reach_the_door(self, at):
        """Stamp the arrival of who stands at the door; keeps or breaks the promise.

        :return: the worker records that act
        """
        acting = self._get_acting_workers()
        acting._check_stamped("departed_on")
        waiting = acting.filtered(lambda worker: not worker.arrived_on)
        waiting._stamp("arrived_on", at)
        waiting._note_lateness(at)
        self._fulfil_promise(waiting.order_id, "arrive", at)
        return acting

    def _request_return(self, reason):
        """Ask the head to open the return; depot repair takes it from here."""
        self._tell_return(self.env._("Customer wants a return: %s", reason))

    def _tell_return(self, summary):
        """Put returns on the lists of the heads who decide about them."""
        entries = []
        for order in self.sudo():  # sudo: who heads the department of the order
            head = order.company_id._aftersales_get_head(order.ticket_id.team_id)
            if head:
                entries.append((order, head, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.activity_return_request",
                scope="escalations",
            )

    def _conclude(self):
        """Put the outcome that the findings speak for on orders that have none."""
        open_orders = self.filtered(lambda order: not order.outcome)
        for outcome, orders in open_orders.grouped(
            lambda order: order._get_likely_outcome()
        ).items():
            orders._unguarded().write({"outcome": outcome})

    def _get_likely_outcome(self):
        """Return the code of the gravest result; a failed test run solves nothing."""
        self.ensure_one()
        results = set(self.unit_ids.mapped("result"))
        for outcome in RESULT_OUTCOMES:
            if outcome in results:
                return outcome
        if self.test_run == "failed":
            return "unsolved"
        is_fault = self.service_type in FAULT_TYPES
        return "no_fault" if is_fault and results == {"no_fault"} else "solved"

    def _get_frozen_orders(self):
        return super()._get_frozen_orders() | self.filtered("is_refused")

    def _missing_report(self):
        """Where the customer refused, his reason is the report (DISP-15)."""
        yield from super(
            AftersalesOrder, self.filtered(lambda order: not order.is_refused)
        )._missing_report()

    def _is_report_blank(self):
        return not self.is_refused and super()._is_report_blank()

    @api.depends("outcome")
    def _compute_report_complete(self):
        return super()._compute_report_complete()

    def _missing_done(self):
        """Nobody tests or signs what the customer refused (DISP-15)."""
        yield from super(
            AftersalesOrder, self.filtered(lambda order: not order.is_refused)
        )._missing_done()

    def _is_fixed(self):
        return not self.is_refused and super()._is_fixed()

    @api.constrains("ticket_id", "mode")
    def _check_guidance(self):
        """No visit for what the user was guided through by phone (DISP-14)."""
        for order in self.filtered(lambda order: order.state == "draft"):
            ticket_sudo = order.sudo().ticket_id  # sudo: only its stage and path
            if ticket_sudo.closed and ticket_sudo.resolution_path == "remote":
                raise ValidationError(
                    self.env._(
                        "%s was solved by phone: no order, trip or allowance belongs "
                        "to it. Reopen the ticket first.",
                        ticket_sudo.display_name,
                    )
                )
