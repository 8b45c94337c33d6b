"""The story of the house, clicked through by its people in the web client."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_claim import ClaimCommon


class TourCommon(HttpCase, ClaimCommon):
    """``start_story_tour`` opens an action as one of the people."""

    def _start_story_tour(self, name, user, action=None, url=None):
        url = url or f"/odoo/action-aftersales_service.{action}"
        self.start_tour(url, f"aftersales_{name}", login=user.login, timeout=120)

    def _dispatched(self):
        """Return the order, sent to its technician with a kit of one cloth."""
        kit = self.env["aftersales.checklist"].create(
            {
                "name": "Departure Kit",
                "code": "TOUR-KIT",
                "purpose": "departure_kit",
                "item_ids": [
                    (0, 0, {"name": "Cleaning cloth", "is_required": True}),
                ],
            }
        )
        self.policy.kit_checklist_id = kit
        desk = self.order.with_user(self.dispatcher_user)
        desk.action_schedule(fields.Datetime.now())
        desk.action_dispatch()
        return self.order


@tagged("post_install", "-at_install")
class TestDesktopTours(TourCommon):
    """Dispatcher, warehouse, head, HR and customer at their desks."""

    def test_hot_01_dispatcher_from_call_to_dispatched_order(self):
        self._start_story_tour(
            "dispatcher_intake", self.dispatcher_user, "aftersales_call_action_new"
        )
        call = self.env["aftersales.call"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.assertEqual(call.site_id, self.site)
        order = call.ticket_id.order_ids
        self.assertEqual(order.state, "dispatched")
        self.assertEqual(order.lead_id, self.technician)

    def test_part_08_head_approves_the_emergency(self):
        claim = self._verified()
        self._start_story_tour(
            "head_approval", self.head_user, "aftersales_claim_action_approve"
        )
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.sudo().approval_ids.user_id, self.head_user)

    def test_part_11_warehouse_hands_the_part_out(self):
        self._stock(self.valve, 1, ["V-TOUR-1"])
        claim = self._approved()
        self._start_story_tour(
            "warehouse_issue", self.warehouse_user, "aftersales_claim_action_issue"
        )
        self.assertEqual(claim.state, "issued")
        self.assertEqual(claim.line_ids.issued_qty, 1)

    def test_part_17_warehouse_partial_issue_and_receipts(self):
        """PART-11, PART-17: by serial, in part, unused back, old part back."""
        self.warehouse_user.group_ids |= self.env.ref("stock.group_production_lot")
        self._stock(self.valve, 1, ["V-TOUR-1"])
        self._stock(self.filter_part, 2)
        claim = self._approved(
            line_ids=[
                (0, 0, {"product_id": self.valve.id, "quantity": 1}),
                (0, 0, {"product_id": self.filter_part.id, "quantity": 3}),
            ]
        )
        claim.with_user(self.warehouse_user).action_issue()
        self._start_story_tour(
            "warehouse_partial", self.warehouse_user, "action_picking_claims"
        )
        valve, filters = claim.line_ids
        self.assertEqual((valve.issued_qty, filters.issued_qty), (1, 2))
        self.assertEqual(valve.serials, "V-TOUR-1")
        self.assertEqual(filters.short_qty, 1)
        valve.action_consume(1)
        valve.action_return_old(1, serial="V-OLD-1")
        filters.action_consume(1)
        filters.action_return_unused(1)
        for _receipt in ("unused", "old"):
            self._start_story_tour(
                "warehouse_receive", self.warehouse_user, "stock_picking_action_receive"
            )
        self.assertEqual((filters.returned_qty, filters.open_qty), (1, 0))
        self.assertEqual((valve.old_returned_qty, valve.old_owed_qty), (1, 0))
        self._assert_conserved(valve)

    def test_pen_19_hr_confirms_what_the_head_verified(self):
        adjustment = self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": "LATE",
                    "employee": self.technician,
                    "date": fields.Date.today(),
                    "event": self.order.worker_ids,
                    "source": self.order,
                    "facts": "Arrived 40 minutes late, personal reason confirmed.",
                }
            ]
        )
        adjustment.with_user(self.head_user).action_verify()
        self._start_story_tour(
            "hr_confirm", self.hr_user, "aftersales_adjustment_action_settle"
        )
        self.assertEqual(adjustment.state, "confirmed")

    def _due_callback(self):
        """Return a call-back about finished work whose window is open now."""
        for state in ("scheduled", "dispatched", "on_site", "done"):
            self.order._set_state(state)
        callback = self.env["aftersales.callback"]._create_for(
            self.order, {self.order.id: {"unsure"}}
        )
        now = fields.Datetime.now()
        callback.sudo()._unguarded().write(
            {
                "opens_on": now - timedelta(minutes=30),
                "due_on": now + timedelta(minutes=30),
            }
        )
        return callback

    def test_cb_03_call_back_to_rework(self):
        """CB-03, DISP-06: a dissatisfied answer opens the rework, in the browser."""
        callback = self._due_callback()
        self._start_story_tour(
            "callback_rework", self.callback_user, "aftersales_callback_action_due"
        )
        self.assertEqual(callback.result, "dissatisfied")
        rework = callback.sudo().rework_order_id
        self.assertEqual(rework.rework_of_id, self.order)
        self._start_story_tour(
            "callback_follow",
            self.callback_user,
            url=f"/odoo/action-aftersales_service.aftersales_callback_action/{callback.id}",
        )
        self.assertEqual(rework.service_type, "rework")

    def test_hot_21_customer_sees_his_own_service(self):
        self._dispatched()
        self._start_story_tour("customer_portal", self.portal_user, url="/my/service")


@tagged("post_install", "-at_install")
class TestPhoneTour(TourCommon):
    """The technician with his phone."""

    browser_size = "390x844"
    touch_enabled = True

    def _start_day(self, name):
        self.start_tour(
            "/odoo/my-day",
            f"aftersales_technician_{name}",
            login=self.technician_user.login,
            timeout=120,
        )

    def test_disp_09_technician_from_departure_to_report(self):
        """DISP-09, DISP-17, DISP-25, DISP-27, DISP-30: the whole visit at 390 px."""
        order = self._dispatched()
        self._start_day("phone")
        self.assertEqual(order.state, "done")
        self.assertEqual(order.signed_by, "Li Ming")
        self.assertEqual(order.cause_id, self.cause)
        self.assertEqual(order.solution, "Valve cleaned")
        self.assertTrue(order.worker_ids.left_on)
        self.assertTrue(order.hq_called_on)
        self.assertTrue(order.report_complete)

    def test_pen_19_he_reads_the_notice_and_appeals(self):
        """PEN-19, ACC-08: what he is fined for he reads and appeals on the phone."""
        penalty = self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": "LATE",
                    "employee": self.technician,
                    "date": fields.Date.today(),
                    "event": self.order.worker_ids,
                    "source": self.order,
                    "facts": "Arrived 40 minutes late, personal reason confirmed.",
                }
            ]
        )
        penalty.with_user(self.head_user).action_verify()
        self._start_day("notice")
        self.assertTrue(penalty.acknowledged_on)
        self.assertEqual(penalty.appeal_state, "open")
        self.assertIn("police", penalty.appeal_text)

    def test_disp_09_lost_connection_counts_once(self):
        """DISP-09: steps pressed without network arrive once, at their own time."""
        order = self._dispatched()
        self._start_day("offline")
        self.assertEqual(order.state, "on_site")
        worker = order.worker_ids
        self.assertTrue(worker.departed_on <= worker.arrived_on)
        trail = self.env["aftersales.audit"].search(
            [("model", "=", order._name), ("res_id", "=", order.id)]
        )
        events = trail.mapped("event")
        self.assertEqual(events.count("departed"), 1)
        self.assertEqual(events.count("arrived"), 1)

    def test_disp_09_a_refused_step_is_shown(self):
        """DISP-09, DISP-15: what the server refuses stands there until he reads it."""
        order = self._dispatched()
        self._start_day("refused")
        self.assertEqual(order.outcome, "refused_repair")
        self.assertFalse(order.test_run)

    def test_disp_16_nobody_lets_him_in(self):
        """DISP-16: reason, card and photo from the phone; the desk plans anew."""
        order = self._dispatched()
        self._start_day("no_access")
        self.assertEqual(order.state, "draft")
        attempt = order.attempt_ids
        self.assertEqual(attempt.reason, "Gate locked, rang twice")
        self.assertTrue(attempt.card_left)
        self.assertTrue(attempt.photo)

    def test_part_14_from_the_damage_to_the_part_built_in(self):
        """PART-14, PART-11, DISP-30: what fits, one tap, then the part goes in."""
        self.env["aftersales.part.fit"].create(
            {"product_id": self.valve.id, "equipment_product_id": self.compressor.id}
        )
        self._stock(self.valve, 1, ["V-TOUR-2"])
        order = self._dispatched()
        self._start_day("asks_for_parts")
        claim = order.sudo().claim_ids
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.line_ids.product_id, self.valve)
        self.assertTrue(claim.evidence_ids)
        self._hand_out(claim)
        self._start_day("builds_in")
        line = claim.line_ids
        self.assertEqual(line.consumed_qty, 1)
        self.assertEqual(line.old_serial, "V-OLD-1")
        self._assert_conserved(line)

    def _hand_out(self, claim):
        """Let desk, head and warehouse do their part for a claim."""
        desk = claim.with_user(self.dispatcher_user)
        desk.action_set_emergency("Cold store stands still")
        desk.action_verify()
        claim.with_user(self.head_user).action_approve()
        self._validate(claim.with_user(self.warehouse_user).action_issue())

    def test_disp_29_day_report_from_the_phone(self):
        """DISP-29: the day report is written and handed in on the phone."""
        self._dispatched()
        self._start_day("day_report")
        report = self.env["aftersales.day.report"].search(
            [("employee_id", "=", self.technician.id)]
        )
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.work, "Valve changed in Kunming")
