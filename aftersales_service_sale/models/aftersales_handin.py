from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service.arguments import as_number, as_text
from odoo.addons.aftersales_service.exceptions import FrozenFactError

from .aftersales_charge import DESK, HEAD

ACCOUNTANT = "account.group_account_invoice"


class AftersalesHandin(models.Model):
    """A technician's money handed in: counted against his receipts."""

    _name = "aftersales.handin"
    _inherit = ["aftersales.state.mixin", "mail.thread"]
    _description = "Money Handed In"
    _order = "id desc"
    _rec_name = "received_on"
    _guarded_fields = frozenset(
        {
            "company_id",
            "user_id",
            "received_on",
            "received_by_id",
            "amount_recorded",
            "amount_counted",
            "note",
            "key",
            "reconciled_on",
            "reconciled_by_id",
        }
    )
    _state_transitions = {"open": {"reconciled"}, "reconciled": set()}

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Handed In By", required=True, readonly=True, index=True
    )
    collection_ids = fields.One2many(
        "aftersales.collection", "handin_id", string="Receipts", readonly=True
    )
    received_on = fields.Datetime(required=True, readonly=True)
    received_by_id = fields.Many2one("res.users", required=True, readonly=True)
    amount_recorded = fields.Monetary(string="By the Receipts", readonly=True)
    amount_counted = fields.Monetary(string="Counted", readonly=True)
    difference = fields.Monetary(compute="_compute_difference", store=True)
    note = fields.Char(string="Why It Differs", readonly=True)
    key = fields.Char(readonly=True, copy=False)
    reconciled_on = fields.Datetime(readonly=True, copy=False)
    reconciled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "To Reconcile"), ("reconciled", "Reconciled")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    _key_unique = models.UniqueIndex(
        "(received_by_id, key) WHERE key IS NOT NULL", "This was handed in already."
    )
    _two_people = models.Constraint(
        "CHECK (user_id <> received_by_id)", "Nobody takes in his own money."
    )
    _difference_explained = models.Constraint(
        "CHECK (amount_counted = amount_recorded OR note IS NOT NULL)",
        "A difference needs a note.",
    )

    @api.depends("amount_counted", "amount_recorded")
    def _compute_difference(self):
        for sheet in self:
            sheet.difference = sheet.amount_counted - sheet.amount_recorded

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        raise FrozenFactError(self.env._("Hand-in sheets stay on record."))

    @api.model
    def _take(self, receipts, counted, note, key):
        """Make the sheet of receipts of one technician."""
        receipts.check_access("read")
        user = self.env.user
        if not user.has_groups(f"{DESK},{ACCOUNTANT}"):
            raise AccessError(self.env._("The desk or accounts take money in."))
        counted = as_number(self.env, counted, self.env._("Counted"))
        note = as_text(self.env, note, self.env._("Why It Differs"), required=False)
        if key:
            self.env["aftersales.request"]._check_key(key)
            known = self.search([("received_by_id", "=", user.id), ("key", "=", key)])
            if known:
                return known
        receipts._lock()
        receipts._check_can_take(user)
        recorded = sum(receipts.mapped("amount"))
        receipts._check_counted(counted, recorded, note)
        # sudo: made by this step alone
        sheet = (
            self.sudo()
            ._unguarded()
            .create(
                {
                    "company_id": receipts.company_id.id,
                    "user_id": receipts.user_id.id,
                    "received_on": fields.Datetime.now(),
                    "received_by_id": user.id,
                    "amount_recorded": recorded,
                    "amount_counted": counted,
                    "note": note or False,
                    "key": key or False,
                }
            )
        )
        # sudo: receipts are nobody's to edit, their reminders anybody's
        taken_sudo = receipts.sudo()
        taken_sudo._set_state("handed_in", {"handin_id": sheet.id})
        taken_sudo.activity_unlink(["aftersales_service_sale.mail_activity_collection"])
        sheet._tell_difference()
        return sheet._guarded_again().with_env(self.env)

    def _tell_difference(self):
        """Tell the head of money that is missing or too much."""
        if self.currency_id.is_zero(self.difference):
            return
        head = self.company_id._aftersales_get_head()
        self.message_notify(
            partner_ids=head.partner_id.ids,
            subject=self.env._("Difference in money handed in"),
            body=self.env._(
                "%(user)s: %(difference)s. %(note)s",
                user=self.user_id.name,
                difference=self.currency_id.format(self.difference),
                note=self.note,
            ),
        )

    def action_reconcile(self):
        """Close the day's sheets against the cash box; head or accounts.

        :return: self
        :raise AccessError: for who handed in or took in the money
        """
        user = self.env.user
        if not user.has_groups(f"{HEAD},{ACCOUNTANT}"):
            raise AccessError(self.env._("The head or accounts reconcile."))
        self.check_access("read")
        self._lock()
        if user in self.user_id | self.received_by_id:
            raise AccessError(
                self.env._("You handled this money: somebody else reconciles it.")
            )
        # sudo: sheets are nobody's to edit
        self.sudo()._set_state(
            "reconciled",
            {"reconciled_on": fields.Datetime.now(), "reconciled_by_id": user.id},
        )
        return self
