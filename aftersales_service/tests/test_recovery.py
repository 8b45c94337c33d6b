from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestRecovery(ClaimCommon):
    """Old parts back to their supplier, and what he owes for them."""

    def setUp(self):
        super().setUp()
        self.supplier = self.env["res.partner"].create({"name": "Ningbo Valves"})
        self.filter_part.seller_ids = [
            (
                0,
                0,
                {"partner_id": self.supplier.id, "aftersales_warranty_months": 24},
            )
        ]
        self._stock(self.filter_part, 5)
        self.claim = self._issued(self.filter_part, 2)
        self.line = self.claim.line_ids
        self.line.action_consume(2)
        self.line.with_user(self.warehouse_user).action_return_old(2)
        self.keeper_line = self.line.with_user(self.warehouse_user)

    def test_the_supplier_answers_for_his_own_term(self):
        """PART-13: the supplier's warranty stands apart from the customer's."""
        self.assertEqual(self.keeper_line.supplier_id, self.supplier)
        bought = self.equipment.purchase_date
        self.assertGreater(
            self.keeper_line.supplier_warranty_end, bought + timedelta(days=700)
        )
        action = self.env.ref(
            "aftersales_service.aftersales_claim_line_action_defective"
        )
        self.assertIn("old_returned_qty", action.domain)

    def test_old_parts_go_back_and_money_comes_in(self):
        """PART-13, PART-06: sent once, settled once; the report shows it."""
        recovery = self.keeper_line.action_recover()
        self.assertEqual(
            (recovery.partner_id, recovery.amount_asked), (self.supplier, 190.0)
        )
        recovery.action_send(request_key="s")
        recovery.action_send(request_key="s")
        picking = recovery.picking_id
        self.assertEqual(picking.location_dest_id.usage, "supplier")
        self.assertEqual(picking.state, "assigned")
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self._assert_conserved(self.line)
        with self.assertRaises(FrozenFactError):
            recovery.write({"amount_asked": 500.0})
        recovery.action_settle(150.0)
        recovery.action_settle(150.0)
        self.env.flush_all()
        row = self.env["aftersales.claim.report"].search(
            [("claim_id", "=", self.claim.id)]
        )
        self.assertEqual((row.recovered, row.supplier_id), (150.0, self.supplier))
        self.assertEqual(row.location_id, self.claim.sudo().location_id)

    def test_a_part_goes_back_once(self):
        """PART-13: a second recovery of the same part is refused once it was sent."""
        first = self.keeper_line.action_recover()
        second = self.keeper_line.action_recover()
        first.action_send()
        with self.assertRaises(NotEntitledError):
            second.action_send()
        second.action_cancel("Made twice")
        first.action_refuse("Out of his term")
        with self.assertRaises(TransitionError):
            first.action_settle(10.0)

    def test_recoveries_are_refused(self):
        """PART-13: to technicians, without a supplier, without the part, by hand."""
        with self.assertRaises(AccessError):
            self.line.action_recover()
        recovery = self.keeper_line.action_recover()
        for amount in (-1, "5", None):
            with self.assertRaises(ArgumentError):
                recovery.action_settle(amount)
        with self.assertRaises(GuardedFieldError):
            recovery.write({"amount_recovered": 5.0})
        claim = self._issued(self.filter_part)
        claim.line_ids.action_consume(1)
        with self.assertRaises(MissingError):
            claim.line_ids.with_user(self.warehouse_user).action_recover()
        empty = self.env["aftersales.recovery"].with_user(self.warehouse_user)
        with self.assertRaises(MissingError):
            empty.create({"partner_id": self.supplier.id}).action_send()

    def test_the_small_form_takes_each_step(self):
        """PART-13: settled, refused and given up in the small form."""
        steps = self.env["aftersales.recovery.step"].with_user(self.warehouse_user)
        for step, state, vals in (
            ("settle", "settled", {"amount": 20.0}),
            ("refuse", "refused", {"reason": "No flaw found"}),
        ):
            recovery = self.keeper_line.action_recover()
            recovery.with_context(x=1)._set_state("sent", {"sent_on": self._earlier()})
            steps.create(
                {"recovery_id": recovery.id, "step": step, **vals}
            ).action_apply()
            self.assertEqual(recovery.state, state)

    def _earlier(self):
        return fields.Datetime.now() - timedelta(hours=1)

    def test_costly_parts_are_reported_to_the_head(self):
        """PART-15: above the limit of the class the heads are told once."""
        self.filter_part.categ_id = self.env["product.category"].create(
            {"name": "Filters", "aftersales_cost_alert": 150.0}
        )
        cheap = self._issued(self.filter_part, 1)
        self.assertFalse(cheap.sudo().activity_ids)
        self._stock(self.filter_part, 5)
        costly = self._issued(self.filter_part, 2)
        told = costly.sudo().activity_ids.filtered(
            lambda activity: "Costly" in activity.summary
        )
        self.assertIn(self.head_user, told.user_id)
        self.assertNotIn(self.dispatcher_user, told.user_id)
        costly.line_ids.sudo()._report_costly()
        self.assertEqual(len(costly.sudo().activity_ids & told), len(told))

    def test_quarters_and_units_in_the_report(self):
        """PART-13, PART-15: cost by quarter, order, technician, supplier and serial."""
        groups = self.env["aftersales.claim.report"]._read_group(
            [("claim_id", "=", self.claim.id)],
            ["date:quarter", "order_id", "location_id", "supplier_id"],
            ["cost:sum"],
        )
        self.assertEqual([row[-1] for row in groups], [190.0])
