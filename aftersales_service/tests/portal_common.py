"""A customer's visit and the requests of his browser, for the tests of the portal."""

import json
from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase

from .common import AftersalesCommon
from .field_common import picture


class PortalCommon(HttpCase, AftersalesCommon):
    """Orders of customer A and B, and requests as browsers send them."""

    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        self.ticket = self._create_ticket()
        self.order = self._create_order(ticket_id=self.ticket.id)
        self.desk = self.order.with_user(self.dispatcher_user)
        self.ticket.triage_note = "Valve"
        self.desk.action_schedule(self.start, promised_start=self.start)

    def _login(self, user):
        self.authenticate(user.login if user else None, user.login if user else None)

    def _token(self, purpose, order=None):
        order = order or self.order
        token = self.env["aftersales.link"]._issue(order, purpose)[order.id]
        self.env.flush_all()
        return token

    def _post(self, url, data=None, csrf=True, files=None):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, files=files, allow_redirects=False)

    def _sign(self, order_id, query="", csrf=True, name="Li Hua", image=None):
        token = http.Request.csrf_token(self) if csrf else "wrong"
        answer = self.url_open(
            f"/my/service/order/{order_id}/sign?csrf_token={token}{query}",
            data=json.dumps(
                {"params": {"name": name, "signature": image or picture()}}
            ),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def _on_site(self, order=None):
        """Bring an order to the point where the customer signs."""
        order = order or self.order
        desk = order.with_user(self.dispatcher_user)
        if order.state == "draft":
            desk.action_schedule(fields.Datetime.now())
        desk.action_dispatch()
        order.check_ids.action_answer(True)
        desk.action_depart()
        desk.action_arrive()
        order.with_user(self.technician_user).write(
            {
                "cause_id": self.cause.id,
                "remedy_id": self.remedy.id,
                "result": "fixed",
                "solution": "Valve changed.",
                "customer_opinion": "Quick.",
                "test_run": "passed",
                "fix_confidence": "sure",
            }
        )
        return order

    def _done(self):
        order = self._on_site()
        desk = order.with_user(self.dispatcher_user)
        desk.action_sign("Li Hua", picture())
        desk.action_done()
        self.env.flush_all()
        return order
