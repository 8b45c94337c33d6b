import io
import shutil
import unittest

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .field_common import FieldCommon

REPORT = "aftersales_service.action_report_order"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderReport(FieldCommon):
    """The service report says what happened, three times, for many orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.phone = "+86 400 555 0100"

    def _render(self, orders, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.technician_user)
        content, kind = reports._render_qweb_html(REPORT, orders.ids)
        self.assertEqual(kind, "html")
        return html.fromstring(content)

    def test_disp_04_three_marked_copies(self):
        page = self._render(self._walk("done"))
        copies = page.xpath("//td[@class='o_as_copy']/div/text()")
        self.assertEqual(
            copies,
            [
                "Copy for the customer",
                "Copy for the head of department",
                "Copy for the company's file",
            ],
        )
        pages = page.xpath("//div[contains(@class, 'o_as_break')]")
        self.assertEqual(len(pages), 2)

    def test_disp_04_an_empty_cell_keeps_its_place(self):
        """DISP-04, DISP-30: what is not known yet leaves a gap, and shifts nothing."""
        order = self._order()
        self.assertFalse(order.unit_ids.remedy_id)
        table = self._render(order, self.dispatcher_user).xpath(
            "//table[tr/th[normalize-space()='Symptom']]"
        )[0]
        head, *rows = table.xpath("tr")
        self.assertEqual(len(rows), 1)
        self.assertEqual(len(rows[0].xpath("td")), len(head.xpath("th")))

    def test_disp_30_the_page_says_what_was_found_and_done(self):
        order = self._walk("done", ticket_id=self._ticket().id)
        text = " ".join(self._render(order).text_content().split())
        for expected in (
            order.name,
            self.company.name,
            self.customer.name,
            self.site.name,
            order.ticket_id.sudo().number,
            "CP-0007",
            "SN-CP-0007",
            "No pressure",
            "Valve broken",
            "Part changed",
            "Fixed",
            "Covered",
            "Valve changed.",
            "Quick and friendly.",
            "Passed",
            "Wang Lei",
            "2026-03-02 09:50",
            "Li Hua, 2026-03-02 11:00",
            "No parts were used.",
            "+86 400 555 0100",
        ):
            with self.subTest(expected=expected):
                self.assertIn(expected, text)

    def test_the_signature_is_inside_the_page(self):
        page = self._render(self._walk("done"))
        sources = page.xpath("//img/@src")
        self.assertEqual(len(sources), 3)
        self.assertTrue(all(src.startswith("data:image/") for src in sources))

    def test_a_refused_signature_is_stated(self):
        order = self._findings(self._walk("on_site"))
        order.action_refuse_signature("Does not want to comment")
        text = self._render(order).text_content()
        self.assertIn("Does not want to comment", text)

    def test_texts_of_customers_cannot_become_markup(self):
        order = self._findings(
            self._walk("on_site"), customer_opinion="<script>alert(1)</script>"
        )
        page = self._render(order)
        self.assertFalse(page.xpath("//script[contains(text(), 'alert(1)')]"))
        self.assertIn("<script>alert(1)</script>", page.text_content())

    def test_the_page_speaks_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.symptom.with_context(lang="fr_FR").name = "Pas de pression"
        text = self._render(self._walk("done")).text_content()
        self.assertIn("Pas de pression", text)

    def test_many_orders_are_one_document(self):
        orders = self._walk("done") | self._walk("done", mode="onsite")
        report = self.env["ir.actions.report"]._get_report(REPORT)
        content = report._render_qweb_html(REPORT, orders.ids)[0]
        bodies, *_rest = report._prepare_html(content, report_model="aftersales.order")
        self.assertEqual(len(bodies), 1)
        for order in orders:
            self.assertIn(order.name, bodies[0])
        self.assertNotIn("http://", bodies[0].replace("http://www.w3.org", ""))

    def test_several_orders_print_in_one_run(self):
        if not shutil.which("wkhtmltopdf"):
            raise unittest.SkipTest("wkhtmltopdf is not installed")
        orders = self._walk("done") | self._walk("closed")
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(REPORT, orders.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 6)

    def test_a_stranger_gets_no_report(self):
        order = self._walk("done")
        for user in (self.technician2_user, self.hr_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._render(order, user)
