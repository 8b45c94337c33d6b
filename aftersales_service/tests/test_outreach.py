from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 04:00:00")
class TestSeminar(PlanCommon):
    """Difficult faults of a month, analysed and handed on."""

    def _difficult(self, at, **values):
        order = self._create_order(**values)
        order._set_state("scheduled")
        order._unguarded().write(
            {
                "is_difficult": True,
                "difficult_on": at,
                "difficult_note": "Stops at full load",
                "solution_plan": "Change the valve plate",
            }
        )
        return order

    def _seminar(self, **values):
        seminars = self.env["aftersales.seminar"].with_user(self.head_user)
        return seminars.create(
            {"month": "2026-03-15", "company_id": self.company.id, **values}
        )

    def test_all_difficult_faults_of_march_are_in_the_table(self):
        """INSP-08: of the local month, by equipment model with their status, once."""
        # 31 March 23:30 in Shanghai is still March, half an hour later is April.
        last = self._difficult("2026-03-31 15:30:00")
        self._difficult("2026-03-31 16:30:00")
        first = self._difficult("2026-03-05 02:00:00")
        for state in ("dispatched", "on_site", "done"):
            first._set_state(state)
        seminar = self._seminar()
        seminar.action_fill()
        seminar.action_fill()
        lines = seminar.line_ids
        self.assertEqual(lines.order_id, first | last)
        status = {line.order_id: line.status for line in lines}
        self.assertEqual((status[first], status[last]), ("solved", "planned"))
        self.assertEqual(
            set(lines.mapped("equipment_model")),
            {self.equipment._aftersales_model_text()},
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_seminar", seminar.ids
        )
        for text in ("2026-03", "Stops at full load", "Change the valve plate"):
            self.assertIn(text, html.decode())

    def test_the_table_goes_to_the_leaders_and_stays(self):
        """INSP-08: delivered once, logged; nothing in it changes afterwards."""
        self._difficult("2026-03-05 02:00:00")
        seminar = self._seminar()
        with self.assertRaises(MissingError):
            seminar.action_deliver()
        seminar.action_fill()
        seminar.line_ids.selection_note = "Take the bigger plate"
        seminar.action_deliver()
        seminar.action_deliver()  # twice is once
        sent = seminar.message_ids.filtered("partner_ids")
        self.assertEqual(len(sent), 1)
        self.assertIn(self.gm_user.partner_id, sent.partner_ids)
        self.assertEqual(seminar.state, "delivered")
        for change in (
            lambda: seminar.write({"summary": "Other"}),
            lambda: seminar.line_ids.write({"decision": "Other"}),
            lambda: seminar.line_ids.unlink(),
            lambda: seminar.unlink(),
            seminar.action_fill,
        ):
            with self.assertRaises(FrozenFactError):
                change()
        with self.assertRaises(TransitionError):
            seminar.action_cancel()

    def test_heads_alone_compile_it(self):
        """INSP-08: the board reads it, dispatchers and technicians do not."""
        seminar = self._seminar()
        board = seminar.with_user(self.gm_user)
        self.assertTrue(board.name)
        with self.assertRaises(AccessError):
            board.action_fill()
        with self.assertRaises(AccessError):
            seminar.with_user(self.dispatcher_user).read(["name"])


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 04:00:00")
class TestOutreach(PlanCommon):
    """Campaigns to customers, offers and reminders; off until switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_outreach = True

    def _campaign(self, **values):
        campaigns = self.env["aftersales.outreach"].with_user(self.head_user)
        return campaigns.create(
            {
                "name": "Free month",
                "company_id": self.company.id,
                "message": "Book your free service.",
                **values,
            }
        )

    def _customers(self, count, **values):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Owner {number}", "phone": f"+86 138 {number:08}"}
                for number in range(count)
            ]
        )
        sites = self.env["aftersales.site"].create(
            [
                {
                    "name": f"Flat {number}",
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "technician_id": self.technician.id,
                    **values,
                }
                for number, partner in enumerate(partners)
            ]
        )
        sites._set_state("active")
        return sites

    def test_120_customers_get_one_message_each(self):
        """INSP-10: queued once, customers who want none are skipped."""
        sites = self._customers(120, name="Riverside")
        sites[:3].partner_id.aftersales_no_messages = True
        campaign = self._campaign(place="Riverside")
        campaign.action_fill()
        campaign.action_fill()
        self.assertEqual(campaign.line_count, 120)
        campaign.action_run()
        campaign.action_run()  # twice is once
        messages = campaign.line_ids.message_id.sudo()
        self.assertEqual(len(messages), 117)
        self.assertEqual(set(messages.mapped("state")), {"queued"})
        out = campaign.line_ids.filtered(lambda line: line.outcome == "opted_out")
        self.assertEqual(out.partner_id, sites[:3].partner_id)
        sent = []
        self.patch(
            type(self.env["aftersales.message"]),
            "_send_sms",
            lambda message, number, text: sent.append((number, text)) or True,
        )
        messages[0]._send_safely()
        self.assertEqual(messages[0].state, "sent")
        self.assertEqual(sent[0][1], "Book your free service.")

    def test_a_booking_makes_a_visit_tagged_with_the_campaign(self):
        """INSP-10: once; what is booked has no other outcome."""
        self._customers(2, name="Riverside")
        campaign = self._campaign(place="Riverside")
        campaign.action_fill()
        campaign.action_run()
        line = campaign.line_ids[0].with_user(self.dispatcher_user)
        order = line.action_book()
        self.assertEqual(line.action_book(), order)
        self.assertEqual(order.outreach_id, campaign)
        self.assertEqual(order.site_id, line.site_id)
        self.assertEqual(campaign.booked_count, 1)
        with self.assertRaises(TransitionError):
            line.action_decline()
        with self.assertRaises(TransitionError):
            line.action_lead()

    def test_offers_by_phone_bring_bookings_and_leads(self):
        """INSP-11: the list of an estate; a lead is a promising enquiry."""
        self._customers(3, name="Riverside")
        self._customers(2, name="Hillside")
        campaign = self._campaign(kind="offer", channel="phone", place="riverside")
        campaign.action_fill()
        self.assertEqual(campaign.line_count, 3)
        first = campaign.line_ids[0].with_user(self.dispatcher_user)
        with self.assertRaises(TransitionError):
            first.action_book()  # not started
        campaign.action_run()
        self.assertFalse(campaign.line_ids.message_id)
        first.note = "Wants a second unit"
        call = first.action_lead()
        self.assertTrue(call.is_potential)
        self.assertEqual(call.subject, "Wants a second unit")
        self.assertEqual(first.outcome, "lead")
        campaign.line_ids[1].with_user(self.dispatcher_user).action_decline()
        with self.assertRaises(ArgumentError):
            campaign.line_ids[2].action_record("booked")
        with self.assertRaises(AccessError):
            first.with_user(self.technician_user).action_lead()

    def test_follow_ups_reach_three_months_back(self):
        """INSP-12: on 1 April installs of 1 January to 31 March, and no other."""
        sites = self._customers(4)
        days = ("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01")
        for site, day in zip(sites, days, strict=True):
            self.env["aftersales.equipment"].create(
                {
                    "name": day,
                    "serial": day,
                    "brand": "B",
                    "model": "M",
                    "site_id": site.id,
                    "partner_id": site.partner_id.id,
                    "company_id": self.company.id,
                    "install_date": day,
                }
            )
        campaign = self._campaign(kind="follow_up", date="2026-04-01")
        self.assertEqual(str(campaign.installed_from), "2026-01-01")
        self.assertEqual(str(campaign.installed_to), "2026-03-31")
        campaign.action_fill()
        self.assertEqual(campaign.line_ids.site_id, sites[1:3])

    def test_campaigns_are_off_until_switched_on(self):
        """INSP-10, INSP-11, INSP-12: and only heads run them, with list and text."""
        campaign = self._campaign(place="Nowhere")
        campaign.action_fill()
        with self.assertRaises(MissingError):
            campaign.action_run()
        self._customers(1, name="Nowhere")
        campaign.action_fill()
        campaign.message = False
        with self.assertRaises(MissingError):
            campaign.action_run()
        with self.assertRaises(AccessError):
            campaign.with_user(self.dispatcher_user).action_run()
        self.company.aftersales_outreach = False
        with self.assertRaises(NotEntitledError):
            campaign.action_fill()

    # -- offers and reminders

    def _offer(self):
        cron = self.env.ref("aftersales_service.ir_cron_offer_maintenance")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)

    def test_maintenance_is_offered_months_after_the_installation(self):
        """INSP-13: month 6 after the installation, once; 0 months mean never."""
        unit = self.equipment
        unit.write({"install_date": "2025-10-01", "site_id": self.site.id})
        self.assertFalse(unit.offer_on)
        self.compressor.product_tmpl_id.aftersales_offer_months = 6
        self.assertEqual(str(unit.offer_on), "2026-04-01")
        with freeze_time("2026-03-31 04:00:00"):
            self._offer()
        self.assertFalse(unit.activity_ids)
        self._offer()
        self._offer()
        self.assertEqual(len(unit.activity_ids), 1)
        self.assertEqual(unit.activity_ids.user_id, self.technician_user)

    def test_the_caller_reminds_of_due_maintenance(self):
        """INSP-14: due on 1 May it is in the script of April; off by default."""
        self._plan(
            name="Maintenance", service_type="maintenance", next_date="2026-05-01"
        )
        callback = (
            self.env["aftersales.callback"]
            ._unguarded()
            .create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "order_id": self._create_order().id,
                    "opens_on": "2026-04-10 02:00:00",
                    "due_on": "2026-04-10 04:00:00",
                }
            )
        )
        callback = callback.with_user(self.callback_user)
        self.assertFalse(callback.maintenance_reminder)
        self.company.aftersales_remind_days = 31
        callback.invalidate_recordset()
        self.assertIn("05/01/2026", callback.maintenance_reminder)
        self.company.aftersales_remind_days = 7
        callback.invalidate_recordset()
        self.assertFalse(callback.maintenance_reminder)
