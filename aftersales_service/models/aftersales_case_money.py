from odoo import models
from odoo.tools import format_amount

from ..calc import scales, shares
from ..exceptions import NotEntitledError

LOSS_RULE = "LOSS"


class AftersalesCase(models.Model):
    """What a case costs whom: computed when determined, proposed when decided."""

    _inherit = "aftersales.case"

    def _freeze_money(self):
        """Write down penalty, breakdown and everybody's part of one case."""
        total, breakdown = self._compute_penalty(self.loss_amount)
        parts = shares.split(total, self.share_ids.mapped("percent"))
        if self._is_split_by_person():
            parts = [
                scales.decimal(
                    self._compute_penalty(
                        self.currency_id.round(self.loss_amount * share.percent / 100)
                    )[0]
                )
                for share in self.share_ids
            ]
            total = float(sum(parts))
        for share, part in zip(self.share_ids._unguarded(), parts, strict=True):
            share.amount = float(part)
        self._unguarded().write({"penalty_amount": total, "breakdown": breakdown})

    def _is_split_by_person(self):
        """Tell whether the scale is applied to each one's part of the loss (AMB-16)."""
        mode = self.company_id.aftersales_loss_split
        return self.outcome == "accident" and mode == "person"

    def _compute_penalty(self, loss):
        """Return what the outcome of one case costs, and its breakdown.

        :param float loss: what the scale is applied to
        :return: tuple of a float and a list, or None
        """
        if self.outcome not in ("fine", "accident"):
            return 0.0, None
        rule = self._get_penalty_rule()
        asked = self._get_asked(rule, loss)
        _rate, total, breakdown = rule._compute_amount(asked, 1.0, self.happened_on)
        return total, breakdown

    def _get_asked(self, rule, loss):
        """Return what a rule is applied to: the loss, or the fine asked for."""
        return loss if rule.method == "progressive" else self.fine_amount

    def _get_penalty_rule(self):
        """Return the pay rule by which one case costs money."""
        accident = self.outcome == "accident"
        return self._get_loss_rule() if accident else self.breached_rule_id

    def _get_loss_rule(self):
        """Return the rule of the company that shares a loss.

        :raise NotEntitledError: when there is none
        """
        rules = self.env["aftersales.pay.rule"].sudo()  # sudo: members read none
        found = rules._by_code({LOSS_RULE}, self.company_id)
        rule = found.get((self.company_id.id, LOSS_RULE))
        if not rule:
            raise NotEntitledError(
                self.env._(
                    "There is no pay rule %s. Ask the head of department to add it.",
                    LOSS_RULE,
                )
            )
        return rule

    def _propose_penalties(self):
        """Propose what the decision costs, once per employee's share (ACC-06)."""
        proposals = [
            case._prepare_penalty(share)
            for case in self
            for share in case.share_ids
            if share.employee_id and share.amount
        ]
        self.env["aftersales.adjustment"]._propose(proposals)
        self._replace_fixed_fines()

    def _replace_fixed_fines(self):
        """Take back the fixed fine of a complaint whose loss was decided (AMB-04).

        Both stay only where the group says so on the case.
        """
        for case in self.filtered(lambda case: not case.keep_fixed_fine):
            bearers = case._get_fined_bearers()
            source = case._get_source()
            if bearers and source is not None and source._name == "helpdesk.ticket":
                named = source.sudo().complaint_employee_ids  # sudo: heads only
                self.env["aftersales.adjustment"]._withdraw_facts(
                    source,
                    self.env._("Case %s decided about the loss instead.", case.name),
                    ["COMPLAINT"],
                    keep={source.id: named - bearers},
                )

    def _get_fined_bearers(self):
        """Return the employees whom these decided cases cost money."""
        shares = self.sudo().share_ids.filtered("amount")  # sudo: whoever asks
        return shares.employee_id

    def _prepare_penalty(self, share):
        """Return the proposal for one share of one case."""
        rule = self._get_penalty_rule()
        total = format_amount(self.env, self.penalty_amount, self.currency_id)
        label = self.env._(
            "%(percent)g %% of %(total)s", percent=share.percent, total=total
        )
        return {
            "rule": rule.code,
            "employee": share.employee_id,
            "date": self.happened_on,
            "event": share,
            "source": self,
            "amount": self._get_asked(rule, self.loss_amount),
            "decided": True,
            "approved_amount": share.amount,
            "breakdown": [
                {
                    "label": label,
                    "base": self.penalty_amount,
                    "rate": share.percent,
                    "amount": share.amount,
                }
            ],
            "reason": self.decision,
            "facts": "\n".join(
                filter(
                    None,
                    [self.subject, self.determination, self.breakdown_text, label],
                )
            ),
        }

    def _undo_reversed(self, reason):
        """Take back what the cases decided again had brought about.

        :param str reason: the decision in words
        """
        old = self.reverses_id
        if not old:
            return
        # sudo: a decision takes back money that HR confirmed
        entries = self.env["aftersales.adjustment"].sudo()
        entries = entries.search(
            [
                ("source_model", "=", self._name),
                ("source_id", "in", old.ids),
                ("state", "!=", "cancel"),
                ("effect", "!=", "reversal"),
            ]
        )._filter_live()
        paid = entries.filtered("settled_amount")
        if entries - paid:
            (entries - paid)._cancel(reason)
        if paid:
            paid._reverse(reason)._confirm()
        for case in old:
            source = case._get_source()
            if source is not None and source._name == "helpdesk.ticket":
                # sudo: the decision gives the fixed fine its place back
                source.sudo()._after_complaint_verified({})

    def _apply_payer(self):
        """Write on parts claims who pays, as decided."""
        for case in self.filtered("payer"):
            source = case._get_source()
            if source is not None and source._name == "aftersales.claim":
                source._apply_case(case)
