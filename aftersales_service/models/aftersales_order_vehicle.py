from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .. import arguments
from ..exceptions import FrozenFactError, NotAllowedError, TransitionError

HEAD = "aftersales_service.group_head"
# What was asked for; it stands once somebody decided.
ASKED_FIELDS = frozenset({"order_id", "kind", "reason", "cost_estimate"})


class AftersalesOrderVehicle(models.Model):
    """A special car for a far, urgent or full journey: asked for, approved, paid."""

    _name = "aftersales.order.vehicle"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Vehicle Request"
    _order = "id desc"
    _rec_name = "order_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"requested_by_id", "decided_by_id", "decided_on", "cost"}
    )
    _state_transitions = {
        "requested": {"approved", "declined"},
        "approved": set(),
        "declined": set(),
    }

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("car", "Special Car"),
            ("motorcycle", "Motorcycle Taxi"),
            ("other", "Other"),
        ],
        string="Vehicle",
        required=True,
        default="car",
    )
    reason = fields.Char(
        required=True, help="Far away, many customers on one journey, urgent."
    )
    cost_estimate = fields.Monetary(string="Estimated Cost")
    cost = fields.Monetary(readonly=True, copy=False, help="What was paid.")
    requested_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        required=True,
        default=lambda self: self.env.user,
    )
    answer = fields.Char(copy=False, help="Why the request is declined.")
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("requested", "To Approve"),
            ("approved", "Approved"),
            ("declined", "Declined"),
        ],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _cost_positive = models.Constraint(
        "CHECK (COALESCE(cost, 0) >= 0 AND COALESCE(cost_estimate, 0) >= 0)",
        "A vehicle costs nothing or more.",
    )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (request.reason or "").strip() for request in self):
            raise ValidationError(self.env._("Say why a vehicle is needed."))

    @api.model_create_multi
    def create(self, vals_list):
        self.env["aftersales.order"]._ensure_planner()
        requests = super().create(vals_list)
        requests._check_allowed()
        requests._tell_head()
        return requests

    def write(self, vals):
        if vals.keys() & (ASKED_FIELDS | {"answer"}):
            decided = self.filtered(lambda request: request.state != "requested")
            if decided and not self.env.su:
                raise FrozenFactError(
                    self.env._(
                        "%(requests)s is decided. Ask for another vehicle instead.",
                        requests=", ".join(decided[:5].mapped("display_name")),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if self.filtered(lambda request: request.state != "requested"):
            raise FrozenFactError(
                self.env._("What was decided about vehicles stays on record.")
            )

    def _check_allowed(self):
        """Refuse where the policy knows no vehicles, and for finished work."""
        for order in self.order_id:
            policy_sudo = order.policy_id.sudo()  # sudo: rules of the house
            if not policy_sudo.vehicle_requests or order.mode != "onsite":
                raise TransitionError(
                    self.env._(
                        "%s: no vehicle can be asked for under its service policy.",
                        order.display_name,
                    )
                )
            if order.state not in ("draft", "scheduled", "dispatched", "on_site"):
                raise TransitionError(
                    self.env._(
                        "%s: the work is over, no vehicle is needed.",
                        order.display_name,
                    )
                )

    def _tell_head(self):
        """Give the head of department an activity on each request."""
        entries = [
            (request, head, self.env._("Vehicle asked for: %s", request.display_name))
            for request in self
            if (head := request.company_id._aftersales_get_head())
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_vehicle", scope="approvals"
            )

    def action_approve(self):
        """Approve vehicles; heads of department, not whoever asked (DISP-41).

        :return: the same requests
        :raise NotAllowedError: for one's own request
        """
        return self._decide("approved", {})

    def action_decline(self, answer=None):
        """Decline vehicles; heads of department, not whoever asked (DISP-41).

        :param str answer: why; by default what is written on the request
        :return: the same requests
        """
        self.check_access("read")
        label = self.env._("Answer")
        answers = {
            request.id: arguments.as_text(
                self.env, request.answer if answer is None else answer, label
            )
            for request in self
            if request.state != "declined"
        }
        return self._decide("declined", answers)

    def _decide(self, target, answers):
        """Take a decision.

        :param str target: the state
        :param dict answers: answer by request id, where one is given
        """
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("The head of department approves vehicles."))
        self.check_access("write")
        self._lock()
        todo = self.filtered(lambda request: request.state != target)
        if self.env.user in todo.requested_by_id:
            raise NotAllowedError(
                self.env._("Nobody approves a vehicle that he asked for himself.")
            )
        moved = todo.sudo()._set_state(  # sudo: the answer stands with the decision
            target,
            lambda request: {
                "answer": answers.get(request.id, request.answer),
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            },
        )
        moved.activity_unlink(["aftersales_service.activity_vehicle"])
        return self

    def action_record_cost(self, amount):
        """Record what approved vehicles cost; dispatchers and heads (DISP-41).

        It counts as cost of the order. Corrected until the order is closed; the
        audit trail keeps what stood there before.

        :param float amount: in the currency of the company
        :return: the same requests
        :raise TransitionError: before the approval, or once the order is closed
        """
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("write")
        amount = arguments.as_number(self.env, amount, self.env._("Cost"))
        self._lock()
        wrong = self.filtered(
            lambda request: (
                request.state != "approved" or request.order_id.state == "closed"
            )
        )
        if wrong:
            raise TransitionError(
                self.env._(
                    "%(requests)s: the cost is recorded after the approval and until "
                    "the order is closed.",
                    requests=", ".join(wrong[:5].mapped("display_name")),
                )
            )
        todo = self.filtered(
            lambda request: request.currency_id.compare_amounts(request.cost, amount)
        )
        self.env["aftersales.audit"]._log(todo, "vehicle_cost", amount=amount)
        todo._unguarded().write({"cost": amount})
        return self

    def action_open_cost(self):
        """Ask what the vehicle cost.

        :return: a window action
        """
        self.check_access("read")
        arguments.check_single(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cost of the Vehicle"),
            "res_model": "aftersales.order.vehicle.cost",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_vehicle_id": self.id,
                "default_amount": self.cost or self.cost_estimate,
            },
        }


class AftersalesOrder(models.Model):
    """Vehicles asked for an order, and what they cost."""

    _inherit = "aftersales.order"

    vehicle_ids = fields.One2many(
        "aftersales.order.vehicle", "order_id", string="Vehicles"
    )
    has_vehicles = fields.Boolean(compute="_compute_has_vehicles")
    vehicle_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Vehicles"
    )
    vehicle_cost = fields.Monetary(
        compute="_compute_vehicle_cost",
        store=True,
        compute_sudo=True,
        currency_field="vehicle_currency_id",
        groups="aftersales_service.group_dispatcher,"
        "aftersales_service.group_general_manager",
    )

    @api.depends("policy_id.vehicle_requests", "mode", "vehicle_ids")
    def _compute_has_vehicles(self):
        for order in self.sudo():  # sudo: rules of the house
            allowed = order.policy_id.vehicle_requests and order.mode == "onsite"
            order.has_vehicles = allowed or bool(order.vehicle_ids)

    @api.depends("vehicle_ids.cost", "vehicle_ids.state")
    def _compute_vehicle_cost(self):
        for order in self:
            approved = order.vehicle_ids.filtered(lambda one: one.state == "approved")
            order.vehicle_cost = sum(approved.mapped("cost"))
