from odoo import api, fields, models

from .aftersales_callback import WAITING_STATES

# Result of a call-back by what core's rating calls it.
RATING_RESULTS = {"top": "satisfied", "ok": "average", "ko": "dissatisfied"}


class AftersalesCallback(models.Model):
    """Answers that come without a call: by a link, or given to a visitor."""

    _inherit = "aftersales.callback"

    visit_order_id = fields.Many2one(
        "aftersales.order",
        string="Fulfilled by Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"visit_order_id"}

    def _answer_by_link(self, rating, comment):
        """Take the customer's rating as the answer to these call-backs (CB-11).

        A rating given before the window opens says nothing about what the call asks:
        it stays the rating of the order, and the call is made.

        :param rating: the ``rating.rating`` he gave
        :param str comment: his words
        """
        now = fields.Datetime.now()
        waiting = self.filtered(
            lambda callback: (
                callback.state in WAITING_STATES
                and callback.link_sent_on
                and callback.opens_on <= now
            )
        )
        if not waiting:
            return
        result = RATING_RESULTS.get(rating.rating_text, "dissatisfied")
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
            # sudo: the users behind workers are no public field
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
