"""Answers to call-backs that come by a link, by e-mail or SMS."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import MissingError, TransitionError
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestCallbackLink(FieldCommon):
    """One link, when it is time, by a way that works, and on record."""

    def _callback(self, **values):
        """Return the call-back of an unsure repair, as the clerk sees it."""
        if values:
            self.policy.callback_rule_ids.write(values)
        order = self._walk("done", findings={"fix_confidence": "unsure"})
        return order.sudo().callback_ids.with_user(self.callback_user)

    def test_link_answers_once_and_is_credited(self):
        """CB-11: sent when it opens; the score is frozen and credited to the lead."""
        self.customer.email = "mei@example.com"
        callback = self._callback(channel="email")
        callback.sudo()._open()
        self.assertFalse(callback.link_sent_on, "after the transaction")
        self._run_queue()
        self.assertTrue(callback.link_sent_on)
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        token = re.search(r"access_token=([\w-]{43})", mail.body_html or "")
        self.assertTrue(token, mail.body_html)
        order = callback.order_id.sudo()
        link = self.env["aftersales.link"]._find(order.id, token[1])
        self.assertEqual(link.purpose, "rate")
        order._customer_rate(3, "Slow", self.customer)
        self.assertEqual((callback.state, callback.result), ("done", "average"))
        self.assertEqual(callback.answered_by, "link")
        self.assertEqual(callback.credited_id, self.technician)
        self.assertEqual(order.customer_score, 3)
        self.assertEqual(order.customer_scored_id, self.technician)
        with self.assertRaises(Exception) as caught:
            order._customer_rate(5, "Better", self.customer)
        self.assertIn("rated already", str(caught.exception))
        with freeze_time("2027-03-02"):
            self.assertFalse(self.env["aftersales.link"]._find(order.id, token[1]))

    def test_dissatisfied_by_link_goes_the_same_way(self):
        """CB-11, DISP-06: one star opens the rework and the review."""
        self.customer.email = "mei@example.com"
        callback = self._callback(channel="email")
        callback.sudo()._open()
        self._run_queue()
        callback.order_id.sudo()._customer_rate(1, "Leaks", self.customer)
        self.assertEqual(callback.result, "dissatisfied")
        self.assertTrue(callback.rework_order_id)
        self.assertEqual(callback.sudo().case_id.kind, "dissatisfied")

    def _run_queue(self):
        """Send what waits; the cron's own commits are not for a test."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1):
            self.env["aftersales.message"]._cron_send()

    def test_link_by_hand(self):
        """CB-11: the desk sends one link, however often it presses, when it is time."""
        callback = self._callback()
        self.customer.email = "mei@example.com"
        with self.assertRaises(AccessError):
            callback.with_user(self.technician_user).action_send_link()
        callback.action_send_link()
        callback.action_send_link()
        self._run_queue()
        callback.action_send_link()
        self.assertEqual(callback.sudo().message_log_ids.mapped("channel"), ["email"])
        self.assertTrue(callback.link_sent_on)
        self.assertEqual(callback.state, "planned")

    def test_no_link_before_the_window_opens(self):
        """CB-11: nobody is asked before he can know, and an early answer is none."""
        callback = self._callback()
        self.customer.email = "mei@example.com"
        later = fields.Datetime.now() + timedelta(hours=1)
        callback.sudo()._unguarded().write(
            {"opens_on": later, "due_on": later + timedelta(hours=1)}
        )
        with self.assertRaises(TransitionError):
            callback.action_send_link()
        self.assertFalse(callback.sudo().message_log_ids)
        order = callback.order_id.sudo()
        order._customer_rate(5, "Fine so far", self.customer)
        self.assertEqual(order.customer_score, 5)
        self.assertEqual(callback.state, "planned")
        with freeze_time("2026-03-02 13:30:00"):
            callback.sudo()._open()
            self.assertFalse(callback.sudo().message_log_ids, "rated: call him")
            with self.assertRaises(MissingError):
                callback.action_send_link()

    def test_link_by_sms_goes_through_the_gateway(self):
        """CB-11: by SMS to the number of the customer, through the hook, on record."""
        callback = self._callback(channel="sms")
        callback.sudo()._open()
        taken = []
        gateway = type(self.env["aftersales.message"])
        with patch.object(
            gateway, "_send_sms", lambda *sms: taken.append(sms[1:]) or True
        ):
            self._run_queue()
        [(number, text)] = taken
        self.assertEqual(number, self.customer.phone)
        self.assertIn("access_token=", text)
        self.assertTrue(callback.link_sent_on)
        message = callback.sudo().message_log_ids
        self.assertEqual((message.state, message.event), ("sent", "callback"))
        self.assertFalse(message.mail_id)

    def test_no_gateway_no_address_no_wish(self):
        """CB-11: what could not be sent says so, and the call stays a call."""
        callback = self._callback(channel="sms")
        callback.sudo()._open()
        self._run_queue()
        self.assertFalse(callback.link_sent_on)
        self.assertIn("No SMS gateway", callback.link_problem)
        self.assertEqual(callback.state, "open")
        self.customer.email = "mei@example.com"
        callback.action_send_link()
        self._run_queue()
        self.assertEqual(
            callback.sudo().message_log_ids.sorted("id").mapped("channel"),
            ["sms", "email"],
        )
        self.assertTrue(callback.link_sent_on)
        self.assertFalse(callback.link_problem)
        unwanted = self._callback(channel="email")
        self.customer.aftersales_no_messages = True
        unwanted.sudo()._open()
        self._run_queue()
        self.assertFalse(unwanted.link_sent_on)
        self.assertTrue(unwanted.link_problem)
        self.assertEqual(unwanted.state, "open")
