"""Messages to the customer: each event once, sent after it, on record."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessage(FieldCommon):
    """What the customer is told, and what is kept of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "customer@example.com"
        cls.policy.with_user(cls.head_user).action_add_messages()

    def _messages(self, order, event=None):
        domain = [("order_id", "=", order.id)]
        if event:
            domain.append(("event", "=", event))
        return self.env["aftersales.message"].search(domain, order="id")

    def _send(self):
        """Run the queue; the cron's own commits are not for a test."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1):
            self.env["aftersales.message"]._cron_send()

    def test_every_event_is_told_once(self):
        """HOT-21: appointment, departure and end, each once, however often pressed."""
        order = self._order()
        for _again in range(2):
            order.action_schedule(self._at("10:00"), promised_start=self._at("10:00"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        for _again in range(2):
            field.action_depart(self._at("09:00"))
        field.action_arrive(self._at("09:50"))
        self._finish(field, {})
        field.action_done(self._at("11:15"))
        self.assertEqual(
            self._messages(order).mapped("event"),
            ["appointment", "departure", "closing"],
        )
        self._send()
        self._send()
        messages = self._messages(order)
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        mails = messages.mail_id
        self.assertEqual(len(mails), 3)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        self.assertIn("2026-03-02 10:00", mails.sorted("id")[0].body_html)
        self.assertIn("access_token=", mails.sorted("id")[0].body_html)
        purposes = order.sudo().link_ids.mapped("purpose")
        self.assertEqual(sorted(purposes), ["rate", "visit", "visit"])

    def test_nobody_of_the_house_reads_the_customers_link(self):
        """CB-11, DISP-25, T3: the chatter keeps the letter, not the key in it."""
        order = self._order()
        order.action_schedule(self._at("10:00"), promised_start=self._at("10:00"))
        self._send()
        mail = self._messages(order).mail_id
        self.assertIn("access_token=", mail.body_html)
        letters = self.env["mail.message"].search(
            [("model", "=", order._name), ("res_id", "=", order.id)]
        )
        self.assertIn(mail.mail_message_id, letters)
        for user in (self.technician_user, self.dispatcher_user):
            for letter in letters.with_user(user):
                self.assertNotRegex(letter.body or "", r"access_token=[\w-]{43}")

    def test_another_time_is_another_message(self):
        """HOT-21: a new time agreed, and an arrival announced, are told anew."""
        order = self._order()
        later = fields.Datetime.to_datetime("2026-03-03 02:00:00")
        order.action_schedule(later, promised_start=later)
        order.action_announce_arrival("2026-03-03 03:00:00")
        order.action_announce_arrival("2026-03-03 03:00:00")
        order.action_announce_arrival("2026-03-03 04:00:00")
        self.assertEqual(len(self._messages(order, "appointment")), 1)
        self.assertEqual(len(self._messages(order, "delay")), 2)

    def test_quiet_policies_tell_nothing(self):
        """HOT-21: without messages on the policy, nobody is written to."""
        self.policy.message_line_ids.unlink()
        self.assertFalse(self._messages(self._walk("done")))

    def test_who_wants_no_messages_gets_none(self):
        """HOT-21: an opt-out is respected, and the refusal is on record."""
        self.customer.aftersales_no_messages = True
        order = self._walk("done")
        self._send()
        self.assertEqual(set(self._messages(order).mapped("state")), {"opted_out"})
        self.assertFalse(self._messages(order).mail_id)

    def test_one_bad_message_hinders_no_other(self):
        """HOT-21: a broken template fails by itself and can be tried again."""
        first = self._walk("done")
        templates = type(self.env["mail.template"])
        bad = self.env.ref("aftersales_service.template_departure")
        send_mail = templates.send_mail

        def send_some(template, *args, **kwargs):
            if template == bad:
                raise ValueError("broken")
            return send_mail(template, *args, **kwargs)

        with patch.object(templates, "send_mail", send_some):
            self._send()
        states = {m.event: m.state for m in self._messages(first)}
        self.assertEqual(states, {"departure": "failed", "closing": "sent"})
        failed = self._messages(first, "departure")
        with self.assertRaises(AccessError):
            failed.with_user(self.technician_user).action_retry()
        failed.with_user(self.dispatcher_user).action_retry()
        self._send()
        self.assertEqual(failed.state, "sent")

    def test_messages_speak_the_customer_s_language(self):
        """HOT-21: each customer reads his own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("aftersales_service.template_closing")
        template.with_context(lang="fr_FR").subject = "Le travail est fait"
        order = self._walk("done")
        self._send()
        mail = self._messages(order, "closing").mail_id
        self.assertEqual(mail.subject, "Le travail est fait")

    def test_sms_is_a_hook(self):
        """HOT-21: without a gateway an SMS fails plainly, with one it is sent."""
        self.policy.message_line_ids.filtered(
            lambda line: line.event == "closing"
        ).channel = "sms"
        order = self._walk("done")
        self._send()
        message = self._messages(order, "closing")
        self.assertEqual(message.state, "failed")
        sent = []
        messages = type(self.env["aftersales.message"])
        with patch.object(
            messages, "_send_sms", lambda self, number, text: sent.append(text) or True
        ):
            message.with_user(self.dispatcher_user).action_retry()
            self._send()
        self.assertEqual(message.state, "sent")
        self.assertIn(order.name, sent[0])

    def test_a_report_and_a_new_promise_are_told(self):
        """ESC-05, HOT-21: the report received, and a promise that moved."""
        ticket = self._ticket()
        promise = ticket.commitment_ids.filtered(lambda one: one.state == "open")[:1]
        promise.with_user(self.head_user).action_except(
            "Part on its way", "2026-03-09 08:00:00"
        )
        messages = self.env["aftersales.message"].search(
            [("ticket_id", "=", ticket.id)], order="id"
        )
        self.assertEqual(messages.mapped("event"), ["received", "commitment"])
        self._send()
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_the_link_to_sign(self):
        """DISP-25: the customer gets a link to sign, once the report is ready."""
        order = self._walk("on_site")
        field = order.with_user(self.technician_user)
        with self.assertRaises(UserError):
            field.action_send_sign_link()
        self._findings(field)
        field.action_send_sign_link()
        field.action_send_sign_link()
        self.assertEqual(len(self._messages(order, "signature")), 1)
        self._send()
        self.assertIn("sign", order.sudo().link_ids.mapped("purpose"))
        self.policy.message_line_ids.unlink()
        with self.assertRaises(UserError):
            field.action_send_sign_link()

    def test_records_are_not_written_by_hand(self):
        """HOT-21: the log of messages stays as it is."""
        order = self._walk("done")
        message = self._messages(order)[:1].with_user(self.dispatcher_user)
        with self.assertRaises(UserError):
            message.write({"error": "x"})
        with self.assertRaises(UserError):
            message.unlink()

    def test_a_thousand_orders_queue_in_few_queries(self):
        """HOT-21: queueing messages costs the same for one order and for many."""
        orders = self.env["aftersales.order"].union(
            *[self._order() for _n in range(30)]
        )
        messages = self.env["aftersales.message"]
        messages._queue(orders[0], "closing")
        self.env.flush_all()
        for batch in (orders[1:2], orders[2:]):
            self.env.invalidate_all()
            with self.assertQueryCount(30):
                messages._queue(batch, "closing")
                self.env.flush_all()
