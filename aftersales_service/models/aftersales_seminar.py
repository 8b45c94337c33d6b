from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models

from ..calc import clock
from ..exceptions import FrozenFactError, MissingError, NotAllowedError

HEAD_GROUP = "aftersales_service.group_head"
# Who gets the summary table (INSP-08): company leaders and the chief engineer.
RECIPIENTS = ("general_manager", "quality_vp", "chief_engineer")


class AftersalesSeminar(models.Model):
    """The regular seminar: difficult faults of a month, analysed (INSP-08, F15)."""

    _name = "aftersales.seminar"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Internal Seminar"
    _order = "month desc, id desc"
    _guarded_fields = frozenset({"company_id", "delivered_on"})
    _state_transitions = {
        "draft": {"delivered", "cancel"},
        "delivered": set(),
        "cancel": set(),
    }

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    month = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(day=1, months=-1)
        ),
        help="Any day of the month whose faults are analysed.",
    )
    held_on = fields.Date(default=fields.Date.context_today)
    participant_ids = fields.Many2many(
        "res.users", string="Participants", domain=[("share", "=", False)]
    )
    summary = fields.Text(help="What the seminar concluded.")
    line_ids = fields.One2many("aftersales.seminar.line", "seminar_id")
    line_count = fields.Integer(string="Faults", compute="_compute_line_count")
    delivered_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("delivered", "Delivered"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("month")
    def _compute_name(self):
        for seminar in self:
            month = seminar.month
            seminar.name = self.env._(
                "Seminar %s", month.strftime("%Y-%m") if month else ""
            )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for seminar in self:
            seminar.line_count = len(seminar.line_ids)

    def write(self, vals):
        if vals.keys() & {"month", "held_on", "participant_ids", "summary", "line_ids"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        self._check_draft()

    def _check_draft(self):
        """Keep what was delivered as it was."""
        done = self.filtered(lambda seminar: seminar.state == "delivered")
        if done:
            raise FrozenFactError(
                self.env._(
                    "%(seminars)s: the table was delivered. Hold another seminar "
                    "for what is new.",
                    seminars=", ".join(done[:5].mapped("display_name")),
                )
            )

    def _check_head(self):
        """Refuse all but heads of department."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(HEAD_GROUP):
            raise NotAllowedError(
                self.env._("The head of department compiles the seminar's table.")
            )

    def action_fill(self):
        """Put every difficult fault of the month into the table, once each.

        Heads only. Faults that are there already stay as they are.

        :return: the same seminars
        """
        self._check_head()
        self._lock()
        self._check_draft()
        vals_list = []
        for seminar in self:
            orders = seminar._get_difficult_orders() - seminar.line_ids.order_id
            vals_list += [
                {
                    "seminar_id": seminar.id,
                    "order_id": order.id,
                    "fault": order.difficult_note or order.symptom_id.name,
                    "proposal": order.difficult_report,
                    "decision": order.solution_plan,
                }
                for order in orders
            ]
        self.env["aftersales.seminar.line"]._unguarded().create(vals_list)
        return self

    def _get_difficult_orders(self):
        """Return the orders whose fault was found difficult in the month."""
        self.ensure_one()
        tz = self.company_id._get_aftersales_tz()
        first = self.month.replace(day=1)
        before = clock.end_of_day(first - relativedelta(days=1), tz)
        until = clock.end_of_day(first + relativedelta(months=1, days=-1), tz)
        return self.env["aftersales.order"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_difficult", "=", True),
                ("difficult_on", ">=", before),
                ("difficult_on", "<", until),
            ],
            order="difficult_on, id",
        )

    def action_deliver(self):
        """Deliver the table to the company's leaders and the chief engineer.

        Heads only; it is logged who got it, and the table changes no more.

        :return: the same seminars
        :raise MissingError: when there is no fault in it
        """
        self._check_head()
        self._lock()
        waiting = self.filtered(lambda seminar: seminar.state != "delivered")
        empty = waiting.filtered(lambda seminar: not seminar.line_ids)
        if empty:
            raise MissingError(
                self.env._(
                    "%(seminars)s has no fault in its table. Fill it first.",
                    seminars=", ".join(empty.mapped("display_name")),
                )
            )
        moved = waiting._set_state("delivered", {"delivered_on": fields.Datetime.now()})
        for seminar in moved:
            seminar._send_table()
        return self

    def _send_table(self):
        """Send the table to whom the rules name, in the log of the seminar."""
        users = self.env["res.users"]
        for recipient in RECIPIENTS:
            users |= self.company_id._aftersales_get_recipients(recipient)
        rows = Markup("").join(
            Markup("<li>%s: %s → %s (%s)</li>")
            % (
                line.equipment_model or "",
                line.fault or "",
                line.decision or "",
                line._get_status_label(),
            )
            for line in self.line_ids
        )
        self.message_post(
            subject=self.name,
            body=Markup("<p>%s</p><ul>%s</ul>") % (self.summary or self.name, rows),
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _get_table(self):
        """Return the lines as they are printed: list of (equipment model, lines)."""
        self.ensure_one()
        groups = self.line_ids.grouped(lambda line: line.equipment_model or "")
        return sorted(groups.items())

    def action_open_orders(self):
        """Open the orders behind the table.

        :return: a window action
        """
        self.check_access("read")
        return self.line_ids.order_id._get_records_action(
            name=self.env._("Difficult Faults")
        )

    def action_cancel(self):
        """Give up seminars that were not delivered; heads only.

        :return: the same seminars
        """
        self._check_head()
        self._set_state("cancel")
        return self


class AftersalesSeminarLine(models.Model):
    """One difficult fault in the table of a seminar."""

    _name = "aftersales.seminar.line"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Fault in a Seminar"
    _check_company_auto = True
    _order = "seminar_id, equipment_model, id"
    _guarded_fields = frozenset({"order_id"})

    seminar_id = fields.Many2one(
        "aftersales.seminar",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="seminar_id.company_id", store=True, index=True
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    equipment_model = fields.Char(
        compute="_compute_equipment_model",
        store=True,
        readonly=False,
        precompute=True,
    )
    fault = fields.Text()
    cause_id = fields.Many2one(related="order_id.cause_id")
    proposal = fields.Text()
    decision = fields.Text()
    selection_note = fields.Text(
        string="Note for Equipment Selection",
        help="What to heed when equipment is chosen for new projects.",
    )
    status = fields.Selection(
        [("open", "Open"), ("planned", "Solution Planned"), ("solved", "Solved")],
        compute="_compute_status",
    )

    _order_unique = models.UniqueIndex(
        "(seminar_id, order_id) WHERE order_id IS NOT NULL",
        "This fault stands in the table already.",
    )

    @api.depends("order_id")
    def _compute_equipment_model(self):
        for line in self:
            units = line.order_id.unit_ids.equipment_id
            texts = [unit._aftersales_model_text() for unit in units]
            line.equipment_model = (
                ", ".join(dict.fromkeys(filter(None, texts))) or line.equipment_model
            )

    @api.depends("order_id.state", "order_id.solution_plan", "decision")
    def _compute_status(self):
        for line in self:
            if line.order_id.state in ("done", "closed"):
                line.status = "solved"
            elif line.order_id.solution_plan or line.decision:
                line.status = "planned"
            else:
                line.status = "open"

    def _get_status_label(self):
        """Return the status in words."""
        self.ensure_one()
        return dict(self._fields["status"]._description_selection(self.env))[
            self.status
        ]

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.seminar_id._check_draft()
        return lines

    def write(self, vals):
        self.seminar_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        self.seminar_id._check_draft()
