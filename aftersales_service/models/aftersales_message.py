import logging

from odoo import api, fields, models

from .aftersales_policy_message import EVENTS

_logger = logging.getLogger(__name__)
BATCH = 50
PURPOSES = {"closing": "rate", "signature": "sign"}  # of links; others see the visit


class AftersalesMessage(models.Model):
    """One message owed to a customer: queued with its event, sent after it.

    The key makes each event one message, whatever runs twice. Nothing is sent in
    the transaction of the event (rule D12).
    """

    _name = "aftersales.message"
    _inherit = ["aftersales.state.mixin"]
    _description = "Message to a Customer"
    _order = "id desc"
    _rec_name = "event"
    _guarded_fields = frozenset(
        {
            "key",
            "event",
            "channel",
            "partner_id",
            "order_id",
            "ticket_id",
            "company_id",
            "template_id",
            "mail_id",
            "sent_on",
            "error",
        }
    )
    _state_transitions = {
        "queued": {"sent", "failed", "opted_out"},
        "sent": set(),
        "failed": {"queued"},
        "opted_out": set(),
    }

    key = fields.Char(required=True, readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    channel = fields.Selection(
        [("email", "E-Mail"), ("sms", "SMS")], required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    template_id = fields.Many2one("mail.template", readonly=True, ondelete="restrict")
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")
    mail_state = fields.Selection(
        related="mail_id.state", string="Delivery", related_sudo=True
    )
    sent_on = fields.Datetime(string="Handed to the Mail Queue", readonly=True)
    error = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("opted_out", "Not Wanted"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )

    _key_unique = models.UniqueIndex("(key)", "This message exists already.")

    @api.model
    def _queue(self, documents, event, marks=None):
        """Queue the messages that the documents' policies want for an event.

        :param documents: orders or tickets, all of one model
        :param str event: one of the events of policy messages
        :param dict marks: by id, what makes this event another one than the last
        :return: the new messages, in the superuser's name
        """
        messages = self.sudo()  # sudo: consequences of acts, whoever did them
        documents = documents.sudo()  # sudo: as above
        wanted = self._get_wanted(documents, event, marks or {})
        if not wanted:
            return messages.browse()
        known = messages.search([("key", "in", list(wanted))]).mapped("key")
        name = "order_id" if documents._name == "aftersales.order" else "ticket_id"
        created = messages._unguarded().create(
            [
                {
                    "key": key,
                    "event": event,
                    "channel": line.channel,
                    "template_id": line.template_id.id,
                    "partner_id": record.partner_id.id,
                    "company_id": record.company_id.id or self.env.company.id,
                    name: record.id,
                }
                for key, (record, line) in wanted.items()
                if key not in known
            ]
        )
        if created:
            # sudo: the queue runs by itself
            cron = self.env.ref("aftersales_service.ir_cron_send_messages").sudo()
            cron._trigger()
        return created._guarded_again()

    @api.model
    def _get_wanted(self, documents, event, marks):
        """Return (document, policy line) by the key that a message is sent once by."""
        return {
            f"{record._name}:{record.id}:{event}:{marks.get(record.id, '')}"
            f":{line.channel}": (record, line)
            for record in documents
            for line in record.policy_id.message_line_ids
            if line.event == event and record.partner_id
        }

    @api.model
    def _cron_send(self):
        """Hand waiting messages to the mail queue, some at a time, each by itself."""
        domain = [("state", "=", "queued")]
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=self.search_count(domain))
        while waiting := self.search(domain, order="id", limit=BATCH):
            done = waiting.try_lock_for_update()
            for message in done:
                message._send_safely()
            if not done or not crons._commit_progress(len(done)):
                break

    def _send_safely(self):
        """Send one message; what goes wrong is noted and hinders no other."""
        try:
            with self.env.cr.savepoint():
                self._send()
        except Exception as error:
            _logger.info("Message %s was not sent: %s", self.key, error)
            self._set_state("failed", {"error": str(error)[:200]})

    def _send(self):
        """Write the message in the customer's language and pass it on."""
        self.ensure_one()
        if self.partner_id.commercial_partner_id.aftersales_no_messages or (
            self.partner_id.aftersales_no_messages
        ):
            self._set_state("opted_out")
        elif self.channel == "sms":
            self._pass_on_sms()
        elif not self.partner_id.email:
            self._set_state("failed", {"error": self.env._("No e-mail address.")})
        else:
            self._pass_on_email()

    def _get_document(self):
        """Return the order or ticket the message is about."""
        return self.order_id or self.ticket_id

    def _get_url(self):
        """Return the address the message opens: a fresh link, or the portal."""
        if self.ticket_id:
            return f"{self.ticket_id.get_base_url()}/my/ticket/{self.ticket_id.id}"
        order = self.order_id
        links = self.env["aftersales.link"]
        token = links._issue(order, PURPOSES.get(self.event, "visit"))[order.id]
        path = f"/my/service/order/{order.id}?access_token={token}"
        return order.get_base_url() + path

    def _pass_on_email(self):
        """Put the e-mail into the mail queue."""
        document = self._get_document()
        mail_id = self._get_letter().send_mail(
            document.id,
            force_send=False,
            email_values={"auto_delete": False, "is_notification": False},
        )
        mail = self.env["mail.mail"].browse(mail_id)
        self.env["aftersales.link"]._hide_in_chatter(mail)
        self._set_state("sent", {"mail_id": mail_id, "sent_on": fields.Datetime.now()})

    def _get_letter(self):
        """Return the template, which knows the address that the letter opens."""
        return self.template_id.with_context(aftersales_url=self._get_url())

    def _pass_on_sms(self):
        """Give the subject of the template and the link to the gateway."""
        document = self._get_document()
        template = self.template_id.with_context(lang=self.partner_id.lang)
        subject = template._render_field("subject", document.ids, compute_lang=True)
        text = f"{subject[document.id]} {self._get_url()}"
        if self._send_sms(self.partner_id.phone, text):
            self._set_state("sent", {"sent_on": fields.Datetime.now()})
        else:
            reason = self.env._("No SMS gateway is connected.")
            self._set_state("failed", {"error": reason})

    def _send_sms(self, number, text):
        """Hook of an SMS gateway; without one nothing is sent.

        :param str number: the customer's phone number
        :param str text: what to send
        :return: True when the gateway took the message
        """
        return False

    def action_retry(self):
        """Try failed messages again; dispatchers and heads.

        :return: the same messages
        """
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("read")
        # sudo: planners hold no write access on messages, this act is theirs
        failed = self.sudo().filtered(lambda message: message.state == "failed")
        failed._set_state("queued", {"error": False})
        if failed:
            cron = self.env.ref("aftersales_service.ir_cron_send_messages")
            cron.sudo()._trigger()  # sudo: the queue runs by itself
        return self
