from odoo import api, models

from ..arguments import as_choice, as_text
from ..exceptions import ArgumentError, FactTimeError, TransitionError
from .aftersales_callback import ASPECTS, RESULTS, TOPICS, WAITING_STATES
from .aftersales_fact_mixin import fact_action

LOWEST_SCORE, HIGHEST_SCORE = 1, 5


class AftersalesCallback(models.Model):
    """What the customer said, and what follows from it."""

    _inherit = "aftersales.callback"

    @fact_action
    def action_record(
        self, result, note="", scores=None, aspect=None, at=None, request_key=None
    ):
        """Record a call to the customer.

        Unreachable is an attempt only: the call stays owed.  Dissatisfied opens a
        rework order that the head follows, and whose own call-back asks again,
        until satisfied (CB-03, DISP-06).  A call before the window opens does not
        count (CB-01).

        :param str result: satisfied, average, dissatisfied or unreachable
        :param str note: what the customer said
        :param dict scores: marks from 1 to 5 by topic: quality, attitude, speed
        :param str aspect: what was not good enough; mandatory for average and
            dissatisfied (CB-12)
        :param at: when the call was made; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise FactTimeError: when the call came too early
        """
        self._check_desk()
        answer = self._check_answer(result, note, scores, aspect)
        self._check_not_worker(self.env.user)
        self._check_window(at)
        self._log_attempts(answer, at)
        if result == "unreachable":
            return self
        done = self | self._get_merged(at)
        done._set_state("done", {**answer, "done_on": at}, happened_on=at)
        done._drop_activities()
        if result == "dissatisfied":
            for callback in self:
                callback._open_rework(answer)
        return self

    @api.model
    def _check_answer(self, result, note, scores, aspect):
        """Return what was answered as field values, every part of it checked."""
        as_choice(self.env, result, RESULTS, self.env._("Result"))
        answer = {
            "result": result,
            "note": as_text(self.env, note, self.env._("Note"), required=False),
            **self._check_scores(scores),
        }
        if aspect:
            answer["aspect"] = as_choice(
                self.env, aspect, ASPECTS, self.env._("Aspect")
            )
        elif result in ("average", "dissatisfied"):
            raise ArgumentError(
                self.env._("Ask which aspect was not good enough, and note it.")
            )
        return answer

    @api.model
    def _check_scores(self, scores):
        """Return the scores as field values.

        :raise ArgumentError: for an unknown topic or a mark outside 1 to 5
        """
        if not scores:
            return {}
        if not isinstance(scores, dict) or not scores.keys() <= set(TOPICS):
            raise ArgumentError(
                self.env._(
                    "Give scores by topic. The topics are: %s.", ", ".join(TOPICS)
                )
            )
        for mark in scores.values():
            is_mark = isinstance(mark, int) and not isinstance(mark, bool)
            if not is_mark or not LOWEST_SCORE <= mark <= HIGHEST_SCORE:
                raise ArgumentError(
                    self.env._("“%s” is not a mark from 1 to 5.", str(mark))
                )
        return {f"score_{topic}": mark for topic, mark in scores.items()}

    def _check_window(self, at):
        """Refuse a call that is not owed any more, or not yet."""
        for callback in self:
            if callback.state not in WAITING_STATES:
                raise TransitionError(
                    self.env._(
                        "%s is finished; another result cannot be recorded.",
                        callback.display_name,
                    )
                )
            if at < callback.opens_on:
                raise FactTimeError(
                    self.env._(
                        "Too early: %(callback)s opens at %(opens)s (UTC). An earlier "
                        "call does not count.",
                        callback=callback.display_name,
                        opens=callback.opens_on,
                    )
                )

    def _log_attempts(self, answer, at):
        """Keep every try on record."""
        self.env["aftersales.callback.attempt"].sudo().create(  # sudo: append-only
            [
                {
                    "callback_id": callback.id,
                    "company_id": callback.company_id.id,
                    "called_on": at,
                    "user_id": self.env.uid,
                    "result": answer["result"],
                    "note": answer["note"],
                }
                for callback in self
            ]
        )

    def _get_merged(self, at):
        """Return further call-backs that this call fulfils (CB-17).

        Only where the policy merges, only of the same order or ticket, and only
        those whose window contains the call.
        """
        merging = self.filtered("rule_id.policy_id.merge_callbacks")
        if not merging:
            return self.browse()
        return self.search(
            [
                "|",
                ("order_id", "in", merging.order_id.ids),
                ("ticket_id", "in", merging.ticket_id.ids),
                ("id", "not in", self.ids),
                ("state", "in", WAITING_STATES),
                ("opens_on", "<=", at),
                ("due_on", ">=", at),
            ]
        )._lock()

    def _drop_activities(self):
        """Take finished call-backs off people's lists."""
        self.sudo().activity_unlink(  # sudo: activities of others too
            [
                "aftersales_service.mail_activity_callback_due",
                "aftersales_service.mail_activity_callback_missed",
            ]
        )

    def _open_rework(self, answer):
        """Let the repair begin again, followed by the head (DISP-06, ESC-03).

        :param dict answer: what the customer said
        """
        self.ensure_one()
        if self.order_id:
            order = self.order_id.action_rework()
        else:
            order = self._reopen_ticket()
        self._unguarded().write({"rework_order_id": order.id})
        head = self.company_id._aftersales_get_head(self.ticket_id.team_id)
        order.message_subscribe(partner_ids=head.partner_id.ids)
        if head:
            self.env["mail.activity"]._aftersales_schedule(
                [(order, head, self.env._("Dissatisfied customer: follow to the end"))],
                "aftersales_service.mail_activity_dissatisfied",
                note=answer["note"],
            )
        order._message_log(
            body=self.env._(
                "%(partner)s was dissatisfied at call-back %(callback)s (%(aspect)s).",
                partner=self.partner_id.display_name,
                callback=self.name,
                aspect=dict(
                    self._fields["aspect"]._description_selection(self.env)
                ).get(self.aspect, ""),
            )
        )

    def _reopen_ticket(self):
        """Reopen the ticket that was not solved by phone, and send somebody."""
        ticket = self.ticket_id
        ticket._reopen_case()
        ticket.resolution_path = "onsite"
        return ticket.action_create_order()

    def action_open_record(self):
        """Open the dialog in which the call is recorded."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the Call"),
            "res_model": "aftersales.callback.record",
            "view_mode": "form",
            "target": "new",
            "context": {"default_callback_id": self.id},
        }

    def action_open_rework(self):
        """Open the rework order."""
        self.ensure_one()
        self.check_access("read")
        return self.rework_order_id._get_records_action()
