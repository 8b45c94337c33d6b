from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.aftersales_service.exceptions import (
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMoney(ChargeCommon):
    """Money taken on site, handed in, reconciled."""

    def test_warr_04_collected_430_recorded_430(self):
        """WARR-04: a numbered receipt, then handed in and reconciled by others."""
        job = self._approved(with_claim=True)
        receipt = job.action_collect(430.0, "cash", "invoice", request_key="k1")
        again = job.action_collect(430.0, "cash", "invoice", request_key="k1")
        self.assertEqual(again, receipt, "the same request, once")
        self.assertEqual((receipt.amount, receipt.state), (430.0, "collected"))
        self.assertEqual((job.amount_collected, job.amount_due), (430.0, 0.0))
        held = receipt.search([("state", "=", "collected")])
        self.assertIn(receipt, held, "on the list of the day's end")
        with self.assertRaises(AccessError):
            receipt.action_hand_in(430.0)
        desk = receipt.with_user(self.dispatcher_user)
        sheet = desk.action_hand_in(430.0, request_key="day")
        self.assertEqual(desk.action_hand_in(430.0, request_key="day"), sheet)
        self.assertEqual((sheet.difference, receipt.state), (0.0, "handed_in"))
        for user in (self.dispatcher_user, self.technician_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                sheet.with_user(user).action_reconcile()
        sheet.with_user(self.accountant_user).action_reconcile()
        self.assertEqual(sheet.reconciled_by_id, self.accountant_user)

    def test_warr_04_refuses_what_nobody_owes(self):
        """WARR-04: nothing before the approval, nothing above what is owed."""
        job = self._quoted()
        with self.assertRaises(NotEntitledError):
            job.action_collect(150.0)
        self._sign(job)
        with self.assertRaises(NotEntitledError):
            job.action_collect(150.01)
        with self.assertRaises(AccessError):
            job.with_user(self.technician2_user).action_collect(150.0)
        receipt = job.action_collect(100.0)
        with self.assertRaises(NotEntitledError):
            job.action_collect(51.0)
        with self.assertRaises(GuardedFieldError):
            receipt.sudo().amount = 1.0
        with self.assertRaises(FrozenFactError):
            receipt.sudo().unlink()

    def test_warr_04_a_difference_is_explained_and_told(self):
        """WARR-04: counted less than collected needs a note; the head is told."""
        receipt = self._approved().action_collect(150.0)
        desk = receipt.with_user(self.dispatcher_user)
        with self.assertRaises(MissingError):
            desk.action_hand_in(140.0)
        sheet = desk.action_hand_in(140.0, "Ten are missing")
        self.assertEqual(sheet.difference, -10.0)
        told = (
            self.env["mail.message"]
            .search([("model", "=", sheet._name), ("res_id", "=", sheet.id)])
            .notified_partner_ids
        )
        self.assertIn(self.company._aftersales_get_head().partner_id, told)
        with self.assertRaises(TransitionError):
            desk.action_hand_in(150.0)

    def test_warr_04_held_over_night_is_told(self):
        """WARR-04: money of yesterday reminds its holder and the head, once."""
        receipt = self._approved().action_collect(150.0)
        kind = self.env.ref("aftersales_service_sale.mail_activity_collection")
        cron = self.env.ref("aftersales_service_sale.ir_cron_remind_collection")
        with freeze_time("2026-03-03 01:00:00"), self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
            self.assertIs(cron.method_direct_trigger(), True)
        told = receipt.sudo().activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )
        self.assertEqual(len(told), 2, "the holder and the head")
        receipt.with_user(self.dispatcher_user).action_hand_in(150.0)
        self.assertFalse(receipt.sudo().activity_ids)

    def test_warr_04_when_to_remind_is_a_setting(self):
        """WARR-04: the hours are the company's; none at all reminds nobody."""
        receipt = self._approved().action_collect(150.0)
        cron = self.env.ref("aftersales_service_sale.ir_cron_remind_collection")
        for hours, moment, reminded in (
            (0.0, "2026-03-09 12:00:00", False),
            (48.0, "2026-03-04 11:00:00", False),
            (48.0, "2026-03-04 13:00:00", True),
        ):
            self.company.aftersales_handin_hours = hours
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            receipt.invalidate_recordset()
            self.assertEqual(bool(receipt.sudo().reminded_on), reminded, hours)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestSpares(ChargeCommon):
    """Leads of technicians, their tasks, and what it earns."""

    def _lead(self):
        return (
            self.env["aftersales.sales.lead"]
            .with_user(self.technician_user)
            .create({"partner_id": self.customer.id, "wish": "Twelve oil filters"})
        )

    def _sell(self, lead):
        sales = lead.with_user(self.sales_user)
        sales.action_take()
        order = sales.action_quote()
        order.order_line = [
            (0, 0, {"product_id": self.filter_part.id, "product_uom_qty": 2})
        ]
        return order

    def test_sale_02_the_back_office_quotes(self):
        """SALE-02: the technician writes the lead, the back office the contract."""
        lead = self._lead()
        self.assertEqual(lead.employee_id, self.technician)
        with self.assertRaises(AccessError):
            lead.action_take()
        with self.assertRaises(AccessError):
            lead.action_quote()
        with self.assertRaises(TransitionError):
            lead.with_user(self.sales_user).action_quote()
        order = self._sell(lead)
        self.assertEqual(lead.with_user(self.sales_user).action_quote(), order)
        with self.assertRaises(FrozenFactError):
            lead.wish = "Something else"
        with self.assertRaises(AccessError):
            lead.with_user(self.technician2_user).read(["wish"])

    def test_sale_03_the_technician_sees_how_it_goes_on(self):
        """SALE-03: contract, delivery and invoice stand on the lead."""
        lead = self._lead()
        order = self._sell(lead)
        self.assertIn("Quotation", lead.progress)
        order.action_confirm()
        self.assertEqual(lead.state, "won")
        lead.invalidate_recordset()
        self.assertIn("Sales Order", lead.progress)
        self.assertIn("Not Delivered", lead.progress)
        self.assertEqual(lead.amount, 560.0)
        told = lead.sudo().message_ids.filtered(
            lambda one: self.technician_user.partner_id in one.partner_ids
        )
        self.assertEqual(len(told), 3, "taken, quoted, sold")
        with self.assertRaises(TransitionError):
            lead.with_user(self.sales_user).action_lose("Late")

    def test_sale_01_target_and_actual_of_the_month(self):
        """SALE-01: what is credited to the technician counts in its month."""
        tasks = self.env["aftersales.sales.task"].with_user(self.head_user)
        task = tasks.create(
            {"employee_id": self.technician.id, "month": "2026-03-20", "target": 1120}
        )
        self.assertEqual(task.month, date(2026, 3, 1))
        self._sell(self._lead()).action_confirm()
        other = tasks.create(
            {"employee_id": self.technician.id, "month": "2026-04-01", "target": 100}
        )
        self.assertEqual((task.sold, task.reached), (560.0, 50.0))
        self.assertEqual(other.sold, 0.0)
        own = task.with_user(self.technician_user)
        self.assertEqual(own.target, 1120)
        with self.assertRaises(AccessError):
            own.target = 1
        with self.assertRaises(AccessError):
            task.with_user(self.technician2_user).read(["target"])

    def test_sale_01_the_month_is_the_companys(self):
        """SALE-01, SALE-04: half past midnight of April there is March in UTC."""
        tasks = self.env["aftersales.sales.task"].with_user(self.head_user)
        march, april = tasks.create(
            [
                {"employee_id": self.technician.id, "month": month, "target": 100}
                for month in ("2026-03-01", "2026-04-01")
            ]
        )
        with freeze_time("2026-03-31 16:30:00"):
            self._sell(self._lead()).action_confirm()
        self.head_user.tz = "America/New_York"
        self.env.invalidate_all()
        self.assertEqual((march.sold, april.sold), (0.0, 560.0))
        self.env.flush_all()
        sold = self.env["aftersales.margin.report"].with_user(self.sales_vp_user)
        row = sold.search([("company_id", "=", self.company.id)])
        self.assertEqual((row.date, row.amount_sold), (date(2026, 4, 1), 560.0))

    def test_sale_04_sold_against_borne(self):
        """SALE-04: sales and warranty costs stand side by side."""
        self._sell(self._lead()).action_confirm()
        self.env.flush_all()
        report = self.env["aftersales.margin.report"].with_user(self.sales_vp_user)
        rows = report._read_group(
            [("company_id", "=", self.company.id)],
            ["kind"],
            ["amount_sold:sum", "amount_cost:sum", "margin:sum"],
        )
        self.assertEqual(rows, [("sold", 560.0, 0.0, 560.0)])
        with self.assertRaises(AccessError):
            report.with_user(self.technician_user).search([])
