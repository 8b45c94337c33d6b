from odoo import api, fields, models

from ..exceptions import MissingError
from .aftersales_callback import WAITING_STATES

# Result of a call-back by what core's rating calls it.
RATING_RESULTS = {"top": "satisfied", "ok": "average", "ko": "dissatisfied"}
LINK_CHANNELS = ("email", "sms")


class AftersalesCallback(models.Model):
    """Answers that come without a call: by a link, or given to a visitor."""

    _inherit = "aftersales.callback"

    link_sent_on = fields.Datetime(string="Link Sent", readonly=True, copy=False)
    visit_order_id = fields.Many2one(
        "aftersales.order",
        string="Fulfilled by Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"link_sent_on", "visit_order_id"}

    def action_send_link(self):
        """Send the customer a link by which he answers himself (CB-11).

        Dispatchers and heads; for work on an order, to a customer with an e-mail
        address.  The link works once and expires.

        :return: self
        :raise MissingError: where no link can be sent
        """
        self._check_role()
        self.check_access("write")
        self._lock()
        self._check_waiting()
        unfit = self - self._get_linkable()
        if unfit:
            raise MissingError(
                self.env._(
                    "%s: a link needs an order and a customer with an e-mail address.",
                    ", ".join(unfit.mapped("name")),
                )
            )
        self._mail_links()
        return self

    def _send_links(self):
        """Send the links of those whose rule says so, where there is an address.

        The others stay on the list of calls.
        """
        due = self.filtered(
            lambda callback: (
                callback.channel in LINK_CHANNELS and not callback.link_sent_on
            )
        )
        due._get_linkable()._mail_links()

    def _get_linkable(self):
        """Return the call-backs that can be answered by a link."""
        return self.filtered(
            lambda callback: (
                callback.order_id
                and callback.order_id.state in ("done", "closed")
                and callback.partner_id.email
            )
        )

    def _mail_links(self):
        """Queue one message with a link for each of these call-backs."""
        if not self:
            return
        template = self.env.ref("aftersales_service.mail_template_callback_link")
        tokens = self.env["aftersales.link"]._issue(self.order_id, "rate")
        for callback in self.sudo():  # sudo: who calls may not use every template
            order = callback.order_id
            url = (
                f"{order.get_base_url()}/my/service/order/{order.id}"
                f"?access_token={tokens[order.id]}"
            )
            letter = template.sudo().with_context(link_url=url)
            mail_id = letter.send_mail(callback.id)
            mail = self.env["mail.mail"].sudo().browse(mail_id)  # sudo: as above
            self.env["aftersales.link"]._hide_in_chatter(mail)
        self._unguarded().write({"link_sent_on": fields.Datetime.now()})

    def _answer_by_link(self, rating, comment):
        """Take the customer's rating as the answer to these call-backs (CB-11).

        :param rating: the ``rating.rating`` he gave
        :param str comment: his words
        """
        waiting = self.filtered(
            lambda callback: callback.state in WAITING_STATES and callback.link_sent_on
        )
        if not waiting:
            return
        result = RATING_RESULTS.get(rating.rating_text, "dissatisfied")
        now = fields.Datetime.now()
        answer = {
            "result": result,
            "note": comment or "",
            "answered_by": "link",
            "score_quality": int(rating.rating),
        }
        if result != "satisfied":
            answer["aspect"] = "other"
        waiting._lock()
        waiting._settle_answer(answer, now)

    @api.model
    def _fulfil_by_visit(self, orders, at):
        """Let visits fulfil the call-backs due at their sites (CB-15).

        Only where the policy says so, within the window, and never by who did the
        work that the call-back asks about.

        :param orders: visits just done
        :param datetime at: when, naive UTC
        """
        visits = orders.filtered(lambda order: order.site_id and order.mode == "onsite")
        if not visits:
            return
        for callback in self._get_due_at(visits.site_id, orders, at)._lock():
            visit = visits.sudo().filtered(
                lambda order, callback=callback: (
                    order.site_id == callback.site_id
                    and not order.worker_ids.employee_id.user_id
                    & callback._get_workers()
                )
            )[:1]
            if visit:
                callback._set_state(
                    "done",
                    {
                        "done_on": at,
                        "answered_by": "visit",
                        "visit_order_id": visit.id,
                        "note": visit.customer_opinion,
                        "credited_id": callback._get_credited().id,
                    },
                    happened_on=at,
                )
                callback._drop_activities()

    @api.model
    def _get_due_at(self, sites, orders, at):
        """Return the desk's call-backs due at sites that a visit may fulfil.

        :param sites: where somebody was
        :param orders: visits just done, whose own call-backs stay
        :param datetime at: when, naive UTC
        """
        return self.sudo().search(  # sudo: fulfilled by the house
            [
                ("state", "in", WAITING_STATES),
                ("opens_on", "<=", at),
                ("due_on", ">=", at),
                ("rule_id.policy_id.merge_visits", "=", True),
                ("rule_id.caller", "=", "desk"),
                "|",
                ("order_id.site_id", "in", sites.ids),
                ("ticket_id.site_id", "in", sites.ids),
                ("order_id", "not in", orders.ids),
            ]
        )
