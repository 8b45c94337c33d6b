from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_date, as_text
from ..exceptions import ArgumentError, MissingError
from .aftersales_claim import DESK
from .aftersales_claim_issue import WAREHOUSE
from .aftersales_fact_mixin import fact_action

SALES = "aftersales_service.group_sales"
SOURCES = [("production", "Production"), ("purchase", "Purchase")]


# Who may read schedules.
READERS = (
    "aftersales_service.group_dispatcher,aftersales_service.group_sales,"
    "aftersales_service.group_sales_vp,aftersales_service.group_quality_vp,"
    "aftersales_service.group_general_manager,stock.group_stock_user"
)


class AftersalesClaimSchedule(models.Model):
    """What production or purchasing owes an approved claim, by when (F77)."""

    _name = "aftersales.claim.schedule"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.watch.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Production Schedule"
    _order = "due_on, id"
    _sequence_code = "aftersales.claim.schedule"
    _guarded_fields = frozenset(
        {
            "line_id",
            "claim_id",
            "product_id",
            "quantity",
            "source",
            "due_on",
            "done_on",
            "warned_on",
        }
    )
    _state_transitions = {
        "open": {"done", "cancel"},
        "done": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Part of a Claim",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    claim_id = fields.Many2one(related="line_id.claim_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product", string="Part", required=True, readonly=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    source = fields.Selection(
        SOURCES, string="Made or Bought", required=True, readonly=True
    )
    due_on = fields.Date(
        string="Needed By", required=True, readonly=True, tracking=True
    )
    reference = fields.Char(
        string="Their Order", help="Number of the production or purchase order."
    )
    done_on = fields.Datetime(string="Arrived On", readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", search="_search_is_late"
    )
    warned_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("done", "Arrived"), ("cancel", "Cancelled")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _line_unique = models.UniqueIndex(
        "(line_id) WHERE state = 'open'", "This part is already on a schedule."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A schedule is for more than nothing."
    )

    @api.depends("state", "due_on", "done_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for entry in self:
            until = fields.Date.to_date(entry.done_on) or today
            entry.is_late = entry.state != "cancel" and until > entry.due_on

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "open"), ("due_on", "<", "today")]
        return late if True in value else ["!", "&", *late]

    def _check_scheduler(self):
        """Refuse all but sales, the desk and the warehouse."""
        user = self.env.user
        if not self.env.su and not any(map(user.has_group, (SALES, DESK, WAREHOUSE))):
            raise AccessError(
                self.env._("Sales, the desk and the warehouse keep the schedule.")
            )

    @fact_action
    def action_arrive(self, at=None, request_key=None):
        """Record that scheduled parts are on the shelf, and reserve them.

        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_scheduler()
        moved = self._set_state("done", {"done_on": at}, happened_on=at)
        # sudo: sales and the desk have no stock rights
        waiting = moved.sudo().line_id.move_ids.filtered(
            lambda move: move.state in ("confirmed", "partially_available", "waiting")
        )
        waiting._action_assign()
        return self

    def action_cancel(self, reason):
        """Take parts off the schedule.

        :param str reason: why
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._check_scheduler()
        self._set_state("cancel", reason=reason)
        return self

    @api.model
    def _cron_remind(self):
        """Warn once of parts that did not come in time (PART-04, PART-05)."""
        companies = self.env["res.company"].search([("active", "=", True)])
        self._watch(
            [
                ("company_id", "in", companies._aftersales_at_work().ids),
                ("state", "=", "open"),
                ("due_on", "<", "today"),
                ("warned_on", "=", False),
            ],
            "_warn_late",
        )

    def _warn_late(self):
        """Tell who scheduled the parts and who verified their claim."""
        entries = [
            (
                entry,
                user,
                self.env._(
                    "%(part)s for %(claim)s is late",
                    part=entry.product_id.display_name,
                    claim=entry.claim_id.name,
                ),
            )
            for entry in self
            for user in entry.create_uid | entry.claim_id.verified_by_id
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_schedule_late"
        )
        self._unguarded().write({"warned_on": fields.Datetime.now()})


class AftersalesClaim(models.Model):
    """Approved parts that have to be made or bought first."""

    _inherit = "aftersales.claim"

    schedule_ids = fields.One2many(
        "aftersales.claim.schedule",
        "claim_id",
        string="Production Schedules",
        groups=READERS,
    )
    schedule_late = fields.Boolean(
        string="Production Is Late", compute="_compute_schedule_late", compute_sudo=True
    )

    @api.depends("schedule_ids.state", "schedule_ids.due_on")
    def _compute_schedule_late(self):
        for claim in self:
            claim.schedule_late = any(
                entry.is_late and entry.state == "open" for entry in claim.schedule_ids
            )

    def action_schedule(self, due_on, source="production"):
        """Put what the shelf lacks of these approved claims on the schedule (F77).

        Parts that are on it already are left alone.

        :param date due_on: by when the parts are needed
        :param str source: production or purchase
        :return: the open schedules of these claims
        :raise MissingError: before the approval, or when nothing is short
        """
        self.check_access("read")
        schedules = self.env["aftersales.claim.schedule"]
        schedules._check_scheduler()
        due_on = as_date(self.env, due_on)
        if not due_on or due_on < fields.Date.context_today(self):
            raise ArgumentError(self.env._("Say by which day the parts are needed."))
        label = schedules._fields["source"]._description_string(self.env)
        source = as_choice(self.env, source, SOURCES, label)
        self._lock()
        values = []
        for claim in self:
            if claim.state not in ("approved", "issued"):
                claim._check_missing("issue")
            values += claim._prepare_schedule(due_on, source)
        # sudo: schedules are made by this step alone
        made = schedules.sudo()._unguarded().create(values)
        open_ones = self.sudo().schedule_ids.filtered(  # sudo: sales reads no claims
            lambda entry: entry.state == "open"
        )
        if self and not open_ones:
            raise MissingError(
                self.env._("Nothing is short: the shelf has what is approved.")
            )
        self.env["aftersales.audit"]._log(
            made.claim_id, "scheduled", due_on=fields.Date.to_string(due_on)
        )
        return open_ones.with_env(self.env)

    def _prepare_schedule(self, due_on, source):
        """Return the values of the schedules this claim still needs."""
        lines = self.sudo().line_ids  # sudo: sales reads no claims
        known = lines.claim_id.schedule_ids.filtered(lambda one: one.state == "open")
        return [
            {
                "line_id": line.id,
                "product_id": line.product_id.id,
                "quantity": quantity,
                "source": source,
                "due_on": due_on,
            }
            for line in lines - known.line_id
            if line.product_id.uom_id.compare(quantity := line._get_lacking(), 0) > 0
        ]


class AftersalesClaimLine(models.Model):
    """How much of an approved part the shelf lacks."""

    _inherit = "aftersales.claim.line"

    def _get_lacking(self):
        """Return what is short: in the open transfer, or on the shelf before it."""
        self.ensure_one()
        wanted = self._get_quantity_to_issue()
        if self.short_qty or self.product_id.uom_id.compare(wanted, 0) <= 0:
            return self.short_qty
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        free = self.env["stock.quant"]._get_available_quantity(
            self.product_id, warehouse.lot_stock_id
        )
        return max(wanted - free, 0.0)
