from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..exceptions import MissingError, NotAllowedError, TransitionError
from .aftersales_fact_mixin import fact_action
from .aftersales_order_missing import FAULT_TYPES

# What a failed item of a list may become a case of.
CASE_KINDS = {"conduct": "attitude", "readiness": "safety"}
HAZARDS = frozenset({"is_electrical", "is_height"})


class AftersalesOrder(models.Model):
    """The start of the work on site, behind its safety checks (COND-03, COND-04)."""

    _inherit = "aftersales.order"

    is_electrical = fields.Boolean(
        string="Electrical Job", help="Nobody starts before the power is off."
    )
    is_height = fields.Boolean(
        string="Work at Height", help="Nobody starts before the precautions are taken."
    )
    work_started_on = fields.Datetime(string="Work Started", readonly=True, copy=False)
    check_note = fields.Text(
        string="Check and Analysis", copy=False, help="What was measured and found."
    )
    trial_note = fields.Text(
        string="Trial Run", copy=False, help="Readings of the trial run."
    )
    stage = fields.Selection(
        [
            ("review", "Application Reviewed"),
            ("prepared", "Departure Prepared"),
            ("sent", "Engineer Sent"),
            ("survey", "Survey on Site"),
            ("analysis", "Check and Analysis"),
            ("repair", "Repair"),
            ("trial", "Test and Trial Run"),
            ("finished", "Finished"),
        ],
        compute="_compute_stage",
        help="How far the facts say the fault service is (DISP-32).",
    )
    closing_open = fields.Integer(
        string="Closing Ticks Open", compute="_compute_closing"
    )
    card_left = fields.Boolean(compute="_compute_closing")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"work_started_on"}

    @api.depends(
        "state",
        "departed_on",
        "arrived_on",
        "cause_id",
        "check_note",
        "work_started_on",
        "test_run",
    )
    def _compute_stage(self):
        for order in self:
            reached = [
                ("finished", order.state in ("done", "closed")),
                ("trial", order.test_run),
                ("repair", order.work_started_on),
                ("analysis", order.cause_id or order.check_note),
                ("survey", order.arrived_on),
                ("sent", order.departed_on),
                ("prepared", order.state == "dispatched"),
                ("review", order.state in ("draft", "scheduled")),
            ]
            order.stage = next((name for name, is_so in reached if is_so), False)

    @api.depends("check_ids.state", "check_ids.purpose")
    def _compute_closing(self):
        for order in self:
            ticks = order.check_ids.filtered(lambda check: check.purpose == "closing")
            order.closing_open = len(
                ticks.filtered(lambda check: check.state == "open")
            )
            cards = ticks.filtered(lambda check: check.item_id.sudo().is_card)
            # sudo: which tick is the card, for everybody who may see the order
            order.card_left = any(check.state == "passed" for check in cards)

    def write(self, vals):
        if HAZARDS & vals.keys():
            self._check_hazards(vals)
        if vals.get("test_run"):
            self._check_started()
        result = super().write(vals)
        if HAZARDS & vals.keys():
            self.filtered(
                lambda order: order.state in ("dispatched", "on_site")
            )._make_checks()
        return result

    def _check_hazards(self, vals):
        """A technician may see a danger on site; only the desk takes one away."""
        hidden = [name for name in HAZARDS & vals.keys() if not vals[name]]
        if hidden and not self._is_planner() and any(map(self.mapped, hidden)):
            raise AccessError(
                self.env._("Ask the dispatcher before you take a danger off an order.")
            )

    def _check_started(self):
        """Refuse a test run before the work, where stages have their order."""
        early = self.filtered(
            lambda order: (
                order.sudo().policy_id.stage_order  # sudo: a rule of the house
                and order.mode == "onsite"
                and not order.work_started_on
            )
        )
        if early:
            raise TransitionError(
                self.env._(
                    "%(orders)s: start the work before its test run.",
                    orders=", ".join(early.mapped("display_name")),
                )
            )

    @fact_action
    def action_start_work(self, at=None, request_key=None):
        """Record the start of the work; safety comes first (COND-03, COND-04).

        Workers on the order, dispatchers and heads; on site.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise MissingError: naming what safety, or the order of stages, needs
        """
        self._check_step(("on_site",), self.env._("Start the Work"))
        self._check_not_frozen()
        orders = self._get_acting_workers().order_id
        orders = orders.filtered(lambda order: not order.work_started_on)
        orders._ensure_nothing_missing("start")
        for order in orders:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))
        orders._unguarded().write({"work_started_on": at})
        self.env["aftersales.audit"]._log(orders, "work_started", happened_on=at)
        return self

    def _needs_start(self):
        """Tell whether somebody must record the start of this order's work."""
        self.ensure_one()
        stages = self.sudo().policy_id.stage_order  # sudo: a rule of the house
        is_danger = self.is_electrical or self.is_height
        return self.mode == "onsite" and (is_danger or stages)

    def _missing_start(self):
        """Safety ticks, height precautions, and the cause where stages count."""
        for order in self:
            yield from order._missing_safety()
            stages = order.sudo().policy_id.stage_order  # sudo: as above
            if stages and order.service_type in FAULT_TYPES and order._has_open_cause():
                yield order.id, "cause_id", self.env._("Record the cause found.")

    def _missing_safety(self):
        """Yield what makes this order's work dangerous as long as it is open."""
        self.ensure_one()
        policy_sudo = self.sudo().policy_id  # sudo: a rule of the house
        lists = []
        if self.is_electrical:
            lists.append((policy_sudo.safety_checklist_id, self.env._("safety")))
        if self.is_height:
            lists.append((policy_sudo.height_checklist_id, self.env._("height")))
        for checklist, label in lists:
            if not checklist:
                yield (
                    self.id,
                    "check_ids",
                    self.env._(
                        "The policy has no %s checklist: ask the head for one.", label
                    ),
                )
        for check in self.check_ids.filtered("is_blocking"):
            yield (
                self.id,
                "check_ids",
                self.env._("Before you start: %s.", check.name),
            )

    def _missing_sign(self):
        """Dangerous work was started behind its checks, closing ticks are answered.

        What the customer signs cannot change any more, so every mandatory closing
        tick has its yes or no before (COND-03, DISP-24).
        """
        yield from super()._missing_sign()
        for order in self:
            if order._needs_start() and not order.work_started_on:
                yield (
                    order.id,
                    "work_started_on",
                    self.env._("Start the work: answer the safety checks."),
                )
        for check in self.check_ids.filtered(
            lambda check: (
                check.purpose == "closing"
                and check.is_required
                and check.state == "open"
            )
        ):
            yield (
                check.order_id.id,
                "check_ids",
                self.env._("Before you leave: %s.", check.name),
            )


class AftersalesChecklistItem(models.Model):
    """The tick that tells the customer our number."""

    _inherit = "aftersales.checklist.item"

    is_card = fields.Boolean(
        string="Service Card",
        help="With this tick the report prints the service number.",
    )


class AftersalesCheck(models.Model):
    """Checks that block the start, and checks that count for conduct."""

    _inherit = "aftersales.check"

    is_blocking = fields.Boolean(compute="_compute_is_blocking")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        related="order_id.lead_id",
        store=True,
        index="btree_not_null",
    )
    score = fields.Float(
        string="Passed (%)",
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="100 when passed; the average is the conduct score (COND-05).",
    )

    @api.depends("state", "purpose", "is_required", "order_id.is_electrical")
    def _compute_is_blocking(self):
        for check in self:
            order = check.order_id
            policy_sudo = order.sudo().policy_id  # sudo: a rule of the house
            item_sudo = check.item_id.sudo()  # sudo: workers answer, heads keep
            if check.purpose != "readiness" or check.state == "passed":
                check.is_blocking = False
            elif item_sudo.checklist_id.code == policy_sudo.height_checklist_id.code:
                check.is_blocking = order.is_height
            elif item_sudo.only_electrical:
                check.is_blocking = order.is_electrical
            else:
                check.is_blocking = item_sudo.is_required

    @api.depends("state")
    def _compute_score(self):
        for check in self:
            check.score = 100.0 if check.state == "passed" else 0.0

    def action_open_case(self):
        """Open a case about failed items of conduct and safety (COND-01).

        Heads of department; one case for each order and kind.

        :return: a window on the cases
        :raise NotAllowedError: for anybody but a head
        :raise MissingError: where nothing failed
        """
        self.check_access("read")
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise NotAllowedError(
                self.env._("Only the head of department opens such a case.")
            )
        failed = self.filtered(
            lambda check: check.state == "failed" and check.purpose in CASE_KINDS
        )
        if not failed:
            raise MissingError(self.env._("Choose items of conduct that failed."))
        cases = self.env["aftersales.case"]
        for purpose, checks in failed.grouped("purpose").items():
            cases |= cases._open_for(
                checks.order_id,
                CASE_KINDS[purpose],
                "\n".join(checks.mapped("name")),
            )
        return cases._get_records_action(name=self.env._("Cases"))
