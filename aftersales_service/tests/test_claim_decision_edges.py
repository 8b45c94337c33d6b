import re
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import NotEntitledError, TransitionError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimDecisionEdges(ClaimCommon):
    """Tiers to the cent and to the day, rounds, deputies, who is told."""

    def _of_amount(self, amount, **values):
        self.filter_part.standard_price = amount
        return self._verified(self.filter_part, **values)

    def _tier(self, **values):
        return self.env["aftersales.approval.tier"].create(
            {
                "name": "Of the test",
                "path": "emergency",
                "company_id": self.company.id,
                "group_id": self.env.ref("aftersales_service.group_head").id,
                **values,
            }
        )

    def _second(self, user, login):
        """Return another user in the place of one."""
        return user.copy({"login": login, "name": login})

    def _deputy(self, principal, deputy):
        return self.env["aftersales.deputy"].create(
            {
                "principal_id": principal.id,
                "deputy_id": deputy.id,
                "date_from": date.today() - timedelta(days=1),
                "date_to": date.today() + timedelta(days=4),
                "company_id": self.company.id,
                "scope": "approvals",
            }
        )

    # -- tiers

    def test_part_08_the_bounds_of_a_tier_are_as_its_flags_say(self):
        """PART-08, PART-09, PART-10: to the cent, each tier for itself."""
        currency = self.company.currency_id
        for bounds, inside, outside in (
            ((True, True), (1000.0, 1000.01, 4999.99, 5000.0), (999.99, 5000.01)),
            ((False, False), (1000.01, 4999.99), (0, 999.99, 1000.0, 5000.0, 9e5)),
        ):
            tier = self._tier(
                amount_from=1000.0,
                amount_from_included=bounds[0],
                amount_to=5000.0,
                amount_to_included=bounds[1],
            )
            for amount in inside:
                self.assertTrue(tier._covers(amount, currency), (bounds, amount))
            for amount in outside:
                self.assertFalse(tier._covers(amount, currency), (bounds, amount))
        endless = self._tier(amount_from=1000.0, amount_to=0.0)
        self.assertTrue(endless._covers(1e9, currency))

    def test_part_08_an_amount_between_two_tiers_is_nobodys(self):
        """PART-08: a gap in the tiers stops the claim, and says so."""
        self._tier(amount_to=1000.0, amount_to_included=False)
        self._tier(amount_from=1000.0, amount_from_included=False)
        claim = self._of_amount(1000.0).with_user(self.head_user)
        self.assertEqual(
            [item["field"] for item in claim.missing("approve")], ["next_tier_id"]
        )
        with self.assertRaisesRegex(NotEntitledError, "No approval tier"):
            claim.action_approve()
        self.filter_part.standard_price = 999.99
        claim.with_user(self.dispatcher_user).line_ids.payer = "supplier"
        claim.action_approve()
        self.assertEqual(claim.state, "approved")

    def test_part_03_steps_are_numbered_from_one(self):
        """PART-03: neither zero nor below, alone or among good ones."""
        tiers = self._tier(sequence=1) | self._tier(sequence=2)
        for step in (0, -1):
            with self.subTest(step):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    tiers[1].sequence = step
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.env["aftersales.approval.tier"].create(
                        [
                            {"name": "A", "group_id": tiers.group_id.id},
                            {
                                "name": "B",
                                "group_id": tiers.group_id.id,
                                "sequence": step,
                            },
                        ]
                    )
        self.assertEqual(tiers.mapped("sequence"), [1, 2])

    def test_part_08_the_tier_of_the_day_decides(self):
        """PART-08: first and last day included, on the company's clock."""
        old = self._tier(date_to="2026-03-01")
        new = self._tier(
            date_from="2026-03-02",
            group_id=self.env.ref("aftersales_service.group_sales_vp").id,
        )
        with freeze_time("2026-02-27 01:00:00"):
            claims = [self._of_amount(500.0) for _index in range(4)]
        for claim, now, at, tier in (
            (claims[0], "2026-03-01 15:59:00", None, old),
            (claims[1], "2026-03-01 16:00:00", None, new),
            (claims[2], "2026-03-02 02:00:00", "2026-03-01 15:00:00", old),
            (claims[3], "2026-03-02 02:00:00", "2026-03-01 17:00:00", new),
        ):
            right, wrong = self.head_user, self.sales_vp_user
            if tier == new:
                right, wrong = wrong, right
            with self.subTest(now, at=at), freeze_time(now):
                claim.invalidate_recordset()
                with self.assertRaisesRegex(
                    NotEntitledError, re.escape(f"“{tier.group_id.name}”")
                ):
                    claim.with_user(wrong).action_approve(at=at)
                claim.with_user(right).action_approve(at=at)
                self.assertEqual(claim.sudo().approval_ids.tier_id, tier)

    def test_part_08_of_tiers_of_one_day_the_later_made_counts(self):
        """PART-08: one tier for each step, in the order of the steps."""
        self._tier(sequence=20)
        self._tier(sequence=10)
        last = self._tier(sequence=10)
        claim = self._of_amount(500.0).with_user(self.head_user)
        self.assertEqual(claim.next_tier_id, last)
        claim.action_approve()
        self.assertEqual(claim.state, "verified")
        self.assertEqual(claim.sudo().next_tier_id.sequence, 20)

    # -- cost above the approval

    def test_amb_20_the_approved_limit_holds_to_the_cent(self):
        """AMB-20: at the head's own limit nothing is asked, at the VP's it is."""
        self._stock(self.filter_part, 5)
        for amount, decider, allowed, above in (
            (900.0, self.head_user, 1000.00, 1000.01),
            (3000.0, self.sales_vp_user, 4999.99, 5000.00),
        ):
            self.filter_part.standard_price = amount
            claim = self._issued(self.filter_part)
            self.assertEqual(claim.sudo().approval_ids.user_id, decider)
            desk = claim.with_user(self.dispatcher_user)
            with self.subTest(amount):
                desk.cost_shipping = allowed - amount
                self.assertFalse(claim.needs_excess_approval)
                self.assertEqual(desk.missing("approve"), [])
                desk.cost_shipping = above - amount
                self.assertTrue(claim.needs_excess_approval)
                self.assertTrue(desk.next_tier_id)
                fields = [item["field"] for item in claim.missing("close")]
                self.assertIn("cost_total", fields)

    def test_amb_20_an_approval_of_another_round_does_not_count(self):
        """AMB-20, PART-10: what was approved before the change is superseded."""
        self._stock(self.filter_part, 20)
        self.filter_part.standard_price = 500.0
        claim = self._verified(self.filter_part, 12)
        claim.with_user(self.gm_user).action_approve()
        desk = claim.with_user(self.dispatcher_user)
        desk.line_ids.quantity = 1
        self.assertIn("approved again", claim.message_ids[0].body)
        self.assertEqual((claim.state, claim.approved_on), ("verified", False))
        row = self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)], limit=1
        )
        self.assertEqual((row.event, row.reason), ("verified", "superseded"))
        self.assertIn("changed", claim.sudo().approval_ids[0].reason)
        claim.with_user(self.head_user).action_approve()
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        desk.cost_shipping = 700.0
        self.assertTrue(claim.needs_excess_approval)
        decisions = claim.sudo().approval_ids.sorted("id")
        self.assertEqual(
            [(one.decision, one.round, one.amount) for one in decisions],
            [
                ("approved", 1, 6000.0),
                ("superseded", 1, 500.0),
                ("approved", 2, 500.0),
            ],
        )

    def test_moving_a_part_to_another_claim_is_a_change_of_both(self):
        """PART-10, PART-11: both are approved anew, and none takes it once issued."""
        self._stock(self.filter_part, 20)
        self.filter_part.standard_price = 100.0
        lines = [
            (0, 0, {"product_id": self.filter_part.id, "quantity": quantity})
            for quantity in (1, 2)
        ]
        giver = self._approved(line_ids=lines).with_user(self.dispatcher_user)
        taker = self._approved(self.filter_part)
        giver.line_ids[1].claim_id = taker
        self.assertEqual((giver.state, taker.state), ("verified", "verified"))
        self.assertEqual((giver.amount_total, taker.amount_total), (100.0, 300.0))
        issued = self._issued(self.filter_part)
        submitted = self._claim(self.filter_part)
        submitted.action_submit()
        draft = self._claim(self.filter_part)
        for line, target, error in (
            (giver.line_ids, issued, Exception),
            (draft.line_ids, issued, Exception),
            (draft.line_ids, submitted, AccessError),
        ):
            with self.subTest(target.state):
                with self.assertRaises(error), self.env.cr.savepoint():
                    line.claim_id = target
                self.assertNotEqual(line.claim_id, target)

    # -- people

    def test_role_04_a_deputy_of_two_uses_one_right(self):
        """ROLE-04: of several he stands for, one is on record."""
        second = self._second(self.sales_vp_user, "as_sales_vp2")
        claim = self._of_amount(3000.0)
        for principal in (self.sales_vp_user, second):
            self._deputy(principal, self.head_user)
        mine = claim.with_user(self.head_user)
        mine.invalidate_recordset()
        self.assertTrue(mine.can_approve)
        mine.action_approve()
        approval = claim.sudo().approval_ids
        self.assertEqual(len(approval.principal_id), 1)
        self.assertIn(approval.principal_id, self.sales_vp_user | second)

    def test_role_04_whose_deputy_decided_takes_no_further_step(self):
        """ROLE-04, PART-03: one right, one step, whoever used it."""
        manager_group = self.env.ref("aftersales_service.group_general_manager")
        self.sales_vp_user.group_ids |= manager_group
        claim = self._of_amount(800.0, emergency=False)
        self._deputy(self.sales_vp_user, self.quality_vp_user)
        claim.with_user(self.quality_vp_user).action_approve()
        principal = claim.with_user(self.sales_vp_user)
        principal.invalidate_recordset()
        self.assertFalse(principal.can_approve)
        with self.assertRaisesRegex(NotEntitledError, "Another person must"):
            principal.action_approve()
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "approved")
        self.assertFalse(claim.sudo().approval_ids.sorted("id")[-1].principal_id)

    def test_esc_06_who_is_told_is_active_and_of_the_company(self):
        """ESC-06: with amount, urgency and reason; the decider is not told."""
        gone = self._second(self.gm_user, "as_gm_gone")
        gone.active = False
        away = self._second(self.gm_user, "as_gm_away")
        away.write(
            {
                "company_ids": [(6, 0, self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        self.gm_user.group_ids |= self.env.ref("aftersales_service.group_sales_vp")
        claim = self._of_amount(3000.0)
        claim.with_user(self.gm_user).action_approve()
        told = claim.sudo().approval_ids.informed_user_ids
        self.assertIn(self.quality_vp_user, told)
        self.assertFalse(told & (gone | away | self.gm_user))
        note = self.env["mail.message"].search(
            [
                ("model", "=", claim._name),
                ("res_id", "=", claim.id),
                ("partner_ids", "in", self.quality_vp_user.partner_id.ids),
            ]
        )
        for word in (claim.name, "3,000.00", "Emergency", "Cold store"):
            self.assertIn(word, note.body)

    def test_esc_06_nobody_is_told_before_the_last_step(self):
        """ESC-06: informed after the decision, not half-way."""
        group = self.env.ref("aftersales_service.group_quality_vp")
        for sequence, name in ((1, "sales_vp"), (2, "general_manager")):
            self._tier(
                sequence=sequence,
                group_id=self.env.ref(f"aftersales_service.group_{name}").id,
                inform_group_ids=[(6, 0, group.ids)],
            )
        claim = self._of_amount(500.0)
        claim.with_user(self.sales_vp_user).action_approve()
        self.assertFalse(claim.sudo().approval_ids.informed_user_ids)
        claim.with_user(self.gm_user).action_approve()
        last = claim.sudo().approval_ids.sorted("id")[-1]
        self.assertEqual(last.informed_user_ids, self.quality_vp_user)

    def test_esc_09_each_step_has_its_own_day(self):
        """ESC-09: the next approver is reminded a day after the step before."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.company.aftersales_approval_hours = 1
        group = self.env.ref("aftersales_service.group_sales_vp")
        self.dispatcher_user.group_ids |= group
        self._second(self.sales_vp_user, "as_gone").active = False
        self._second(self.sales_vp_user, "as_away").write(
            {
                "company_ids": [(6, 0, self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        start = datetime(2026, 3, 2, 2)
        with freeze_time(start):
            claim = self._of_amount(800.0, emergency=False)
        kind = self.env.ref("aftersales_service.mail_activity_approval_waits")
        cron = self.env.ref("aftersales_service.ir_cron_remind_approvals")

        def remind(minutes):
            now = start + timedelta(minutes=minutes)
            with freeze_time(now), self.enter_registry_test_mode():
                cron.sudo().method_direct_trigger()
            self.env.invalidate_all()
            return claim.sudo().activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            )

        self.assertFalse(remind(59))
        self.assertEqual(remind(60).user_id, self.sales_vp_user, "not who verified")
        with freeze_time(start + timedelta(minutes=90)):
            claim.with_user(self.sales_vp_user).action_approve()
        self.assertNotIn(self.gm_user, remind(149).user_id)
        self.assertIn(self.gm_user, remind(150).user_id)

    # -- rejections

    def test_part_02_the_desks_rejection_goes_to_the_requester(self):
        """PART-02: before verification he is the one who tells the customer."""
        claim = self._claim()
        claim.action_submit()
        desk = claim.with_user(self.dispatcher_user)
        self.assertEqual(desk.action_reject("No damage"), claim)
        self.assertEqual(desk.action_reject("No damage"), claim)
        activity = claim.sudo().activity_ids
        self.assertEqual(activity.user_id, self.technician_user)
        self.assertIn("No damage", activity.note)
        approval = claim.sudo().approval_ids
        self.assertEqual(
            (approval.decision, approval.path, approval.amount, approval.tier_id.id),
            ("rejected", "regular", 620.0, False),
        )

    def test_part_02_a_rejected_claim_is_not_approved(self):
        """PART-02, PART-03: nor is one that was withdrawn."""
        rejected = self._of_amount(500.0)
        rejected.with_user(self.head_user).action_reject("Wear")
        self.assertEqual(
            rejected.sudo().approval_ids.tier_id.group_id.id,
            self.env.ref("aftersales_service.group_head").id,
        )
        withdrawn = self._of_amount(500.0)
        withdrawn.with_user(self.dispatcher_user).action_cancel("Sold")
        for claim in (rejected, withdrawn):
            with self.subTest(claim.state), self.assertRaises(TransitionError):
                claim.with_user(self.head_user).action_approve()

    # -- who is responsible

    def test_part_07_the_employee_named_is_the_one_of_the_case(self):
        """PART-07, ACC-09: already when it is approved; he does not judge himself."""
        claim = self._approved(self.filter_part)
        judge = self._create_employee("Judge", self.quality_vp_user)
        quality = claim.with_user(self.quality_vp_user)
        with self.assertRaisesRegex(AccessError, "party"):
            quality.action_find_responsible("employee", "Me", employee_id=judge.id)
        answer = quality.action_find_responsible(
            "employee", "Mounted dry", employee_id=self.technician2.id
        )
        self.assertEqual(answer, claim)
        self.assertEqual(claim.sudo().case_id.share_ids.employee_id, self.technician2)
        row = self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)], limit=1
        )
        self.assertEqual(
            (row.event, row.reason, row.detail),
            ("responsible", "Mounted dry", {"party": "employee"}),
        )

    def test_part_07_a_party_to_the_claim_does_not_judge_it(self):
        """PART-07, ROLE-02: who works on the order; the customer's part is free."""
        self.company.aftersales_claim_finding = True
        worker = self._create_employee("Quality", self.quality_vp_user)
        claim = self._approved(self.filter_part)
        self.order.sudo().worker_ids = [
            (0, 0, {"employee_id": worker.id, "role": "member"})
        ]
        with self.assertRaisesRegex(AccessError, "party"):
            claim.with_user(self.quality_vp_user).action_find_responsible("design", "x")
        fields = [item["field"] for item in claim.missing("close")]
        self.assertIn("responsible_party", fields)
        mixed = self._claim(
            line_ids=[
                (0, 0, {"product_id": self.filter_part.id, "payer": payer})
                for payer in ("customer", "company")
            ]
        )
        self.assertTrue(mixed._needs_responsible())
