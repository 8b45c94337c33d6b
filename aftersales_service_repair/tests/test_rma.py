from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.exceptions import (
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from odoo.addons.aftersales_service.tests.field_common import picture

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestRmaIntake(DepotCommon):
    """Nothing comes in without its sheet."""

    def test_depot_06_received_by_a_complete_sheet(self):
        """DEPOT-06, WARR-13: condition, photo, fault; the warranty is explained."""
        rma = self._received()
        self.assertEqual(rma.state, "received")
        self.assertEqual(self.equipment.state, "in_depot")
        self.assertEqual(rma.received_by_id, self.dispatcher_user)
        self.assertEqual(rma.coverage, "covered")
        self.assertIn("12 months", rma.coverage_text)
        self.assertEqual(rma.repair_id.lot_id.name, self.equipment.serial)
        again = rma.action_receive()
        self.assertEqual(again, rma, "pressed twice")

    def test_depot_06_refuses_without_condition_or_photo(self):
        """DEPOT-05, DEPOT-06: condition, photo, reason and consent are required."""
        for name in ("condition_note", "reason", "consent_by", "fault_note"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                rma = self._rma(**{name: False})
                with self.assertRaises(MissingError):
                    rma.action_receive()
                savepoint.rollback()
        rma = self._rma(photo_ids=False)
        fields = [item["field"] for item in rma.missing("receive")]
        self.assertEqual(fields, ["photo_ids"])
        with self.assertRaises(MissingError):
            rma.action_receive()
        with self.assertRaises(MissingError):
            letter = self.env["ir.attachment"].create(
                {"name": "note.txt", "raw": b"no picture"}
            )
            rma.sudo().photo_ids = letter
            rma.action_receive()

    def test_depot_06_photos_open_nobody_elses_file(self):
        """DEPOT-06: what belongs elsewhere does not become readable by a link."""
        secret = self.env["ir.attachment"].create(
            {
                "name": "contract.png",
                "datas": picture(),
                "res_model": "res.partner",
                "res_id": self.customer2.id,
            }
        )
        with self.assertRaisesRegex(AccessError, "Upload the photos"):
            self._rma(photo_ids=[(6, 0, secret.ids)])

    def test_depot_06_the_sheet_stays_as_it_was_taken(self):
        """DEPOT-06: after receipt nobody edits the sheet, and no state by hand."""
        rma = self._received()
        with self.assertRaises(FrozenFactError):
            rma.condition_note = "As new"
        with self.assertRaises(GuardedFieldError):
            rma.state = "ready"
        with self.assertRaises(FrozenFactError):
            rma.sudo().unlink()

    def test_depot_06_refuses_who_has_no_part_in_it(self):
        """DEPOT-06: other technicians see nothing, customers nothing at all."""
        order = self._create_order()
        order.unit_ids.result = "needs_depot"
        order.with_user(self.technician_user).action_take_in()
        rma = order.sudo().rma_ids
        own = rma.with_user(self.technician_user)
        own.write(self._sheet(self.technician_user))
        self.assertEqual(own.action_receive().state, "received")
        for user in (self.technician2_user, self.employee_user, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rma.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            own.action_authorise("Li Hua", signature=picture())

    def test_depot_03_handed_over_by_a_note(self):
        """DEPOT-03: product, serial, symptom; the time it was taken over stays."""
        ticket = self._ticket()
        rma = ticket.with_user(self.dispatcher_user).action_create_rma()
        self.assertEqual(ticket.resolution_path, "depot")
        again = ticket.with_user(self.dispatcher_user).action_create_rma()
        self.assertEqual(again, rma, "one open case a unit")
        note = rma.note_ids
        for text in ("Screw Compressor", "SN-CP-0007", "No pressure"):
            self.assertIn(text, note.body)
        with self.assertRaises(AccessError):
            note.with_user(self.technician_user).action_acknowledge()
        with self.assertRaises(AccessError):
            note.with_user(self.dispatcher_user).action_acknowledge()
        note.with_user(self.depot_user).action_acknowledge("Bench 2")
        self.assertEqual(note.acknowledged_on, self._local("2026-03-02 20:00"))
        self.assertEqual(note.reply, "Bench 2")
        note.with_user(self.quality_vp_user).action_acknowledge("Again")
        self.assertEqual(note.reply, "Bench 2", "taken over once")
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service_repair.report_rma_note", note.ids)[0]
            .decode()
        )
        for text in (rma.name, "SN-CP-0007", "Bench 2", self.depot_user.name):
            self.assertIn(text, html, "the note on paper (F58)")

    def test_depot_03_refuses_a_ticket_without_unit(self):
        """DEPOT-03: what has no unit cannot come in."""
        ticket = self._ticket(equipment_id=False)
        with self.assertRaises(UserError):
            ticket.with_user(self.dispatcher_user).action_create_rma()
        with self.assertRaises(AccessError):
            self._ticket().with_user(self.technician_user).action_create_rma()

    def test_depot_one_open_case_a_unit(self):
        """DEPOT-05: the database refuses a second open case of a unit."""
        self._rma()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._rma()
            self.env.flush_all()

    def test_depot_01_ten_working_days(self):
        """DEPOT-01: from Monday 2 March, the start day not counted, to 16 March."""
        rma = self._received(equipment_id=self.equipment.id)
        promise = rma.sudo().commitment_ids
        self.assertEqual(promise.milestone, "depot_return")
        self.assertEqual(promise._format_due(), "end of 03/16/2026")
        self.assertIn(rma.name, promise.display_name)
        self.assertEqual(promise._get_document(), rma.sudo())
        with self.assertRaises(AccessError):
            promise.with_user(self.dispatcher_user).action_except("Part late", "x")
        promise.with_user(self.head_user).action_except(
            "Part from overseas", "2026-03-20 10:00:00"
        )
        self._estimate(rma).action_authorise("Li", signature=picture())
        rma.with_user(self.depot_user).action_start()
        repair = rma.repair_id.with_user(self.depot_user)
        repair.move_ids.quantity = 2
        repair.action_repair_end()
        self.assertEqual(promise.state, "excepted", "never met")
        self.assertTrue(promise.fulfilled_on)

    def test_depot_01_kept_when_ready(self):
        """DEPOT-01: ready in time keeps the promise; told late it is broken."""
        rma = self._ready()
        self.assertEqual(rma.sudo().commitment_ids.state, "met")

    def test_depot_12_reminded_after_five_silent_working_days(self):
        """DEPOT-12: five working days without a word, one reminder a silence."""
        rma = self._received()
        kind = self.env.ref("aftersales_service_repair.mail_activity_rma")

        def count():
            return len(rma.activity_ids.filtered(lambda a: a.activity_type_id == kind))

        with freeze_time("2026-03-09 12:00:00"):  # Monday: the fifth day runs
            rma.sudo()._tell_idle()
            self.assertEqual(count(), 0)
        with freeze_time("2026-03-09 16:30:00"), self.enter_registry_test_mode():
            cron = self.env.ref("aftersales_service_repair.ir_cron_remind_rma")
            self.assertIs(cron.method_direct_trigger(), True)
            self.assertEqual(count(), 1)
            self.assertIs(cron.method_direct_trigger(), True)
            self.assertEqual(count(), 1, "once a silence")
            rma.with_user(self.depot_user).action_tell_customer("Waiting for a part")
            self.assertFalse(rma.idle_told_on)
            message = rma.message_ids.sorted("id")[-1]
            self.assertIn(self.customer, message.partner_ids)

    def test_depot_12_refuses_silence_as_a_message(self):
        """DEPOT-12: an empty message tells nobody anything."""
        rma = self._received()
        with self.assertRaises(UserError):
            rma.action_tell_customer("  ")
        with self.assertRaises(AccessError):
            rma.with_user(self.quality_vp_user).action_tell_customer("Hello")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestRmaWork(DepotCommon):
    """Estimated, authorised, repaired, handed back."""

    def test_depot_07_authorised_by_signature(self):
        """DEPOT-07: labour 200 and parts 350, signed, then the repair may start."""
        rma = self._estimate(self._received())
        amounts = (rma.amount_labour, rma.amount_parts, rma.amount_total)
        self.assertEqual(amounts, (200.0, 350.0, 550.0))
        self.assertEqual(rma.line_ids[1].available_qty, 5)
        repair = rma.repair_id.with_user(self.depot_user)
        with self.assertRaises(TransitionError):
            repair.action_repair_start()
        with self.assertRaises(TransitionError):
            repair.state = "under_repair"
        with self.assertRaises(TransitionError):
            rma.with_user(self.depot_user).action_start()
        with self.assertRaises(UserError):
            rma.action_authorise("Li Hua", signature="no picture")
        with self.assertRaises(MissingError):
            rma.action_authorise("Li Hua", how="letter")
        with self.assertRaises(MissingError):
            rma.action_authorise("Li Hua", how="phone")
        rma.action_authorise("Li Hua", signature=picture())
        self.assertEqual(rma.state, "authorised")
        rma.action_authorise("Somebody else", signature=picture())
        self.assertEqual(rma.authorised_by, "Li Hua", "twice: the first counts")
        rma.with_user(self.depot_user).action_start()
        self.assertEqual((rma.state, repair.state), ("repair", "under_repair"))

    def test_depot_07_refuses_what_the_customer_was_not_told(self):
        """DEPOT-07: lines, day, payment, delivery, old parts come first."""
        rma = self._received()
        fields = [item["field"] for item in rma.missing("authorise")]
        self.assertEqual(
            fields,
            ["line_ids", "ready_on", "payment_note", "delivery_note", "old_part"],
        )
        with self.assertRaises(MissingError):
            rma.action_authorise("Li Hua", signature=picture())

    def test_depot_07_old_part_goes_back_to_the_customer(self):
        """DEPOT-07: wished back, the replaced part moves to the customer."""
        rma = self._repairing()
        old = rma.repair_id.move_ids.filtered(
            lambda move: move.repair_line_type == "remove"
        )
        self.assertEqual(old.location_dest_id.usage, "customer")
        repair = rma.repair_id.with_user(self.depot_user)
        repair.move_ids.quantity = 2
        repair.action_repair_end()
        self.assertEqual((old.state, old.quantity), ("done", 2))
        self.assertEqual(rma.state, "ready")
        self.assertEqual(self.equipment.state, "in_depot", "until it is handed back")
        rma.action_close("Li Hua")
        self.assertEqual((rma.state, self.equipment.state), ("closed", "in_service"))

    def test_depot_08_extra_work_waits_for_consent(self):
        """DEPOT-08: a line added after the signature reserves nothing."""
        rma = self._repairing(old_part="scrap")
        rma.write(
            {
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "kind": "part",
                            "product_id": self.filter_part.id,
                            "price_unit": 120.0,
                            "payer": "customer",
                        },
                    )
                ]
            }
        )
        self.assertEqual(rma.state, "waiting")
        extra = rma.line_ids.filtered(lambda line: line.state == "proposed")
        self.assertFalse(extra.move_id)
        self.assertEqual(rma.amount_open, 120.0)
        repair = rma.repair_id.with_user(self.depot_user)
        with self.assertRaises(TransitionError):
            repair.action_repair_end()
        rma.action_authorise("Li Hua", how="phone")
        self.assertEqual(rma.state, "repair", "goes on where it stood")
        self.assertEqual(extra.sudo().move_id.state, "assigned")

    def test_depot_08_declined_or_withdrawn_extra_work(self):
        """DEPOT-08: the customer may say no; the old authorisation stands."""
        rma = self._repairing(old_part="scrap")
        line = {"kind": "labour", "name": "Bearing", "price_unit": 120.0}
        rma.line_ids = [(0, 0, line)]
        rma.action_decline_extra("Too dear")
        self.assertEqual((rma.state, rma.amount_total), ("repair", 550.0))
        rma.line_ids = [(0, 0, line)]
        self.assertEqual(rma.state, "waiting")
        rma.line_ids.filtered(lambda one: one.state == "proposed").unlink()
        self.assertEqual(rma.state, "repair")
        with self.assertRaises(FrozenFactError):
            rma.line_ids[0].price_unit = 1.0
        with self.assertRaises(FrozenFactError):
            rma.line_ids[0].unlink()

    def test_depot_08_no_part_beside_the_estimate(self):
        """DEPOT-08: not in the work order, by no door, and not more than agreed."""
        rma = self._repairing(old_part="scrap")
        repair = rma.repair_id.with_user(self.depot_user)
        part = {
            "repair_line_type": "add",
            "product_id": self.filter_part.id,
            "product_uom_qty": 1,
        }
        with self.assertRaises(GuardedFieldError):
            repair.move_ids = [(0, 0, part)]
        with self.assertRaises(GuardedFieldError):
            repair.move_ids.product_uom_qty = 3
        with self.assertRaises(GuardedFieldError):
            repair.move_ids.product_id = self.valve
        repair.move_ids.quantity = 3
        with self.assertRaises(GuardedFieldError):
            repair.action_repair_end()

    def test_depot_09_undecided_warranty_stops(self):
        """DEPOT-09: nothing is authorised or billed until it is decided."""
        self.equipment.write({"purchase_date": False, "manufacture_date": False})
        rma = self._estimate(self._received())
        self.assertEqual(rma.coverage, "undetermined")
        self.assertIn("coverage", [item["field"] for item in rma.missing("authorise")])
        with self.assertRaises(MissingError):
            rma.action_authorise("Li Hua", signature=picture())
        self.equipment.purchase_date = "2026-01-01"
        rma.cause_id = self.cause_misuse
        rma.action_check_warranty()
        self.assertEqual(rma.coverage, "void")
        rma.action_authorise("Li Hua", signature=picture())

    def test_depot_01_manufacturers_repair(self):
        """DEPOT-01: sent on, answered, and back where the customer agreed."""
        rma = self._authorised(old_part="scrap")
        maker = self.env["res.partner"].create({"name": "Maker"})
        shipment = rma.with_user(self.depot_user).action_send(maker.id, "WB 4711")
        self.assertEqual(rma.state, "manufacturer")
        with self.assertRaises(TransitionError):
            rma.repair_id.with_user(self.depot_user).action_repair_start()
        with self.assertRaises(AccessError):
            shipment.with_user(self.technician_user).action_back("Repaired")
        shipment.action_back("Repaired under warranty")
        self.assertEqual((rma.state, shipment.state), ("authorised", "back"))
        with self.assertRaises(UserError):
            rma.action_send(False, "")

    def test_depot_case_ends_without_repair(self):
        """DEPOT-01: no fault found, the unit goes back; nothing stays reserved."""
        rma = self._authorised()
        rma.action_finish("no_fault", "Ran two hours on the bench")
        self.assertEqual((rma.state, rma.result), ("ready", "no_fault"))
        moves = rma.sudo().line_ids.move_id
        self.assertEqual(set(moves.mapped("state")), {"cancel"})
        with self.assertRaises(TransitionError):
            self._rma_cancelled(rma)

    def _rma_cancelled(self, rma):
        return rma.action_cancel("Mistake")

    def test_depot_billed_by_the_sales_application(self):
        """DEPOT-07, SALE-05: labour and parts at the authorised prices, delivered."""
        rma = self._repairing(old_part="scrap")
        with self.assertRaises(TransitionError):
            rma.action_bill()
        repair = rma.repair_id.with_user(self.depot_user)
        repair.move_ids.quantity = 2
        repair.action_repair_end()
        order = rma.action_bill().sudo()
        self.assertEqual(order.amount_untaxed, 550.0)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [1.0, 2.0])
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertFalse(order.picking_ids, "parts left by the work order")
        self.assertEqual(rma.action_bill(), order.with_env(rma.env), "once")
        with self.assertRaises(AccessError):
            rma.with_user(self.quality_vp_user).action_bill()

    def test_papers_in_the_customers_language(self):
        """DEPOT-06, DEPOT-07: intake sheet and authorisation can be printed."""
        rma = self._authorised()
        reports = self.env["ir.actions.report"]
        for name, text in (
            ("report_rma_intake", "Scratch on the left cover"),
            ("report_rma_authorisation", "Invoice, 30 days"),
        ):
            html = reports._render_qweb_html(
                f"aftersales_service_repair.{name}", rma.ids
            )[0].decode()
            self.assertIn(text, html)
            self.assertIn("550" if "auth" in name else "Li Hua", html)
