from datetime import timedelta

from odoo import api, fields, models

from ..arguments import as_choice, as_text, check_single
from ..calc import quiet
from ..exceptions import ArgumentError, FactTimeError, TransitionError
from .aftersales_callback import ASPECTS, RESULTS, TOPICS, WAITING_STATES, WISH
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

        Unreachable is an attempt: the call stays owed until the policy's number of
        attempts is made.  Dissatisfied opens a rework order that the head follows,
        a review of who is responsible, and whose own call-back asks again, until
        satisfied (CB-03, DISP-06).  A call before the window opens does not count
        (CB-01).

        :param str result: satisfied, average, dissatisfied or unreachable
        :param str note: what the customer said
        :param dict scores: answers by topic: marks from 1 to 5 for product, fit,
            quality, attitude and speed, words for improvement (CB-06)
        :param str aspect: what was not good enough; mandatory for average and
            dissatisfied (CB-12)
        :param at: when the call was made; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise FactTimeError: when the call came too early
        """
        self._check_role()
        answer = self._check_answer(result, note, scores, aspect)
        self._check_not_worker(self.env.user)
        self._check_window(at)
        self._log_attempts(answer, at)
        if result == "unreachable":
            self._wait_for_next(answer, at)
        else:
            self._settle_answer({**answer, "answered_by": "call"}, at)
        return self

    def _settle_answer(self, answer, at):
        """Close call-backs with the customer's answer, and let its effects follow.

        :param dict answer: field values
        :param datetime at: when it was given, naive UTC
        """
        done = self | self._get_merged(at)
        for credited, callbacks in done.grouped(
            lambda callback: callback._get_credited()
        ).items():
            callbacks._set_state(
                "done",
                {**answer, "done_on": at, "credited_id": credited.id},
                happened_on=at,
            )
        done._drop_activities()
        for callback in self:
            callback._follow_up(answer)

    def _get_credited(self):
        """Return the employee whose work the answer is about."""
        self.ensure_one()
        callback = self.sudo()  # sudo: HR alone reads employees
        orders = callback.order_id or callback.ticket_id.order_ids.sorted("id")[-1:]
        return orders.lead_id

    def _follow_up(self, answer):
        """Bring about what one answer calls for.

        :param dict answer: field values
        """
        self.ensure_one()
        if answer["result"] == "dissatisfied":
            self._open_rework(answer)
            self._open_case("dissatisfied")
        elif self._is_attitude_poor(answer):
            self._open_case("attitude")
        self._rate_order(answer)

    def _rate_order(self, answer):
        """Make the head's own call his rating of the work, once (CB-09)."""
        mark = answer.get("score_quality")
        order = self.order_id
        if self.caller == "manager" and mark and order and not order.manager_grade:
            order.action_rate(str(mark), answer["note"] or "")

    def _is_attitude_poor(self, answer):
        """Tell whether the mark for attitude calls for a review (COND-08)."""
        mark = answer.get("score_attitude") or 0
        return 0 < mark <= self._get_policy().attitude_limit

    def _open_case(self, kind):
        """Let the quality vice president look into it; no fine follows by itself.

        :param str kind: kind of the case
        """
        labels = dict(self._fields["aspect"]._description_selection(self.env))
        marks = [
            f"{self._fields[f'score_{topic}']._description_string(self.env)}: {mark}"
            for topic in TOPICS
            if (mark := self[f"score_{topic}"])
        ]
        facts = [labels.get(self.aspect), self.note, self.improvement, *marks]
        case = self.env["aftersales.case"]._open_for(
            self, kind, facts="\n".join(filter(None, facts)), loss_kind="reputation"
        )
        # sudo: who calls does not see cases
        self.sudo()._unguarded().case_id = case

    def _wait_for_next(self, answer, at):
        """Queue another attempt, or give up after the policy's number of them.

        :param dict answer: field values
        :param datetime at: when nobody answered, naive UTC
        """
        self.invalidate_recordset(["attempt_count"])
        given_up = self.filtered(
            lambda callback: (
                0 < callback._get_policy().attempt_max <= callback.attempt_count
            )
        )
        for callback in self - given_up:
            callback._unguarded().next_attempt_on = callback._get_next_attempt(at)
        given_up._set_state("done", {**answer, "done_on": at}, happened_on=at)
        given_up._drop_activities()
        given_up._tell(given_up, "mail_activity_callback_unreachable")

    def _get_next_attempt(self, at):
        """Return when to call again, out of the hours in which nobody is called."""
        self.ensure_one()
        policy, document = self._get_policy(), self._get_document()
        return quiet.shift_quiet(
            at + timedelta(hours=policy.attempt_wait_hours),
            policy._get_quiet_hours() if policy else [],
            self.env["aftersales.commitment"]._get_tz(document),
        )

    def action_postpone(self, until, note=""):
        """Agree with the customer to call again at a time that suits him (CB-10).

        The deadline stays as it is.

        :param until: naive UTC datetime or ISO text, in the future
        :param str note: what was said
        :return: self
        :raise FactTimeError: for a time that is past
        """
        self._check_role()
        self.check_access("write")
        note = as_text(self.env, note, self.env._("Note"), required=False)
        until = self._parse_fact_time(until)
        self._lock()
        if until <= fields.Datetime.now():
            raise FactTimeError(self.env._("Agree on a time that is still to come."))
        self._check_waiting()
        self._unguarded().write({"next_attempt_on": until})
        if note:
            self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
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
        """Return the answers by topic as field values.

        :raise ArgumentError: for an unknown topic or a mark outside 1 to 5
        """
        if not scores:
            return {}
        if not isinstance(scores, dict) or not scores.keys() <= {*TOPICS, WISH}:
            raise ArgumentError(
                self.env._(
                    "Give scores by topic. The topics are: %s.",
                    ", ".join((*TOPICS, WISH)),
                )
            )
        marks = {topic: mark for topic, mark in scores.items() if topic != WISH}
        for mark in marks.values():
            is_mark = isinstance(mark, int) and not isinstance(mark, bool)
            if not is_mark or not LOWEST_SCORE <= mark <= HIGHEST_SCORE:
                raise ArgumentError(
                    self.env._("“%s” is not a mark from 1 to 5.", str(mark))
                )
        answer = {f"score_{topic}": mark for topic, mark in marks.items()}
        if WISH in scores:
            label = self.env._("Wished Improvement")
            answer[WISH] = as_text(self.env, scores[WISH], label, required=False)
        return answer

    def _check_waiting(self):
        """Refuse call-backs that are not owed any more."""
        for callback in self:
            if callback.state not in WAITING_STATES:
                raise TransitionError(
                    self.env._(
                        "%s is finished; another result cannot be recorded.",
                        callback.display_name,
                    )
                )

    def _check_window(self, at):
        """Refuse a call that is not owed any more, or not yet."""
        self._check_waiting()
        for callback in self:
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
                ("rule_id.caller", "in", merging.rule_id.mapped("caller")),
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
                "aftersales_service.mail_activity_callback_appoint",
            ]
        )

    def action_open_record(self):
        """Open the dialog in which the call is recorded."""
        check_single(self)
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
        check_single(self)
        self.check_access("read")
        return self.rework_order_id._get_records_action()
