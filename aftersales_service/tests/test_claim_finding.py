from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

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
class TestClaimFinding(ClaimCommon):
    """Cause, responsibility, production schedule, substitution, papers."""

    def setUp(self):
        super().setUp()
        self.company.aftersales_claim_finding = True
        self.tomorrow = fields.Date.today() + timedelta(days=1)

    def _accounted(self):
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part)
        claim.line_ids.action_consume(1)
        claim.line_ids.with_user(self.warehouse_user).action_return_old(1)
        return claim

    # -- who is responsible

    def test_part_07_no_claim_closes_without_responsibility(self):
        """PART-07: the quality vice president finds it before the claim closes."""
        claim = self._accounted()
        with self.assertRaisesRegex(MissingError, "responsible"):
            claim.action_close()
        claim.with_user(self.quality_vp_user).action_find_responsible(
            "supplier", "Casting flaw", request_key="f"
        )
        claim.with_user(self.quality_vp_user).action_find_responsible(
            "supplier", "Casting flaw", request_key="f"
        )
        self.assertFalse(claim.sudo().case_id)
        claim.action_close()
        self.assertEqual(claim.state, "closed")
        with self.assertRaises(TransitionError):
            claim.with_user(self.quality_vp_user).action_find_responsible(
                "design", "On second thoughts"
            )

    def test_acc_09_service_staff_opens_a_case_over_the_actual_cost(self):
        """ACC-09, PART-07: the loss of the case is what the claim cost."""
        claim = self._accounted()
        claim.with_user(self.dispatcher_user).write(
            {"cost_processing": 620.0, "cost_shipping": 1380.0}
        )
        self.assertEqual(claim.cost_total, 2095.0)
        claim.with_user(self.quality_vp_user).action_find_responsible(
            "employee", "Mounted dry", employee_id=self.technician.id
        )
        case = claim.sudo().case_id
        self.assertEqual((case.kind, case.loss_amount), ("claim", 2095.0))
        self.assertEqual(case.share_ids.employee_id, self.technician)

    def test_only_the_quality_vp_finds_it(self):
        """PART-07, ROLE-02: refused to other roles, and for what is no party."""
        claim = self._accounted()
        for user in (self.dispatcher_user, self.head_user, self.technician_user):
            with self.assertRaises(AccessError):
                claim.with_user(user).action_find_responsible("unknown", "x")
        judge = claim.with_user(self.quality_vp_user)
        for party, note in (("nobody", "x"), ("supplier", " "), (None, "x")):
            with self.assertRaises(ArgumentError):
                judge.action_find_responsible(party, note)
        with self.assertRaises(ArgumentError):
            judge.action_find_responsible(
                "supplier", "x", employee_id=self.technician.id
            )
        with self.assertRaises(GuardedFieldError):
            claim.with_user(self.dispatcher_user).write({"responsible_party": "design"})
        draft = self._claim(self.filter_part)
        with self.assertRaises(TransitionError):
            draft.with_user(self.quality_vp_user).action_find_responsible("design", "x")

    def test_the_small_form_finds_it(self):
        """PART-07: the quality vice president answers in the small form."""
        claim = self._accounted()
        wizard = (
            self.env["aftersales.claim.find"]
            .with_user(self.quality_vp_user)
            .create({"claim_id": claim.id, "party": "transport", "note": "Dropped"})
        )
        wizard.action_apply()
        self.assertEqual(claim.sudo().responsible_party, "transport")

    def test_what_the_customer_pays_needs_no_finding(self):
        """PART-07: the house asks who is responsible for what it bears itself."""
        claim = self._claim(self.filter_part)
        claim.line_ids.payer = "customer"
        self.assertFalse(claim._needs_responsible())
        claim.line_ids.payer = "company"
        self.assertTrue(claim._needs_responsible())
        self.company.aftersales_claim_finding = False
        self.assertFalse(claim._needs_responsible())

    def test_part_02_cause_and_proposal_stand_on_the_claim(self):
        """PART-02: the desk notes what the departments found, until the end."""
        claim = self._accounted()
        function = self.env["aftersales.function"].search([], limit=1)
        desk = claim.with_user(self.dispatcher_user)
        desk.write(
            {
                "cause_analysis": "Spring too hard",
                "handling_proposal": "Exchange the batch",
                "consulted_ids": [(6, 0, function.ids)],
            }
        )
        with self.assertRaises(AccessError):
            claim.write({"cause_analysis": "Bad luck"})
        claim.with_user(self.quality_vp_user).action_find_responsible("design", "x")
        desk.action_close()
        with self.assertRaises(FrozenFactError):
            desk.write({"cause_analysis": "Something else"})

    # -- production schedule

    def test_part_04_what_the_shelf_lacks_is_scheduled(self):
        """PART-04: approved, short by three: a schedule for three, once."""
        self._stock(self.filter_part, 2)
        claim = self._approved(self.filter_part, 5)
        desk = claim.with_user(self.dispatcher_user)
        made = desk.action_schedule(self.tomorrow)
        self.assertEqual((made.quantity, made.source), (3, "production"))
        self.assertEqual(desk.action_schedule(self.tomorrow, "purchase"), made)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(claim.line_ids.short_qty, 3)
        self._stock(self.filter_part, 3)
        made.with_user(self.warehouse_user).action_arrive()
        self.assertEqual(made.state, "done")
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(claim.is_short)
        made.with_user(self.warehouse_user).action_arrive()

    def test_part_05_late_parts_show_on_the_claim(self):
        """PART-05, PART-04: late production shows on the claim and warns once."""
        with freeze_time("2026-03-02 02:00:00"):
            claim = self._approved(self.filter_part, 5)
            desk = claim.with_user(self.dispatcher_user)
            made = desk.action_schedule("2026-03-05", "purchase")
            self.assertFalse(claim.schedule_late)
        for day in ("2026-03-06", "2026-03-09"):
            with freeze_time(f"{day} 02:30:00"), self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_service.ir_cron_warn_schedules"
                ).method_direct_trigger()
                claim.invalidate_recordset()
                self.assertTrue(claim.schedule_late)
        made.invalidate_recordset()
        self.assertEqual(made.sudo().activity_ids.user_id, self.dispatcher_user)
        self.assertEqual(len(made.sudo().activity_ids), 1)

    def test_schedules_are_refused(self):
        """PART-04: refused unapproved, for the past, without need, to others."""
        verified = self._verified(self.filter_part).with_user(self.dispatcher_user)
        with self.assertRaises(MissingError):
            verified.action_schedule(self.tomorrow)
        claim = self._approved(self.filter_part).with_user(self.dispatcher_user)
        for day in (None, "soon", "2020-01-01"):
            with self.assertRaises(ArgumentError):
                claim.action_schedule(day)
        with self.assertRaises(ArgumentError):
            claim.action_schedule(self.tomorrow, "theft")
        with self.assertRaises(AccessError):
            claim.with_user(self.technician_user).action_schedule(self.tomorrow)
        made = claim.action_schedule(self.tomorrow)
        with self.assertRaises(GuardedFieldError):
            made.write({"due_on": "2030-01-01"})
        made.action_cancel("Found on another shelf")
        with self.assertRaises(TransitionError):
            made.action_arrive()
        self._stock(self.filter_part, 5)
        with self.assertRaises(MissingError):
            claim.action_schedule(self.tomorrow)

    # -- substitution

    def test_another_part_is_approved_anew(self):
        """PART-10, PART-11: the other part moves after a new approval only."""
        self._stock(self.filter_part, 5)
        other = self.env["product.product"].create(
            {"name": "Oil Filter II", "is_storable": True, "standard_price": 400.0}
        )
        self._stock(other, 5)
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        line = claim.line_ids.with_user(self.warehouse_user)
        wizard = self.env["aftersales.claim.line.substitute"].with_user(
            self.warehouse_user
        )
        wizard.create(
            {"line_id": line.id, "product_id": other.id, "reason": "Not made any more"}
        ).action_apply()
        self.assertEqual(claim.state, "verified")
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(line.sudo().asked_product_id, self.filter_part)
        self.assertEqual(claim.amount_total, 1200.0)
        with self.assertRaises(UserError):
            claim.with_user(self.warehouse_user).action_issue()
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.head_user).action_approve()
        claim.with_user(self.sales_vp_user).action_approve()
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        self.assertEqual(claim.line_ids.issued_qty, 3)
        with self.assertRaises(TransitionError):
            line.action_substitute(self.filter_part.id, "Back again")

    def test_a_substitute_is_judged_by_the_warranty(self):
        """WARR-06, PART-10: refused for technicians, no part, excluded parts."""
        claim = self._approved(self.filter_part)
        line = claim.line_ids
        with self.assertRaises(AccessError):
            line.action_substitute(self.valve.id, "x")
        keeper = line.with_user(self.warehouse_user)
        for product, reason in ((None, "x"), (self.valve.id, ""), (2**33, "x")):
            with self.assertRaises(ArgumentError):
                keeper.action_substitute(product, reason)
        self.valve.product_tmpl_id.aftersales_warranty_excluded = True
        with self.assertRaises(NotEntitledError):
            keeper.action_substitute(self.valve.id, "Nothing else there")
        self.assertEqual(keeper.action_substitute(self.filter_part.id, "same"), keeper)
        self.assertEqual(claim.state, "approved")

    # -- papers

    def test_part_03_the_form_f76_shows_the_whole_claim(self):
        """PART-03, PART-06: cost, decisions and responsibility on one form."""
        claim = self._accounted()
        claim.with_user(self.quality_vp_user).action_find_responsible("design", "Thin")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_claim", claim.ids
        )
        text = html.decode()
        for word in (claim.name, "Oil Filter", "Cold store", "Thin", "as_head", "F76"):
            self.assertIn(word, text)

    def test_part_04_the_form_f77_lists_item_quantity_and_date(self):
        """PART-04: the production schedule on paper."""
        claim = self._approved(self.filter_part, 5)
        made = claim.with_user(self.dispatcher_user).action_schedule(self.tomorrow)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_claim_schedule", made.ids
        )
        for word in (made.name, "Oil Filter", "F77"):
            self.assertIn(word, html.decode())

    def test_old_parts_carry_a_label(self):
        """PART-14, PART-17: the label of an old part leads back to its claim."""
        claim = self._accounted()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_old_part_label", claim.line_ids.ids
        )
        self.assertIn(claim.name, html.decode())
        self.assertIn("data:image/png;base64", html.decode())
