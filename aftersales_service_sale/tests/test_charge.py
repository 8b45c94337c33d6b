from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.exceptions import (
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from odoo.addons.aftersales_service.tests.field_common import picture

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestTariff(ChargeCommon):
    """What service costs, from a day on."""

    def test_warr_02_the_tariff_of_the_day_counts(self):
        """WARR-02, SALE-05: dated tariffs; the one in force on the day of the job."""
        later = self._tariff("Tariff April", "2026-04-01", 170.0)
        later.with_user(self.gm_user).action_approve()
        tariffs = self.env["aftersales.tariff"]
        self.assertEqual(tariffs._get_valid(self.company, self._day(3)), self.tariff)
        self.assertEqual(tariffs._get_valid(self.company, self._day(4)), later)
        self.assertFalse(tariffs._get_valid(self.company, self._day(12, 2025)))
        self.assertEqual(self.tariff._get_price(self.labour), 150.0)
        self.assertEqual(self.tariff._get_price(self.filter_part), 280.0)

    def _day(self, month, year=2026):
        return date(year, month, 15)

    def test_warr_02_a_signed_tariff_stays(self):
        """WARR-02: signed by the general manager, never edited afterwards."""
        draft = self._tariff("Draft", "2026-06-01", 200.0)
        for user in (self.head_user, self.sales_vp_user, self.technician_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                draft.with_user(user).action_approve()
        with self.assertRaises(FrozenFactError):
            self.tariff.with_user(self.head_user).name = "Cheaper"
        with self.assertRaises(FrozenFactError):
            self.tariff.with_user(self.head_user).line_ids[0].price = 1.0
        with self.assertRaises(FrozenFactError):
            self.tariff.with_user(self.head_user).unlink()
        same_day = self._tariff("Second", "2026-01-01", 1.0)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            same_day.with_user(self.gm_user).action_approve()
            self.env.flush_all()

    def test_papers_of_tariff_and_receipt(self):
        """WARR-02, WARR-03: tariff and receipt can be printed; fees stand apart."""
        reports = self.env["ir.actions.report"]
        html = reports._render_qweb_html(
            "aftersales_service_sale.report_tariff", self.tariff.ids
        )[0].decode()
        self.assertIn("We repair what we can", html)
        job = self._approved(with_claim=True)
        receipt = job.action_collect(430.0)
        html = reports._render_qweb_html(
            "aftersales_service_sale.report_receipt", receipt.ids
        )[0].decode()
        for text in (receipt.name, "430", "280", "150"):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestCharge(ChargeCommon):
    """Cause, report, opinion, quotation, approval: in this order."""

    def test_warr_01_from_cause_to_parts(self):
        """WARR-01: each step with its time; parts go only after the approval."""
        job = self._job(with_claim=True)
        claim = job.order_id.claim_ids
        self.assertEqual((job.state, job.reason), ("draft", "out_of_warranty"))
        self.assertEqual(job.line_ids.claim_line_id, claim.line_ids)
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.sales_vp_user).action_approve()
        claim.with_user(self.gm_user).action_approve()
        job.action_show_tariff(self._at("09:55"))
        job.action_report("Valve worn", self._at("10:00"))
        job.with_user(self.head_user).action_tell(self._at("10:10"))
        with self.assertRaises(MissingError):
            claim.with_user(self.warehouse_user).action_issue()
        with self.assertRaises(NotEntitledError):
            claim.action_record_customer_approval("Li Hua")
        job.action_record_opinion("repair", "Li Hua", "Do it", self._at("10:20"))
        self._line(job, self.labour)
        order = job.with_user(self.dispatcher_user).action_quote()
        self.assertEqual(job.with_user(self.dispatcher_user).action_quote(), order)
        self.assertEqual(job.sudo().sale_order_id.amount_untaxed, 430.0)
        with self.assertRaises(MissingError):
            claim.with_user(self.warehouse_user).action_issue()
        self._sign(job)
        self.assertEqual((job.state, job.approved_by), ("approved", "Li Hua"))
        self.assertEqual(claim.customer_approved_by, "Li Hua")
        claim.with_user(self.warehouse_user).action_issue()
        picking = claim.sudo().picking_ids
        picking.with_user(self.warehouse_user).with_context(
            skip_sms=True
        ).button_validate()
        claim.line_ids.action_consume(1)
        self._finish(job.order_id, {})
        job.with_user(self.dispatcher_user).action_done()
        sale = job.sudo().sale_order_id
        lines = sale.order_line.filtered(lambda line: not line.display_type)
        self.assertEqual(set(lines.mapped("qty_delivered")), {1.0})
        self.assertEqual(sale.invoice_status, "to invoice")
        self.assertEqual(sale.amount_to_invoice, 430.0)

    def test_warr_01_steps_keep_their_order(self):
        """WARR-01: no quotation without report, opinion and the shown tariff."""
        job = self._job()
        desk = job.with_user(self.dispatcher_user)
        with self.assertRaises(TransitionError):
            desk.action_quote()
        with self.assertRaises(TransitionError):
            job.action_record_opinion("repair", "Li Hua")
        with self.assertRaises(AccessError):
            job.action_tell()
        with self.assertRaises(TransitionError):
            job.with_user(self.head_user).action_tell()
        job.cause_id = False
        with self.assertRaises(MissingError):
            job.action_report("Broken")
        job.cause_id = self.cause
        job.action_report("Valve worn", self._at("10:00"))
        job.with_user(self.head_user).action_tell(self._at("10:10"))
        with self.assertRaises(MissingError) as caught:
            desk.action_quote()
        for word in ("opinion", "labour", "tariff"):
            self.assertIn(word, str(caught.exception))
        with self.assertRaises(TransitionError):
            desk.action_send()

    def test_warr_01_man_made_damage_in_warranty(self):
        """WARR-01: damage by the user takes the same way within the term."""
        self.equipment.write({"warranty_months": 36})
        order = self._order()
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        self._go(order.with_user(self.technician_user))
        order.with_user(self.technician_user).cause_id = self.cause_misuse
        job = self._job(order)
        self.assertEqual((job.reason, job.cause_id), ("man_made", self.cause_misuse))

    def test_warr_01_approved_by_recorded_letter(self):
        """WARR-01: the letter is attached first; then the order is confirmed."""
        job = self._quoted()
        desk = job.with_user(self.dispatcher_user)
        with self.assertRaises(MissingError):
            desk.action_approve_letter("Li Hua")
        letter = (
            self.env["ir.attachment"]
            .with_user(self.dispatcher_user)
            .create({"name": "letter.png", "datas": picture()})
        )
        desk.letter_ids = letter
        with self.assertRaises(AccessError):
            job.action_approve_letter("Li Hua")
        desk.action_approve_letter("Li Hua", at=self._at("11:00"))
        self.assertEqual((job.state, job.approved_how), ("approved", "letter"))
        self.assertEqual(job.sudo().sale_order_id.state, "sale")
        desk.action_approve_letter("Somebody else")
        self.assertEqual(job.approved_by, "Li Hua", "pressed twice")

    def test_warr_01_a_letter_opens_nobody_elses_file(self):
        """WARR-01: what belongs elsewhere does not become readable by a link."""
        job = self._quoted().with_user(self.dispatcher_user)
        secret = self.env["ir.attachment"].create(
            {
                "name": "contract.png",
                "datas": picture(),
                "res_model": "res.partner",
                "res_id": self.customer2.id,
            }
        )
        with self.assertRaisesRegex(AccessError, "Upload the letter"):
            job.letter_ids = secret

    def test_warr_01_nobody_approves_for_the_customer(self):
        """WARR-01: sales staff neither confirm nor change what was offered."""
        job = self._quoted()
        sale = job.with_user(self.sales_user).sale_order_id
        with self.assertRaises(NotEntitledError):
            sale.action_confirm()
        with self.assertRaises(GuardedFieldError):
            sale.signature = picture()
        line = sale.order_line.filtered("aftersales_charge_line_id")
        with self.assertRaises(GuardedFieldError):
            line.price_unit = 1.0
        with self.assertRaises(GuardedFieldError):
            sale.order_line = [(0, 0, {"product_id": self.filter_part.id})]
        with self.assertRaises(FrozenFactError):
            job.line_ids[0].price_unit = 1.0
        with self.assertRaises(GuardedFieldError):
            job.state = "approved"
        self.assertEqual(job.state, "quoted")

    def test_warr_01_declined_taken_back_or_cancelled(self):
        """WARR-01: no quotation stays open behind a job that ended."""
        job = self._quoted()
        first = job.sudo().sale_order_id
        desk = job.with_user(self.dispatcher_user)
        desk.action_take_back("Another labour price")
        self.assertEqual((job.state, first.state), ("told", "cancel"))
        desk.action_quote()
        second = job.sudo().sale_order_id
        self.assertNotEqual(first, second)
        job.action_decline("Too dear")
        self.assertEqual((job.state, second.state), ("declined", "cancel"))
        job.action_decline("Again")
        self.assertEqual(job.state, "declined", "pressed twice")
        with self.assertRaises(TransitionError):
            desk.action_cancel("Too late")

    def test_warr_03_off_tariff_needs_the_head(self):
        """WARR-03: 150 + 280 + 100 = 530 by the tariff; another price waits."""
        job = self._told(with_claim=True)
        self._line(job, self.labour)
        line = self._line(job, self.upgrade)
        sums = (job.amount_labour, job.amount_parts, job.amount_total)
        self.assertEqual(sums, (250.0, 280.0, 530.0))
        self.assertFalse(job.has_off_tariff)
        line.price_unit = 130.0
        self.assertTrue(job.has_off_tariff)
        job.action_record_opinion("repair", "Li Hua", at=self._at("10:20"))
        desk = job.with_user(self.dispatcher_user)
        with self.assertRaises(MissingError):
            desk.action_quote()
        with self.assertRaises(AccessError):
            line.action_approve_price("Long way")
        line.with_user(self.head_user).action_approve_price("Long way")
        line.with_user(self.head_user).price_unit = 140.0
        self.assertFalse(line.off_on, "another price, another approval")
        with self.assertRaises(AccessError):
            line.with_user(self.head_user).action_approve_price("My own price")
        line.with_user(self.head2_user).action_approve_price("Long way")
        desk.action_quote()
        self.assertEqual(job.amount_total, 570.0)

    def test_warr_03_tariff_is_shown_before_the_work(self):
        """WARR-03: the time it was shown lies before the start, and stays."""
        order = self._paid_order()
        job = self._job(order)
        start = order.with_user(self.technician_user).missing("start")
        self.assertIn("charge_ids", [item["field"] for item in start])
        order.sudo()._unguarded().work_started_on = self._at("10:00")
        with self.assertRaises(TransitionError):
            job.action_show_tariff(self._at("10:05"))
        job.action_show_tariff(self._at("09:55"))
        job.action_show_tariff(self._at("09:58"))
        self.assertEqual(job.tariff_shown_on, self._at("09:55"), "once")
        with self.assertRaises(AccessError):
            job.with_user(self.technician2_user).action_show_tariff()

    def test_warr_05_visit_fee_where_carry_in_was_offered(self):
        """WARR-05: in warranty, the visit wanted: the fee is charged, parts free."""
        self.equipment.write({"warranty_months": 36})
        order = self._order(carry_in="refused")
        self.assertTrue(order.is_chargeable)
        order.action_schedule(self._at("10:00"))
        with self.assertRaises(MissingError):
            order.action_dispatch()
        order.action_tell_cost(80.0, "Li Hua", self._at("08:00"))
        order.action_open_charge()
        job = order.charge_ids
        self.assertEqual(job.reason, "visit_fee")
        self.assertEqual(job.line_ids.kind, "visit_fee")
        self.assertEqual((job.amount_total, job.amount_parts), (80.0, 0.0))
        job.action_show_tariff()
        job.action_tell()
        job.action_record_opinion("repair", "Li Hua")
        self.assertTrue(job.action_quote())

    def test_warr_05_no_fee_without_the_offer(self):
        """WARR-05: without carry-in offered nobody pays for the visit."""
        job = self._job()
        self.assertNotIn("visit_fee", job.line_ids.mapped("kind"))

    def test_warr_08_cost_is_told_before_the_visit(self):
        """WARR-08: amount, who and when; before that nobody is dispatched."""
        order = self._order()
        self.assertTrue(order.is_chargeable)
        order.action_schedule(self._at("10:00"))
        fields = [item["field"] for item in order.missing("dispatch")]
        self.assertIn("cost_told_amount", fields)
        with self.assertRaises(MissingError):
            order.action_dispatch()
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_tell_cost(150.0, "Li")
        with self.assertRaises(UserError):
            order.action_tell_cost(-1, "Li Hua")
        with self.assertRaises(GuardedFieldError):
            order.cost_told_amount = 150.0
        order.action_tell_cost(150.0, "Li Hua", self._at("08:00"))
        order.action_dispatch()
        told = (order.cost_told_amount, order.cost_told_to, order.cost_told_by_id)
        self.assertEqual(told, (150.0, "Li Hua", self.dispatcher_user))

    def test_warr_08_the_setting_lifts_it(self):
        """WARR-01, WARR-08: houses without this chain record the word alone."""
        self.company.aftersales_charge_required = False
        order = self._order()
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        claim = self._claim(order)
        claim.action_record_customer_approval("Li Hua")
        self.assertEqual(claim.customer_approved_by, "Li Hua")

    def test_warr_07_declined_part_with_signature(self):
        """WARR-07: stored with signature; the same part later says so."""
        order = self._paid_order()
        field = order.with_user(self.technician_user)
        with self.assertRaises(UserError):
            field.action_decline_part(self.filter_part.id, "", "Li", picture())
        with self.assertRaises(UserError):
            field.action_decline_part(self.filter_part.id, "Runs hot", "Li", "x")
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_decline_part(
                self.filter_part.id, "Runs hot", "Li Hua", picture()
            )
        declined = field.action_decline_part(
            self.filter_part.id, "Runs hot without", "Li Hua", picture()
        )
        self.assertEqual(declined.equipment_id, self.equipment)
        with self.assertRaises(FrozenFactError):
            declined.sudo().declined_by = "Nobody"
        claim = self._claim(order)
        self.assertIn("Declined on 03/02/2026", claim.line_ids.declined_text)
        job = self._job(order)
        self.assertIn("Declined on", job.line_ids.declined_text)
        order2 = self._order()
        self.assertFalse(order2.decline_ids)

    def test_sale_05_claims_take_the_jobs_quotation(self):
        """SALE-05: one quotation for labour, travel and parts, none beside it."""
        job = self._told(with_claim=True)
        claim = job.order_id.claim_ids.with_user(self.dispatcher_user)
        self._line(job, self.travel)
        with self.assertRaises(UserError):
            claim.action_create_quotation()
        job.action_record_opinion("repair", "Li Hua", at=self._at("10:20"))
        sale = claim.action_create_quotation()
        self.assertEqual(sale.sudo().aftersales_charge_id, job.sudo())
        self.assertEqual(len(job.order_id.charge_ids.sale_order_id), 1)
        sections = sale.sudo().order_line.filtered("display_type").mapped("name")
        self.assertEqual(set(sections), {"Travel", "Part"})

    def test_sale_05_refuses_a_quotation_beside_the_chain(self):
        """WARR-01, SALE-05: without its job a claim gets no quotation."""
        order = self._paid_order()
        claim = self._claim(order).with_user(self.dispatcher_user)
        with self.assertRaises(NotEntitledError):
            claim.action_create_quotation()

    def test_portal_customer_approves_only_his_own(self):
        """WARR-01: by his login or the link; another customer is turned away."""
        job = self._quoted()
        sale = job.sudo().sale_order_id
        sale.action_quotation_sent()
        own = sale.with_user(self.portal_user)
        self.assertEqual(own.read(["name"])[0]["name"], sale.name)
        with self.assertRaises(AccessError):
            sale.with_user(self.portal2_user).read(["name"])
        with self.assertRaises(AccessError):
            job.with_user(self.portal_user).read(["name"])
        with self.assertRaises(UserError):
            own.signature = picture()
        job.with_user(self.sales_user).action_send()
        mail = sale.message_ids.sorted("id")[-1]
        self.assertIn(sale.access_token, mail.body)
