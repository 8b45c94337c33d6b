"""An order that is walked through its life, for the tests of field work."""

import base64
import io

from PIL import Image

from odoo.tests import freeze_time

from .common import AftersalesCommon

DAY = "2026-03-02 "  # a Monday
STATES = ("draft", "scheduled", "dispatched", "on_site", "done", "closed", "cancel")


def picture(color="black", size=(120, 40), kind="PNG"):
    """Return a small picture in base64, as clients send it."""
    output = io.BytesIO()
    Image.new("RGB", size, color).save(output, kind)
    return base64.b64encode(output.getvalue()).decode()


@freeze_time("2026-03-02 12:00:00")
class FieldCommon(AftersalesCommon):
    """Orders in any state, walked there by their own people.

    It is noon in UTC, 20:00 in Shanghai, on 2 March 2026. Facts are given local
    times of that day through ``_at``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls.env["aftersales.checklist"].create(
            {
                "name": "Departure Kit",
                "code": "T-KIT",
                "purpose": "departure_kit",
                "item_ids": [
                    (0, 0, {"name": "Cleaning cloth", "is_required": True}),
                    (0, 0, {"name": "Receipt book"}),
                ],
            }
        )

    def _at(self, clock):
        """Return a time of the test's day, from the clock in Shanghai."""
        return self._local(DAY + clock)

    def _order(self, **values):
        """Return a draft order as the dispatcher sees it."""
        return self._create_order(**values).with_user(self.dispatcher_user)

    def _ticket(self, **values):
        """Return a ticket that was reported and analysed before the visit."""
        return self._create_ticket(
            **{
                "received_on": self._at("08:30"),
                "triage_note": "Intake valve, change it, one valve.",
                **values,
            }
        )

    def _findings(self, order, **values):
        """Record a complete report, as the technician."""
        order = order.with_user(self.technician_user)
        order.write(
            {
                "cause_id": self.cause.id,
                "remedy_id": self.remedy.id,
                "result": "fixed",
                "solution": "Valve changed.",
                "customer_opinion": "Quick and friendly.",
                "test_run": "passed",
                "fix_confidence": "sure",
                **values,
            }
        )
        return order

    def _walk(self, target, findings=None, **values):
        """Return an order walked to a state by dispatcher and technician.

        :param str target: the state
        :param dict findings: report values that differ
        :param values: create values of the order
        """
        order = self._order(**values)
        office, field = order, order.with_user(self.technician_user)
        if target == "cancel":
            return office.action_cancel("Customer solved it")
        steps = {
            "scheduled": lambda: office.action_schedule(self._at("10:00")),
            "dispatched": office.action_dispatch,
            "on_site": lambda: self._go(field),
            "done": lambda: self._finish(field, findings or {}),
            "closed": office.action_close,
        }
        for state in STATES[1 : STATES.index(target) + 1]:
            steps[state]()
        self.assertEqual(order.state, target)
        return order

    def _go(self, order):
        order.check_ids.action_answer(True)
        order.action_depart(self._at("09:00"))
        order.action_arrive(self._at("09:50"))

    def _finish(self, order, findings):
        self._findings(order, **findings)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.action_call_headquarters(self._at("11:05"))
        order.action_leave(self._at("11:10"))
        order.action_done(self._at("11:15"))
