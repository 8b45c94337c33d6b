import base64
from unittest.mock import patch

from ..models.aftersales_trip_line import AftersalesTripLine
from .common_pay import PayCommon


class TripCommon(PayCommon):
    """Journeys of ``technician``; their times are on the clock in Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Where another addon reimburses costs, this still tests the payslip's way.
        cls.startClassPatcher(
            patch.object(
                type(cls.env["aftersales.trip.line"]),
                "_get_payable",
                AftersalesTripLine._get_payable,
            )
        )

    def _trip(self, start="2026-03-10T08:00", end="2026-03-12T21:00", **values):
        """Return a returned trip; the times are on the clock in Shanghai."""
        trip = (
            self.env["aftersales.trip"]
            .with_user(self.technician_user)
            .create({"destination": "Kunming", **values})
        )
        trip.action_depart(self._local(start))
        trip.action_return(self._local(end))
        trip.action_propose_lines()
        return trip

    def _receipt(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.technician_user)
            .create({"name": "toll.png", "datas": base64.b64encode(b"x")})
        )

    def _meals(self, trip, *counts):
        lines = trip.line_ids.filtered(lambda line: line.kind == "meal").sorted("date")
        for line, count in zip(lines, counts, strict=True):
            line.quantity = count

    def _cost(self, trip, amount, day="2026-03-10", receipt=True):
        return trip.line_ids.create(
            {
                "trip_id": trip.id,
                "kind": "cost",
                "date": day,
                "amount_asked": amount,
                "receipt_ids": [(6, 0, self._receipt().ids)] if receipt else False,
            }
        )

    def _finish(self, trip):
        trip.action_submit()
        trip.with_user(self.head_user).action_confirm()
        return self.env["aftersales.adjustment"].search(
            [("source_model", "=", "aftersales.trip"), ("source_id", "=", trip.id)]
        )

    def _sum(self, adjustments, code):
        return sum(
            adjustments.filtered(lambda made: made.rule_id.code == code).mapped(
                "amount"
            )
        )
