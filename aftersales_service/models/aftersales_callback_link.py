from odoo import api, fields, models

from ..exceptions import MissingError, TransitionError

EVENT = "callback"
# Where a customer is reached by each channel.
ADDRESSES = {"email": "email", "sms": "phone"}


class AftersalesCallback(models.Model):
    """The link by which a customer answers himself, by e-mail or SMS (CB-11).

    It travels as a message to the customer like any other: after the transaction,
    logged, and not to who wants none. Until it is answered, the call stays a call.
    """

    _inherit = "aftersales.callback"

    link_sent_on = fields.Datetime(string="Link Sent", readonly=True, copy=False)
    message_log_ids = fields.One2many(
        "aftersales.message", "callback_id", string="Links to the Customer"
    )
    link_problem = fields.Char(
        string="Why No Link",
        compute="_compute_link_problem",
        compute_sudo=True,
        help="The customer got no link: call him.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"link_sent_on"}

    @api.depends("link_sent_on", "message_log_ids.state")
    def _compute_link_problem(self):
        for callback in self:
            last = callback.message_log_ids.sorted("id")[-1:]
            callback.link_problem = (
                not callback.link_sent_on and last._get_problem() or False
            )

    def action_send_link(self):
        """Send the customer a link by which he answers himself (CB-11).

        Dispatchers and heads; for work on an order, once the window is open. By the
        channel of the rule, else by e-mail; where one failed, by the other. The link
        works once and expires; pressed again, it is not sent again.

        :return: self
        :raise TransitionError: before the window opens
        :raise MissingError: where no link can be sent
        """
        self._check_role()
        self.check_access("write")
        self._lock()
        self._check_waiting()
        self._check_window_open()
        self._check_linkable()
        channels = {one.id: one._get_link_channel() for one in self}
        unfit = self.filtered(lambda callback: not channels[callback.id])
        if unfit:
            raise MissingError(
                self.env._(
                    "%s: the customer has neither an e-mail address nor a phone "
                    "number for a link.",
                    ", ".join(unfit.mapped("name")),
                )
            )
        self._queue_links(channels)
        return self

    def _check_window_open(self):
        """Refuse a link before the customer could have an answer (CB-11)."""
        early = self.filtered(
            lambda callback: callback.opens_on > fields.Datetime.now()
        )
        for callback in early:
            raise TransitionError(
                self.env._(
                    "%(callback)s: ask not before %(opens)s.",
                    callback=callback.name,
                    opens=callback._show_opening(),
                )
            )

    def _show_opening(self):
        """Return the opening of the window, on the user's clock."""
        field = self.env["ir.qweb.field.datetime"]
        return field.value_to_html(self.opens_on, {"hide_seconds": True})

    def _check_linkable(self):
        """Refuse call-backs about no finished work, and work that is rated already."""
        unfit = self - self._get_linkable()
        if unfit:
            raise MissingError(
                self.env._(
                    "%s: a link asks about finished work on an order that is not "
                    "rated yet. Call the customer.",
                    ", ".join(unfit.mapped("name")),
                )
            )

    def _get_linkable(self):
        """Return the call-backs that a rating of an order can answer."""
        return self.filtered(
            lambda callback: callback.order_id and callback.order_id.sudo()._can_rate()
        )  # sudo: only whether it is rated

    def _send_links(self):
        """Send the links of those whose rule says so, where there is an address.

        The others stay on the list of calls.
        """
        due = self.filtered(
            lambda callback: callback.channel in ADDRESSES and not callback.link_sent_on
        )
        due._get_linkable()._queue_links({one.id: one.channel for one in due})

    def _get_link_channel(self):
        """Return by which channel a link goes now, or False where it cannot."""
        self.ensure_one()
        wanted = self.channel if self.channel in ADDRESSES else "email"
        failed = self.message_log_ids.filtered(lambda one: one.state == "failed")
        tried = set(failed.mapped("channel"))
        channels = sorted(ADDRESSES, key=lambda one: (one in tried, one != wanted))
        fit = [one for one in channels if self.partner_id[ADDRESSES[one]]]
        return fit[0] if fit else False

    def _queue_links(self, channels):
        """Queue one message with a link for each of these call-backs and channels.

        :param dict channels: by call-back id, email or sms
        """
        fit = self.filtered(
            lambda one: one.partner_id[ADDRESSES[channels[one.id]]]
        ).sudo()  # sudo: the queue belongs to the house
        messages = self.env["aftersales.message"].sudo()  # sudo: as above
        wanted = {one._get_link_key(channels[one.id]): one for one in fit}
        known = messages.search([("key", "in", list(wanted))])
        template = self.env.ref("aftersales_service.mail_template_callback_link")
        messages._unguarded().create(
            [
                {
                    "key": key,
                    "event": EVENT,
                    "channel": channels[callback.id],
                    "template_id": template.id,
                    "partner_id": callback.partner_id.id,
                    "company_id": callback.company_id.id,
                    "order_id": callback.order_id.id,
                    "callback_id": callback.id,
                }
                for key, callback in wanted.items()
                if key not in known.mapped("key")
            ]
        )
        known.filtered(lambda message: message.state == "failed")._set_state(
            "queued", {"error": False}
        )
        if wanted:
            # sudo: the queue runs by itself
            self.env.ref("aftersales_service.ir_cron_send_messages").sudo()._trigger()

    def _get_link_key(self, channel):
        """Return what makes the link of a call-back one message a channel."""
        return f"{self._name}:{self.id}:{EVENT}:{channel}"


class AftersalesMessage(models.Model):
    """The question how it was, with the link that answers a call-back."""

    _inherit = "aftersales.message"

    event = fields.Selection(
        selection_add=[(EVENT, "Rating Asked For")], ondelete={EVENT: "cascade"}
    )
    callback_id = fields.Many2one(
        "aftersales.callback",
        string="Call-Back",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"callback_id"}

    def _get_document(self):
        return self.callback_id or super()._get_document()

    def _get_url(self):
        """Open the question of the call-back: a link that rates, once."""
        if not self.callback_id:
            return super()._get_url()
        order = self.order_id
        token = self.env["aftersales.link"]._issue(order, "rate")[order.id]
        path = f"/my/service/order/{order.id}?access_token={token}"
        return order.get_base_url() + path

    def _get_letter(self):
        letter = super()._get_letter()
        return letter.with_context(link_url=letter.env.context["aftersales_url"])

    def _get_problem(self):
        """Return why a message did not go out, in words, or False."""
        if self.state == "opted_out":
            return self.env._("The customer wants no messages.")
        return self.error if self.state == "failed" else False

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        """A link that went out stands on its call-back."""
        moved = super()._set_state(target, vals, reason, happened_on)
        if target == "sent":
            moved.callback_id._unguarded().write(
                {"link_sent_on": fields.Datetime.now()}
            )
        return moved
