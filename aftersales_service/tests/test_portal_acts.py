"""Every door of the portal, tried by whom it is for and by everybody else."""

import io
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .field_common import picture
from .portal_common import PortalCommon

EVIL = "<script>alert(1)</script>"


def _png(size=(40, 30)):
    output = io.BytesIO()
    Image.new("RGB", size, "red").save(output, "PNG")
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestPortalActs(PortalCommon):
    """What a customer does about his visit."""

    def test_appointment_is_confirmed_once(self):
        """HOT-21: the customer confirms his appointment; twice changes nothing."""
        self._login(self.portal_user)
        url = f"/my/service/order/{self.order.id}"
        self.assertIn(f"{url}/confirm", self.url_open(url).text)
        self.assertEqual(self._post(f"{url}/confirm").status_code, 303)
        confirmed = self.order.customer_confirmed_on
        self.assertTrue(confirmed)
        self.assertEqual(self._post(f"{url}/confirm").status_code, 409)
        self.assertEqual(self.order.customer_confirmed_on, confirmed)
        self.assertNotIn(f"{url}/confirm", self.url_open(url).text)

    def _ask_move(self, wanted, query="", **data):
        local = fields.Datetime.context_timestamp(
            self.order.with_context(tz=self.order._get_tz()), wanted
        )
        return self._post(
            f"/my/service/order/{self.order.id}/move{query}",
            {"wanted": local.strftime("%Y-%m-%dT%H:%M"), **data},
        )

    def test_a_wish_to_move_is_work_for_the_desk(self):
        """DOC-13: a wish is annotated, confirmed by the desk, and moves nothing."""
        self._login(self.portal_user)
        wanted = (self.start + timedelta(days=1)).replace(second=0)
        answer = self._ask_move(wanted, note=EVIL)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.order.promised_start, self.start)
        change = self.order.change_ids
        self.assertEqual(change.asked_by_id, self.portal_user)
        self.assertEqual(change.wanted_start, wanted)
        self.assertTrue(change.asked_on)
        page = self.url_open(f"/my/service/order/{self.order.id}").text
        self.assertNotIn(EVIL, page)
        self.assertIn("&lt;script&gt;", page)
        self._ask_move(wanted)
        self.assertEqual(len(self.order.change_ids), 1)
        change.with_user(self.dispatcher_user).action_accept()
        change.with_user(self.dispatcher_user).action_accept()
        self.assertEqual(self.order.promised_start, wanted)
        self.assertEqual(change.answered_by_id, self.dispatcher_user)
        with self.assertRaises(UserError):
            change.with_user(self.dispatcher_user).action_decline("No")
        with self.assertRaises(UserError):
            change.with_user(self.dispatcher_user).unlink()

    def test_a_wish_is_declined_with_words(self):
        """DOC-13: declining needs a reason, and only the desk may answer."""
        self._login(self.portal_user)
        self._ask_move(self.start + timedelta(days=1))
        change = self.order.change_ids
        with self.assertRaises(UserError):
            change.with_user(self.dispatcher_user).action_decline("")
        with self.assertRaises(AccessError):
            change.with_user(self.technician_user).action_decline("No")
        change.with_user(self.dispatcher_user).action_decline("Nobody is free.")
        self.assertEqual(change.state, "declined")
        self.assertEqual(self.order.promised_start, self.start)
        page = self.url_open(f"/my/service/order/{self.order.id}").text
        self.assertIn("Nobody is free.", page)

    def test_wishes_stay_within_the_policy(self):
        """DOC-13: too late, too far, or not allowed by the policy is refused."""
        self._login(self.portal_user)
        far = fields.Datetime.now() + timedelta(days=60)
        for wanted in (far, fields.Datetime.now() - timedelta(days=1)):
            self.assertEqual(self._ask_move(wanted).status_code, 409)
        self.policy.move_notice_hours = 24 * 5
        near = self.start + timedelta(hours=3)
        self.assertEqual(self._ask_move(near).status_code, 409)
        self.policy.move_notice_hours = 1
        self.policy.can_move_visit = False
        self.assertEqual(self._ask_move(near).status_code, 409)
        self.assertFalse(self.order.change_ids)
        self.policy.can_move_visit = True
        self.assertEqual(self._ask_move(near).status_code, 303)

    def test_an_open_wish_holds_up_the_dispatch_where_the_policy_says(self):
        """DOC-13: with the setting, nobody is sent before the wish is answered."""
        self.desk.action_schedule(self.start, employee_id=self.technician.id)
        change = self.order.sudo()._customer_ask_move(
            self.start + timedelta(hours=1), "Li"
        )
        self.assertFalse(self.desk.missing("dispatch"))
        self.policy.confirm_changes = True
        with self.assertRaises(UserError):
            self.desk.action_dispatch()
        change.with_user(self.dispatcher_user).action_decline("Stay with it, please")
        self.desk.action_dispatch()

    def test_customer_signs_on_the_portal(self):
        """DISP-25: the customer signs by himself, once, and only a ready report."""
        self._login(self.portal_user)
        self.assertIn("error", self._sign(self.order.id)["result"])
        self._on_site()
        self.env.flush_all()
        self.assertIn("error", self._sign(self.order.id, csrf=False)["result"])
        self.assertIn("error", self._sign(self.order.id, image="AAAA")["result"])
        self.assertIn("error", self._sign(self.order.id, name=" ")["result"])
        self.assertFalse(self.order.signed_on)
        answer = self._sign(self.order.id)["result"]
        self.assertTrue(answer["force_refresh"])
        self.assertEqual(self.order.signed_by, "Li Hua")
        first = self.order.signature
        red = picture("red")
        self.assertIn("error", self._sign(self.order.id, image=red)["result"])
        self.assertEqual(self.order.signature, first)

    def test_an_incomplete_report_is_not_signed(self):
        """DISP-30: the customer never signs a report without its solution."""
        self._on_site()
        self.order.with_user(self.technician_user).solution = False
        self._login(self.portal_user)
        self.assertIn("error", self._sign(self.order.id)["result"])
        self.assertFalse(self.order.signed_on)

    def test_customer_rates_once(self):
        """DISP-25: the customer rates the work, once, and nobody else for him."""
        self._done()
        url = f"/my/service/order/{self.order.id}/rate"
        self._login(self.portal2_user)
        self.assertEqual(self._post(url, {"stars": "1"}).status_code, 404)
        self._login(self.portal_user)
        for stars in ("0", "6", "x", "5.5", ""):
            answer = self._post(url, {"stars": stars})
            self.assertIn(answer.status_code, (400, 404), stars)
        answer = self._post(url, {"stars": "4", "comment": EVIL})
        self.assertEqual(answer.status_code, 303)
        rating = self.order._get_customer_rating()
        self.assertEqual(rating.rating, 4)
        self.assertEqual(self._post(url, {"stars": "1"}).status_code, 409)
        self.assertEqual(self.order._get_customer_rating().rating, 4)
        page = self.url_open(f"/my/service/order/{self.order.id}").text
        self.assertNotIn(EVIL, page)

    def test_the_arrival_is_announced(self):
        """HOT-21: the customer sees the state and when to expect the technician."""
        expected = (fields.Datetime.now() + timedelta(hours=5)).replace(
            second=0, microsecond=0
        )
        self.desk.action_announce_arrival(expected)
        self.desk.action_announce_arrival(expected)
        self.assertEqual(self.order.promised_start, self.start)
        self._login(self.portal_user)
        page = self.url_open(f"/my/service/order/{self.order.id}").text
        self.assertIn(self.order._show_time(expected), page)
        with self.assertRaises(UserError):
            self.desk.action_announce_arrival(expected - timedelta(days=9))
        with self.assertRaises(AccessError):
            self.order.with_user(self.technician2_user).action_announce_arrival(
                expected
            )


@tagged("post_install", "-at_install")
class TestPortalLinks(PortalCommon):
    """Links that expire, are revoked, and open one thing for one purpose."""

    def _open(self, token, order=None):
        order = order or self.order
        url = f"/my/service/order/{order.id}?access_token={token}"
        return self.url_open(url, allow_redirects=False)

    def test_links_are_kept_as_hashes(self):
        """HOT-21: the table of links opens nothing."""
        token = self._token("visit")
        link = self.order.link_ids
        self.assertNotEqual(link.sudo().token_hash, token)
        self.assertEqual(self._open(link.sudo().token_hash).status_code, 404)
        with self.assertRaises(AccessError):
            link.with_user(self.dispatcher_user).read(["token_hash"])
        with self.assertRaises(AccessError):
            link.with_user(self.portal_user).read(["purpose"])

    def test_expired_revoked_and_tampered_links_open_nothing(self):
        """HOT-21: whatever is wrong with a link, the answer is the same."""
        self._login(None)
        token = self._token("visit")
        answer = self._open(token)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        other = self._create_order(unit_ids=False)
        self.env.flush_all()
        for wrong in (token[:-1] + "!", token[:-1], token + "x", "", "%00", "'"):
            self.assertEqual(self._open(wrong).status_code, 404, wrong)
        self.assertEqual(self._open(token, other).status_code, 404)
        self.order.link_ids._unguarded().expires_on = fields.Datetime.now()
        self.env.flush_all()
        self.assertEqual(self._open(token).status_code, 404)
        again = self._token("visit")
        self.assertEqual(self._open(again).status_code, 200)
        newest = self.order.link_ids.sorted("id")[-1:]
        newest.with_user(self.dispatcher_user).action_revoke()
        newest.with_user(self.dispatcher_user).action_revoke()
        self.assertEqual(self._open(again).status_code, 404)
        with self.assertRaises(AccessError):
            newest.with_user(self.technician_user).action_revoke()

    def test_a_link_is_good_for_its_purpose_only(self):
        """HOT-21: a link to see the visit neither signs nor rates."""
        self._on_site()
        tokens = {name: self._token(name) for name in ("visit", "sign", "rate")}
        self._login(None)
        self.url_open("/web/login")
        for purpose in ("visit", "rate"):
            answer = self._sign(self.order.id, f"&access_token={tokens[purpose]}")
            self.assertIn("error", answer, purpose)
        self.assertFalse(self.order.signed_on)
        answer = self._sign(self.order.id, f"&access_token={tokens['sign']}")
        self.assertTrue(answer["result"]["force_refresh"])
        self.order.with_user(self.dispatcher_user).action_done()
        self.env.flush_all()
        url = f"/my/service/order/{self.order.id}/rate?access_token="
        for purpose in ("visit", "sign"):
            answer = self._post(url + tokens[purpose], {"stars": "5"})
            self.assertEqual(answer.status_code, 404, purpose)
        self.assertEqual(
            self._post(url + tokens["rate"], {"stars": "5"}).status_code, 303
        )
        rating = self.order._get_customer_rating()
        self.assertEqual(rating.rating, 5)
        used = self.order.link_ids.filtered("used_on").mapped("purpose")
        self.assertEqual(sorted(used), ["rate", "sign"])

    def test_a_visitor_by_link_gives_his_name(self):
        """DOC-13: what is asked for by a link carries the name of who asks."""
        token = self._token("visit")
        self._login(None)
        url = f"/my/service/order/{self.order.id}/confirm?access_token={token}"
        with mute_logger("odoo.http"):
            self.assertEqual(self._post(url).status_code, 400)
        self.assertFalse(self.order.customer_confirmed_on)
        self.assertEqual(self._post(url, {"name": "Li"}).status_code, 303)
        self.assertTrue(self.order.customer_confirmed_on)


@tagged("post_install", "-at_install")
class TestPortalDoors(PortalCommon):
    """Two customers who cannot see each other, on every route."""

    def test_every_route_refuses_the_other_customer(self):
        """HOT-21: every address with a foreign, wrong or huge id gives nothing."""
        self._on_site()
        foreign_unit = self.equipment
        self.env.flush_all()
        secrets = (self.order.name, self.ticket.number, "CP-0007", "SN-CP-0007")
        secrets += (self.customer.name, self.site.name)
        for user in (self.portal2_user, None):
            self._login(user)
            for target in (self.order.id, 2**31 - 1, 2**31, 10**30):
                self._try_order(target, secrets)
            answer = self.url_open(f"/my/service/report?equipment={foreign_unit.id}")
            self.assertNotIn("SN-CP-0007", answer.text)
            answer = self._post(
                "/my/service/report", {"equipment": foreign_unit.id, "text": "x"}
            )
            self.assertIn(answer.status_code, (303, 404))
            for path in ("/my/service", "/my/service/equipment", "/my/service/report"):
                page = self.url_open(path).text
                for secret in secrets:
                    self.assertNotIn(secret, page, path)
        self.assertFalse(self.order.signed_on)
        self.assertFalse(self.order.change_ids)
        self.assertEqual(len(self.equipment.ticket_ids), 1)

    def _try_order(self, order_id, secrets):
        """Try every address of an order that is not ours."""
        base = f"/my/service/order/{order_id}"
        data = {"name": "x", "stars": "5", "wanted": "2030-01-01T10:00"}
        answers = [
            self.url_open(base),
            self.url_open(f"{base}?report_type=pdf"),
            self.url_open(f"{base}?access_token={'x' * 43}"),
            self._post(f"{base}/confirm", data),
            self._post(f"{base}/move", data),
            self._post(f"{base}/rate", data),
        ]
        for answer in answers:
            self.assertEqual(answer.status_code, 404, answer.url)
            for secret in secrets:
                self.assertNotIn(secret, answer.text, answer.url)
        with mute_logger("odoo.http"):
            self.assertIn("error", self._sign(order_id))

    @mute_logger("odoo.http")
    def test_no_address_writes_by_get_or_without_csrf(self):
        """HOT-21: every writing route refuses GET, and POST without a CSRF token."""
        self._done()
        self._login(self.portal_user)
        self.equipment.action_print_label()
        self.env.flush_all()
        code = self.equipment.sudo().qr_token
        base = f"/my/service/order/{self.order.id}"
        data = {"stars": "5", "text": "x", "name": "x", "phone": "1"}
        for url in (f"{base}/confirm", f"{base}/move", f"{base}/rate"):
            self.assertEqual(self.url_open(url).status_code, 405, url)
        for url in (
            f"{base}/confirm",
            f"{base}/move",
            f"{base}/rate",
            "/my/service/report",
            f"/service/unit/{code}",
        ):
            answer = self._post(url, data, csrf=False)
            self.assertEqual(answer.status_code, 400, url)
        self.assertFalse(self.order._get_customer_rating())
        self.assertEqual(len(self.equipment.ticket_ids), 1)
