from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimRoleEdges(ClaimCommon):
    """Who may do what with a claim, one document at a time, at a possible time."""

    def setUp(self):
        super().setUp()
        self._stock(self.filter_part, 20)

    def _get_acts(self, claim, **when):
        """Return each fact about the parts of a claim, as a function."""
        line = claim.line_ids
        return {
            "use": lambda: line.action_consume(1, **when),
            "return": lambda: line.action_return_unused(1, **when),
            "old": lambda: line.action_return_old(1, **when),
            "lost": lambda: line.action_report_lost(1, "Gone", **when),
            "old lost": lambda: line.action_report_old_lost(1, "Gone", **when),
        }

    def test_role_02_to_see_a_claim_is_not_to_work_on_it(self):
        """ROLE-02: a technician who reads all claims in another role books nothing."""
        self.technician2_user.group_ids |= self.env.ref(
            "aftersales_service.group_sales_vp"
        )
        claim = self._issued(self.filter_part, 3).with_user(self.technician2_user)
        draft = self._claim(self.filter_part).with_user(self.technician2_user)
        claim.line_ids.sudo().action_consume(1)
        acts = {
            **self._get_acts(claim),
            "close": claim.action_close,
            "word": lambda: claim.action_record_customer_approval("Li"),
            "keeps": lambda: claim.line_ids.action_set_old_part("scrap", "x"),
            "withdraw": claim.line_ids.action_withdraw_hand_in,
            "van": claim.action_take_from_van,
            "submit": draft.action_submit,
            "cancel": lambda: draft.action_cancel("x"),
        }
        self.assertTrue(claim.has_access("write"))
        for name, act in acts.items():
            with self.subTest(name), self.assertRaisesRegex(AccessError, "not on the"):
                act()
        order = self._create_order(
            worker_ids=[(0, 0, {"employee_id": self.technician2.id})]
        )
        own = self.env["aftersales.claim"].create({"order_id": order.id})
        own = own.with_user(self.technician2_user)
        with self.assertRaisesRegex(AccessError, "not on the"):
            (own | draft).action_cancel("x")
        self.assertEqual(own.action_cancel("x"), own)
        self.technician2_user.group_ids |= self.env.ref("stock.group_stock_user")
        self.assertEqual(
            claim.line_ids.action_return_unused(1), claim.line_ids, "at the counter"
        )

    def test_role_02_the_one_role_does_not_stand_for_the_other(self):
        """ROLE-02: on the order, but no technician any more."""
        claim = self._claim(self.filter_part)
        user = self.technician_user
        user.group_ids = self.env.ref("base.group_user")
        with self.assertRaisesRegex(AccessError, "Your role"):
            claim.with_user(user)._check_worker_or_desk()

    def test_d5_what_steps_write_is_written_by_nobody_else(self):
        """D5: findings, reminders, serials and costs of a claim and of its parts."""
        claim = self._issued(self.filter_part).with_user(self.head_user)
        now = "2026-03-02 01:00:00"
        for record, vals in (
            (claim, {"approval_reminded_on": now}),
            (claim, {"responsible_party": "design"}),
            (claim, {"responsible_note": "x"}),
            (claim, {"responsible_by_id": self.gm_user.id}),
            (claim, {"responsible_on": now}),
            (claim.line_ids, {"asked_product_id": self.valve.id}),
            (claim.line_ids, {"old_reminded_on": now}),
            (claim.line_ids, {"old_cased_qty": 1.0}),
            (claim.line_ids, {"unit_cost": 1.0}),
            (claim.line_ids, {"used_on": "2026-03-02"}),
        ):
            with self.subTest(vals), self.assertRaises(GuardedFieldError):
                record.write(vals)

    def test_part_11_facts_follow_the_first_issue(self):
        """PART-11, PART-17: none lies before the parts were handed out."""
        with freeze_time("2026-03-02 05:00:00"):
            claim = self._issued(self.filter_part, 3)
            claim.line_ids.action_consume(1)
        with freeze_time("2026-03-02 08:00:00"):
            for name, act in self._get_acts(claim, at="2026-03-02 04:00:00").items():
                with self.subTest(name), self.assertRaises(FactTimeError):
                    act()
            line = claim.line_ids
            line.action_report_lost(1, "Gone")
            with self.assertRaises(FactTimeError):
                line.loss_ids.with_user(self.warehouse_user).action_found(
                    at="2026-03-02 04:00:00"
                )

    def test_d9_a_part_is_booked_by_itself(self):
        """D9: steps for one part refuse several, in words."""
        claims = self._issued(self.filter_part) | self._issued(self.filter_part)
        acts = self._get_acts(claims)
        lines = claims.line_ids.with_user(self.warehouse_user)
        acts["other"] = lambda: lines.action_substitute(self.valve.id, "x")
        acts["form"] = claims.line_ids.action_open_booking
        judged = claims.with_user(self.quality_vp_user)
        acts["found"] = lambda: judged.action_find_responsible("design", "x")
        for name, act in acts.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(ArgumentError, "Choose one"),
            ):
                act()

    def test_part_17_old_parts_of_several_claims_are_refused_in_words(self):
        """PART-17: none of two that were not handed out gets another agreement."""
        claims = self._claim(self.filter_part) | self._claim(self.filter_part)
        with self.assertRaisesRegex(TransitionError, claims[0].name):
            claims.line_ids.action_set_old_part("scrap", "Leaks")

    def test_part_03_a_changed_payer_is_the_desks_as_well(self):
        """PART-03, WARR-06: beside a quantity that stays, and in a set of lines."""
        claim = self._claim(self.filter_part)
        claim.action_submit()
        with self.assertRaises(AccessError):
            claim.line_ids.write({"quantity": 1.0, "payer": "customer"})
        claim.line_ids.write({"quantity": 1.0, "payer": "company"})
        ended = self._claim(self.filter_part)
        ended.action_cancel("By mistake")
        with self.assertRaises(FrozenFactError):
            (claim | ended).line_ids.write({"old_serial": "X"})
        claim.line_ids.write({"old_serial": "X"})
        ended = self._claim(self.filter_part)
        ended.sudo().line_ids.payer = "goodwill"
        self.assertEqual(ended.coverage, "goodwill", "the system may")

    def test_part_10_a_line_more_or_less_is_approved_anew(self):
        """PART-10: added or taken away by the desk after the approval."""
        claim = self._approved(self.filter_part).with_user(self.dispatcher_user)
        claim.line_ids.create({"claim_id": claim.id, "product_id": self.valve.id})
        self.assertEqual((claim.state, claim.round), ("verified", 2))
        self.assertEqual(claim.amount_total, 715.0)
        claim.with_user(self.head_user).action_approve()
        claim.line_ids[0].unlink()
        self.assertEqual((claim.state, claim.round), ("verified", 3))
        self.assertEqual(claim.amount_total, 620.0)

    def test_part_14_the_code_of_a_label_opens_the_part(self):
        """PART-14: what the warehouse scans is the address of the line."""
        line = self._claim(self.filter_part).line_ids
        reports = type(self.env["ir.actions.report"])
        with patch.object(reports, "barcode", return_value=b"picture") as barcode:
            facts = line._get_label_facts()
        self.assertEqual(
            barcode.call_args.args[-2:],
            ("QR", f"{line.get_base_url()}/odoo/aftersales.claim.line/{line.id}"),
        )
        self.assertEqual(facts["picture"], b"cGljdHVyZQ==")

    def test_windows_show_what_belongs_to_one_claim(self):
        """PART-11, PART-14: its transfers, its order; of one claim at a time."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part).with_user(self.dispatcher_user)
        other = self._approved(self.filter_part)
        other.with_user(self.warehouse_user).action_issue()
        action = claim.action_open_transfers()
        found = self.env["stock.picking"].search(action["domain"])
        self.assertEqual(found, claim.sudo().picking_ids)
        self.assertEqual(
            action["context"], {"create": False, "contact_display": "partner_address"}
        )
        self.assertEqual((claim.picking_count, self._claim().picking_count), (1, 0))
        for window, document in (
            (claim.action_open_order(), self.order),
            (found.with_user(self.warehouse_user).action_open_claim(), claim),
        ):
            self.assertEqual(
                window,
                {
                    "type": "ir.actions.act_window",
                    "res_model": document._name,
                    "res_id": document.id,
                    "views": [(False, "form")],
                },
            )
        for name in ("action_open_transfers", "action_open_order"):
            with self.subTest(name):
                with self.assertRaises(ArgumentError):
                    getattr(claim | other, name)()
                with self.assertRaises(AccessError):
                    getattr(claim.with_user(self.technician2_user), name)()
        line = claim.line_ids
        booking = line.action_open_booking()
        self.assertEqual(booking["context"], {"default_line_id": line.id})
        self.assertEqual(booking["res_model"], "aftersales.claim.line.book")
        with self.assertRaises(AccessError):
            line.with_user(self.technician2_user).action_open_booking()
