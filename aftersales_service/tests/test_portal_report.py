"""What a customer reports by the portal and by the code on his unit."""

import base64
import io

from PIL import Image
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon

EVIL = "<script>alert(1)</script>"


def _png(size=(40, 30)):
    output = io.BytesIO()
    Image.new("RGB", size, "red").save(output, "PNG")
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestPortalReport(PortalCommon):
    """Faults that customers report themselves."""

    def _report(self, data=None, files=None):
        values = {"text": "It leaks oil", "equipment": self.equipment.id}
        return self._post("/my/service/report", {**values, **(data or {})}, files=files)

    def _last(self):
        return self.env["helpdesk.ticket"].search([], order="id desc", limit=1)

    def test_own_equipment_with_warranty_in_words(self):
        """HOT-21, WARR-01: the customer sees sites and units with plain words."""
        self._login(self.portal_user)
        page = self.url_open("/my/service/equipment").text
        self.assertIn(self.site.name, page)
        self.assertIn("SN-CP-0007", page)
        self.assertIn(self.equipment.warranty_text, page)

    def test_report_with_photos(self):
        """HOT-21: a report on an own unit, with private photos drawn again."""
        self._login(self.portal_user)
        self.assertIn("SN-CP-0007", self.url_open("/my/service/report").text)
        files = [("photos", ("../../<b>.svg.png", _png(), "image/png"))]
        answer = self._report(files=files)
        self.assertEqual(answer.status_code, 303)
        ticket = self._last()
        self.assertEqual(ticket.equipment_id, self.equipment)
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.call_type, "repair")
        self.assertEqual(ticket.channel_id.name, "Web")
        photo = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(photo.name, "photo-1.png")
        self.assertFalse(photo.public)
        self._login(self.portal2_user)
        stolen = self.url_open(f"/web/content/{photo.id}")
        self.assertNotEqual(stolen.content, base64.b64decode(photo.datas))
        self.assertNotEqual(stolen.status_code, 200)

    def test_a_complaint_comes_in_by_the_web(self):
        """HOT-21: a complaint submitted on the portal arrives as channel web."""
        self._login(self.portal_user)
        self.assertEqual(self._report({"kind": "complaint"}).status_code, 303)
        self.assertEqual(self._last().call_type, "complaint")
        self.assertEqual(self._last().channel_id.name, "Web")

    def test_report_by_serial_finds_own_units_only(self):
        """HOT-21: a foreign serial gives the same answer as an unknown one."""
        self._login(self.portal_user)
        self._report({"equipment": "", "serial": "sn-cp-0007"})
        self.assertEqual(self._last().equipment_id, self.equipment)
        self._login(self.portal2_user)
        for serial in ("SN-CP-0007", "SN-CP-____", "%", "NOPE"):
            answer = self._report({"equipment": "", "serial": serial})
            self.assertEqual(answer.status_code, 303)
            self.assertFalse(self._last().equipment_id)
            self.assertEqual(self._last().partner_id, self.customer2)
            self.assertIn(serial, self._last().description)

    def test_texts_cannot_become_markup(self):
        """HOT-21: what customers type stays text everywhere."""
        self._login(self.portal_user)
        self._report({"text": EVIL, "phone": EVIL})
        self.assertNotIn("<script", self._last().description)
        page = self.url_open(f"/my/ticket/{self._last().id}").text
        self.assertNotIn(EVIL, page)

    def test_reports_of_a_customer_are_limited(self):
        """HOT-21: so many in some minutes for a customer, whoever of his sends them."""
        self.company.write(
            {"aftersales_report_limit": 2, "aftersales_report_minutes": 60}
        )
        person = {"name": "Colleague", "parent_id": self.customer.id}
        colleague = self._create_portal_user(
            "as_portal_c", self.env["res.partner"].create(person)
        )
        self.env.flush_all()
        self._login(self.portal_user)
        codes = [self._report().status_code for _n in range(3)]
        self.assertEqual(codes, [303, 303, 429])
        self._login(colleague)
        self.assertEqual(self._report().status_code, 429)
        self._login(self.portal2_user)
        self.assertEqual(self._report({"equipment": ""}).status_code, 303)

    def test_counters_begin_anew_after_their_minutes(self):
        """HOT-21: what was counted in the last ten minutes is forgotten in the next."""
        throttle = self.env["aftersales.throttle"]
        for now, expected in (
            ("2026-05-04 02:00:00", True),
            ("2026-05-04 02:09:59", False),
            ("2026-05-04 02:10:00", True),
            ("2026-05-04 03:05:00", True),
        ):
            with freeze_time(now):
                self.assertIs(throttle._hit("test", 1, 10), expected, now)

    def test_limits_that_make_no_sense_are_refused(self):
        """HOT-21: minutes are counted within an hour, limits are not negative."""
        for name, value in (
            ("aftersales_report_limit", -1),
            ("aftersales_report_minutes", 0),
            ("aftersales_report_minutes", 61),
        ):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.company[name] = value
                self.env.flush_all()

    @mute_logger("odoo.http")
    def test_bad_uploads_are_refused(self):
        """HOT-21: no other files than pictures, not too many, not too large."""
        self._login(self.portal_user)
        before = self._last()
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
        bad = {
            "svg": [("photos", ("x.png", svg, "image/png"))],
            "html": [("photos", ("x.png", b"<html></html>", "image/png"))],
            "empty": [("photos", ("x.png", b"", "image/png"))],
            "gif": [("photos", ("x.gif", b"GIF89a", "image/gif"))],
            "cut": [("photos", ("x.png", _png()[:40], "image/png"))],
            "big": [("photos", ("x.png", _png() + b"0" * 11 * 2**20, "image/png"))],
            "many": [("photos", (f"{n}.png", _png(), "image/png")) for n in range(11)],
        }
        for name, files in bad.items():
            with self.subTest(name):
                answer = self._report(files=files)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual(self._last(), before)
        for data in ({"text": ""}, {"text": "x" * 5000}, {"kind": "x"}):
            self.assertEqual(self._report(data).status_code, 400, str(data)[:40])
        for unit in ("x", "-1", "9" * 40):
            self.assertEqual(self._report({"equipment": unit}).status_code, 400)
        self.assertEqual(self._last(), before)


@tagged("post_install", "-at_install")
class TestUnitCode(PortalCommon):
    """The code on the unit: a report without a login."""

    def setUp(self):
        super().setUp()
        self.equipment.with_user(self.technician_user).action_print_label()
        self.env.flush_all()
        self.code = self.equipment.sudo().qr_token
        self._login(None)

    def _report(self, code=None, **data):
        values = {"text": "Smoke", "name": "Passer-by", "phone": "139"}
        return self._post(f"/service/unit/{code or self.code}", {**values, **data})

    def test_the_page_tells_strangers_nothing(self):
        """HOT-21: brand, model and the serial's tail; no customer, no site."""
        self.equipment.brand = "Atlas"
        page = self.url_open(f"/service/unit/{self.code}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Atlas", page.text)
        self.assertIn("0007", page.text)
        for secret in ("SN-CP-0007", self.customer.name, self.site.name, "CP-0007<"):
            self.assertNotIn(secret, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_a_report_waits_for_the_desk(self):
        """HOT-21: the ticket knows its unit and customer, and who called."""
        answer = self._report(text=f"Smoke {EVIL}")
        self.assertEqual(answer.status_code, 303)
        ticket = self.equipment.ticket_ids.sorted("id")[-1]
        self.assertEqual(
            ticket.channel_id, self.env.ref("aftersales_service.helpdesk_channel_qr")
        )
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.user_id)
        self.assertIn("Passer-by", ticket.description)
        self.assertNotIn("<script", ticket.description)
        page = self.url_open(answer.headers["Location"]).text
        self.assertNotIn(ticket.number, page)

    def test_reports_are_limited_in_the_database(self):
        """HOT-21: so many an hour per unit and address, then a refusal."""
        self.company.aftersales_qr_unit_limit = 2
        self.env.flush_all()
        codes = [self._report().status_code for _n in range(4)]
        self.assertEqual(codes, [303, 303, 429, 429])
        self.assertEqual(len(self.equipment.ticket_ids), 3)
        self.company.aftersales_qr_unit_limit = 100
        self.company.aftersales_qr_address_limit = 4
        self.env.flush_all()
        self.assertEqual(self._report().status_code, 429)

    def test_guessing_ends_soon(self):
        """HOT-21: wrong codes are counted by address and then refused."""
        first = self.env["res.company"].search([], order="id", limit=1)
        first.aftersales_qr_address_limit = 3
        self.env.flush_all()
        codes = [
            self.url_open(f"/service/unit/{'x' * 31}{n}").status_code for n in range(5)
        ]
        self.assertEqual(codes, [404, 404, 404, 429, 429])

    def test_a_rotated_code_stops_the_old_label(self):
        """HOT-21: codes are rotated on demand, by the desk."""
        with self.assertRaises(AccessError):
            self.equipment.with_user(self.technician_user).action_rotate_code()
        self.equipment.with_user(self.dispatcher_user).action_rotate_code()
        self.env.flush_all()
        self.assertEqual(self.url_open(f"/service/unit/{self.code}").status_code, 404)
        with self.assertRaises(AccessError):
            self.equipment.with_user(self.head_user).read(["qr_token"])

    def test_the_label_carries_the_code(self):
        """HOT-30: the label shows code, unit and hotline."""
        self.company.aftersales_hotline = "400-555"
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html(
                "aftersales_service.action_report_label", self.equipment.ids
            )
        )
        page = content.decode()
        self.assertIn("400-555", page)
        self.assertIn("data:image/png", page)
