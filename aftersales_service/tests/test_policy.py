from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import guard
from ..exceptions import (
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestPolicy(AftersalesCommon):
    """Which policy applies, and how its versions count."""

    def _policy(self, code, **values):
        return self.env["aftersales.policy"].create(
            {"name": code, "code": code, "company_id": self.company.id, **values}
        )

    def _resolve(self, **places):
        return self.env["aftersales.policy"]._resolve(self.company, **places)

    # -- which one applies

    def test_policy_is_taken_from_product_site_tier_company(self):
        """AMB-50: the policy of product, site, tier or company applies."""
        product, tier, company = map(self._policy, ("PRODUCT", "TIER", "COMPANY"))
        self.company.aftersales_policy_id = company
        self.compressor.aftersales_policy_id = product
        places = {
            "partner": self.customer,
            "site": self.site,
            "equipment": self.equipment,
        }
        self.assertEqual(self._resolve(**places), product)
        self.assertEqual(self._resolve(equipment=self.equipment), product)
        self.compressor.aftersales_policy_id = False
        self.assertEqual(self._resolve(**places), self.policy)
        self.assertEqual(self._resolve(equipment=self.equipment), self.policy)
        self.site.policy_id = False
        self.assertEqual(self._resolve(**places), company)
        tier.tier = "key"
        self.assertEqual(self._resolve(**places), company)
        self.customer.aftersales_tier = "key"
        self.assertEqual(self._resolve(**places), tier)
        self.assertEqual(self._resolve(site=self.site), tier)

    def test_archived_and_foreign_policies_do_not_apply(self):
        company = self._policy("COMPANY")
        self.company.aftersales_policy_id = company
        self.policy.active = False
        self.assertEqual(self._resolve(site=self.site), company)
        foreign = self._policy("FOREIGN", company_id=self.company2.id, tier="general")
        self.assertNotEqual(self._resolve(partner=self.customer), foreign)

    def test_nothing_known_takes_the_companys(self):
        self.assertEqual(self._resolve(), self.company.aftersales_policy_id)
        self.company.aftersales_policy_id = False
        self.assertFalse(self._resolve())

    def test_everybody_may_ask_which_policy_applies(self):
        self.site.policy_id = self.policy
        for user in (self.technician_user, self.employee_user):
            policy = self.env["aftersales.policy"].with_user(user)
            found = policy._resolve(self.company, site=self.site)
            self.assertEqual(found.id, self.policy.id)
            self.assertFalse(found.env.su)

    # -- versions

    def test_changes_of_promises_start_a_new_version(self):
        self.env.flush_all()
        policy = self.policy.with_user(self.head_user)
        before = policy.version
        policy.milestone_ids[0].value = 45
        self.assertEqual(policy.version, before + 1)
        policy.callback_rule_ids[0].unlink()
        self.assertEqual(policy.version, before + 2)
        policy.quiet_from = 20
        self.assertEqual(policy.version, before + 3)
        policy.write({"name": "Other name", "sequence": 3})
        self.assertEqual(policy.version, before + 3)

    def test_one_save_is_one_version(self):
        policy = self.policy.with_user(self.head_user)
        before = policy.version
        reply, arrive, _resolve = policy.milestone_ids
        policy.write(
            {
                "quiet_to": 9,
                "milestone_ids": [
                    (1, reply.id, {"value": 20}),
                    (2, arrive.id, 0),
                    (0, 0, {"milestone": "commit", "unit": "hours", "value": 24}),
                ],
            }
        )
        self.assertEqual(policy.version, before + 1)
        self.assertEqual(len(policy.milestone_ids), 3)

    def test_new_policy_starts_at_one_with_its_lines(self):
        policy = self._policy(
            "NEW",
            milestone_ids=[(0, 0, {"milestone": "reply", "unit": "hours", "value": 1})],
        )
        self.assertEqual(policy.version, 1)
        copy = policy.copy({"code": "COPY"})
        self.assertEqual(copy.version, 1)
        self.assertEqual(len(copy.milestone_ids), 1)

    def test_version_is_not_written_by_hand(self):
        policy = self.policy.with_user(self.head_user)
        with self.assertRaises(GuardedFieldError):
            policy.version = 99
        with self.assertRaises(GuardedFieldError):
            policy.write({"version": 99, "quiet_to": 7})
        with self.assertRaises(GuardedFieldError):
            self._policy("OTHER", version=7)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_nonsense(self):
        milestone = {
            "policy_id": self.policy.id,
            "milestone": "commit",
            "unit": "hours",
        }
        rule = {"policy_id": self.policy.id, "name": "x", "trigger": "visit"}
        for model, vals in [
            ("aftersales.policy", {"name": "x", "code": "TEST"}),
            ("aftersales.policy", {"name": "x", "code": "Q", "quiet_from": 25}),
            ("aftersales.policy.milestone", {**milestone, "milestone": "reply"}),
            ("aftersales.policy.milestone", {**milestone, "value": -1}),
            ("aftersales.policy.milestone", {**milestone, "cutoff_hour": 25}),
            ("aftersales.policy.milestone", {**milestone, "warning_share": 101}),
            ("aftersales.policy.callback", {**rule, "window_hours": 0}),
            ("aftersales.policy.callback", {**rule, "delay_hours": -1}),
            ("aftersales.policy.callback", {**rule, "share": 0}),
        ]:
            if model == "aftersales.policy":
                vals = {**vals, "company_id": self.company.id}
            with (
                self.subTest(model=model, **vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env[model].create(vals)
                self.env.flush_all()

    # -- data

    def test_seven_profiles_ship_with_their_promises(self):
        """AMB-50: seven profiles ship as data."""
        shipped = {
            policy.code: policy
            for policy in self.env["aftersales.policy"].search(
                [("company_id", "=", False)]
            )
        }
        self.assertLessEqual(
            {"ENG", "INST", "TEL", "STORE", "COMP", "HOT", "EQUIP"}, set(shipped)
        )
        for code, policy in shipped.items():
            self.assertEqual(policy.version, 1, code)
        depot = shipped["ENG"].milestone_ids.filtered(
            lambda milestone: milestone.milestone == "depot_return"
        )
        self.assertEqual((depot.value, depot.unit), (10, "working_days"))
        self.assertEqual(
            {
                rule.trigger: (rule.delay_hours, rule.window_hours)
                for rule in shipped["COMP"].callback_rule_ids
                if rule.trigger != "unsigned"
            },
            {"consultation": (2, 1), "no_test_run": (2, 1), "unsure": (3, 1)},
        )

    def test_disp_17_departure_kit_demands_the_cloth(self):
        kit = self.env.ref("aftersales_service.policy_comp").kit_checklist_id
        self.assertEqual(len(kit.item_ids), 8)
        self.assertEqual(
            kit.item_ids.filtered("is_required").mapped("name"), ["Cleaning cloth"]
        )

    def test_companies_have_a_policy_from_the_start(self):
        comp = self.env.ref("aftersales_service.policy_comp")
        self.assertEqual(
            self.env["res.company"].create({"name": "New"}).aftersales_policy_id, comp
        )
        self.assertTrue(self.env.ref("base.main_company").aftersales_policy_id)

    # -- access

    def test_heads_keep_the_rules_others_read_or_nothing(self):
        self.policy.with_user(self.head_user).milestone_ids[0].value = 20
        for user in (self.dispatcher_user, self.technician_user):
            self.policy.with_user(user).milestone_ids.read(["value"])
            for records in (
                self.policy,
                self.policy.milestone_ids,
                self.policy.callback_rule_ids,
                self.cause,
            ):
                with (
                    self.subTest(user=user.login, model=records._name),
                    self.assertRaises(AccessError),
                ):
                    records.with_user(user).write({"sequence": 1, "name": "x"})
        for user in (self.hr_user, self.employee_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.policy.with_user(user).read(["name"])

    def test_rules_of_other_companies_are_hidden(self):
        foreign = self._policy("FOREIGN", company_id=self.company2.id)
        line = self.env["aftersales.policy.milestone"].create(
            {"policy_id": foreign.id, "milestone": "reply", "unit": "hours"}
        )
        for record in (foreign, line):
            self.assertFalse(
                record.with_user(self.head_user).search([("id", "=", record.id)])
            )


@tagged("post_install", "-at_install")
class TestCatalogue(AftersalesCommon):
    """Codes and checklists."""

    def test_code_belongs_to_a_code_of_its_kind(self):
        with self.assertRaises(ValidationError):
            self.cause.parent_id = self.symptom
        self.cause.parent_id = self.cause_misuse
        with self.assertRaises(UserError):
            self.cause_misuse.parent_id = self.cause

    @mute_logger("odoo.sql_db")
    def test_only_causes_end_the_warranty(self):
        with self.assertRaises(IntegrityError):
            self.symptom.voids_warranty = True
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_code_is_unique_in_its_kind(self):
        self.env["aftersales.code"].create(
            {"kind": "remedy", "code": self.cause.code, "name": "Same code"}
        )
        with self.assertRaises(IntegrityError):
            self.env["aftersales.code"].create(
                {"kind": "cause", "code": self.cause.code, "name": "Twice"}
            )

    def _used_checklist(self):
        checklist = self.env["aftersales.checklist"].create(
            {
                "name": "Kit",
                "code": "TESTKIT",
                "item_ids": [(0, 0, {"name": "Torch"}), (0, 0, {"name": "Ladder"})],
            }
        )
        order = self._create_order()
        checks = self.env["aftersales.check"].sudo()
        checks.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).create(
            {"order_id": order.id, "item_id": checklist.item_ids[0].id}
        )
        self.env.flush_all()
        checklist.invalidate_recordset()
        return checklist.with_user(self.head_user)

    def test_questions_in_use_do_not_change(self):
        checklist = self._used_checklist()
        self.assertTrue(checklist.is_used)
        with self.assertRaises(FrozenFactError):
            checklist.item_ids[0].name = "Lamp"
        with self.assertRaises(FrozenFactError):
            checklist.item_ids[1].unlink()
        checklist.item_ids[1].sequence = 1

    def test_new_version_replaces_the_one_in_use(self):
        checklist = self._used_checklist()
        self.policy.kit_checklist_id = checklist.sudo(False)
        with self.assertRaises(AccessError):
            checklist.with_user(self.dispatcher_user).action_new_version()
        new = checklist.action_new_version()
        self.assertEqual((new.version, new.code), (2, "TESTKIT"))
        self.assertEqual(new.item_ids.mapped("name"), ["Torch", "Ladder"])
        self.assertFalse(checklist.active)
        self.assertEqual(self.policy.kit_checklist_id.id, new.id)
        new.item_ids[0].name = "Lamp"
        self.assertEqual(checklist.item_ids[0].name, "Torch")
        with self.assertRaises(TransitionError):
            checklist.action_new_version()
        with self.assertRaises(GuardedFieldError):
            new.version = 9

    def test_only_heads_start_versions(self):
        checklist = self._used_checklist()
        for user in (self.technician_user, self.dispatcher_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                checklist.with_user(user).action_new_version()
