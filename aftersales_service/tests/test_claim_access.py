from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import ArgumentError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimAccess(ClaimCommon):
    """Who sees and changes claims, design 4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock(cls.filter_part, 20)

    def _sees(self, user, claim):
        found = self.env["aftersales.claim"].with_user(user).search([])
        lines = self.env["aftersales.claim.line"].with_user(user).search([])
        self.assertEqual(claim in found, claim.line_ids in lines)
        return claim in found

    def test_everybody_sees_his_claims(self):
        draft = self._claim(self.filter_part)
        for user, expected in (
            (self.technician_user, True),
            (self.technician2_user, False),
            (self.dispatcher_user, True),
            (self.head_user, True),
            (self.sales_vp_user, True),
            (self.gm_user, True),
            (self.quality_vp_user, True),
            (self.warehouse_user, False),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._sees(user, draft), expected)
        approved = self._approved(self.filter_part)
        self.assertTrue(self._sees(self.warehouse_user, approved))

    def test_hr_employees_and_customers_see_nothing(self):
        claim = self._approved(self.filter_part)
        for user in (
            self.hr_user,
            self.employee_user,
            self.portal_user,
            self.env.ref("base.public_user"),
        ):
            for record in (claim, claim.line_ids, claim.sudo().approval_ids):
                with self.subTest(f"{user.login}: {record._name}"):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["id"])
                    with self.assertRaises(AccessError):
                        record.with_user(user).search([])

    def test_a_technician_claims_for_his_own_orders_alone(self):
        with self.assertRaises(AccessError):
            self.env["aftersales.claim"].with_user(self.technician2_user).create(
                {"order_id": self.order.id, "company_id": self.company.id}
            )
        claim = self._claim(self.filter_part)
        foreign = claim.with_user(self.technician2_user)
        for call in (
            lambda: foreign.action_submit(),
            lambda: foreign.action_cancel("x"),
            lambda: foreign.missing("submit"),
            lambda: foreign.write({"evidence_note": "x"}),
            lambda: foreign.line_ids.create(
                {"claim_id": claim.id, "product_id": self.valve.id}
            ),
            lambda: foreign.unlink(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()

    def test_a_technician_books_his_own_parts_alone(self):
        line = self._issued(self.filter_part).line_ids
        foreign = line.with_user(self.technician2_user)
        for name in ("action_consume", "action_return_unused", "action_return_old"):
            with self.assertRaises(AccessError):
                getattr(foreign, name)(1)

    def test_approvers_and_warehouse_do_not_write(self):
        claim = self._approved(self.filter_part)
        for user in (
            self.sales_vp_user,
            self.gm_user,
            self.quality_vp_user,
            self.warehouse_user,
        ):
            with self.assertRaises(AccessError):
                claim.with_user(user).write({"evidence_note": "x"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                claim.line_ids.with_user(user).write({"quantity": 9})

    def test_the_warehouse_takes_old_parts_in(self):
        line = self._issued(self.filter_part).line_ids
        line.action_consume(1)
        line.with_user(self.warehouse_user).action_return_old(1)
        self.assertEqual(line.old_returned_qty, 1)

    def test_technicians_see_no_approvals(self):
        claim = self._approved(self.filter_part)
        with self.assertRaises(AccessError):
            claim.with_user(self.technician_user).approval_ids.read(["amount"])
        self.assertTrue(
            claim.with_user(self.dispatcher_user).approval_ids.read(["amount"])
        )

    def test_other_companies_see_nothing(self):
        claim = self._approved(self.filter_part)
        self.head_user.write(
            {
                "company_ids": [(6, 0, self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        claims = self.env["aftersales.claim"].with_user(self.head_user)
        self.assertFalse(
            claims.with_context(allowed_company_ids=self.company2.ids).search([])
        )
        with self.assertRaises(AccessError):
            claim.with_user(self.head_user).with_context(
                allowed_company_ids=self.company2.ids
            ).read(["name"])
        approvals = self.env["aftersales.approval"].with_user(self.head_user)
        self.assertFalse(
            approvals.with_context(allowed_company_ids=self.company2.ids).search([])
        )

    def test_tiers_are_the_heads_to_edit(self):
        tier = self.env["aftersales.approval.tier"].search([], limit=1)
        with self.assertRaises(AccessError):
            tier.with_user(self.dispatcher_user).write({"amount_to": 1})
        with self.assertRaises(AccessError):
            tier.with_user(self.sales_vp_user).write({"amount_to": 1})
        tier.with_user(self.head_user).write({"name": "Renamed"})

    def test_reports_are_for_the_board(self):
        reports = self.env["aftersales.claim.report"]
        reports.with_user(self.head_user).search([])
        reports.with_user(self.quality_vp_user).search([])
        for user in (self.technician_user, self.hr_user, self.employee_user):
            with self.assertRaises(AccessError):
                reports.with_user(user).search([])

    def test_views_load_for_each_role(self):
        claim = self._issued(self.filter_part)
        for user in (
            self.technician_user,
            self.dispatcher_user,
            self.head_user,
            self.sales_vp_user,
            self.gm_user,
            self.quality_vp_user,
            self.warehouse_user,
        ):
            with self.subTest(user.login):
                record = claim.with_user(user)
                record.invalidate_recordset()
                views = record.get_views([(False, "form"), (False, "list")])
                fields = views["models"]["aftersales.claim"]["fields"]
                spec = {
                    name: {"fields": {"display_name": {}}}
                    if info["type"] == "many2one"
                    else {}
                    for name, info in fields.items()
                    if name not in ("activity_ids", "message_ids")
                }
                self.assertTrue(record.web_read(spec)[0]["name"])

    def test_steps_of_none_or_several_are_refused_in_words(self):
        claims = self._claim(self.filter_part) | self._claim(self.filter_part)
        for records in (claims, claims.browse()):
            with self.assertRaises(ArgumentError):
                records.missing("submit")
            with self.assertRaises(ArgumentError):
                records.action_open_order()
        self.assertFalse(claims.browse().action_approve())
        claims.action_submit()
        self.assertEqual(set(claims.mapped("state")), {"submitted"})
