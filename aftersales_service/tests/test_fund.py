from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, FrozenFactError, MissingError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestFund(PayCommon):
    """PEN-17: fines go to the department's fund, which is published."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_fund_enabled = True
        cls.funds = cls.env["aftersales.fund"].with_user(cls.hr_user)
        cls.funds = cls.funds.with_company(cls.company)

    def _pay_fines(self):
        """Confirm a payslip with fines of 170 and two meals; return it."""
        for rule in ("LATE", "REPORT", "DISOBEY"):
            self._confirmed(rule)
        self._confirmed("MEAL", quantity=2)
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        return slip

    def _page(self):
        return self.funds.search([("company_id", "=", self.company.id)])

    def _read_screen(self, user, model="aftersales.fund.line"):
        records = self.env[model].with_user(user).with_company(self.company)
        return records.search([("company_id", "=", self.company.id)])

    @freeze_time("2026-04-10 04:00:00")
    def test_fines_come_in_and_go_back(self):
        """PEN-17: 50 + 20 + 100 make 170; a refund takes them out again."""
        slip = self._pay_fines()
        page = self._page()
        self.assertEqual((page.month.isoformat(), page.balance), ("2026-04-01", 170.0))
        self.assertEqual(sorted(page.line_ids.mapped("amount")), [20.0, 50.0, 100.0])
        slip.refund_sheet()
        page.invalidate_recordset()
        self.assertEqual((page.in_amount, page.out_amount), (170.0, -170.0))
        self.assertEqual(page.balance, 0.0)

    @freeze_time("2026-04-10 04:00:00")
    def test_costs_passed_on_and_other_companies_stay_out(self):
        """PEN-17: a loss is no fine; without the setting nothing is kept."""
        self._confirmed("LOSS", amount=300.0)
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertFalse(self._page())
        self.company.aftersales_fund_enabled = False
        self._confirmed("LATE", self.technician2)
        slip = self._slip(self.technician2)
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertFalse(self._page())
        with self.assertRaisesRegex(MissingError, "keeps no activity fund"):
            self.funds.action_book("income", 10.0, "Gift")

    def test_publish_when_the_month_is_over(self):
        """PEN-17: staff read published months only, names masked or not."""
        with freeze_time("2026-04-10 04:00:00"):
            self._pay_fines()
            page = self._page()
            with self.assertRaisesRegex(TransitionError, "not over"):
                page.action_publish()
        self.assertFalse(self._read_screen(self.technician2_user))
        self.assertFalse(self._read_screen(self.technician2_user, "aftersales.fund"))
        with freeze_time("2026-05-01 04:00:00"):
            page.action_publish()
            stamp = page.published_on
        with freeze_time("2026-05-02 04:00:00"):
            page.action_publish()
        self.assertEqual(page.published_on, stamp)
        lines = self._read_screen(self.technician2_user)
        self.assertEqual(set(lines.mapped("shown_name")), {"W**"})
        with self.assertRaises(AccessError):
            lines.mapped("employee_id")
        self.company.aftersales_fund_masked = False
        lines.invalidate_recordset()
        self.assertEqual(set(lines.mapped("shown_name")), {"Wang Lei"})

    @freeze_time("2026-04-10 04:00:00")
    def test_spending_up_to_the_balance_once(self):
        """PEN-17: HR writes down what is spent, never more than there is."""
        self._pay_fines()
        with self.assertRaisesRegex(MissingError, "170.00"):
            self.funds.action_book("spending", 170.01, "Outing")
        line = self.funds.action_book("spending", 70.0, "Outing", request_key="a")
        again = self.funds.action_book("spending", 70.0, "Outing", request_key="a")
        self.assertEqual(line, again)
        self.assertEqual(self._page().balance, 100.0)
        dialog = self.env["aftersales.fund.book"].with_user(self.hr_user)
        dialog = dialog.with_company(self.company).create(
            {"kind": "income", "amount": 5.0, "purpose": "Gift"}
        )
        dialog.action_book()
        dialog.action_book()
        self.assertEqual(self._page().balance, 105.0)
        for arguments in (("x", 1.0, "y"), ("income", -1.0, "y"), ("income", 1.0, "")):
            with self.subTest(arguments), self.assertRaises(ArgumentError):
                self.funds.action_book(*arguments)

    @freeze_time("2026-04-10 04:00:00")
    def test_only_hr_keeps_it_and_nobody_changes_it(self):
        """PEN-17: heads read all of it and write nothing."""
        self._pay_fines()
        for user in (self.head_user, self.technician_user, self.gm_user):
            funds = self.funds.with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                funds.action_book("income", 1.0, "Gift")
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._page().with_user(user).action_publish()
        self.assertTrue(self._read_screen(self.head_user))
        line = self._read_screen(self.hr_user)[0]
        with self.assertRaises(UserError):
            line.write({"amount": 1.0})
        with self.assertRaises(FrozenFactError):
            line.sudo().unlink()

    def test_the_menu_stands_where_a_fund_is_kept(self):
        menus = self.env["ir.ui.menu"].with_user(self.hr_user)
        menu = self.env.ref("aftersales_service.aftersales_fund_menu")
        self.assertNotIn(menu.id, menus._load_menus_blacklist())
        self.hr_user.company_ids.aftersales_fund_enabled = False
        self.assertIn(menu.id, menus._load_menus_blacklist())

    @freeze_time("2026-04-10 04:00:00")
    def test_each_entry_says_whose_fine_it_was(self):
        """PEN-17: paid in March, given back in April: a fine, and one paid back."""
        fine = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        fine.with_user(self.hr_user).action_reverse("Wrong person")
        slip = self._slip(month="2026-04", days=30)
        slip.compute_sheet()
        slip.action_payslip_done()
        lines = self._page().line_ids.sorted("id")
        self.assertEqual(
            [(line.kind, line.amount) for line in lines],
            [("fine", 50.0), ("repaid", -50.0)],
        )
        self.assertEqual(lines.settlement_id.adjustment_id, fine | fine.reversal_ids)
        self.assertEqual(set(lines.settlement_id.mapped("kind")), {"post"})
        self.assertEqual(
            (lines.employee_id, lines.rule_id), (self.technician, fine.rule_id)
        )
        self.assertEqual(lines.company_id, self.company)
        self.assertEqual({str(line.date) for line in lines}, {"2026-04-10"})
        self.assertEqual(
            lines.sudo().mapped("key"),
            [f"settlement:{line.settlement_id.id}" for line in lines],
        )

    def test_what_is_left_goes_on_to_the_next_month(self):
        """PEN-17: 170.00 of April; in May 70.00 and the last 100.00 are spent."""
        with freeze_time("2026-04-10 04:00:00"):
            self._pay_fines()
            april = self._page()
        with freeze_time("2026-05-10 04:00:00"):
            self.funds.action_book("spending", 70.004, "Outing")
            self.funds.action_book("spending", 100.0, "Dinner")
            gift = self.funds.action_book("income", 12.5, "Gift")
        may = self._page() - april
        self.assertEqual(
            (april | may).mapped("display_name"), ["April 2026", "May 2026"]
        )
        names = ["opening_amount", "in_amount", "out_amount", "balance"]
        self.assertEqual([april[name] for name in names], [0.0, 170.0, 0.0, 170.0])
        self.assertEqual([may[name] for name in names], [170.0, 12.5, -170.0, 12.5])
        self.assertEqual(may.month.isoformat(), "2026-05-01")
        self.assertEqual(
            (gift.note, gift.kind, gift.shown_name), ("Gift", "income", "")
        )
        self.assertEqual(
            (gift.create_uid, gift.create_date.isoformat()),
            (self.hr_user, "2026-05-10T04:00:00"),
        )
        trail = self.env["aftersales.audit"].search(
            [("model", "=", may._name), ("res_id", "=", may.id)]
        )
        events = trail.sorted("id").mapped("event")
        self.assertEqual(events, ["spending", "spending", "income"])

    def test_the_windows_of_the_fund(self):
        """PEN-17: the entries of one month, and the dialog for HR alone."""
        with freeze_time("2026-05-10 04:00:00"):
            self.funds.action_book("income", 12.5, "Gift")
        may = self._page()
        window = {"type": "ir.actions.act_window", "res_model": "aftersales.fund.line"}
        self.assertEqual(
            may.action_open_lines(),
            {
                **window,
                "name": "May 2026",
                "view_mode": "list",
                "domain": [("fund_id", "=", may.id)],
            },
        )
        action = self.funds.action_open_book()
        self.assertTrue(action.pop("name"))
        window["res_model"] = "aftersales.fund.book"
        self.assertEqual(action, {**window, "view_mode": "form", "target": "new"})
        with self.assertRaises(AccessError):
            self.funds.with_user(self.head_user).action_open_book()
        with freeze_time("2026-06-10 04:00:00"):
            self.funds.action_book("income", 1.0, "Gift")
        for some in (self._page(), may.browse()):
            with self.subTest(len(some)), self.assertRaises(ArgumentError):
                some.action_open_lines()

    def test_a_month_ends_on_the_clock_of_its_company(self):
        """PEN-17: 30 April 16:00 UTC is May in Shanghai; HR's name stays with it."""
        with freeze_time("2026-04-10 04:00:00"):
            self._pay_fines()
        page = self._page()
        with (
            freeze_time("2026-04-30 15:59:59"),
            self.assertRaisesRegex(TransitionError, "April 2026 is not over"),
        ):
            page.action_publish()
        with freeze_time("2026-04-30 16:00:00"):
            self.assertEqual(page.action_publish(), page)
            page.with_user(self.hr2_user).action_publish()
        self.assertEqual(page.published_by_id, self.hr_user)
        trail = self.env["aftersales.audit"].search(
            [("model", "=", page._name), ("res_id", "=", page.id)]
        )
        self.assertEqual(trail.mapped("event"), ["published"])
        with freeze_time("2026-04-30 16:00:00"):
            self.funds.action_book("income", 1.0, "Gift")
        self.assertEqual((self._page() - page).month.isoformat(), "2026-05-01")
