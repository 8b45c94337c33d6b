from odoo import api, fields, models
from odoo.tools import format_datetime

from .. import arguments
from ..exceptions import FrozenFactError, NotEntitledError, TransitionError
from .aftersales_order_missing import FAULT_TYPES

DEGREES = [
    ("minor", "Minor, Still Runs"),
    ("limited", "Runs with Limits"),
    ("stopped", "Stands Still"),
    ("destroyed", "Destroyed"),
]
# What the applicant says; it stands fast once it waits for the decision.
APPLICATION_FIELDS = (
    "damage_model",
    "damage_quantity",
    "presumed_cause",
    "occurred_on",
    "damage_degree",
    "production_date",
    "inspection_record",
    "working_conditions",
)
# Applications that were sent in.
SENT_STATES = ("submitted", "approved")


class AftersalesOrder(models.Model):
    """The application for staff, and who decides whether anybody travels (DISP-33).

    The facts that the register knows stand there as proposals.
    """

    _inherit = "aftersales.order"

    needs_application = fields.Boolean(compute="_compute_needs_application")
    application_state = fields.Selection(
        [
            ("submitted", "Waits for the Decision"),
            ("approved", "Staff Is Sent"),
            ("declined", "Nobody Is Sent"),
        ],
        string="Application",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    damage_model = fields.Char(
        string="Model",
        compute="_compute_damage",
        store=True,
        readonly=False,
        copy=False,
    )
    damage_quantity = fields.Integer(
        string="Units Affected",
        compute="_compute_damage",
        store=True,
        readonly=False,
        copy=False,
    )
    production_date = fields.Date(
        compute="_compute_damage", store=True, readonly=False, copy=False
    )
    presumed_cause = fields.Text(
        compute="_compute_presumed_cause", store=True, readonly=False, copy=False
    )
    occurred_on = fields.Datetime(string="Time of Occurrence", copy=False)
    damage_degree = fields.Selection(DEGREES, string="Degree of Damage", copy=False)
    inspection_record = fields.Text(
        copy=False, help="What the inspections of the unit found so far."
    )
    working_conditions = fields.Text(
        copy=False, help="Load, surroundings, supply, how the unit is run."
    )
    application_on = fields.Datetime(string="Applied On", readonly=True, copy=False)
    application_by_id = fields.Many2one(
        "res.users", string="Applied By", readonly=True, copy=False
    )
    send_decided_on = fields.Datetime(
        string="Staff Decided On", readonly=True, copy=False
    )
    send_decided_by_id = fields.Many2one(
        "res.users", string="Staff Decided By", readonly=True, copy=False
    )
    send_reason = fields.Char(
        string="Reason of the Decision", readonly=True, copy=False
    )
    can_decide_dispatch = fields.Boolean(compute="_compute_can_decide_dispatch")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "application_state",
            "application_on",
            "application_by_id",
            "send_decided_on",
            "send_decided_by_id",
            "send_reason",
        }

    @api.depends("policy_id.needs_application", "service_type")
    def _compute_needs_application(self):
        for order in self:
            order.needs_application = order._is_application_needed()

    def _is_application_needed(self):
        """Tell whether staff and parts for this order need an approved application."""
        policy_sudo = self.policy_id.sudo()  # sudo: rules of the house
        return policy_sudo.needs_application and self.service_type in FAULT_TYPES

    @api.depends("unit_ids.equipment_id")
    def _compute_damage(self):
        """What the register knows of the units, until the application is sent."""
        for order in self:
            units = order.unit_ids.equipment_id
            is_sent = order.application_state in SENT_STATES
            models_known = [unit._aftersales_model_text() for unit in units]
            known = {
                "damage_model": ", ".join(dict.fromkeys(filter(None, models_known))),
                "damage_quantity": len(units),
                "production_date": units[:1].manufacture_date,
            }
            for name, value in known.items():
                order[name] = order[name] if is_sent else value

    @api.depends("unit_ids.expected_cause_id")
    def _compute_presumed_cause(self):
        for order in self:
            causes = order.unit_ids.expected_cause_id.mapped("name")
            order.presumed_cause = order.presumed_cause or ", ".join(causes)

    @api.depends("application_state")
    @api.depends_context("uid")
    def _compute_can_decide_dispatch(self):
        holders = self._get_send_holders()
        for order in self:
            order.can_decide_dispatch = order.application_state == "submitted" and bool(
                holders[order.id]
            )

    def _check_may_write(self, names):
        """Keep what an application said once it was sent in (DISP-33)."""
        if names & set(APPLICATION_FIELDS):
            sent = self.filtered(lambda order: order.application_state in SENT_STATES)
            if sent:
                raise FrozenFactError(
                    self.env._(
                        "%(orders)s: the application was sent in, so what it says "
                        "cannot change any more. Write a note instead.",
                        orders=", ".join(sent[:5].mapped("display_name")),
                    )
                )
        return super()._check_may_write(names)

    # -- applying

    def _missing_application(self):
        """Yield what the application does not say yet."""
        labels = self.fields_get(APPLICATION_FIELDS, ["string"])
        for order in self:
            for name in APPLICATION_FIELDS:
                value = order[name]
                if not (value.strip() if isinstance(value, str) else value):
                    yield (
                        order.id,
                        name,
                        self.env._(
                            "Fill in “%(label)s”.", label=labels[name]["string"]
                        ),
                    )
            if not (order.analysis or "").strip():
                yield (
                    order.id,
                    "analysis",
                    self.env._("Write the preliminary judgement and the plan."),
                )

    def action_apply_dispatch(self):
        """Hand the applications for staff in; dispatchers and heads (DISP-33).

        Who decides is told. One that waits or is approved already is left alone; a
        declined one may be sent in anew.

        :return: the same orders
        :raise MissingError: naming each fact that the application lacks
        :raise TransitionError: once somebody was sent
        """
        self._ensure_planner()
        self.check_access("write")
        self._lock()
        waiting = self.filtered(
            lambda order: order.application_state not in SENT_STATES
        )
        gone = waiting.filtered(lambda order: order.state not in ("draft", "scheduled"))
        if gone:
            raise TransitionError(
                self.env._(
                    "%(orders)s: the application comes before the dispatch.",
                    orders=", ".join(gone[:5].mapped("display_name")),
                )
            )
        needless = waiting.filtered(lambda order: not order._is_application_needed())
        if needless:
            raise TransitionError(
                self.env._(
                    "%(orders)s needs no application. Dispatch it.",
                    orders=", ".join(needless[:5].mapped("display_name")),
                )
            )
        waiting._ensure_nothing_missing("application")
        waiting._unguarded().write(
            {
                "application_state": "submitted",
                "application_on": fields.Datetime.now(),
                "application_by_id": self.env.uid,
                "send_decided_on": False,
                "send_decided_by_id": False,
                "send_reason": False,
            }
        )
        waiting._archive_application()
        waiting._tell_send_deciders()
        return self

    def _archive_application(self):
        """Keep what the application said, on the trail (DISP-33)."""
        self.env["aftersales.audit"]._log(
            self,
            "application",
            details={
                order.id: {name: str(order[name] or "") for name in APPLICATION_FIELDS}
                for order in self
            },
        )

    def _get_send_group(self):
        """Return the group that decides on this order's application."""
        policy_sudo = self.policy_id.sudo()  # sudo: rules of the house
        name = policy_sudo.application_decider or "sales_vp"
        return self.env.ref(f"aftersales_service.group_{name}")

    def _tell_send_deciders(self):
        """Give those who decide an activity, or their deputies of today."""
        acting = self.env["aftersales.deputy"]._get_acting("approvals", self.company_id)
        entries = []
        for order in self:
            # sudo: who decides is no secret
            users = (
                order._get_send_group()
                .sudo()
                .all_user_ids.filtered(
                    lambda user, company=order.company_id: (
                        user.active and company in user.company_ids
                    )
                )
            )
            for user in acting.replace(users.sudo(False), order.company_id):
                summary = self.env._("Send staff? %s", order.display_name)
                entries.append((order, user, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_application"
            )

    # -- deciding

    def _get_send_holders(self):
        """Return in whose right the user may decide: ``{order id: users}``.

        Himself, or those he stands for today; never who applied.
        """
        principals = self.env["aftersales.deputy"]._get_principals(
            self.env.user, "approvals", self.company_id
        )
        holders = {}
        for order in self:
            group = order._get_send_group()
            users = self.env.user | principals.get(
                order.company_id.id, self.env["res.users"]
            )
            is_applicant = order.application_by_id == self.env.user
            holders[order.id] = (
                users.browse()
                if is_applicant
                # sudo: the groups of those he stands for
                else users.filtered(
                    lambda user, order=order, group=group: (
                        group in user.sudo().all_group_ids
                        and user != order.application_by_id
                    )
                )
            )
        return holders

    def action_decide_dispatch(self, send, reason=None):
        """Decide whether staff is sent (DISP-33).

        The sales vice president, or whom the policy names, or a deputy; never the
        applicant. Without staff the order goes on by phone, and the customer is
        called back with priority (DISP-34). The same decision again changes nothing.

        :param bool send: whether somebody travels
        :param str reason: why; demanded where nobody is sent
        :return: the same orders
        :raise NotEntitledError: for anybody else
        :raise TransitionError: when nobody applied, or it was decided otherwise
        """
        if not isinstance(send, bool):
            arguments.as_flag(self.env, send or "?", self.env._("Send Staff"))
        reason = arguments.as_text(
            self.env, reason, self.env._("Reason"), required=not send
        )
        self.check_access("read")
        self._lock()
        holders = self._get_send_holders()
        if not all(holders[order.id] for order in self):
            raise NotEntitledError(
                self.env._(
                    "Whether staff is sent is decided by: %(groups)s. Never by who "
                    "applied.",
                    groups=", ".join(
                        {order._get_send_group().sudo().name for order in self}
                    ),  # sudo: names of groups
                )
            )
        target = "approved" if send else "declined"
        todo = self.filtered(lambda order: order.application_state != target)
        todo._check_is_submitted()
        # sudo: who decides reads orders; the right was checked above
        todo.sudo()._decide_dispatch(target, reason, holders)
        return self

    def _check_is_submitted(self):
        """Refuse to decide what nobody applied for, or what is decided."""
        stuck = self.filtered(lambda order: order.application_state != "submitted")
        if stuck:
            raise TransitionError(
                self.env._(
                    "%(orders)s: no application waits for a decision.",
                    orders=", ".join(stuck[:5].mapped("display_name")),
                )
            )

    def _decide_dispatch(self, target, reason, holders):
        """Write a decision down and let it take effect; self is superuser mode."""
        self._unguarded().write(
            {
                "application_state": target,
                "send_decided_on": fields.Datetime.now(),
                "send_decided_by_id": self.env.uid,
                "send_reason": reason,
            }
        )
        details = {}
        for order in self:
            users = holders[order.id]
            principal = users.browse() if self.env.user in users else users[:1]
            details[order.id] = {"for": principal.login or ""}
        self.env["aftersales.audit"]._log(
            self, f"application_{target}", reason=reason, details=details
        )
        self.activity_unlink(["aftersales_service.activity_application"])
        if target == "declined":
            self._stay_remote(self.env._("Nobody is sent: %s", reason))
        else:
            self._go_on_site()

    def _stay_remote(self, reason):
        """Let orders go on by phone; the customer is called back with priority."""
        self._unguarded().write({"mode": "remote"})
        self.ticket_id.write({"resolution_path": "remote"})
        self.env["aftersales.commitment"]._cancel(self, ["arrive"], reason=reason)
        partners = self.partner_id.commercial_partner_id
        partners.write({"is_aftersales_priority": True})
        self._message_log_batch(bodies=dict.fromkeys(self.ids, reason))

    def _go_on_site(self):
        """Send staff after all where an earlier application was declined."""
        back = self.filtered(lambda order: order.mode == "remote")
        back._unguarded().write({"mode": "onsite"})
        back.ticket_id.write({"resolution_path": "onsite"})

    # -- what it blocks

    def _missing_dispatch(self):
        """Nobody travels before it is decided that somebody does (DISP-33)."""
        yield from super()._missing_dispatch()
        for order in self:
            if not order._is_application_needed():
                continue
            if reason := order._get_application_gap():
                yield order.id, "application_state", reason

    def _get_application_gap(self):
        """Return what the application of this order still lacks, or False."""
        self.ensure_one()
        if self.application_state == "approved":
            return False
        if self.application_state == "submitted":
            return self.env._(
                "The application of %s is not decided yet.",
                format_datetime(self.env, self.application_on),
            )
        if self.application_state == "declined":
            return self.env._("It was decided that nobody is sent.")
        return self.env._("Apply for staff first.")
