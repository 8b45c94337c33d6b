from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.arguments import as_date, as_text
from odoo.addons.aftersales_service.exceptions import (
    FactTimeError,
    FrozenFactError,
    MissingError,
)
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_rma import DEPOT, DESK, HEAD


class AftersalesLoan(models.Model):
    """A loaner at the customer's: ours all the time, neither sold nor invoiced."""

    _name = "aftersales.loan"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "aftersales.watch.mixin",
        "mail.activity.mixin",
    ]
    _description = "Loaner"
    _order = "due_on, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.loan"
    _guarded_fields = frozenset(
        {
            "company_id",
            "issued_on",
            "issued_by_id",
            "returned_on",
            "waived_on",
            "waived_by_id",
            "waived_reason",
            "overdue_told_on",
        }
    )
    _state_transitions = {
        "draft": {"out", "cancel"},
        "out": {"returned"},
        "returned": {"out"},
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Carried on Order",
        index="btree_not_null",
        check_company=True,
        help="The visit whose departure kit it is part of.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Loaner Unit",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', free_lot_ids)]",
    )
    free_lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_free_lot_ids", compute_sudo=True
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    due_on = fields.Date(
        string="Due Back",
        compute="_compute_due_on",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    condition_out = fields.Char(string="Condition When Lent")
    condition_back = fields.Char(string="Condition When Returned", copy=False)
    issued_on = fields.Datetime(string="Lent On", readonly=True, copy=False)
    issued_by_id = fields.Many2one(
        "res.users", string="Lent By", readonly=True, copy=False
    )
    returned_on = fields.Datetime(readonly=True, copy=False)
    waived_on = fields.Datetime(readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_reason = fields.Char(string="Why Waived", readonly=True, copy=False)
    overdue_told_on = fields.Datetime(readonly=True, copy=False)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_loan_id", string="Transfers", readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "Reserved"),
            ("out", "With the Customer"),
            ("returned", "Returned"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _lot_out_unique = models.UniqueIndex(
        "(lot_id) WHERE state IN ('draft', 'out')",
        "This loaner is reserved or lent already.",
    )
    _issued_stamped = models.Constraint(
        "CHECK (state IN ('draft', 'cancel') OR issued_on IS NOT NULL)",
        "A loaner that left has a time.",
    )
    _waived_complete = models.Constraint(
        "CHECK (waived_on IS NULL OR (waived_by_id IS NOT NULL "
        "AND waived_reason IS NOT NULL))",
        "A waiver needs who and why.",
    )

    @api.depends("company_id")
    def _compute_due_on(self):
        """Propose the day that the loan's own company sets; a day given stays."""
        today = fields.Date.context_today(self)
        for loan in self.filtered(lambda loan: not loan.due_on):
            days = loan.company_id.aftersales_loan_days
            loan.due_on = today + timedelta(days=days)

    @api.depends("rma_id", "order_id")
    def _compute_partner_id(self):
        for loan in self:
            loan.partner_id = (
                loan.rma_id.partner_id or loan.order_id.partner_id or loan.partner_id
            )

    @api.depends("company_id")
    def _compute_free_lot_ids(self):
        for company, loans in self.grouped("company_id").items():
            places = (
                self.env["stock.warehouse"]
                .search([("company_id", "=", company.id)])
                .aftersales_loan_location_id
            )
            quants = self.env["stock.quant"].search(
                [
                    ("location_id", "in", places.ids),
                    ("quantity", ">", 0),
                    ("lot_id", "!=", False),
                ]
            )
            taken = self.search([("state", "=", "draft")]).lot_id
            loans.free_lot_ids = quants.lot_id - taken

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for loan in self:
            loan.is_overdue = loan.state == "out" and loan.due_on < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = ["&", ("state", "=", "out"), ("due_on", "<", "today")]
        return late if True in value else ["!", *late]

    def write(self, vals):
        if not guard.is_open(self.env) and vals.keys() & {
            "lot_id",
            "partner_id",
            "rma_id",
            "due_on",
        }:
            fixed = self.filtered(lambda loan: loan.state != "draft")
            if fixed:
                raise FrozenFactError(
                    self.env._(
                        "%s left already. Give it a new due date by “Extend”.",
                        ", ".join(fixed[:5].mapped("display_name")),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise FrozenFactError(
            self.env._("Loaners stay on record. Cancel what is not lent.")
        )

    @api.depends("name", "lot_id")
    def _compute_display_name(self):
        for loan in self:
            loan.display_name = f"{loan.name or ''} {loan.lot_id.name or ''}".strip()

    # -- steps

    @fact_action
    def action_issue(self, at=None, request_key=None):
        """Hand loaners out: a transfer from the loan stock to the customers' place.

        :param datetime at: when, UTC
        :return: self (DEPOT-02)
        :raise UserError: when the unit is not in the loan stock
        """
        self._check_may_lend()
        for loan in self.filtered(lambda loan: loan.state != "out"):
            if loan.state != "draft":
                loan._raise_stuck("out")
            warehouse = loan._get_warehouse()
            loan._unguarded().write({"issued_on": at, "issued_by_id": self.env.uid})
            loan._transfer(
                warehouse.aftersales_loan_location_id,
                warehouse.aftersales_lent_location_id,
            )
        return self

    @fact_action
    def action_return(self, condition, at=None, request_key=None):
        """Take loaners back, with the condition they are in.

        :param str condition: as it came back
        :param datetime at: when, UTC
        :return: self
        """
        self._check_may_lend()
        condition = as_text(self.env, condition, self.env._("Condition"))
        for loan in self.filtered(lambda loan: loan.state != "returned"):
            if loan.state != "out":
                loan._raise_stuck("returned")
            self._check_not_before(at, loan.issued_on, self.env._("Lent On"))
            warehouse = loan._get_warehouse()
            loan._unguarded().write({"condition_back": condition, "returned_on": at})
            loan._transfer(
                warehouse.aftersales_lent_location_id,
                warehouse.aftersales_loan_location_id,
            )
        return self

    def action_extend(self, due_on, reason):
        """Give loaners a later due date; desk and depot, with a reason.

        :param due_on: new date, after today
        :param str reason: why
        :return: self
        """
        self._check_may_lend()
        due_on = as_date(self.env, due_on)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        if not due_on or due_on <= fields.Date.context_today(self):
            raise FactTimeError(self.env._("The new due date lies after today."))
        self._lock()
        self.filtered(lambda loan: loan.state not in ("draft", "out"))._raise_if_any()
        self._unguarded().write({"due_on": due_on, "overdue_told_on": False})
        self.env["aftersales.audit"]._log(self, "extended", reason=reason)
        return self

    def _raise_if_any(self):
        if self:
            self._raise_stuck("out")

    def action_waive(self, reason):
        """Let depot cases close while the loaner is out; the head alone.

        :param str reason: why
        :return: self
        """
        if not self.env.su and not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("Only the head of department waives a loaner.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._lock()
        self.filtered(lambda loan: loan.state != "out")._raise_if_any()
        todo = self.filtered(lambda loan: not loan.waived_on)
        todo._unguarded().write(
            {
                "waived_on": fields.Datetime.now(),
                "waived_by_id": self.env.uid,
                "waived_reason": reason,
            }
        )
        self.env["aftersales.audit"]._log(todo, "waived", reason=reason)
        return self

    def action_cancel(self):
        """Release reserved loaners that nobody needs.

        :return: self
        """
        self._check_may_lend()
        self.check_access("write")
        self._set_state("cancel")
        return self

    def _check_may_lend(self):
        """Refuse all but depot and desk."""
        self.env["aftersales.rma"]._check_role(DEPOT, DESK)

    def _get_warehouse(self):
        """Return the warehouse that lends."""
        # sudo: the desk has no stock rights; the step was checked
        return (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.company_id.id)], limit=1)
        )

    def _transfer(self, source, destination):
        """Move the unit; the state follows the transfer."""
        if not self.lot_id:
            raise MissingError(self.env._("Choose the loaner unit."))
        # sudo: the desk has no stock rights; the step was checked
        self.env["stock.picking"].sudo()._aftersales_move_unit(
            self._get_warehouse(),
            self.sudo().lot_id,  # sudo: as above
            source,
            destination,
            {
                "aftersales_loan_id": self.id,
                "origin": self.name,
                "partner_id": self.partner_id.id,
            },
        )
