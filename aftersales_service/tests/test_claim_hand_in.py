import ast
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimHandIn(ClaimCommon):
    """Hand-in and receipt, losses, old parts and their due day."""

    def setUp(self):
        super().setUp()
        self._stock(self.filter_part, 10)

    def _used(self, quantity=2):
        claim = self._issued(self.filter_part, 3)
        claim.line_ids.action_consume(quantity)
        return claim, claim.line_ids

    # -- hand-in and receipt

    def test_unused_parts_wait_for_the_receipt(self):
        """PART-17: the technician hands in, the warehouse confirms what it got."""
        claim, line = self._used()
        line.action_return_unused(1, request_key="r")
        line.action_return_unused(1, request_key="r")
        self.assertEqual((line.open_qty, line.coming_qty), (1, 1))
        coming = self.env["stock.picking"].with_user(self.warehouse_user)
        action = self.env.ref("aftersales_service.stock_picking_action_receive")
        found = coming.search(self._domain(action))
        self.assertEqual(found.claim_id.id, claim.id)
        self.assertEqual(found.aftersales_announced_by_id, self.technician_user)
        self.assertEqual(found.state, "assigned")
        self._assert_conserved(line)
        found.button_validate()
        self.assertEqual((line.open_qty, line.coming_qty), (0, 0))
        self.assertEqual(line.returned_qty, 1)
        self.assertFalse(coming.search(self._domain(action)))
        self._assert_conserved(line)

    def _domain(self, action):
        domain = ast.literal_eval(action.domain)
        return [*domain, ("company_id", "=", self.company.id)]

    def test_what_is_handed_in_is_not_used_as_well(self):
        """PART-17: a part on its way back is withdrawn before it is used."""
        _claim, line = self._used()
        line.action_return_unused(1)
        for method in ("action_consume", "action_return_unused"):
            with self.assertRaises(NotEntitledError):
                getattr(line, method)(1)
        line.action_withdraw_hand_in()
        self.assertEqual(line.coming_qty, 0)
        line.action_consume(1)
        self.assertEqual(line.open_qty, 0)
        self._assert_conserved(line)
        # nothing to withdraw any more: harmless
        line.action_withdraw_hand_in()

    def test_others_withdraw_nothing(self):
        """PART-17: a colleague cannot withdraw what was handed in."""
        _claim, line = self._used()
        line.action_return_unused(1)
        with self.assertRaises(AccessError):
            line.with_user(self.technician2_user).action_withdraw_hand_in()

    def test_the_warehouse_takes_in_at_once(self):
        """PART-17: at the counter the warehouse books the receipt itself."""
        claim, line = self._used()
        line.with_user(self.warehouse_user).action_return_unused(1)
        self.assertEqual(line.returned_qty, 1)
        line.with_user(self.warehouse_user).action_return_old(2)
        self.assertEqual(line.old_owed_qty, 0)
        claim.with_user(self.dispatcher_user).action_close()

    def test_old_parts_count_when_received(self):
        """PART-17: an old part is owed until the warehouse has it."""
        claim, line = self._used()
        line.action_return_old(1)
        with self.assertRaises(NotEntitledError):
            line.action_return_old(2)
        self.assertEqual((line.old_owed_qty, line.old_coming_qty), (2, 1))
        self._receive(claim)
        self.assertEqual((line.old_owed_qty, line.old_coming_qty), (1, 0))
        self._assert_conserved(line)

    def test_a_serial_handed_in_stands_on_the_line(self):
        """PART-17: the old serial is noted with its receipt."""
        self._stock(self.valve, 1, ["V-1"])
        claim = self._issued()
        claim.line_ids.action_consume(1)
        claim.line_ids.action_return_old(1, serial="V-OLD")
        self._receive(claim)
        self.assertEqual(claim.line_ids.old_serial, "V-OLD")

    def test_the_phone_asks_for_nothing_that_is_on_its_way(self):
        """PART-17: what was handed in is off the technician's list."""
        claim, line = self._used()
        line.action_return_unused(1)
        line.action_return_old(2)
        row = line.sudo()._get_day_line({})
        self.assertEqual((row["open"], row["old_owed"]), (0, 0))
        self.assertEqual(claim.state, "issued")

    # -- losses

    def test_a_lost_part_stands_in_a_case(self):
        """PART-17: issued = used + lost + open; the case names holder and value."""
        _claim, line = self._used()
        line.action_report_lost(1, "Stolen from the van", request_key="x")
        line.action_report_lost(1, "Stolen from the van", request_key="x")
        self.assertEqual((line.lost_qty, line.open_qty), (1, 0))
        loss = line.loss_ids
        self.assertEqual(loss.amount, 95.0)
        case = loss.sudo().case_id
        self.assertEqual((case.kind, case.loss_amount), ("lost_part", 95.0))
        self.assertEqual(case.share_ids.employee_id, self.technician)
        self._assert_conserved(line)

    def test_no_more_is_lost_than_is_held(self):
        """PART-17: refused beyond what is held, without a reason, by a colleague."""
        _claim, line = self._used()
        with self.assertRaises(NotEntitledError):
            line.action_report_lost(2, "Gone")
        with self.assertRaises(ArgumentError):
            line.action_report_lost(1, " ")
        with self.assertRaises(AccessError):
            line.with_user(self.technician2_user).action_report_lost(1, "Gone")
        with self.assertRaises(NotEntitledError):
            line.action_report_old_lost(3, "Gone")
        approved = self._approved(self.filter_part)
        with self.assertRaises(UserError):
            approved.line_ids.action_report_lost(1, "Gone")

    def test_a_part_found_again_is_with_its_technician(self):
        """PART-17: found again, it is held again; twice does no more."""
        _claim, line = self._used()
        line.action_report_lost(1, "Gone")
        line.action_report_old_lost(1, "Gone too")
        self.assertEqual((line.old_cased_qty, line.old_owed_qty), (1, 1))
        losses = line.loss_ids
        with self.assertRaises(AccessError):
            losses.action_found()
        losses.with_user(self.warehouse_user).action_found()
        losses.with_user(self.warehouse_user).action_found()
        self.assertEqual((line.lost_qty, line.open_qty), (0, 1))
        self.assertEqual((line.old_cased_qty, line.old_owed_qty), (0, 2))
        self._assert_conserved(line)

    def test_losses_stay_on_record(self):
        """PART-17: nobody makes, changes or deletes a loss by hand."""
        _claim, line = self._used()
        line.action_report_lost(1, "Gone")
        loss = line.loss_ids.sudo()
        for vals in ({"quantity": 2}, {"case_id": False}, {"found_on": False}):
            with self.assertRaises(GuardedFieldError):
                loss.write(vals)
        with self.assertRaises(FrozenFactError):
            loss.unlink()

    # -- what becomes of the old part

    def test_the_customer_keeps_his_old_part(self):
        """PART-17: agreed on site, with a reason; what came in already stays."""
        claim, line = self._used()
        self._receive_old(line, 1)
        line.action_set_old_part("customer", "He wants to show it to his insurer")
        self.assertEqual((line.old_customer_qty, line.old_owed_qty), (1, 0))
        line.action_set_old_part("scrap", "Leaks oil")
        self.assertEqual((line.old_scrapped_qty, line.old_customer_qty), (1, 0))
        line.action_set_old_part("return", "He changed his mind")
        self.assertEqual(line.old_owed_qty, 1)
        self._assert_conserved(line)
        self.assertEqual(claim.state, "issued")

    def _receive_old(self, line, quantity):
        line.with_user(self.warehouse_user).action_return_old(quantity)

    def test_what_becomes_of_the_old_part_is_not_anybodys_choice(self):
        """PART-17: refused to colleagues, without a reason, and before the issue."""
        _claim, line = self._used()
        for choice, reason in (("gift", "x"), ("scrap", ""), (None, "x")):
            with self.assertRaises(ArgumentError):
                line.action_set_old_part(choice, reason)
        with self.assertRaises(AccessError):
            line.with_user(self.technician2_user).action_set_old_part("scrap", "x")
        approved = self._approved(self.filter_part)
        with self.assertRaises(TransitionError):
            approved.line_ids.action_set_old_part("scrap", "x")
        line.action_return_old(1)
        with self.assertRaises(NotEntitledError):
            line.action_set_old_part("scrap", "x")

    # -- the due day

    def test_old_parts_are_reminded_of_and_end_in_a_case(self):
        """PART-17: reminders from before the due day, a case long after it."""
        with freeze_time("2026-03-02 02:00:00"):
            claim, line = self._used()
        self.assertEqual(str(line.old_part_due), "2026-03-16")
        lines = self.env["aftersales.claim.line"]
        for day, reminders, cased in (
            ("2026-03-11", 0, 0),
            ("2026-03-13", 1, 0),
            ("2026-03-14", 1, 0),
            ("2026-03-16", 2, 0),
            ("2026-04-16", 3, 2),
            ("2026-05-16", 3, 2),
        ):
            with freeze_time(f"{day} 02:30:00"), self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_service.ir_cron_remind_old_parts"
                ).method_direct_trigger()
            line.invalidate_recordset()
            found = claim.sudo().activity_ids.filtered(
                lambda activity: activity.user_id == self.technician_user
            )
            with self.subTest(day):
                self.assertEqual(len(found), reminders)
                self.assertEqual(line.old_cased_qty, cased)
        self.assertEqual(line.loss_ids.sudo().case_id.kind, "lost_part")
        self.assertFalse(lines.search([("old_owed_qty", ">", 0), ("id", "=", line.id)]))
        self._assert_conserved(line)

    def test_no_reminder_where_the_company_wants_none(self):
        """PART-17: 0 days switch reminders and cases off."""
        self.company.aftersales_old_part_remind_days = 0
        self.company.aftersales_old_part_case_days = 0
        with freeze_time("2026-03-02 02:00:00"):
            claim, line = self._used()
        with freeze_time("2026-12-01 02:30:00"), self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_service.ir_cron_remind_old_parts"
            ).method_direct_trigger()
        line.invalidate_recordset()
        self.assertFalse(claim.sudo().activity_ids)
        self.assertEqual(line.old_owed_qty, 2)

    # -- the balance of a technician

    def test_part_16_the_balance_of_a_technician(self):
        """PART-16: drawn = used + back + lost + held, per part and serial."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        _claim, line = self._used()
        line.action_report_lost(1, "Gone")
        valves = self._issued(quantity=2).line_ids
        valves.action_consume(1, lot_id=lots[0].id)
        rows = (
            self.env["aftersales.part.balance"]
            .with_user(self.warehouse_user)
            .search([("location_id", "=", line.sudo().claim_id.location_id.id)])
        )
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertEqual(
                row.issued_qty,
                row.consumed_qty
                + row.returned_qty
                + row.scrapped_qty
                + row.lost_qty
                + row.open_qty,
            )
        filters = rows.filtered(lambda row: row.product_id == self.filter_part)
        self.assertEqual((filters.issued_qty, filters.lost_qty), (3, 1))
        held = {row.lot_id.name: row.open_qty for row in rows - filters}
        self.assertEqual(held, {"V-1": 0, "V-2": 1})
        self.assertEqual(sum(rows.mapped("old_owed_qty")), 3)
        with self.assertRaises(AccessError):
            rows.with_user(self.technician_user).read(["open_qty"])

    def test_due_days_follow_the_use(self):
        """PART-17: due so many days after the part was built in."""
        self.company.aftersales_old_part_days = 5
        _claim, line = self._used()
        here = self.env["aftersales.site"].with_context(tz="Asia/Shanghai")
        today = fields.Date.context_today(here)
        self.assertEqual(line.old_part_due, today + timedelta(days=5))
