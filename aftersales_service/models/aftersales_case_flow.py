from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_compare

from ..arguments import as_text, check_single
from ..exceptions import MissingError, TransitionError
from .aftersales_case import MANAGER, QUALITY_VP

WHOLE = 100.0
HR = "payroll.group_payroll_user"


class AftersalesCase(models.Model):
    """Determined by a group, reviewed and decided by the general manager (ACC-02)."""

    _inherit = "aftersales.case"

    def action_determine(self):
        """Put the findings of the determination group on record.

        The quality vice president, with at least one other person, none of them
        concerned.  Loss, breakdown and everybody's part of it are frozen by the
        rates of the day of the fact.

        :return: self
        :raise MissingError: naming what the findings still need
        :raise TransitionError: when a case is not a draft
        """
        self.check_access("write")
        self._check_judge(
            QUALITY_VP,
            self.env._("Only the quality vice president determines responsibility."),
        )
        self._lock()
        moving = self.filtered(lambda case: case.state != "determined")
        moving._check_reachable("determined")
        moving._check_findings()
        for case in moving:
            case._freeze_money()
        moved = moving._set_state(
            "determined",
            {
                "determined_by_id": self.env.uid,
                "determined_on": fields.Datetime.now(),
            },
        )
        moved._log_findings()
        moved._drop_activities()
        moved._tell_judges(MANAGER, self.env._("Review the findings and decide"))
        return self

    def _log_findings(self):
        """Put on record what was found, with everybody's part of it."""
        for case in self:
            self.env["aftersales.audit"]._log(
                case,
                "findings",
                outcome=case.outcome,
                loss=case.loss_amount,
                penalty=case.penalty_amount,
                members=case.member_ids.mapped("login"),
                shares=[
                    [share.display_name, share.percent, share.amount]
                    for share in case.share_ids
                ],
            )

    def action_review(self, note=""):
        """Put on record that the general manager has reviewed the findings.

        :param str note: remarks, if any
        :return: self
        """
        self.check_access("write")
        note = as_text(self.env, note, self.env._("Remarks"), required=False)
        self._prepare_decision()
        moved = self._set_state(
            "reviewed",
            {"reviewed_by_id": self.env.uid, "reviewed_on": fields.Datetime.now()},
            reason=note,
        )
        if note:
            moved._message_log_batch(bodies=dict.fromkeys(moved.ids, note))
        return self

    def action_return(self, reason):
        """Send findings back to the group (general manager).

        :param str reason: what is to be looked at again
        :return: self
        :raise TransitionError: once a case is decided or dismissed
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._prepare_decision()
        moved = self._set_state("draft", reason=reason)
        moved._message_log_batch(bodies=dict.fromkeys(moved.ids, reason))
        moved._drop_activities()
        moved._tell_judges(QUALITY_VP, self.env._("Sent back: look again"))
        return self

    def action_decide(self, note):
        """Decide reviewed cases; penalties are proposed once per share.

        The general manager, who neither determined the case nor is concerned.
        What another case decided before is undone in the same step.

        :param str note: the decision in words
        :return: self
        :raise AccessError: for others, for the group itself and who is concerned
        :raise TransitionError: when a case is not reviewed
        """
        self.check_access("write")
        note = as_text(self.env, note, self.env._("Decision"))
        self._prepare_decision()
        moved = self._set_state(
            "decided",
            {
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "decision": note,
            },
            reason=note,
        )
        moved._drop_activities()
        moved._undo_reversed(note)
        moved._propose_penalties()
        moved._apply_payer()
        sanctioned = moved.filtered("sanction_ids")
        sanctioned._tell_judges(HR, self.env._("Carry out the sanctions"))
        return self

    def action_dismiss(self, reason):
        """Close cases without consequences.

        The quality vice president dismisses drafts, the general manager what was
        determined.

        :param str reason: why
        :return: self
        :raise TransitionError: once a case is decided
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        drafts = self.filtered(lambda case: case.state == "draft")
        drafts._check_judge(
            QUALITY_VP, self.env._("Only the quality vice president dismisses drafts.")
        )
        closed = self.filtered(lambda case: case.state == "dismissed")
        closed._check_judge(
            f"{QUALITY_VP},{MANAGER}",
            self.env._(
                "Only the quality vice president and the general manager dismiss cases."
            ),
        )
        (self - drafts - closed)._check_decider()
        moved = self._set_state("dismissed", reason=reason)
        moved._message_log_batch(bodies=dict.fromkeys(moved.ids, reason))
        moved._drop_activities()
        return self

    def action_reverse(self, reason):
        """Open the case that decides again about a decided one.

        Nothing is undone until that case is decided itself.

        :param str reason: why
        :return: the new case, or the one that is under way already
        :raise TransitionError: unless the case is decided
        """
        check_single(self)
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        if not self.env.su and not self.env.user.has_groups(f"{QUALITY_VP},{MANAGER}"):
            raise AccessError(
                self.env._(
                    "Only the quality vice president and the general manager open a "
                    "case again."
                )
            )
        self._lock()
        if self.state != "decided":
            raise TransitionError(
                self.env._("%s is not decided yet.", self.display_name)
            )
        live = self.reversal_ids.filtered(lambda case: case.state != "dismissed")
        if live:
            return live
        made = self.sudo()._unguarded().create(self._prepare_reversal(reason))
        # sudo: the general manager opens no other case
        made = self.browse(made.ids)
        self.env["aftersales.audit"]._log(made, "opened", reason=reason)
        made._tell_judges(QUALITY_VP, self.env._("Find again who is responsible"))
        return made

    def _prepare_reversal(self, reason):
        """Return the create values of the case that decides again."""
        self.ensure_one()
        copied = (
            "company_id",
            "kind",
            "subject",
            "happened_on",
            "source_model",
            "source_id",
            "source_name",
            "breached_rule_id",
            "loss_kind",
            "loss_amount",
            "outcome",
            "keep_fixed_fine",
            "fine_amount",
        )
        return {
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in copied
            },
            "facts": reason,
            "reverses_id": self.id,
            "share_ids": [
                fields.Command.create(
                    {
                        "party": share.party,
                        "employee_id": share.employee_id.id,
                        "percent": share.percent,
                    }
                )
                for share in self.share_ids
            ],
        }

    # -- checks

    def _prepare_decision(self):
        """Lock cases and refuse who may not decide about them."""
        self._lock()
        self._check_decider()

    def _check_decider(self):
        """Refuse others than the general manager, and who determined it himself."""
        self._check_judge(
            MANAGER, self.env._("Only the general manager reviews and decides cases.")
        )
        if self.env.su:
            return
        own = self.filtered(
            lambda case: self.env.user in case.determined_by_id | case.member_ids
        )
        if own:
            raise AccessError(
                self.env._(
                    "You found the responsibility in %s yourself: somebody else has to "
                    "decide.",
                    ", ".join(own.mapped("display_name")),
                )
            )

    def _check_reachable(self, target):
        """Refuse cases whose state does not lead to ``target``."""
        stuck = self.filtered(
            lambda case: target not in self._state_transitions[case.state]
        )
        if stuck:
            stuck._raise_stuck(target)

    def _check_findings(self):
        """Raise ``MissingError`` naming all that the findings still need."""
        missing = {case: list(case._missing_findings()) for case in self}
        lines = [
            f"{case.display_name}: {' '.join(reasons)}"
            for case, reasons in missing.items()
            if reasons
        ]
        if lines:
            raise MissingError("\n".join(lines))

    def _missing_findings(self):
        """Yield what one case still needs before it is determined (ACC-01, 02)."""
        if not self.breached_rule_id:
            yield self.env._("Name the rule that was breached.")
        if not self.loss_kind:
            yield self.env._("Say what kind of loss it is.")
        elif self.loss_kind == "economic" and not self.loss_amount:
            yield self.env._("Fill in the economic loss.")
        if not self.outcome:
            yield self.env._("Choose the outcome.")
        if not (self.determination or "").strip():
            yield self.env._("Write down the findings.")
        if not self.member_ids - self.env.user:
            yield self.env._("Name at least one other person of the group.")
        if self.member_ids & self._get_concerned_users():
            yield self.env._("Nobody who is concerned sits in the group.")
        yield from self._missing_shares()

    def _missing_shares(self):
        """Yield what is wrong with the shares of one case."""
        percent = sum(self.share_ids.mapped("percent"))
        if float_compare(percent, WHOLE, precision_digits=2):
            yield self.env._("The shares make %s %%, not 100 %%.", round(percent, 2))
        bearers = self.share_ids.filtered(
            lambda share: share.employee_id and share.percent
        )
        if self.outcome in ("warning", "fine", "accident") and not bearers:
            yield self.env._("Nobody of the house bears a share.")
        if self.sanction_ids.employee_id - bearers.employee_id:
            yield self.env._("Who is sanctioned bears a share.")

    def _drop_activities(self):
        """Take judged cases off people's lists."""
        self.sudo().activity_unlink(  # sudo: activities of others too
            ["aftersales_service.mail_activity_case"]
        )
