from odoo import api, fields, models

from .. import arguments
from ..exceptions import NotAllowedError, TransitionError
from .aftersales_order_missing import FAULT_TYPES

DECISIONS = [
    ("answered", "Answered by Phone"),
    ("onsite", "On Site"),
    ("factory", "Back to the Factory"),
]
OPEN_STATES = ("draft", "scheduled")


class AftersalesOrder(models.Model):
    """The technical department phones the customer, then decides (DISP-38)."""

    _inherit = "aftersales.order"

    needs_technical = fields.Boolean(compute="_compute_needs_technical")
    technical_decision = fields.Selection(
        DECISIONS, readonly=True, copy=False, index="btree_not_null", tracking=True
    )
    technical_note = fields.Text(
        string="Technical Answer",
        readonly=True,
        copy=False,
        help="What the customer was told, and why it is done this way.",
    )
    technical_asked_on = fields.Datetime(
        string="Technical Department Asked", readonly=True, copy=False
    )
    technical_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    technical_on = fields.Datetime(string="Decided On", readonly=True, copy=False)
    can_decide_technical = fields.Boolean(compute="_compute_can_decide_technical")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "technical_decision",
            "technical_note",
            "technical_asked_on",
            "technical_by_id",
            "technical_on",
        }

    @api.depends("policy_id.technical_decision", "service_type")
    def _compute_needs_technical(self):
        for order in self:
            order.needs_technical = order._is_technical_needed()

    def _is_technical_needed(self):
        """Tell whether the technical department decides how this is done."""
        policy_sudo = self.policy_id.sudo()  # sudo: rules of the house
        return policy_sudo.technical_decision and self.service_type in FAULT_TYPES

    def _is_application_needed(self):
        """A visit that the technical department wants is applied for (DISP-38)."""
        wants_visit = (
            self._is_technical_needed() and self.technical_decision == "onsite"
        )
        return wants_visit or super()._is_application_needed()

    @api.depends("policy_id.technical_decision", "technical_decision")
    def _compute_needs_application(self):
        return super()._compute_needs_application()

    @api.depends("state", "technical_decision", "needs_technical")
    @api.depends_context("uid")
    def _compute_can_decide_technical(self):
        deciders = self._get_technical_deciders()
        for order in self:
            order.can_decide_technical = (
                order.needs_technical
                and not order.technical_decision
                and order.state in OPEN_STATES
                and self.env.user in deciders[order.id]
            )

    def _get_technical_deciders(self):
        """Return who may decide: ``{order id: users}``.

        Holders of the function, the head of department, and who stands in for one.
        """
        functions = self.env["aftersales.function"]
        acting = self.env["aftersales.deputy"]._get_acting("approvals", self.company_id)
        deciders = {}
        for order in self:
            team = order.ticket_id.sudo().team_id  # sudo: only its people
            company = order.company_id
            technical = functions._get_by_code("technical", company)
            users = technical._get_users(company, team)
            users |= company._aftersales_get_head(team)
            deciders[order.id] = users | acting.replace(users, company)
        return deciders

    def action_ask_technical(self):
        """Ask the technical department to phone the customer and decide (DISP-38).

        Dispatchers and heads; once an order.

        :return: the same orders
        :raise TransitionError: when no decision is needed, or the work has begun
        """
        self._ensure_planner()
        self.check_access("write")
        self._lock()
        self._check_technical_open()
        fresh = self.filtered(lambda order: not order.technical_asked_on)
        fresh._unguarded().write({"technical_asked_on": fields.Datetime.now()})
        self.env["aftersales.audit"]._log(fresh, "technical_asked")
        deciders = fresh._get_technical_deciders()
        entries = [
            (order, user, self.env._("Phone the customer of %s", order.display_name))
            for order in fresh
            for user in deciders[order.id]
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_technical", scope="approvals"
            )
        return self

    def _check_technical_open(self):
        """Refuse orders that the technical department has no say in, or not now."""
        closed = self.filtered(
            lambda order: (
                not order._is_technical_needed() or order.state not in OPEN_STATES
            )
        )
        if closed:
            raise TransitionError(
                self.env._(
                    "%(orders)s: the technical department decides before the dispatch, "
                    "and where the service policy says so.",
                    orders=", ".join(closed[:5].mapped("display_name")),
                )
            )

    def action_decide_technical(self, decision, note):
        """Decide how a fault is dealt with, after the call (DISP-38).

        Holders of the function “Technical Department” and the head of department.
        Answered: it goes on by phone. On site: staff is applied for. Factory: the
        unit comes back and nobody is sent. The same decision again changes nothing.

        :param str decision: answered, onsite or factory
        :param str note: what the customer was told, and why
        :return: the same orders
        :raise NotAllowedError: for anybody else
        :raise TransitionError: when it was decided otherwise, or work has begun
        """
        self.check_access("read")
        decision = arguments.as_choice(
            self.env, decision, DECISIONS, self.env._("Technical Decision")
        )
        note = arguments.as_text(self.env, note, self.env._("Technical Answer"))
        self._lock()
        self._check_technical_decider()
        todo = self.filtered(lambda order: order.technical_decision != decision)
        todo._check_technical_open()
        decided = todo.filtered("technical_decision")
        if decided:
            raise TransitionError(
                self.env._(
                    "%(orders)s was decided already. Open a new order where it must "
                    "be dealt with in another way.",
                    orders=", ".join(decided[:5].mapped("display_name")),
                )
            )
        # sudo: a technical department reads orders; the right was checked above
        todo.sudo()._decide_technical(decision, note)
        return self

    def _check_technical_decider(self):
        """Refuse everybody but the technical department and the heads."""
        deciders = self._get_technical_deciders()
        if any(self.env.user not in deciders[order.id] for order in self):
            raise NotAllowedError(
                self.env._(
                    "The technical department decides this, or the head of "
                    "department. Ask them by “Ask Technical Department”."
                )
            )

    def _decide_technical(self, decision, note):
        """Write the decision down and let orders take its way; superuser mode."""
        self._unguarded().write(
            {
                "technical_decision": decision,
                "technical_note": note,
                "technical_by_id": self.env.uid,
                "technical_on": fields.Datetime.now(),
            }
        )
        self.env["aftersales.audit"]._log(self, f"technical_{decision}", reason=note)
        self.activity_unlink(["aftersales_service.activity_technical"])
        if decision == "answered":
            self._stay_remote(self.env._("Answered by phone: %s", note))
        elif decision == "factory":
            self.ticket_id.write({"resolution_path": "depot"})
            self._unguarded().write({"triage_place": "depot"})
            self.env["aftersales.commitment"]._cancel(self, ["arrive"], reason=note)

    def _missing_dispatch(self):
        """The decision, and that it is a visit (DISP-38)."""
        yield from super()._missing_dispatch()
        for order in self.filtered(lambda order: order._is_technical_needed()):
            if not order.technical_decision:
                yield (
                    order.id,
                    "technical_decision",
                    self.env._("The technical department phones the customer first."),
                )
            elif order.technical_decision != "onsite":
                yield (
                    order.id,
                    "technical_decision",
                    self.env._("The technical department decided that nobody goes."),
                )
