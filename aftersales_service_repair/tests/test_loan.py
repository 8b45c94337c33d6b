from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.exceptions import (
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestLoan(DepotCommon):
    """Loaners leave and come back; they are ours all the time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan_stock = cls.warehouse.aftersales_loan_location_id
        cls.lent = cls.warehouse.aftersales_lent_location_id
        cls.loaner = cls.env["stock.lot"].create(
            {"name": "L1", "product_id": cls.compressor.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.compressor, cls.loan_stock, 1.0, lot_id=cls.loaner
        )

    def _loan(self, **values):
        loans = self.env["aftersales.loan"].with_user(self.depot_user)
        return loans.create(
            {
                "lot_id": self.loaner.id,
                "partner_id": self.customer.id,
                "due_on": "2026-03-16",
                **values,
            }
        )

    def _held(self, location):
        return self.env["stock.quant"]._get_available_quantity(
            self.compressor, location, lot_id=self.loaner
        )

    def test_depot_02_due_by_the_loans_own_company(self):
        """DEPOT-02: its days count, not those of the company a session begins with."""
        self.company.aftersales_loan_days = 7
        self.company2.aftersales_loan_days = 30
        loan = self.env["aftersales.loan"].create(
            {
                "lot_id": self.loaner.id,
                "partner_id": self.customer.id,
                "company_id": self.company2.id,
            }
        )
        self.assertEqual(loan.due_on, fields.Date.to_date("2026-04-01"))

    def test_depot_02_lent_and_back(self):
        """DEPOT-02: from the loan stock to the customers' place, and back."""
        loan = self._loan()
        self.assertEqual(loan.free_lot_ids, loan.free_lot_ids - self.loaner)
        loan.action_issue(request_key="lend-1")
        self.assertEqual((loan.state, self._held(self.lent)), ("out", 1))
        self.assertEqual(self._held(self.loan_stock), 0)
        loan.action_issue(request_key="lend-1")
        self.assertEqual(len(loan.sudo().picking_ids), 1, "the same request, once")
        units = self.env["aftersales.equipment"].search([("serial", "=", "L1")])
        self.assertFalse(units, "not sold: not in the installed base")
        self.assertFalse(self.env["sale.order"].search([("origin", "=", loan.name)]))
        loan.action_return("Clean")
        self.assertEqual((loan.state, self._held(self.loan_stock)), ("returned", 1))
        self.assertEqual(loan.condition_back, "Clean")

    def test_depot_02_case_stays_open_while_it_is_out(self):
        """DEPOT-02: no closing while L1 is out, unless the head waives it."""
        rma = self._ready()
        loan = self._loan(rma_id=rma.id)
        loan.action_issue()
        with self.assertRaisesRegex(MissingError, "L1"):
            rma.action_close("Li Hua")
        with self.assertRaises(AccessError):
            loan.action_waive("Lost in the fire")
        loan.with_user(self.head_user).action_waive("Lost in the fire")
        rma.action_close("Li Hua")
        self.assertEqual(rma.state, "closed")

    def test_depot_02_back_in_time_lets_the_case_close(self):
        """DEPOT-02: with the loaner back nothing stands in the way."""
        rma = self._ready()
        loan = self._loan(rma_id=rma.id)
        loan.action_issue()
        loan.action_return("Clean")
        self.assertFalse(rma.missing("close"))

    def test_depot_02_overdue_is_told_once(self):
        """DEPOT-02: the day after it was due somebody is reminded, once."""
        loan = self._loan(due_on="2026-03-05")
        loan.action_issue()
        with freeze_time("2026-03-06 06:00:00"), self.enter_registry_test_mode():
            loan.invalidate_recordset()
            self.assertTrue(loan.is_overdue)
            found = loan.search([("is_overdue", "=", True)])
            self.assertIn(loan, found)
            cron = self.env.ref("aftersales_service_repair.ir_cron_remind_loan")
            self.assertIs(cron.method_direct_trigger(), True)
            self.assertIs(cron.method_direct_trigger(), True)
            users = loan.sudo().activity_ids.user_id
            self.assertEqual(users, self.depot_user | self.head_user)
            self.assertEqual(len(loan.sudo().activity_ids), 2, "once a due date")
            loan.action_extend("2026-03-20", "Repair takes longer")
            self.assertFalse(loan.is_overdue)
            self.assertFalse(loan.overdue_told_on)
            with self.assertRaises(FactTimeError):
                loan.action_extend("2026-03-01", "Backwards")

    def test_depot_02_state_follows_the_warehouse(self):
        """DEPOT-02: a return by the warehouse's own wizard counts as well."""
        loan = self._loan()
        loan.action_issue()
        picking = loan.sudo().picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(loan.state, "returned")
        self.assertTrue(loan.returned_on)

    def test_depot_02_refuses_what_is_not_there_or_not_his(self):
        """DEPOT-02: not twice, not from nowhere, not by everybody."""
        loan = self._loan()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._loan()
            self.env.flush_all()
        with self.assertRaises(AccessError):
            loan.with_user(self.technician_user).action_issue()
        with self.assertRaises(AccessError):
            loan.with_user(self.portal_user).read(["name"])
        with self.assertRaises(TransitionError):
            loan.action_return("Never left")
        with self.assertRaises(GuardedFieldError):
            loan.state = "returned"
        self.env["stock.quant"]._update_available_quantity(
            self.compressor, self.loan_stock, -1.0, lot_id=self.loaner
        )
        with self.assertRaises(UserError):
            loan.action_issue()

    def test_depot_02_what_left_stays_on_record(self):
        """DEPOT-02: no other unit or customer afterwards, and no deletion."""
        loan = self._loan()
        loan.action_issue()
        with self.assertRaises(FrozenFactError):
            loan.due_on = fields.Date.to_date("2026-06-01")
        with self.assertRaises(FrozenFactError):
            loan.sudo().unlink()

    def test_depot_02_carried_to_the_visit(self):
        """DEPOT-02: the technician sees the loaner of his own visit only."""
        order = self._order(needs_loaner=True)
        loan = self._loan(order_id=order.id)
        self.assertEqual(loan.partner_id, self.customer)
        own = loan.with_user(self.technician_user)
        self.assertEqual(own.read(["name"])[0]["name"], loan.name)
        with self.assertRaises(AccessError):
            loan.with_user(self.technician2_user).read(["name"])
