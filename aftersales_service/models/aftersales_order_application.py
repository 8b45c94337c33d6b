from odoo import api, fields, models
from odoo.tools import format_datetime

from ..exceptions import FrozenFactError, TransitionError
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
        waiting._check_may_apply()
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

    def _check_may_apply(self):
        """Refuse orders that were dispatched already, or need no application."""
        gone = self.filtered(lambda order: order.state not in ("draft", "scheduled"))
        if gone:
            raise TransitionError(
                self.env._(
                    "%(orders)s: the application comes before the dispatch.",
                    orders=", ".join(gone[:5].mapped("display_name")),
                )
            )
        needless = self.filtered(lambda order: not order._is_application_needed())
        if needless:
            raise TransitionError(
                self.env._(
                    "%(orders)s needs no application. Dispatch it.",
                    orders=", ".join(needless[:5].mapped("display_name")),
                )
            )

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
