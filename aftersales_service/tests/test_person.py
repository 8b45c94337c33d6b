import io
import json
from datetime import timedelta
from unittest.mock import patch

from openpyxl import load_workbook
from psycopg2 import IntegrityError
from psycopg2.errors import RestrictViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, MissingError, NotEntitledError
from .common_claim import PIXEL
from .common_history import HistoryCommon


class PersonCommon(HistoryCommon):
    """A technician who worked and was paid, and a contact who called."""

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        cls.technician.name = "Ouyang Qilei"  # that nobody else bears
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Li Hua 李华",
                "parent_id": cls.customer.id,
                "email": "li.hua@yunnan.example.com",
                "phone": "+86 138 0000 1234",
            }
        )
        return result

    def _request(self, user=None, **values):
        requests = self.env["aftersales.person.request"].with_user(user or self.hr_user)
        return requests.create({"reason": "Asked by letter of 2 May", **values})

    def _finish(self, order):
        """Take an order to its end behind the guard: its steps are tested elsewhere."""
        order._unguarded().write({"state": "closed"})
        order.env["aftersales.audit"]._log(order, "closed", states={order.id: "done"})

    def _leave(self, employee):
        """Let an employee leave with everything finished."""
        orders = self.env["aftersales.order"].search(
            [("worker_ids.employee_id", "in", employee.ids)]
        )
        for order in orders:
            self._finish(order)
        employee.active = False
        self.env.flush_all()

    def _texts(self, *tables):
        """Return everything that stands in some tables, as one text."""
        self.env.flush_all()
        found = []
        for table in tables:
            self.env.cr.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            found += [json.dumps(json.loads(row[0]), ensure_ascii=False)
                      for row in self.env.cr.fetchall()]  # fmt: skip
        return "\n".join(found)

    def _assert_laws(self):
        results = self.env["aftersales.integrity"].run()
        self.assertFalse([result for result in results if not result["ok"]])
        self.assertTrue(self.env["aftersales.audit"].verify()["ok"])


@tagged("post_install", "-at_install")
class TestPersonExport(PersonCommon):
    """Everything that is kept about a person, in one file."""

    def _workbook(self, request):
        report = self.env["ir.actions.report"].with_user(request.env.user)
        content, kind = report._render_xlsx(
            "aftersales_service.person", request.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(io.BytesIO(content))

    def _cells(self, book):
        return {str(cell.value) for sheet in book for row in sheet for cell in row} - {
            "None"
        }

    def test_an_employee_gets_his_work_and_his_pay(self):
        """DOC-09: the export holds the person's own data, orders and payslips."""
        slip = self._paid()
        self.technician.private_phone = "+86 139 1111 2222"
        request = self._request(employee_id=self.technician.id)
        self.assertEqual(request.action_export()["report_type"], "xlsx")
        cells = self._cells(self._workbook(request))
        self.assertIn("Ouyang Qilei", cells)
        self.assertIn("+86 139 1111 2222", cells)
        self.assertIn(slip.name, cells)
        adjustment = slip.aftersales_settlement_ids.adjustment_id
        self.assertIn(adjustment.name, cells)
        self.assertNotIn("Zhao Min", cells)

    def test_a_contact_gets_his_tickets(self):
        """DOC-09: a contact's export holds what was done for him."""
        ticket = self._create_ticket(partner_id=self.contact.id)
        request = self._request(self.gm_user, partner_id=self.contact.id)
        cells = self._cells(self._workbook(request))
        self.assertIn(ticket.number, cells)
        self.assertIn("li.hua@yunnan.example.com", cells)

    def test_the_window_tells_what_is_kept(self):
        """DOC-09: choosing a person shows what names him, and what is unfinished."""
        requests = self.env["aftersales.person.request"].with_user(self.hr_user)
        with Form(requests) as form:
            form.employee_id = self.technician
            self.assertIn("Service Order", form.held)
            self.assertIn("not archived", form.missing)
            form.partner_id = self.contact
            self.assertFalse(form.employee_id)
            self.assertFalse(form.missing)

    def test_that_it_was_exported_is_on_record_without_the_name(self):
        """DOC-09: the trail says who exported whom, and holds no name of his."""
        self._request(employee_id=self.technician.id).action_export()
        row = self.env["aftersales.audit"].search([("event", "=", "exported")])
        self.assertEqual(row.user_login, "as_hr")
        self.assertEqual(row.res_id, self.technician.id)
        self.assertNotIn("Ouyang", row.document)

    def test_only_hr_and_the_general_manager(self):
        """DOC-09: nobody else opens the window, or prints its file."""
        request = self._request(employee_id=self.technician.id)
        for user in (self.head_user, self.technician_user, self.dispatcher_user):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self._request(user, employee_id=self.technician.id)
                with self.assertRaises(AccessError):
                    request.with_user(user).action_export()
                with self.assertRaises(AccessError):
                    self._workbook(request.with_user(user))

    def test_other_companies_and_companies_are_refused(self):
        """DOC-09: people of another company, firms and our own contacts are refused."""
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": self.company2.id}
        )
        with self.assertRaises(AccessError):
            self._request(employee_id=stranger.id).action_export()
        self.customer.is_company = True
        with self.assertRaises(ArgumentError):
            self._request(partner_id=self.customer.id).action_export()
        with self.assertRaises(ArgumentError):
            self._request(partner_id=self.head_user.partner_id.id).action_export()
        with self.assertRaises(MissingError):
            self._request().action_export()


@tagged("post_install", "-at_install")
class TestPersonErase(PersonCommon):
    """Nameless afterwards, and every law still holds."""

    def test_an_employee_without_a_name_and_the_ledger_unchanged(self):
        """DOC-09: name, numbers and places go; amounts, moves and laws stay."""
        self._stock(self.filter_part, 5)
        self._issued(self.filter_part)
        slip = self._paid()
        self.order.message_post(body="Ouyang Qilei was there")
        self.order.worker_ids._unguarded().write({"arrived_latitude": 25.04})
        before = self._texts("aftersales_settlement", "stock_move")
        totals = self._totals(slip)
        location = self.technician.aftersales_location_id
        location.quant_ids.sudo().write({"quantity": 0})
        self._leave(self.technician)
        self._request(employee_id=self.technician.id).action_erase()
        self.assertEqual(self.technician.name, f"Former Employee {self.technician.id}")
        self.assertNotIn("Ouyang Qilei", slip.name)
        self.assertFalse(self.technician_user.active)
        self.assertEqual(
            self.technician_user.login, f"erased-{self.technician_user.id}"
        )
        self.assertFalse(self.order.worker_ids.arrived_latitude)
        self.assertNotIn("Ouyang Qilei", location.name)
        tables = ("hr_employee", "hr_version", "res_users", "res_partner")
        tables += ("aftersales_order", "aftersales_order_worker", "mail_message")
        tables += ("hr_payslip", "aftersales_adjustment", "resource_resource")
        tables += ("aftersales_equipment_event", "mail_tracking_value")
        self.assertNotIn("Ouyang Qilei", self._texts(*tables))
        self.assertEqual(before, self._texts("aftersales_settlement", "stock_move"))
        self.assertEqual(totals, self._totals(slip))
        self._assert_trail()

    def _assert_trail(self):
        self.assertTrue(self.env["aftersales.audit"].verify()["ok"])
        laws = self.env["aftersales.integrity"].run(["L1", "L2", "L3", "L4", "L5"])
        self.assertFalse([law for law in laws if not law["ok"]])

    def test_what_the_employee_told_us_is_gone(self):
        """DOC-09: address and account go, from versions of long ago too."""
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0000 1111",
                "partner_id": self.technician.work_contact_id.id,
            }
        )
        self.technician.write(
            {"bank_account_ids": [(4, bank.id)], "private_street": "Lane 7"}
        )
        self._leave(self.technician)
        self._request(employee_id=self.technician.id).action_erase()
        self.assertEqual(bank.acc_number, f"erased-{bank.id}")
        versions = self.technician.with_context(active_test=False).version_ids
        self.assertTrue(versions)
        self.assertFalse(any(versions.mapped("private_street")))

    def test_a_contact_is_forgotten_and_his_company_stays(self):
        """DOC-09: the contact's name goes from tickets of his customer too."""
        ticket = self._create_ticket(partner_id=self.customer.id)
        ticket.write({"partner_name": "Li Hua 李华", "name": "Noise, Li Hua 李华"})
        self._finish(self.order)
        request = self._request(self.gm_user, partner_id=self.contact.id)
        request.action_erase()
        alias = f"Former Contact {self.contact.id}"
        self.assertEqual(self.contact.name, alias)
        self.assertFalse(self.contact.email or self.contact.phone)
        self.assertEqual(ticket.partner_name, alias)
        self.assertEqual(ticket.name, f"Noise, {alias}")
        self.assertEqual(self.customer.name, "Yunnan Cold Chain")
        self._assert_laws()

    def test_the_second_time_nothing_happens(self):
        """DOC-09: erased once; a repetition leaves no second entry."""
        request = self._request(self.gm_user, partner_id=self.contact.id)
        request.action_erase()
        request.action_erase()
        self.assertTrue(request.is_erased)
        rows = self.env["aftersales.audit"].search([("event", "=", "erased")])
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows.reason, "Asked by letter of 2 May")

    def test_unfinished_work_comes_first(self):
        """DOC-09: employed, with open orders, pay or parts: refused, with what is."""
        request = self._request(employee_id=self.technician.id)
        self._confirmed("LATE", on="2026-03-05")
        with self.assertRaisesRegex(NotEntitledError, "archived"):
            request.action_erase()
        self.technician.active = False
        request.invalidate_recordset()
        self.assertIn("Adjustment", request.missing)
        with self.assertRaises(NotEntitledError):
            request.action_erase()
        self.assertEqual(self.technician.name, "Ouyang Qilei")
        ticket = self._create_ticket(partner_id=self.contact.id)
        with self.assertRaisesRegex(NotEntitledError, "tickets"):
            self._request(partner_id=self.contact.id).action_erase()
        self.assertTrue(ticket.exists())

    def test_not_without_right_reason_or_on_oneself(self):
        """DOC-09: HR and the general manager only, with a reason, never oneself."""
        with self.assertRaises(AccessError):
            self._request(self.head_user, partner_id=self.contact.id)
        with self.assertRaises(MissingError):
            self._request(partner_id=self.contact.id, reason=" ").action_erase()
        own = self._create_employee("Hu Rong", self.hr_user)
        own.active = False
        with self.assertRaises(NotEntitledError):
            self._request(employee_id=own.id).action_erase()
        self.assertEqual(own.name, "Hu Rong")

    @mute_logger("odoo.sql_db")
    def test_lives_of_units_lose_a_name_and_nothing_else(self):
        """SITE-02, DOC-09: the database lets a name be erased, never replaced."""
        event = self.env["aftersales.equipment.event"]._write_down(
            [
                {
                    "equipment_id": self.equipment.id,
                    "company_id": self.company.id,
                    "kind": "owner",
                    "happened_on": "2026-05-04",
                    "old_value": "Li Hua 李华",
                    "new_value": "Hebei Foods",
                }
            ]
        )
        for change in (
            "old_value = 'Somebody'",
            "old_value = NULL",
            "kind = 'moved'",
            "reason = '—'",
        ):
            with (
                self.subTest(change),
                self.assertRaises(RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    f"UPDATE aftersales_equipment_event SET {change} WHERE id = %s",
                    [event.id],
                )
        self._request(self.gm_user, partner_id=self.contact.id).action_erase()
        self.assertEqual(event.old_value, "—")
        self.assertEqual(event.new_value, "Hebei Foods")
        self.assertNotEqual(event.entered_by, "—")


@tagged("post_install", "-at_install")
class TestPhotoRetention(PersonCommon):
    """Photos are kept as long as the company wants them."""

    def _photo_of(self, record, days):
        photo = self.env["ir.attachment"].create(
            {
                "name": "unit.png",
                "raw": PIXEL,
                "res_model": record._name,
                "res_id": record.id,
            }
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), photo.id],
        )
        return photo

    def _erase(self):
        self.env.flush_all()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60.0
        ):
            self.env["ir.attachment"]._cron_erase_photos()
        self.env.invalidate_all()

    def test_old_photos_of_finished_work_go(self):
        """DOC-09, DISP-16: older than the setting and finished: gone, and on record."""
        self.company.aftersales_photo_days = 30
        old, new = self._photo_of(self.order, 31), self._photo_of(self.order, 29)
        paper = self._photo_of(self.order, 31)
        paper.mimetype = "application/pdf"
        self._erase()
        self.assertTrue(old.exists())
        self._finish(self.order)
        self._erase()
        self.assertEqual((old | new | paper).exists(), new | paper)
        row = self.env["aftersales.audit"].search([("event", "=", "photos_erased")])
        self.assertEqual(row.res_id, self.order.id)
        self.assertEqual(row.detail, {"photos": 1})
        self._assert_laws()

    def test_what_a_case_judges_stays(self):
        """DOC-09, COST-01: evidence stays until the responsibility is decided."""
        self.company.aftersales_photo_days = 30
        old = self._photo_of(self.order, 400)
        self._finish(self.order)
        case = (
            self.env["aftersales.case"]
            ._unguarded()
            .create(
                {
                    "subject": "Who broke it",
                    "company_id": self.company.id,
                    "source_model": self.order._name,
                    "source_id": self.order.id,
                }
            )
        )
        self._erase()
        self.assertTrue(old.exists())
        case._guarded_again()._set_state("dismissed", reason="Nobody")
        self._erase()
        self.assertFalse(old.exists())

    def test_evidence_of_claims_goes_when_they_are_over(self):
        """PART-02, DOC-09: archived while the claim lives; then as the setting says."""
        self.company.aftersales_photo_days = 30
        claim = self._claim(self.filter_part)
        claim.action_submit()
        photo = claim.sudo().evidence_ids
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=90), photo.id],
        )
        self._erase()
        self.assertTrue(photo.exists())
        claim.with_user(self.dispatcher_user).action_reject("Not ours")
        self._erase()
        self.assertFalse(photo.exists())

    def test_without_the_setting_photos_are_kept(self):
        """DOC-09: 0 days keeps every photo; fewer are refused."""
        old = self._photo_of(self.order, 4000)
        self._finish(self.order)
        self._erase()
        self.assertTrue(old.exists())
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.company.aftersales_photo_days = -1
            self.env.flush_all()
