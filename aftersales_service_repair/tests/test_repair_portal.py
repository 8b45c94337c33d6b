import json

from odoo import http
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.aftersales_service.tests.field_common import picture

from .depot_common import DepotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestRepairPortal(HttpCase, DepotCommon):
    """The customer reads and signs the estimate of his own unit."""

    def setUp(self):
        super().setUp()
        self.rma = self._estimate(self._received()).sudo()
        self.env.flush_all()

    def _login(self, user):
        self.authenticate(user.login if user else None, user.login if user else None)

    def _page(self, rma=None):
        return self.url_open(
            f"/my/service/repair/{(rma or self.rma).id}", allow_redirects=False
        )

    def _sign(self, seen=None, csrf=True, name="Li Hua", image=None, rma=None):
        rma = rma or self.rma
        token = http.Request.csrf_token(self) if csrf else "wrong"
        seen = rma._get_offer_key() if seen is None else seen
        answer = self.url_open(
            f"/my/service/repair/{rma.id}/authorise?csrf_token={token}&seen={seen}",
            data=json.dumps(
                {"params": {"name": name, "signature": image or picture()}}
            ),
            headers={"Content-Type": "application/json"},
        )
        rma.invalidate_recordset()
        return answer.json()

    def test_depot_07_signed_by_the_customer_himself(self):
        """DEPOT-07: labour 200 and parts 350 apart, 550 signed; then work begins."""
        self._login(self.portal_user)
        self.assertIn(self.rma.name, self.url_open("/my/service").text)
        text = self._page().text
        for part in ("200.00", "350.00", "550.00", "Invoice, 30 days"):
            self.assertIn(part, text)
        answer = self._sign()["result"]
        self.assertIn("redirect_url", answer)
        self.assertEqual(self.rma.state, "authorised")
        self.assertEqual(
            (self.rma.authorised_by, self.rma.authorised_how), ("Li Hua", "signature")
        )
        self.assertTrue(self.rma.authorised_signature)
        self.assertNotIn('id="authorise"', self._page().text)
        self.assertIn("error", self._sign()["result"], "signed once")

    def test_depot_08_extra_work_is_signed_on_its_own(self):
        """DEPOT-08: a line added after the signature waits for another one."""
        self._login(self.portal_user)
        self._sign()
        self.rma.with_user(self.dispatcher_user).line_ids = [
            (0, 0, {"kind": "labour", "name": "Bearing", "price_unit": 120.0})
        ]
        self.assertEqual(self.rma.state, "waiting")
        self.assertIn("120.00", self._page().text)
        self.assertIn("redirect_url", self._sign()["result"])
        self.assertEqual(self.rma.state, "authorised")
        self.assertEqual(set(self.rma.line_ids.mapped("state")), {"authorised"})

    def test_depot_07_refuses_what_he_did_not_see(self):
        """DEPOT-07: a changed price, no token, no name, no drawing: no consent."""
        self._login(self.portal_user)
        seen = self.rma._get_offer_key()
        self.rma.line_ids[0].with_user(self.dispatcher_user).price_unit = 400.0
        self.env.flush_all()
        for arguments in (
            {"seen": seen},
            {"seen": ""},
            {"csrf": False},
            {"name": " "},
            {"image": "AAAA"},
        ):
            with self.subTest(arguments):
                self.assertIn("error", self._sign(**arguments)["result"])
        self.assertFalse(self.rma.authorised_on)
        self.rma.ready_on = False
        self.env.flush_all()
        self.assertIn("error", self._sign()["result"], "not complete yet")

    def test_depot_07_refuses_whose_unit_it_is_not(self):
        """DEPOT-07: another company's customer, an employee, a stranger: nothing."""
        for user in (self.portal2_user, self.employee_user, None):
            with self.subTest(user and user.login):
                self._login(user)
                answer = self._page()
                self.assertNotEqual(answer.status_code, 200)
                self.assertNotIn(self.rma.name, answer.text)
                self.assertNotIn("result", self._sign())
        self.assertFalse(self.rma.authorised_on)
