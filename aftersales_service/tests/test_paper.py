"""Forms, filed papers, copies and the month book."""

import base64
import io
import shutil
import unittest
import unittest.mock
from datetime import timedelta

from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .field_common import FieldCommon, picture

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"


class PaperCommon(FieldCommon):
    """A finished order and a form, without the printer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        orders = type(cls.env["aftersales.order"])
        cls.startClassPatcher(
            unittest.mock.patch.object(orders, "_print_report", lambda self: PDF)
        )
        cls.form = cls.env.ref("aftersales_service.form_f12")
        cls.scan = cls.env["aftersales.form"].create(
            {"code": "T-SCAN", "name": "Registration", "days_to_file": 3}
        )

    def _file(self, user=None, **values):
        wizard = (
            self.env["aftersales.document.file"]
            .with_user(user or self.dispatcher_user)
            .create(
                {
                    "form_id": self.scan.id,
                    "site_id": self.site.id,
                    "paper_date": "2026-03-01",
                    "content": base64.b64encode(PDF),
                    "file_name": "scan.pdf",
                    **values,
                }
            )
        )
        action = wizard.action_confirm()
        return self.env["aftersales.document"].browse(action["res_id"])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestPaper(PaperCommon):
    """What is filed, and by whom."""

    def test_report_is_filed_once_with_number_and_signers(self):
        """DOC-08, DOC-11: a filed report has a number, and says who signed it."""
        order = self._walk("done")
        order.action_file_report()
        papers = order.action_file_report()
        self.assertEqual(len(papers), 1)
        paper = papers.sudo()
        self.assertRegex(paper.name, r"^AR/\d{4}/\d+")
        self.assertEqual(paper.partner_id, self.customer)
        self.assertEqual(paper.site_id, self.site)
        self.assertIn("Customer: Li Hua, 2026-03-02 11:00", paper.signers)
        self.assertIn("Technician: Wang Lei", paper.signers)
        self.assertEqual(paper.paper_date.isoformat(), "2026-03-02")

    def test_only_finished_work_is_filed(self):
        """DOC-08: the report of running work is not filed."""
        with self.assertRaises(UserError):
            self._walk("on_site").action_file_report()
        with self.assertRaises(AccessError):
            self._walk("done").with_user(self.warehouse_user).action_file_report()

    def test_three_copies_are_noted_once(self):
        """DISP-04, DOC-04: the distribution list names three receivers."""
        order = self._walk("done")
        copies = order.action_hand_out(at=self._at("12:00"), request_key="k1")
        self.assertEqual(copies.mapped("recipient"), ["customer", "head", "company"])
        order.action_hand_out(at=self._at("12:00"), request_key="k1")
        order.action_hand_out()
        order.action_hand_out(["technical"])
        self.assertEqual(len(order.document_ids.copy_ids), 4)
        with self.assertRaises(UserError):
            order.action_hand_out(["nobody"])
        with self.assertRaises(UserError):
            order.document_ids.copy_ids.unlink()

    def test_policy_wants_the_copies_before_closing(self):
        """DISP-04: with the policy's setting, closing waits for three copies."""
        self.policy.copies_before_close = True
        order = self._walk("done")
        with self.assertRaises(UserError):
            order.action_close()
        order.action_hand_out(["customer", "head"])
        with self.assertRaises(UserError):
            order.action_close()
        order.action_hand_out()
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_filed_papers_are_not_deleted(self):
        """DOC-09: no user deletes a filed paper; an administrator leaves a trace."""
        order = self._walk("done")
        paper = order.action_file_report()
        for user in (self.dispatcher_user, self.head_user, self.technician_user):
            with self.subTest(user.login), self.assertRaises(UserError):
                paper.with_user(user).unlink()
        with self.assertRaises(UserError):
            order.unlink()
        admin = self._create_user("as_admin", "base.group_system")
        paper_id = paper.id
        paper.with_user(admin).unlink()
        trail = self.env["aftersales.audit"].search(
            [("model", "=", "aftersales.document"), ("res_id", "=", paper_id)]
        )
        self.assertIn("paper_deleted", trail.mapped("event"))

    def test_filed_papers_do_not_change(self):
        """DOC-11: a correction is a new version, the signed copy stays."""
        paper = self._file()
        for values in ({"digest": "x"}, {"paper_date": "2026-01-01"}, {"signers": "x"}):
            with self.subTest(values), self.assertRaises(UserError):
                paper.with_user(self.head_user).write(values)
        with self.assertRaises(AccessError):
            paper.with_user(self.head_user).read(["content"])
        newer = self._file(
            previous_id=paper.id, content=base64.b64encode(PDF + b"2"), form_id=False
        )
        self.assertEqual((newer.version, newer.previous_id), (2, paper))
        self.assertEqual((paper.state, newer.state), ("superseded", "filed"))
        with self.assertRaises(UserError):
            self._file(previous_id=paper.id)

    def test_late_papers_and_wrong_files(self):
        """DOC-06: a paper filed late is marked; only PDF and pictures are filed."""
        self.assertFalse(self._file().is_late)
        self.assertTrue(self._file(paper_date="2026-02-20").is_late)
        for content in (b"<html>", b"MZ", b"<svg/>"):
            with self.subTest(content), self.assertRaises(UserError):
                self._file(content=base64.b64encode(content))
        with self.assertRaises(AccessError):
            self._file(user=self.technician_user)
        self._file(content=picture(kind="JPEG"))

    def test_missing_papers_are_listed(self):
        """DOC-07: finished orders without a paper they owe stand on a list."""
        order = self._walk("done")
        search = self.env["aftersales.order"].search
        domain = [("has_missing_papers", "=", True), ("id", "=", order.id)]
        self.assertTrue(order.has_missing_papers)
        self.assertIn("F12", order.missing_papers)
        self.assertEqual(search(domain), order)
        self.assertFalse(search([("has_missing_papers", "=", False), domain[1]]))
        order.action_file_report()
        self.assertFalse(order.has_missing_papers)
        self.assertFalse(search(domain))

    def test_orders_from_before_owe_nothing(self):
        """DOC-07: a form asked for later is not owed by what was finished before."""
        order = self._walk("done")
        forms = self.env["aftersales.form"].search([("is_required", "=", True)])
        domain = [("has_missing_papers", "=", True), ("id", "=", order.id)]
        forms.required_from = order.done_on.date() + timedelta(days=1)
        self.assertFalse(order.has_missing_papers)
        self.assertFalse(order.search(domain))
        forms.required_from = order.done_on.date()
        order.invalidate_recordset()
        self.assertTrue(order.has_missing_papers)
        self.assertEqual(order.search(domain), order)

    def test_keeper_of_a_paper(self):
        """DOC-08: each paper has a keeper, the form's unless another is named."""
        self.scan.keeper_id = self.callback_user
        paper = self._file()
        self.assertEqual(paper.keeper_id, self.callback_user)
        self.assertEqual(
            self._file(keeper_id=self.head_user.id).keeper_id, self.head_user
        )

    def test_a_technician_sees_papers_of_his_orders_only(self):
        """DOC-08: papers are read by whom their order is for."""
        paper = self._walk("done").action_file_report()
        self.assertTrue(paper.with_user(self.technician_user).has_access("read"))
        for user in (self.technician2_user, self.hr_user, self.portal_user):
            self.assertFalse(paper.with_user(user).has_access("read"), user.login)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestForms(PaperCommon):
    """The forms of the house, printed with the facts of documents."""

    def _print(self, records, code, lang="en_US", user=None):
        user = user or self.dispatcher_user
        form = self.env["aftersales.form"].search([("code", "=", code)])
        wizard = (
            self.env["aftersales.form.print"]
            .with_user(user)
            .create(
                {
                    "model": records._name,
                    "record_ids": records.ids,
                    "form_id": form.id,
                    "lang": lang,
                }
            )
        )
        wizard.action_print()
        reports = self.env["ir.actions.report"].with_user(user)
        content, _kind = reports._render_qweb_html(
            "aftersales_service.action_report_form", wizard.ids
        )
        return html.fromstring(content)

    def test_every_form_of_the_house_prints(self):
        """DOC-10, F11, F12, F16, F17, F18, F21, F22, F23, F24, F25, F34, F40, F48, F49,
        F50, F51, F57, F75, F79, F80: each prints its header, and no path is broken.
        """
        unsure = {"fix_confidence": "unsure"}
        order = self._walk("done", unsure, ticket_id=self._ticket().id)
        samples = {
            "aftersales.order": order,
            "helpdesk.ticket": order.sudo().ticket_id,
            "aftersales.equipment": self.equipment,
            "aftersales.site": self.site,
            "aftersales.call": self.env["aftersales.call"].create(
                {
                    "company_id": self.company.id,
                    "caller_name": "Li",
                    "phone": "139",
                    "place": "Hall 1",
                    "subject": "No pressure",
                }
            ),
            "aftersales.callback": order.sudo().callback_ids[:1],
        }
        forms = self.env["aftersales.form"].search([("model", "!=", False)])
        shipped = "F11 F12 F16 F17 F18 F21 F22 F23 F24 F25 F34 F40 F48 F49 F50 F57 F75"
        self.assertLessEqual(set(shipped.split()), set(forms.mapped("code")))
        for form in forms:
            with self.subTest(form.code):
                self.assertTrue(samples[form.model])
                text = self._print(samples[form.model], form.code).text_content()
                self.assertIn(form.number, text)
                self.assertIn(form.department, text)
                self.assertIn(self.company.name, text)

    def test_the_dispatch_order_tells_all(self):
        """DISP-09: customer, address, job, appointment, technician, signatures."""
        order = self._walk("dispatched", ticket_id=self._ticket().id)
        text = " ".join(self._print(order, "F16").text_content().split())
        for expected in (
            order.name,
            self.customer.name,
            "No pressure",
            "Intake valve",
            "Wang Lei",
            "AS-F16",
            "signature and date",
        ):
            self.assertIn(expected, text)

    def test_several_documents_in_one_print(self):
        """DOC-10: many documents are one print, a sheet each."""
        orders = self._walk("done") | self._walk("done")
        page = self._print(orders, "F17")
        self.assertEqual(len(page.xpath("//div[contains(@class, 'o_as_break')]")), 1)
        for order in orders:
            self.assertIn(order.name, page.text_content())

    def test_texts_stay_texts(self):
        """DOC-10: what people typed cannot become markup on paper."""
        order = self._walk("done", {"solution": "<script>alert(1)</script>"})
        page = self._print(order, "F18")
        self.assertFalse(page.xpath("//script[contains(text(), 'alert(1)')]"))
        self.assertIn("alert(1)", page.text_content())

    def test_the_reader_chooses_the_language(self):
        """DOC-10: a form prints in the language of its reader."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.symptom.with_context(lang="fr_FR").name = "Pas de pression"
        order = self._walk("done")
        text = self._print(order, "F18", lang="fr_FR").text_content()
        self.assertIn("Pas de pression", text)

    def test_the_card_we_leave(self):
        """DISP-16, HOT-30: the card names order, technician and hotline."""
        self.company.aftersales_hotline = "400-820"
        order = self._walk("dispatched")
        text = self._print(order, "CARD", user=self.technician_user).text_content()
        self.assertIn("400-820", text)
        self.assertIn(order.name, text)

    def test_the_warranty_card(self):
        """HOT-30: the product file is a card with the hotline's number."""
        self.company.aftersales_hotline = "400-820"
        text = self._print(self.equipment, "WCARD").text_content()
        self.assertIn("SN-CP-0007", text)
        self.assertIn("400-820", text)

    def test_strangers_print_nothing(self):
        """DOC-12: a form prints only what its user may read."""
        order = self._walk("done")
        with self.assertRaises(AccessError):
            self._print(order, "F18", user=self.technician2_user)
        with self.assertRaises(AccessError):
            self._print(order, "F18", user=self.hr_user)
        with self.assertRaises(UserError):
            self._print(order, "F11")

    def test_a_form_names_real_facts_only(self):
        """DOC-10: a path that leads nowhere is refused when the form is made."""
        for path in ("nothing", "partner_id.nothing", "signature", "a.b.c.d.e.f"):
            with self.subTest(path), self.assertRaises(ValidationError):
                self.env["aftersales.form"].create(
                    {
                        "code": "T-X",
                        "name": "X",
                        "model": "aftersales.order",
                        "field_ids": [(0, 0, {"label": "X", "path": path})],
                    }
                )

    def test_the_window_takes_what_was_selected(self):
        """DOC-10: the window prints the documents that were chosen."""
        order = self._walk("done")
        wizards = self.env["aftersales.form.print"].with_context(
            active_model="aftersales.order", active_ids=order.ids
        )
        with Form(wizards.with_user(self.dispatcher_user)) as form:
            form.form_id = self.form
        self.assertEqual(form.record._get_records(), order)

    def test_the_report_says_what_comes_next(self):
        """DISP-23, DISP-24, COND-07: call-back, hotline and closing words."""
        self.policy.closing_words = "Thank you for your trust."
        self.company.aftersales_hotline = "400-820"
        self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": "No test run",
                "trigger": "no_test_run",
                "delay_hours": 2.0,
                "window_hours": 1.0,
            }
        )
        order = self._walk("done", {"test_run": "no_time"})
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.action_report_order", order.ids)
        )
        text = html.fromstring(content).text_content()
        self.assertIn("Thank you for your trust.", text)
        self.assertIn("400-820", text)
        self.assertIn("We call you back by", text)
        self.assertIn("AS-F12", text)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMonthBook(FieldCommon):
    """A month of reports, bound to one file."""

    def _book(self, **values):
        wizard = (
            self.env["aftersales.month.book"]
            .with_user(self.dispatcher_user)
            .create({"month": "2026-03-15", "company_id": self.company.id, **values})
        )
        return self.env["aftersales.document"].browse(wizard.action_make()["res_id"])

    def test_month_book(self):
        """DOC-05: the month's reports in one file, sent to the technical department."""
        if not shutil.which("wkhtmltopdf"):
            raise unittest.SkipTest("wkhtmltopdf is not installed")
        first = self._walk("done")
        first.action_file_report()
        self._walk("closed")
        self._walk("on_site")
        book = self._book()
        data = book.sudo()._get_bytes()
        self.assertEqual(len(PdfFileReader(io.BytesIO(data)).pages), 6)
        self.assertEqual(
            sorted(book.copy_ids.mapped("recipient")), ["company", "technical"]
        )
        self.assertEqual(book.paper_date.isoformat(), "2026-03-31")
        again = self._book()
        self.assertEqual(again.version, 2)
        self.assertEqual(book.state, "superseded")

    def test_a_month_without_work_has_no_book(self):
        """DOC-05: no reports, no book; and not for everybody."""
        with self.assertRaises(UserError):
            self._book()
        with self.assertRaises(AccessError):
            self.env["aftersales.month.book"].with_user(self.technician_user).create({})


@tagged("post_install", "-at_install")
class TestPaperPrints(HttpCase, PaperCommon):
    """The file of a paper, and the log of its prints."""

    def test_prints_are_logged_and_confidential_ones_restricted(self):
        """DOC-12: each print is on record; confidential papers have few printers."""
        self.scan.is_confidential = True
        self.scan.keeper_id = self.callback_user
        paper = self._file()
        with self.assertRaises(AccessError):
            paper.with_user(self.dispatcher_user).action_print()
        url = f"/aftersales/document/{paper.id}"
        self.authenticate(self.head_user.login, self.head_user.login)
        self.assertEqual(self.url_open(url).status_code, 404)
        for user in (self.head_user, self.callback_user):
            paper.with_user(user).action_print()
        self.assertEqual(paper.print_count, 2)
        self.assertIn(self.head_user, paper.print_ids.user_id)
        self.env.flush_all()
        answer = self.url_open(url)
        self.assertEqual(answer.content, PDF)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        for user in (self.dispatcher_user, self.portal_user):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(url).status_code, 404)
        with self.assertRaises(UserError):
            paper.print_ids.unlink()
