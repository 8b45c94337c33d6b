from odoo import api, fields, models

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.arguments import as_text, check_single
from odoo.addons.aftersales_service.exceptions import FrozenFactError, TransitionError

from .aftersales_charge import DESK, SALES, TECHNICIAN


class AftersalesSalesLead(models.Model):
    """What a technician heard: spares somebody may buy (SALE-02, SALE-03).

    The technician writes it down; quotation and contract are the back office's.
    """

    _name = "aftersales.sales.lead"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Spares Sales Lead"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.sales.lead"
    _guarded_fields = frozenset({"company_id", "employee_id", "sale_order_id"})
    _state_transitions = {
        "new": {"taken", "lost"},
        "taken": {"quoted", "lost"},
        "quoted": {"won", "lost"},
        "won": set(),
        "lost": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        readonly=True,
        copy=False,
        index="btree_not_null",
        default=lambda self: self._get_own_employee(),
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        index="btree_not_null",
        check_company=True,
    )
    wish = fields.Text(string="What the Customer Needs", required=True)
    user_id = fields.Many2one(
        "res.users", string="Back Office", domain=[("share", "=", False)], copy=False
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    progress = fields.Char(compute="_compute_progress", compute_sudo=True)
    amount = fields.Monetary(
        string="Sold", compute="_compute_progress", compute_sudo=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("new", "New"),
            ("taken", "With the Back Office"),
            ("quoted", "Quoted"),
            ("won", "Sold"),
            ("lost", "Lost"),
        ],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    @api.model
    def _get_own_employee(self):
        """Return who writes the lead down."""
        employees = self.env.user.sudo().employee_ids  # sudo: HR reads employees
        own = employees.filtered(lambda one: one.company_id == self.env.company)
        return own[:1].id

    @api.depends(
        "sale_order_id.state",
        "sale_order_id.delivery_status",
        "sale_order_id.invoice_status",
        "sale_order_id.amount_untaxed",
    )
    @api.depends_context("lang")
    def _compute_progress(self):
        """Say how far contract, delivery and invoice are (SALE-03)."""
        for lead in self:
            order = lead.sale_order_id
            names = ("state", "delivery_status", "invoice_status")
            words = [
                dict(order._fields[name]._description_selection(self.env)).get(
                    order[name]
                )
                for name in names
                if order and (name == "state" or order.state == "sale")
            ]
            lead.progress = ", ".join(filter(None, words))
            lead.amount = order.amount_untaxed if order.state == "sale" else 0.0

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_open(vals)
        return super().write(vals)

    def _check_open(self, vals):
        """Keep what was heard once the back office works on it."""
        self.check_access("write")
        if vals.keys() & {"partner_id", "equipment_id", "wish"}:
            late = self.filtered(lambda lead: lead.state != "new")
            if late:
                raise FrozenFactError(
                    self.env._(
                        "%s is with the back office. Write a message instead.",
                        ", ".join(late[:5].mapped("display_name")),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise FrozenFactError(self.env._("Leads stay on record. Mark them as lost."))

    def action_take(self):
        """Take leads over in the back office.

        :return: self (SALE-02)
        """
        self.env["aftersales.charge"]._check_role(SALES)
        self.check_access("write")
        moved = self._set_state("taken", {"user_id": self.env.uid})
        moved._tell_technician(self.env._("The back office works on it."))
        return self

    def action_quote(self):
        """Make the quotation of leads; sales staff alone, once a lead.

        :return: the quotations
        """
        self.env["aftersales.charge"]._check_role(SALES)
        self.check_access("write")
        self._lock()
        for lead in self.filtered(lambda lead: not lead.sale_order_id):
            if lead.state != "taken":
                lead._raise_stuck("quoted")
            order = self.env["sale.order"].create(
                {
                    "partner_id": lead.partner_id.id,
                    "company_id": lead.company_id.id,
                    "origin": lead.name,
                    "aftersales_employee_id": lead.employee_id.id,
                    "user_id": self.env.uid,
                }
            )
            lead._set_state("quoted", {"sale_order_id": order.id})
            lead._tell_technician(self.env._("A quotation is made."))
        return self.sale_order_id

    def action_lose(self, reason=None):
        """Mark leads as lost; who wrote them or the back office.

        :param str reason: why
        :return: self
        """
        self.env["aftersales.charge"]._check_role(SALES, TECHNICIAN, DESK)
        reason = as_text(self.env, reason, self.env._("Reason"), required=False)
        self.check_access("write")
        if not self.env.user.has_group(SALES) and self.filtered(
            lambda lead: lead.state not in ("new", "lost")
        ):
            raise TransitionError(self.env._("The back office works on it. Ask there."))
        moved = self._set_state("lost", reason=reason or None)
        moved._tell_technician(self.env._("Nothing came of it. %s", reason))
        return self

    def _tell_technician(self, text):
        """Tell the technician how his lead goes on (SALE-03)."""
        for lead in self:
            user = lead.sudo().employee_id.user_id  # sudo: HR reads employees
            lead.message_post(
                body=text, partner_ids=(user - self.env.user).partner_id.ids
            )

    def action_open_sale(self):
        """Open the sales order of this lead.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        self.env["sale.order"].check_access("read")
        return self.sale_order_id._get_records_action()


class SaleOrder(models.Model):
    """A confirmed order wins its lead."""

    _inherit = "sale.order"

    def _action_confirm(self):
        result = super()._action_confirm()
        # sudo: who confirms need not see leads
        leads = self.env["aftersales.sales.lead"].sudo()
        won = leads.search(
            [("sale_order_id", "in", self.ids), ("state", "=", "quoted")]
        )
        won._set_state("won")._tell_technician(self.env._("Sold: thank you."))
        return result


class AftersalesSalesTask(models.Model):
    """What a technician should sell in a month, and what he sold (SALE-01)."""

    _name = "aftersales.sales.task"
    _inherit = ["aftersales.month.mixin"]
    _description = "Spares Sales Task"
    _check_company_auto = True
    _order = "month desc, employee_id"
    _rec_name = "employee_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
    )
    month = fields.Date(required=True, help="Any day of it.")
    target = fields.Monetary(required=True)
    sold = fields.Monetary(compute="_compute_sold", compute_sudo=True)
    reached = fields.Float(
        string="Reached (%)", compute="_compute_sold", compute_sudo=True
    )

    _month_unique = models.UniqueIndex(
        "(company_id, employee_id, month)", "He has a task for that month already."
    )
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )
    _target_positive = models.Constraint(
        "CHECK (target > 0)", "A task is more than nothing."
    )

    @api.depends("employee_id", "month", "target")
    def _compute_sold(self):
        sums = {}
        for company, tasks in self.grouped("company_id").items():
            start, end = tasks._get_span()
            orders = self.env["sale.order"].with_context(tz=tasks._get_zone())
            rows = orders._read_group(
                [
                    ("aftersales_employee_id", "in", tasks.employee_id.ids),
                    ("company_id", "=", company.id),
                    ("state", "=", "sale"),
                    ("date_order", ">=", start),
                    ("date_order", "<", end),
                ],
                ["aftersales_employee_id", "date_order:month"],
                ["amount_untaxed:sum"],
            )
            for employee, moment, total in rows:
                month = self._get_first_day(moment)
                sums[company.id, employee.id, month] = total
        for task in self:
            task.sold = sums.get((task.company_id.id, task.employee_id.id, task.month))
            task.reached = task.sold / task.target * 100 if task.target else 0.0
