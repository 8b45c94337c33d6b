"""Findings, shares and money of a case."""

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .case_common import CaseCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestCase(CaseCommon):
    """What was found, what it costs, and what follows."""

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
