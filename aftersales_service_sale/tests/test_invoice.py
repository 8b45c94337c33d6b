from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestInvoice(ChargeCommon):
    """A chargeable job in the books: Odoo's own invoice, payment, credit note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable, cls.income, cls.cash = cls._accounts()
        cls._journal("Invoices", "SINV", "sale", cls.income)
        cls.cash_box = cls._journal("Cash Box", "SCASH", "cash", cls.cash)
        cls.cash_box.inbound_payment_method_line_ids.payment_account_id = cls.cash
        customer = cls.customer.with_company(cls.company)
        customer.property_account_receivable_id = cls.receivable

    @classmethod
    def _accounts(cls):
        accounts = cls.env["account.account"].with_company(cls.company)
        return accounts.create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, kind in (
                    ("Customers", "112200", "asset_receivable"),
                    ("Service Sold", "600100", "income"),
                    ("Cash", "100100", "asset_cash"),
                )
            ]
        )

    @classmethod
    def _journal(cls, name, code, kind, account):
        journals = cls.env["account.journal"].with_company(cls.company)
        return journals.create(
            {
                "name": name,
                "code": code,
                "type": kind,
                "company_id": cls.company.id,
                "default_account_id": account.id,
            }
        )

    def _done(self):
        """Return a job that is done: labour 150, one filter at 280."""
        job = self._quoted(with_claim=True)
        claim = job.order_id.claim_ids
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.sales_vp_user).action_approve()
        claim.with_user(self.gm_user).action_approve()
        self._sign(job)
        claim.with_user(self.warehouse_user).action_issue()
        picking = claim.sudo().picking_ids.with_user(self.warehouse_user)
        picking.with_context(skip_sms=True).button_validate()
        claim.line_ids.action_consume(1)
        receipt = job.action_collect(430.0, "cash", "invoice")
        self._finish(job.order_id, {})
        job.with_user(self.dispatcher_user).action_done()
        return job, receipt

    def _invoice(self, job):
        invoice = job.sudo().sale_order_id._create_invoices()
        invoice = invoice.with_user(self.accountant_user)
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        return invoice

    def _pay(self, invoice, receipt):
        """Book the money of a receipt on the invoice, as accounts do."""
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.accountant_user)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "journal_id": self.cash_box.id,
                    "amount": receipt.amount,
                    "communication": receipt.name,
                }
            )
        )
        return wizard._create_payments()

    def test_sale_05_the_invoice_is_what_the_customer_approved(self):
        """SALE-05, WARR-03: posted once, at the prices of the quotation."""
        job, _receipt = self._done()
        invoice = self._invoice(job)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(
            (invoice.amount_untaxed, invoice.partner_id), (430.0, self.customer)
        )
        sold = invoice.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        self.assertEqual(sorted(sold.mapped("price_subtotal")), [150.0, 280.0])
        sale = job.sudo().sale_order_id
        self.assertEqual(sale.invoice_status, "invoiced")
        with self.assertRaises(UserError):
            sale._create_invoices()

    def test_warr_04_the_money_of_the_receipt_pays_the_invoice(self):
        """WARR-04: receipt, hand-in, payment and invoice agree to the cent."""
        job, receipt = self._done()
        desk = receipt.with_user(self.dispatcher_user)
        sheet = desk.action_hand_in(430.0)
        invoice = self._invoice(job)
        payment = self._pay(invoice, receipt)
        self.assertEqual((payment.amount, payment.memo), (430.0, receipt.name))
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        sheet.with_user(self.accountant_user).action_reconcile()
        self.assertEqual(sheet.amount_counted, payment.amount)
        self.assertEqual(job.amount_due, 0.0)

    def test_sale_05_a_credit_note_takes_the_invoice_back(self):
        """SALE-05: the books are set right; job, claim and parts stay on record."""
        job, _receipt = self._done()
        invoice = self._invoice(job)
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant_user)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Wrong unit"})
        )
        wizard.refund_moves()
        note = wizard.new_move_ids
        note.action_post()
        self.assertEqual((note.move_type, note.amount_untaxed), ("out_refund", 430.0))
        sale = job.sudo().sale_order_id
        self.assertEqual(sum(sale.order_line.mapped("qty_invoiced")), 0.0)
        part = job.order_id.claim_ids.line_ids
        self.assertEqual(job.state, "done")
        self.assertEqual((part.issued_qty, part.consumed_qty), (1.0, 1.0))
