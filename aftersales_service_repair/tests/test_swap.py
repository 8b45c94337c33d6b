from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.aftersales_service.exceptions import (
    MissingError,
    NotEntitledError,
    TransitionError,
)
from odoo.addons.aftersales_service.tests.field_common import picture

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestSwap(DepotCommon):
    """Units exchanged or taken back for good."""

    def test_depot_04_exchange_keeps_history_and_term(self):
        """DEPOT-04: SN1 to quarantine, SN2 out, remaining term, history."""
        end = self.equipment.warranty_end
        rma = self._received("exchange")
        depot = rma.with_user(self.depot_user)
        depot.action_exchange(self.new_lot.id)
        self.assertEqual((rma.state, rma.result), ("ready", "exchanged"))
        old, new = self.equipment, rma.new_equipment_id
        self.assertEqual((old.state, old.replaced_by_id), ("replaced", new))
        self.assertEqual((new.serial, new.state), ("SN-CP-0099", "in_service"))
        self.assertEqual((new.warranty_end, new.site_id), (end, self.site))
        lots = self.env["stock.quant"]._gather(
            self.compressor, self.warehouse.aftersales_quarantine_location_id
        )
        self.assertEqual(lots.lot_id, old.lot_id)
        gone = self.env["stock.quant"]._get_available_quantity(
            self.compressor, self.warehouse.lot_stock_id, lot_id=self.new_lot
        )
        self.assertEqual(gone, 0)
        self.assertEqual(len(rma.sudo().picking_ids), 2)
        depot.action_exchange(self.new_lot.id)
        self.assertEqual(len(rma.sudo().picking_ids), 2, "pressed twice: once")

    def test_depot_04_own_term_by_the_policy(self):
        """DEPOT-04: the policy may give the new unit a term of its own."""
        self.policy.exchange_term = "own"
        rma = self._received("exchange")
        rma.with_user(self.depot_user).action_exchange(self.new_lot.id)
        self.assertFalse(rma.new_equipment_id.warranty_override_end)

    def test_depot_04_refuses_wrong_kind_unit_or_person(self):
        """DEPOT-04: no exchange of a repair, of itself, or by the desk."""
        rma = self._received("exchange")
        with self.assertRaises(AccessError):
            rma.action_exchange(self.new_lot.id)
        depot = rma.with_user(self.depot_user)
        with self.assertRaises(TransitionError):
            depot.action_exchange(self.equipment.lot_id.id)
        with self.assertRaises(TransitionError):
            depot.action_take_back()
        rma.action_cancel("A repair after all")
        repair = self._received()
        with self.assertRaises(TransitionError):
            repair.with_user(self.depot_user).action_exchange(self.new_lot.id)

    def test_depot_10_faulty_new_unit_is_exchanged_free(self):
        """DEPOT-10: swapped for the installer; the supplier owes an answer."""
        rma = self._received("doa")
        rma.with_user(self.depot_user).action_exchange(self.new_lot.id)
        self.assertEqual(rma.result, "exchanged")
        self.assertEqual(rma.amount_total, 0)
        shipment = rma.shipment_ids
        self.assertEqual((shipment.state, shipment.serial), ("sent", "SN-CP-0007"))
        shipment.with_user(self.depot_user).action_back("Credit note 12")
        self.assertEqual(rma.state, "ready", "the swap stands by itself")

    def test_depot_10_refuses_what_the_customer_broke(self):
        """DEPOT-10: misuse is not exchanged at no charge."""
        rma = self._received("doa")
        rma.cause_id = self.cause_misuse
        rma.action_check_warranty()
        with self.assertRaises(NotEntitledError):
            rma.with_user(self.depot_user).action_exchange(self.new_lot.id)

    def _returned(self):
        rma = self._received("return")
        return (
            rma.with_user(self.depot_user)
            .action_take_back()
            .with_user(self.dispatcher_user)
        )

    def test_depot_04_return_takes_the_unit_back(self):
        """DEPOT-04: out of the installed base, into quarantine."""
        rma = self._returned()
        self.assertEqual((rma.state, rma.result), ("ready", "returned"))
        self.assertEqual(self.equipment.state, "retired")
        rma.action_close("Li Hua")
        self.assertEqual(rma.state, "closed")

    def test_depot_04_accepted_return_request_opens_the_case(self):
        """DEPOT-04: what the head accepted is a depot case of kind return."""
        order = self._walk("dispatched")
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_refuse_service(
            "wants_return", "Third fault this month", at=self._at("10:30")
        )
        request = order.with_user(self.head_user).return_ids
        request.action_accept("We take it back")
        rma = order.sudo().rma_ids
        self.assertEqual((rma.kind, rma.state), ("return", "draft"))
        self.assertEqual(rma.reason, "Third fault this month")
        request.action_accept("Again")
        self.assertEqual(len(order.sudo().rma_ids), 1)

    def test_depot_11_refund_the_way_it_was_paid(self):
        """DEPOT-11: a bank card is not refunded in cash where the house says so."""
        self.company.aftersales_refund_same_tender = True
        rma = self._returned()
        with self.assertRaises(MissingError):
            rma.action_close("Li Hua")
        with self.assertRaises(MissingError):
            rma.action_refund("bank_card", 500, "Li Hua", picture())
        rma.paid_tender = "bank_card"
        with self.assertRaises(NotEntitledError):
            rma.action_refund("cash", 500, "Li Hua", picture())
        rma.action_refund("bank_card", 500, "Li Hua", picture())
        self.assertEqual((rma.refund_amount, rma.refund_tender), (500, "bank_card"))
        rma.action_refund("bank_card", 900, "Li Hua", picture())
        self.assertEqual(rma.refund_amount, 500, "once")
        rma.action_close("Li Hua")

    def test_depot_11_off_by_default(self):
        """DEPOT-11: without the setting any tender will do, and none is owed."""
        rma = self._returned()
        rma.action_refund("cash", 500, "Li Hua", picture())
        self.assertEqual(rma.refund_tender, "cash")
        with self.assertRaises(AccessError):
            rma.with_user(self.depot_user).action_refund("cash", 1, "Li", picture())

    def test_depot_11_refuses_a_refund_of_a_repair(self):
        """DEPOT-11: money goes back for what came back."""
        rma = self._received()
        with self.assertRaises(TransitionError):
            rma.action_refund("cash", 500, "Li Hua", picture())
