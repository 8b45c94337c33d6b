from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOutput(ClaimCommon):
    """What quality costs for each million produced."""

    def _output(self, user=None, **values):
        outputs = self.env["aftersales.output"].with_user(user or self.head_user)
        return outputs.create({"month": "2026-03-15", "amount": 5_000_000, **values})

    def test_part_18_cost_per_million_of_output(self):
        """PART-18: 400 for 5,000,000 produced are 80 a million; 76 is the target."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part)
        claim.with_user(self.dispatcher_user).write(
            {"cost_processing": 300.0 - claim.cost_purchase, "cost_shipping": 20.0}
        )
        output = self._output(cost_other=80.0)
        self.assertEqual((output.month, output.target), (date(2026, 3, 1), 76.0))
        self.assertEqual((output.cost_claims, output.cost_total), (320.0, 400.0))
        self.assertEqual((output.cost_per_million, output.is_reached), (80.0, False))
        output.cost_other = 60.0
        self.assertEqual((output.cost_per_million, output.is_reached), (76.0, True))
        before = self._output(month="2026-02-01")
        self.assertEqual((before.cost_claims, before.is_reached), (0.0, True))
        action = output.action_open_claims()
        rows = self.env["aftersales.claim.report"].search(action["domain"])
        self.assertEqual(rows.claim_id, claim)

    def test_part_18_the_month_is_the_companys(self):
        """PART-18: half past midnight of April in Shanghai is still March in UTC."""
        self._stock(self.filter_part, 5)
        with freeze_time("2026-03-31 16:30:00"):
            claim = self._issued(self.filter_part)
        march, april = self._output(), self._output(month="2026-04-30")
        self.assertEqual(march.cost_claims, 0.0)
        self.assertEqual(april.cost_claims, claim.cost_total)

    def test_part_18_figure_and_window_name_the_same_claims(self):
        """PART-18: by issue on the company's clock; closed ones too, no others."""
        self._stock(self.filter_part, 10)
        with freeze_time("2026-03-31 15:30:00"):  # half an hour before April
            in_march = self._issued(self.filter_part)
        with freeze_time("2026-03-31 16:30:00"):
            in_april = self._issued(self.filter_part)
            self._approved(self.filter_part)  # not handed out
        with freeze_time("2026-04-02 04:00:00"):
            closed = self._issued(self.filter_part)
            closed.line_ids.action_consume(1)
            closed.line_ids.with_user(self.warehouse_user).action_return_old(1)
            closed.action_close()
        self.assertEqual(closed.state, "closed")
        march, april = self._output(), self._output(month="2026-04-01")
        may = self._output(month="2026-05-01")
        for outputs, claims in (
            (march, in_march),
            (april, in_april | closed),
            (march | may, in_march),
            (march | april, in_march | in_april | closed),
            (may, closed.browse()),
        ):
            with self.subTest(outputs.mapped("month")):
                rows = self._open_rows(outputs)
                self.assertEqual(rows.claim_id, claims)
                self.assertAlmostEqual(
                    sum(rows.mapped("cost")), sum(outputs.mapped("cost_claims"))
                )
        days = self._open_rows(april).mapped("date")
        self.assertEqual(set(days), {date(2026, 4, 1), date(2026, 4, 2)})

    def _open_rows(self, outputs):
        domain = outputs.action_open_claims()["domain"]
        return outputs.env["aftersales.claim.report"].search(domain, order="claim_id")

    def test_part_18_refuses_others_and_a_second_figure(self):
        """PART-18: the head enters it, once a month; the target is the company's."""
        self.company.aftersales_output_target = 90.0
        output = self._output()
        self.assertEqual(output.target, 90.0)
        for user in (self.dispatcher_user, self.quality_vp_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._output(user, month="2026-01-01")
        self.assertEqual(output.with_user(self.gm_user).amount, 5_000_000)
        with self.assertRaises(AccessError):
            output.with_user(self.technician_user).action_open_claims()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._output(month="2026-03-31")
