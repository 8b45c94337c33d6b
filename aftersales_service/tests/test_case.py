from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common import AftersalesCommon

FINDINGS = {
    "determination": "Valve mounted without a gasket.",
    "loss_kind": "economic",
    "loss_amount": 7300.0,
    "outcome": "accident",
}


@freeze_time("2026-03-10 04:00:00")
@tagged("post_install", "-at_install")
class TestCase(AftersalesCommon):
    """A loss of 7,300.00 on 2 March 2026 costs 1,470.00 by the scale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss_rule = cls.env.ref("aftersales_service.pay_rule_loss")
        cls.cases = cls.env["aftersales.case"]
        cls.member_user = cls._create_user("as_member", "base.group_user")

    def _report(self, shares=((60.0, "technician"), (40.0, "technician2")), **values):
        """Return a draft with findings, as the quality vice president sees it."""
        case = self.cases.with_user(self.head_user).create(
            {
                "subject": "Flooded cold store",
                "facts": "The valve leaked.",
                "happened_on": "2026-03-02",
                "kind": "accident",
            }
        )
        case = case.with_user(self.quality_vp_user)
        case.write(
            {
                "breached_rule_id": self.loss_rule.id,
                "member_ids": [(6, 0, self.member_user.ids)],
                "share_ids": [
                    (0, 0, self._share(percent, bearer)) for percent, bearer in shares
                ],
                **FINDINGS,
                **values,
            }
        )
        return case

    def _share(self, percent, bearer):
        if bearer.startswith("technician"):
            return {"percent": percent, "employee_id": getattr(self, bearer).id}
        return {"percent": percent, "party": bearer}

    def _decided(self, **kwargs):
        case = self._report(**kwargs)
        case.action_determine()
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        return case

    def _penalties(self, case):
        return (
            self.env["aftersales.adjustment"]
            .sudo()
            .search([("source_model", "=", case._name), ("source_id", "=", case.id)])
        )

    # -- findings and money

    def test_scale_is_split_by_shares_of_the_whole_loss(self):
        """ACC-04, ACC-06, AMB-16: 7,300 at 60/40 costs 882.00 and 588.00."""
        case = self._decided()
        self.assertEqual(case.penalty_amount, 1470.0)
        self.assertEqual(
            [step["amount"] for step in case.breakdown], [150.0, 375.0, 600.0, 345.0]
        )
        penalties = self._penalties(case).sorted("amount")
        self.assertEqual(penalties.mapped("amount"), [588.0, 882.0])
        self.assertEqual(penalties.mapped("state"), ["proposed", "proposed"])
        self.assertEqual(penalties[1].employee_id, self.technician)
        self.assertEqual(penalties.rule_id, self.loss_rule)
        self.assertEqual(
            set(penalties.mapped("date")), {fields.Date.to_date("2026-03-02")}
        )
        self.assertEqual(penalties.mapped("event_model"), ["aftersales.case.share"] * 2)
        self.assertEqual(sum(step["amount"] for step in penalties[1].breakdown), 882.0)
        self.assertIn("345.00", penalties[1].facts)

    def test_scale_may_apply_to_each_ones_part(self):
        """AMB-16, ACC-06: per person 4,380 and 2,920 cost 1,001.00 and 709.00."""
        self.company.aftersales_loss_split = "person"
        case = self._decided()
        self.assertEqual(case.share_ids.mapped("amount"), [1001.0, 709.0])
        self.assertEqual(case.penalty_amount, 1710.0)

    def test_brackets_and_their_edges(self):
        """ACC-04, ACC-05: the documents' own examples, to the cent."""
        for loss, penalty in (
            (501.0, 150.25),
            (60000.0, 6875.0),
            (150000.0, 15875.0),
            (2095.0, 544.0),
        ):
            with self.subTest(loss=loss):
                case = self._report([(100.0, "technician")], loss_amount=loss)
                case.action_determine()
                self.assertEqual(case.penalty_amount, penalty)

    def test_others_bear_their_part_without_a_penalty(self):
        """ACC-06: what the supplier bears costs no employee anything."""
        case = self._decided(shares=[(33.33, "technician"), (66.67, "supplier")])
        self.assertEqual(self._penalties(case).mapped("amount"), [489.95])
        self.assertEqual(sum(case.share_ids.mapped("amount")), 1470.0)

    def test_fine_by_the_breached_rule_within_its_limits(self):
        """ACC-01, PEN-14: a fine costs what the breached rule allows."""
        rule = self.env.ref("aftersales_service.pay_rule_store_fine")
        values = {
            "loss_kind": "image",
            "loss_amount": 0.0,
            "outcome": "fine",
            "breached_rule_id": rule.id,
        }
        case = self._report([(100.0, "technician")], fine_amount=250.0, **values)
        with self.assertRaises(NotEntitledError):
            case.action_determine()
        case.fine_amount = 120.0
        case.action_determine()
        self.assertEqual(case.penalty_amount, 120.0)
        warning = self._decided(
            shares=[(100.0, "technician")], **{**values, "outcome": "warning"}
        )
        self.assertFalse(self._penalties(warning))
        self.assertEqual(warning.state, "decided")

    def test_findings_must_be_complete(self):
        """ACC-01, ACC-02: breached rule, kind of loss, group and shares of 100 %."""
        for values in (
            {"breached_rule_id": False},
            {"loss_kind": False},
            {"loss_amount": 0.0},
            {"outcome": False},
            {"determination": " "},
            {"member_ids": [(5, 0, 0)]},
            {"member_ids": [(6, 0, self.quality_vp_user.ids)]},
            {"member_ids": [(6, 0, self.technician_user.ids)]},
        ):
            case = self._report(**values)
            with self.subTest(**values), self.assertRaises(MissingError):
                case.action_determine()
        for shares in (
            [(99.99, "technician")],
            [(60.0, "technician"), (41.0, "supplier")],
            [(0.0, "technician"), (100.0, "supplier")],
            [],
        ):
            case = self._report(shares)
            with self.subTest(shares=shares), self.assertRaises(MissingError):
                case.action_determine()
        image = self._report(
            [(100.0, "customer")], loss_kind="image", loss_amount=0.0, outcome="none"
        )
        self.assertEqual(image.action_determine().state, "determined")

    def test_an_employees_share_names_him(self):
        """ACC-06: a share of an employee needs his name, one of others has none."""
        case = self._report()
        for values in (
            {"party": "employee"},
            {"party": "supplier", "employee_id": self.technician.id},
        ):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                case.share_ids.create({"case_id": case.id, **values})

    # -- who does what

    def test_roles_of_each_step(self):
        """ACC-02, ROLE-02: the head reports, the group finds, the manager decides."""
        case = self._report()
        for user in (self.head_user, self.gm_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_determine()
        with self.assertRaises(TransitionError):
            case.with_user(self.gm_user).action_decide("At once")
        case.action_determine()
        for user in (self.head_user, self.quality_vp_user, self.hr_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_review()
        with self.assertRaises(TransitionError):
            case.with_user(self.gm_user).action_decide("Without review")
        case.with_user(self.gm_user).action_review("Read")
        for user in (self.head_user, self.quality_vp_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_decide("Mine")
        with self.assertRaises(ArgumentError):
            case.with_user(self.gm_user).action_decide("")
        case.with_user(self.gm_user).action_decide("As found.")
        case.with_user(self.gm_user).action_decide("Once more")
        self.assertEqual(case.decision, "As found.")
        self.assertEqual(len(self._penalties(case)), 2)

    def test_nobody_judges_himself_or_his_people(self):
        """ACC-02, ROLE-02: who is concerned, or manages him, does not decide."""
        manager = self._create_employee("Gao Ming", self.gm_user)
        case = self._report([(50.0, "technician"), (50.0, "technician2")])
        case.action_determine()
        self.technician.parent_id = manager
        self.assertTrue(case.with_user(self.gm_user).is_concerned)
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()
        self.technician.parent_id = False
        self.technician.user_id = self.gm_user
        manager.user_id = False
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()

    def test_who_found_it_does_not_decide(self):
        """ACC-02, ROLE-02: one person in both roles still does not judge alone."""
        self.quality_vp_user.group_ids |= self.env.ref(
            "aftersales_service.group_general_manager"
        )
        case = self._report()
        case.action_determine()
        with self.assertRaises(AccessError):
            case.action_review()
        case = self._report(member_ids=[(6, 0, self.gm_user.ids)])
        case.action_determine()
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).action_review()

    def test_determined_findings_are_frozen(self):
        """ACC-02: nothing changes behind the group's back."""
        case = self._report()
        with self.assertRaises(AccessError):
            case.with_user(self.head_user).outcome = "none"
        with self.assertRaises(AccessError):
            case.with_user(self.gm_user).loss_amount = 1.0
        case.action_determine()
        for record, values in (
            (case, {"loss_amount": 1.0}),
            (case, {"outcome": "none"}),
            (case.share_ids[0], {"percent": 1.0}),
        ):
            with self.assertRaises(FrozenFactError):
                record.write(values)
        with self.assertRaises(FrozenFactError):
            case.share_ids[0].unlink()
        for values in ({"state": "draft"}, {"penalty_amount": 0.0}, {"decision": "x"}):
            with self.assertRaises(GuardedFieldError):
                case.sudo().write(values)
        with self.assertRaises(FrozenFactError):
            case.sudo().unlink()
        case.with_user(self.gm_user).action_return("Ask the supplier")
        case.loss_amount = 500.0
        case.action_determine()
        self.assertEqual(case.penalty_amount, 150.0)

    def test_dismissed_without_consequences(self):
        """ACC-02: drafts by the quality vice president, the rest by the manager."""
        case = self._report()
        for user in (self.head_user, self.gm_user):
            with self.assertRaises(AccessError):
                case.with_user(user).action_dismiss("No")
        case.action_dismiss("Nothing in it")
        self.assertEqual(case.state, "dismissed")
        with self.assertRaises(TransitionError):
            case.action_determine()
        case = self._report()
        case.action_determine()
        with self.assertRaises(AccessError):
            case.action_dismiss("Nothing in it")
        case.with_user(self.gm_user).action_dismiss("Nothing in it")
        self.assertFalse(self._penalties(case))

    # -- decided again

    def test_only_another_decision_reverses(self):
        """ACC-02: the new case names the old one and undoes its penalties."""
        case = self._decided()
        with self.assertRaises(TransitionError):
            case.with_user(self.gm_user).action_dismiss("Regret")
        first = self._penalties(case)
        with self.assertRaises(AccessError):
            case.with_user(self.head_user).action_reverse("New facts")
        new = case.with_user(self.gm_user).action_reverse("The gasket was faulty")
        again = case.with_user(self.quality_vp_user).action_reverse("Once more")
        self.assertEqual(new, again)
        self.assertEqual(new.reverses_id, case)
        self.assertEqual(new.share_ids.mapped("percent"), [60.0, 40.0])
        self.assertEqual(set(first.mapped("state")), {"proposed"})
        new = new.with_user(self.quality_vp_user)
        new.write(
            {
                "outcome": "none",
                "determination": "Faulty gasket.",
                "member_ids": [(6, 0, self.member_user.ids)],
                "share_ids": [(5, 0, 0), (0, 0, self._share(100.0, "supplier"))],
            }
        )
        new.action_determine()
        manager = new.with_user(self.gm_user)
        manager.action_review()
        manager.action_decide("The supplier pays.")
        self.assertEqual(set(first.mapped("state")), {"cancel"})
        self.assertTrue(case.is_reversed)
        self.assertEqual(case.state, "decided")
        self.assertFalse(self._penalties(new))

    # -- sanctions

    def test_sanctions_with_dates_reach_hr(self):
        """ACC-07: two sanctions on one case, each from its day, on HR's list."""
        case = self._report()
        case.sanction_ids = [
            (0, 0, {"employee_id": self.technician.id, "kind": kind, **dates})
            for kind, dates in (
                ("demotion", {"date_from": "2026-04-01"}),
                ("pay_freeze", {"date_from": "2026-04-01", "date_to": "2027-03-31"}),
            )
        ]
        self.assertIn("2027-03-31", case.sanctions)
        case.action_determine()
        with self.assertRaises(FrozenFactError):
            case.sanction_ids[0].kind = "dismissal"
        with self.assertRaises(AccessError):
            case.with_user(self.hr_user).read(["sanctions"])
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        self.assertIn(self.hr_user, case.sudo().activity_ids.user_id)
        self.assertTrue(case.with_user(self.hr_user).sanctions)
        other = self._report()
        other.sanction_ids = [
            (
                0,
                0,
                {
                    "employee_id": self._create_employee("Liu Yang").id,
                    "kind": "removal",
                    "date_from": "2026-04-01",
                },
            )
        ]
        with self.assertRaises(MissingError):
            other.action_determine()

    # -- access

    def test_employee_reads_his_share_and_states_his_view(self):
        """ACC-08: own case to read, a statement to add, nothing to edit."""
        case = self._report()
        own = case.share_ids.filtered(
            lambda share: share.employee_id == self.technician
        )
        mine = (
            self.env["aftersales.case.share"]
            .with_user(self.technician_user)
            .search([("is_mine", "=", True)])
        )
        self.assertEqual(mine, own)
        self.assertEqual(mine.case_subject, "Flooded cold store")
        with self.assertRaises(AccessError):
            case.with_user(self.technician_user).read(["facts"])
        with self.assertRaises(AccessError):
            mine.percent = 1.0
        mine.action_state("The gasket was missing in the box.")
        self.assertEqual(own.statement, "The gasket was missing in the box.")
        with self.assertRaises(AccessError):
            own.with_user(self.technician2_user).action_state("Not mine")
        with self.assertRaises(AccessError):
            own.with_user(self.quality_vp_user).action_state("For him")
        with self.assertRaises(ArgumentError):
            mine.action_state("")
        case.action_dismiss("Nothing in it")
        with self.assertRaises(TransitionError):
            mine.action_state("Too late")

    def test_who_sees_cases(self):
        """ROLE-03, ACC-08: dispatchers see none, HR the decided, members their own."""
        case = self._report()
        for user in (self.dispatcher_user, self.hr_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                case.with_user(user).read(["state"])
            with self.assertRaises(AccessError):
                case.share_ids.with_user(user).read(["percent"])
        self.assertTrue(case.with_user(self.member_user).read(["facts"]))
        with self.assertRaises(AccessError):
            case.with_user(self.member_user).loss_amount = 1.0
        for user in (self.dispatcher_user, self.technician_user):
            with self.assertRaises(AccessError):
                self.cases.with_user(user).create({"subject": "x"})
        decided = self._decided()
        self.assertTrue(decided.with_user(self.hr_user).read(["decision"]))
        with self.assertRaises(AccessError):
            decided.with_user(self.dispatcher_user).read(["decision"])

    def test_only_readers_follow(self):
        """ACC-08: chatter reaches nobody who may not read the case."""
        case = self._report().sudo()
        case.message_subscribe(
            partner_ids=(
                self.technician_user.partner_id
                | self.customer
                | self.gm_user.partner_id
            ).ids
        )
        followers = case.message_partner_ids
        self.assertIn(self.gm_user.partner_id, followers)
        self.assertNotIn(self.technician_user.partner_id, followers)
        self.assertNotIn(self.customer, followers)
        with self.assertRaises(AccessError):
            case.with_user(self.technician_user).message_post(body="Hello")

    # -- opened by facts

    def test_facts_open_a_case_once(self):
        """ACC-10, PEN-14: one draft per document and kind, whoever records it."""
        orders = self._create_order() | self._create_order()
        cases = self.cases.with_user(self.technician_user)
        first = cases._open_for(orders, "falsification", "Signed by himself")
        again = cases._open_for(orders, "falsification")
        self.assertEqual(first, again)
        self.assertEqual(len(first), 2)
        case = first[0].sudo()
        self.assertEqual(case.source_id, orders[0].id)
        self.assertEqual(case.share_ids.employee_id, self.technician)
        self.assertEqual(case.state, "draft")
        self.assertIn(self.quality_vp_user, case.activity_ids.user_id)
        self.assertNotEqual(first, cases._open_for(orders, "attitude"))
        first.sudo().action_dismiss("Nothing in it")
        self.assertNotEqual(first, cases._open_for(orders, "falsification"))

    def test_facts_open_many_cases_at_once(self):
        """ACC-10: the number of queries does not depend on the number of cases."""
        orders = self.env["aftersales.order"].union(
            *(self._create_order() for _index in range(12))
        )
        self.cases._open_for(orders[:1], "other")
        self.env.flush_all()
        counts = []
        for kind, chunk in (("attitude", orders[:2]), ("safety", orders)):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.cases._open_for(chunk, kind)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 30)

    def test_claim_cost_is_the_loss_and_the_decision_names_the_payer(self):
        """ACC-09: a claim of 2,095.00 proposes 544.00; the payer is written on it."""
        order = self._create_order()
        claim = self.env["aftersales.claim"].create(
            {
                "order_id": order.id,
                "equipment_id": self.equipment.id,
                "company_id": self.company.id,
                "line_ids": [(0, 0, {"product_id": self.filter_part.id})],
            }
        )
        claim._unguarded().cost_processing = 2000.0
        claim.line_ids._unguarded().unit_cost = 95.0
        loss = claim.cost_total
        case = self.cases._open_for(claim, "claim").with_user(self.quality_vp_user)
        self.assertEqual(case.loss_amount, loss)
        self.assertEqual(claim.case_id, case)
        case.write(
            {
                **FINDINGS,
                "loss_amount": 2095.0,
                "breached_rule_id": self.loss_rule.id,
                "member_ids": [(6, 0, self.member_user.ids)],
                "payer": "technician",
            }
        )
        case.share_ids.percent = 100.0
        case.action_determine()
        self.assertEqual(case.penalty_amount, 544.0)
        self.assertEqual(claim.line_ids.payer, "company")
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        self.assertEqual(claim.line_ids.payer, "technician")

    def test_loss_is_not_entered_by_hand(self):
        """ACC-02: no way round the group: LOSS comes from decisions alone."""
        with self.assertRaises(Exception) as caught:
            self.env["aftersales.adjustment"].with_user(self.head_user).create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": self.loss_rule.id,
                    "base_amount": 100.0,
                    "reason": "Broke it",
                }
            )
        self.assertIn("proposed by the facts", str(caught.exception))

    def test_rule_names_its_document(self):
        """ACC-11: number, version and date of the rule; numbers may repeat."""
        rule = self.loss_rule
        self.assertEqual(
            (rule.document_name, rule.document_version), ("NK-MF25-B", "B")
        )
        self.assertTrue(rule.document_date)
        rule.copy({"code": "T-PARTS"})

    def test_form_of_the_quality_vice_president(self):
        """ACC-02, ACC-06: the screen lets him enter findings and shares."""
        case = self._report([])
        with Form(case) as form, form.share_ids.new() as line:
            line.employee_id = self.technician
            line.percent = 100.0
        case.action_determine()
        action = case.with_user(self.gm_user).action_open_explain("dismiss")
        wizard = (
            self.env["aftersales.case.explain"]
            .with_user(self.gm_user)
            .with_context(**action["context"])
            .create({"text": "Nothing in it"})
        )
        wizard.action_apply()
        self.assertEqual(case.state, "dismissed")
