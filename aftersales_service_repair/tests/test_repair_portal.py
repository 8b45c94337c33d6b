import json
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests.field_common import picture
from odoo.addons.portal.controllers.portal import CustomerPortal

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

    # -- extra work declined

    def _extra(self):
        """Have extra work found after the customer's signature."""
        self.rma.with_user(self.dispatcher_user).action_authorise(
            "Li Hua", signature=picture()
        )
        self.rma.with_user(self.dispatcher_user).line_ids = [
            (
                0,
                0,
                {
                    "kind": "labour",
                    "name": "Bearing",
                    "price_unit": 120.0,
                    "payer": "customer",
                },
            )
        ]
        self.assertEqual(self.rma.state, "waiting")
        self.env.flush_all()
        return self.rma.line_ids.filtered(lambda line: line.state == "proposed")

    def _decline(self, reason="Too dear", seen=None, csrf=True):
        data = {"seen": self.rma._get_offer_key() if seen is None else seen}
        if reason is not None:
            data["reason"] = reason
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        answer = self.url_open(
            f"/my/service/repair/{self.rma.id}/decline",
            data=data,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer.status_code

    def test_depot_08_extra_work_is_declined_by_the_customer(self):
        """DEPOT-08: his no with its reason goes on record; the rest goes on."""
        extra = self._extra()
        self._login(self.portal_user)
        self.assertIn(f"{self.rma.id}/decline", self._page().text)
        self.assertEqual(self._decline(), 303)
        self.assertEqual(extra.state, "declined")
        self.assertTrue(extra.decided_on)
        self.assertEqual((self.rma.state, self.rma.amount_total), ("authorised", 550.0))
        self.assertEqual(self.rma.authorised_by, "Li Hua", "the old consent stands")
        entry = self.env["aftersales.audit"].search(
            [
                ("model", "=", self.rma._name),
                ("res_id", "=", self.rma.id),
                ("event", "=", "declined"),
            ]
        )
        self.assertEqual(
            (entry.reason, entry.user_login), ("Too dear", self.portal_user.login)
        )
        note = self.rma.message_ids.filtered(lambda one: "Too dear" in one.body)
        self.assertIn(self.portal_user.name, note.body)
        told = self.rma.activity_ids.filtered(
            lambda one: one.user_id == self.rma.user_id and "declined" in one.summary
        )
        self.assertEqual(len(told), 1)
        page = self._page().text
        self.assertNotIn(f"{self.rma.id}/decline", page)
        self.assertIn("Declined", page)

    def test_depot_08_refuses_what_is_decided_or_was_changed(self):
        """DEPOT-08: no reason, another estimate, a second answer: nothing is done."""
        extra = self._extra()
        self._login(self.portal_user)
        seen = self.rma._get_offer_key()
        self.assertEqual(self._decline(reason=" "), 400)
        self.assertEqual(self._decline(reason=None), 400)
        with mute_logger("odoo.http"):
            self.assertEqual(self._decline(csrf=False), 400)
        extra.with_user(self.dispatcher_user).price_unit = 90.0
        self.env.flush_all()
        self.assertEqual(self._decline(seen=seen), 409)
        self.assertEqual(extra.state, "proposed")
        self.assertIn("redirect_url", self._sign()["result"])
        self.assertEqual(self._decline(), 409, "authorised already")
        self.assertEqual(extra.state, "authorised")
        self.assertEqual(self.rma.amount_total, 640.0)

    def test_depot_08_declining_twice_is_said_once(self):
        """DEPOT-08: the second press changes nothing."""
        self._extra()
        self._login(self.portal_user)
        self.assertEqual(self._decline(), 303)
        activities = self.rma.activity_ids
        self.assertEqual(self._decline("Again"), 409)
        self.assertEqual(self.rma.activity_ids, activities)

    def test_depot_08_the_first_estimate_is_not_extra_work(self):
        """DEPOT-08: before the first signature there is nothing to decline here."""
        self._login(self.portal_user)
        self.assertNotIn(f"{self.rma.id}/decline", self._page().text)
        self.assertEqual(self._decline(), 409)
        self.assertEqual(set(self.rma.line_ids.mapped("state")), {"proposed"})

    def test_depot_08_refuses_whose_unit_it_is_not(self):
        """DEPOT-08: another customer, an employee, a stranger decline nothing."""
        extra = self._extra()
        for user in (self.portal2_user, self.employee_user, None):
            with self.subTest(user and user.login):
                self._login(user)
                self.assertIn(self._decline(), (303, 404))
                self.assertEqual(extra.state, "proposed")
                self.assertEqual(self.rma.state, "waiting")

    # -- the list

    def test_depot_12_the_list_goes_on_page_by_page(self):
        """DEPOT-12: all his units, a page at a time; no one else's."""
        cases = self.rma.search([("partner_id", "=", self.rma.partner_id.id)])
        for number in range(4):
            unit = self.equipment.copy({"serial": f"SN-PAGE-{number}"})
            cases |= self._received(equipment_id=unit.id).sudo()
        foreign = self._rma(
            equipment_id=self.equipment.copy({"serial": "SN-B"}).id,
            partner_id=self.customer2.id,
        ).sudo()
        foreign.partner_id = self.customer2
        self.env.flush_all()
        self._login(self.portal_user)
        with patch.object(CustomerPortal, "_items_per_page", 2):
            home = self.url_open("/my/service").text
            self.assertIn("/my/service/repairs?filterby=open", home)
            pages = [
                self.url_open(f"/my/service/repairs/page/{number}").text
                for number in (1, 2, 3)
            ]
        self.assertIn("/my/service/repairs/page/2?filterby=open", pages[0])
        shown = [[c for c in cases if f">{c.name}<" in page] for page in pages]
        self.assertEqual([len(names) for names in shown], [2, 2, 1])
        self.assertEqual(cases.browse().union(*sum(shown, [])), cases)
        self.assertNotIn(foreign.name, "".join(pages))
        self.assertNotIn("page/2", self.url_open("/my/service/repairs").text)
        self.assertNotIn(
            self.rma.name, self.url_open("/my/service/repairs?filterby=done").text
        )
        self.assertEqual(
            self.url_open("/my/service/repairs?filterby=x").status_code, 400
        )

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
