from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.aftersales_service.arguments import as_choice, as_number
from odoo.addons.aftersales_service.exceptions import (
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

METHODS = [("cash", "Cash"), ("card", "Card"), ("qr", "QR Payment")]
PAPERS = [("receipt", "Receipt"), ("invoice", "Invoice")]


class AftersalesCollection(models.Model):
    """Money taken on site: a numbered receipt, then handed in (WARR-04, F37)."""

    _name = "aftersales.collection"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.watch.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Money Collected on Site"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.collection"
    _guarded_fields = frozenset(
        {
            "company_id",
            "charge_id",
            "employee_id",
            "user_id",
            "amount",
            "method",
            "paper",
            "collected_on",
            "handin_id",
            "reminded_on",
        }
    )
    _state_transitions = {"collected": {"handed_in"}, "handed_in": set()}

    name = fields.Char(string="Receipt", readonly=True, copy=False, index=True)
    charge_id = fields.Many2one(
        "aftersales.charge",
        string="Chargeable Job",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="charge_id.partner_id", string="Customer", store=True
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Collected By", readonly=True, index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    amount = fields.Monetary(required=True, readonly=True)
    method = fields.Selection(METHODS, required=True, readonly=True)
    paper = fields.Selection(
        PAPERS, string="Customer Wants", required=True, readonly=True
    )
    collected_on = fields.Datetime(required=True, readonly=True)
    handin_id = fields.Many2one(
        "aftersales.handin",
        string="Handed In With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reminded_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("collected", "Not Handed In"), ("handed_in", "Handed In")],
        default="collected",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "Collect more than nothing."
    )
    _handed_in_complete = models.Constraint(
        "CHECK ((state = 'handed_in') = (handin_id IS NOT NULL))",
        "Money handed in is on a hand-in sheet.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise FrozenFactError(self.env._("Receipts stay on record."))

    def action_hand_in(self, counted, note="", request_key=None):
        """Take money in from technicians; desk or accounts, never who collected it.

        One sheet for each technician.  What was counted is compared with the
        receipts; a difference needs a note, and the head is told (WARR-04).

        :param float counted: what was really handed over, in the company's currency
        :param str note: why it differs
        :param str request_key: the same key again returns the first sheet
        :return: the hand-in sheet
        """
        return self.env["aftersales.handin"]._take(self, counted, note, request_key)

    @api.model
    def _cron_remind(self):
        """Remind of money of earlier days that nobody handed in (WARR-04)."""
        now = fields.Datetime.now()
        due = Domain.OR(
            Domain("company_id", "in", companies.ids)
            & Domain("collected_on", "<", now - timedelta(hours=hours))
            for hours, companies in self.env["res.company"]
            .search([("aftersales_handin_hours", ">", 0)])
            .grouped("aftersales_handin_hours")
            .items()
        )
        open_receipts = Domain("state", "=", "collected")
        self._watch(open_receipts & Domain("reminded_on", "=", False) & due, "_remind")

    def _remind(self):
        """Tell who holds the money and the head, once a receipt."""
        entries = [
            (
                receipt,
                user,
                self.env._(
                    "Collected, not handed in: %(amount)s (%(receipt)s)",
                    amount=receipt.currency_id.format(receipt.amount),
                    receipt=receipt.name,
                ),
            )
            for receipt in self
            for user in receipt.user_id | receipt.company_id._aftersales_get_head()
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service_sale.mail_activity_collection"
        )
        self._unguarded().write({"reminded_on": fields.Datetime.now()})

    def _check_can_take(self, user):
        """Refuse receipts of several people, of the taker, or handed in before."""
        if len(self.user_id) != 1 or len(self.company_id) != 1:
            raise TransitionError(
                self.env._("Choose the receipts of one technician for a sheet.")
            )
        if user in self.user_id:
            raise AccessError(
                self.env._("You collected this money: somebody else takes it in.")
            )
        done = self.filtered(lambda receipt: receipt.state != "collected")
        if done:
            done._raise_stuck("handed_in")

    def _check_counted(self, counted, recorded, note):
        """Refuse a difference that nobody explained."""
        if self.currency_id.compare_amounts(counted, recorded) and not note:
            raise MissingError(
                self.env._(
                    "The receipts say %(recorded)s, you counted %(counted)s. Write "
                    "down why.",
                    recorded=self.currency_id.format(recorded),
                    counted=self.currency_id.format(counted),
                )
            )

    def _get_reader_lang(self):
        """Return the language of who reads the receipt: the customer."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang


class AftersalesCharge(models.Model):
    """Money of a chargeable job taken on site (WARR-03, WARR-04)."""

    _inherit = "aftersales.charge"

    collection_ids = fields.One2many(
        "aftersales.collection", "charge_id", string="Receipts"
    )
    amount_collected = fields.Monetary(
        string="Collected", compute="_compute_collected", compute_sudo=True
    )
    amount_due = fields.Monetary(
        string="Still to Pay", compute="_compute_collected", compute_sudo=True
    )

    @api.depends("collection_ids.amount", "sale_order_id.amount_total", "amount_total")
    def _compute_collected(self):
        for charge in self:
            total = charge.sale_order_id.amount_total or charge.amount_total
            charge.amount_collected = sum(charge.collection_ids.mapped("amount"))
            charge.amount_due = total - charge.amount_collected

    @fact_action
    def action_collect(
        self, amount, method="cash", paper="receipt", at=None, request_key=None
    ):
        """Record money taken from the customer; a numbered receipt.

        :param float amount: in the company's currency
        :param str method: cash, card or qr
        :param str paper: what the customer wants, receipt or invoice
        :param datetime at: when, UTC
        :return: the receipt
        :raise NotEntitledError: before the approval, or more than he owes
        """
        self._check_worker_or_desk()
        amount = as_number(self.env, amount, self.env._("Amount"))
        receipts = self.env["aftersales.collection"]
        labels = receipts._fields
        method = as_choice(
            self.env, method, METHODS, labels["method"]._description_string(self.env)
        )
        paper = as_choice(
            self.env, paper, PAPERS, labels["paper"]._description_string(self.env)
        )
        for charge in self:
            charge._check_collectable(amount)
        values = {
            "user_id": self.env.uid,
            "amount": amount,
            "method": method,
            "paper": paper,
            "collected_on": at,
        }
        # sudo: receipts are made by this step alone
        made = receipts.sudo()._unguarded()
        return (
            made.create([charge._receipt_values(values) for charge in self])
            ._guarded_again()
            .with_env(self.env)
        )

    def _receipt_values(self, values):
        """Return the values of a receipt of this charge note."""
        employees = self.env.user.sudo().employee_ids  # sudo: HR reads employees
        return {
            **values,
            "charge_id": self.id,
            "company_id": self.company_id.id,
            "employee_id": employees.filtered(
                lambda one: one.company_id == self.company_id
            )[:1].id,
        }

    def _check_collectable(self, amount):
        """Refuse money that nobody authorised (WARR-04)."""
        if self.state not in ("approved", "done"):
            raise NotEntitledError(
                self.env._(
                    "%s is not approved: no money is taken for it.", self.display_name
                )
            )
        if self.currency_id.compare_amounts(amount, self.amount_due) > 0:
            raise NotEntitledError(
                self.env._(
                    "%(job)s: %(due)s is still to be paid, not %(amount)s.",
                    job=self.display_name,
                    due=self.currency_id.format(self.amount_due),
                    amount=self.currency_id.format(amount),
                )
            )
