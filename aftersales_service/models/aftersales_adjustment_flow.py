from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..arguments import as_text
from ..exceptions import TransitionError

HEAD = "aftersales_service.group_head"
HR = "payroll.group_payroll_user"
MANAGER = "aftersales_service.group_general_manager"
# What a reversal has in common with the entry it undoes.
REVERSED_FIELDS = (
    "company_id",
    "employee_id",
    "rule_id",
    "rate_id",
    "date",
    "quantity",
    "base_amount",
    "amount",
    "event_model",
    "event_id",
    "source_model",
    "source_id",
    "source_name",
    "sequence",
    "breakdown",
)


class AftersalesAdjustment(models.Model):
    """Verified by the head, confirmed by HR, above the limit by the manager."""

    _inherit = "aftersales.adjustment"

    appeal_until = fields.Datetime(
        compute="_compute_appeal_until",
        store=True,
        help="A penalty stays off the payslip until then.",
    )

    is_above_limit = fields.Boolean(
        compute="_compute_is_above_limit",
        store=True,
        help="Only the general manager confirms it.",
    )

    @api.depends("amount", "rule_id.confirm_limit")
    def _compute_is_above_limit(self):
        for adjustment in self:
            limit = adjustment.rule_id.confirm_limit
            currency = adjustment.currency_id or self.env.company.currency_id
            adjustment.is_above_limit = (
                currency.compare_amounts(adjustment.amount, limit) > 0
            )

    @api.depends("verified_on")
    def _compute_appeal_until(self):
        for adjustment in self:
            days = adjustment.company_id.aftersales_appeal_days
            opens = adjustment.verified_on and days and adjustment._may_be_appealed()
            adjustment.appeal_until = (
                adjustment.verified_on + timedelta(days=days) if opens else False
            )

    def _may_be_appealed(self):
        """Tell whether this adjustment takes money that can be appealed."""
        return self.kind == "penalty" and self.effect != "reversal"

    def action_verify(self):
        """Confirm the facts behind proposed adjustments (head of department).

        The employees of penalties are told, and their appeal window starts.

        :return: the adjustments
        :raise AccessError: for others, and about one's own adjustments
        :raise TransitionError: when one is not proposed any more
        """
        self.check_access("write")
        self._require(HEAD, self.env._("Only a head of department verifies."))
        self._lock()
        self._check_not_beneficiary()
        self._verify()
        return self

    def _verify(self):
        """Move proposed adjustments on, the user being who verified them."""
        moved = self._set_state(
            "verified",
            {"verified_by_id": self.env.uid, "verified_on": fields.Datetime.now()},
        )
        moved._notify_penalty()
        return moved

    def _notify_penalty(self):
        """Put the notice of a penalty on its employee's list, in one batch."""
        penalties = self.sudo().filtered(  # sudo: the user behind an employee
            lambda adjustment: (
                adjustment._may_be_appealed() and adjustment.employee_id.user_id
            )
        )
        activity_type = self.env.ref(
            "aftersales_service.mail_activity_type_penalty", raise_if_not_found=False
        )
        if not activity_type or not penalties:
            return
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].sudo().with_context(  # sudo: a notice to others
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": penalty.id,
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "user_id": penalty.employee_id.user_id.id,
                    "date_deadline": (
                        penalty.appeal_until or penalty.verified_on
                    ).date(),
                }
                for penalty in penalties
            ]
        )

    def action_confirm(self):
        """Confirm verified adjustments, so that payslips take them.

        HR confirms up to the limit of the rule, the general manager above it;
        nobody his own, and nobody what he verified himself.  An amount of zero
        is settled with it.

        :return: the adjustments
        :raise AccessError: for others
        :raise TransitionError: when one is not verified, or an appeal is open
        """
        self.check_access("write")
        self._require(f"{HR},{MANAGER}", self.env._("Only HR confirms adjustments."))
        self._lock()
        todo = self.filtered(
            lambda record: record.state not in ("confirmed", "settled")
        )
        self.filtered(
            lambda record: record.confirmed_by_id != self.env.user
        )._check_confirmer()
        todo._check_no_appeal()
        todo._confirm()
        return self

    def _check_confirmer(self):
        """Refuse what this user may not confirm."""
        self._check_not_beneficiary()
        self._check_limit()
        if not self.env.su and self.filtered(
            lambda record: record.verified_by_id == self.env.user
        ):
            raise AccessError(
                self.env._("Who verified an adjustment does not confirm it as well.")
            )

    def _check_no_appeal(self):
        """Refuse to confirm what is under appeal."""
        appealed = self.filtered(lambda record: record.appeal_state == "open")
        if appealed:
            raise TransitionError(
                self.env._(
                    "%s is under appeal. The quality vice president decides first.",
                    ", ".join(appealed.mapped("name")),
                )
            )

    def _check_limit(self):
        """Refuse HR above the limit of the rule, and the manager below it."""
        if self.env.su:
            return
        large = self.filtered("is_above_limit")
        if large and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "%s is above the limit: the general manager confirms it.",
                    ", ".join(large.mapped("name")),
                )
            )
        if self - large and not self.env.user.has_group(HR):
            raise AccessError(
                self.env._(
                    "%s is within the limit: HR confirms it.",
                    ", ".join((self - large).mapped("name")),
                )
            )

    def _confirm(self):
        """Move verified adjustments on, the user being who confirmed them."""
        moved = self._set_state(
            "confirmed",
            {"confirmed_by_id": self.env.uid, "confirmed_on": fields.Datetime.now()},
        )
        moved.filtered(lambda record: not record.amount)._set_state("settled")
        return moved

    def action_cancel(self, reason):
        """Cancel adjustments that were not paid yet.

        Heads cancel what is not confirmed, HR also what is; a draft payslip that
        carries one goes back to draft.

        :param str reason: why, kept in the audit trail
        :return: the adjustments
        :raise AccessError: for others, and about one's own adjustments
        :raise TransitionError: once money was settled; reverse it instead
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._require(f"{HEAD},{HR}", self.env._("Only the head or HR cancels."))
        self._lock()
        self._check_not_beneficiary()
        if self.filtered(lambda record: record.state == "confirmed"):
            self._require(HR, self.env._("Only HR cancels what was confirmed."))
        self._cancel(reason)
        return self

    def _cancel(self, reason):
        """Cancel adjustments of which nothing was paid, with what hangs on them.

        :param str reason: why
        """
        self._cancel_entries(reason)

    def _cancel_entries(self, reason):
        """Cancel just these adjustments, of which nothing was paid.

        :param str reason: why
        """
        paid = self.filtered("settled_amount")
        if paid:
            raise TransitionError(
                self.env._(
                    "%s was paid on a payslip already: reverse it instead.",
                    ", ".join(paid.mapped("name")),
                )
            )
        self._withdraw_from_payslips()
        cancelled = self._set_state("cancel", reason=reason)
        cancelled._lapse_appeals(reason)
        cancelled.sudo().activity_unlink(  # sudo: the notice stands with the employee
            ["aftersales_service.mail_activity_type_penalty"]
        )

    def action_reverse(self, reason):
        """Undo adjustments that were paid, by an entry of their own (HR).

        :param str reason: why
        :return: the new entries, confirmed unless above the rule's limit
        :raise AccessError: for others, and about one's own adjustments
        :raise TransitionError: when nothing was paid, or it was reversed before
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._require(HR, self.env._("Only HR reverses adjustments."))
        self._lock()
        self._check_not_beneficiary()
        entries = self._reverse(reason)
        within = entries.filtered(lambda entry: not entry.is_above_limit)
        within._confirm()
        return entries

    def _reverse(self, reason):
        """Undo adjustments already paid, with what hangs on them.

        :param str reason: why
        :return: the new entries, verified
        """
        return self._reverse_entries(reason)

    def _reverse_entries(self, reason):
        """Make the entries that undo just these adjustments, already paid.

        :param str reason: why
        :return: the new entries, verified
        """
        unpaid = self.filtered(lambda record: not record.settled_amount)
        if unpaid:
            raise TransitionError(
                self.env._(
                    "%s was not paid yet: cancel it instead.",
                    ", ".join(unpaid.mapped("name")),
                )
            )
        again = self.filtered(
            lambda record: (
                record.effect == "reversal"
                or record.reversal_ids.filtered(lambda entry: entry.state != "cancel")
            )
        )
        if again:
            raise TransitionError(
                self.env._(
                    "%s was reversed already, or is a reversal itself.",
                    ", ".join(again.mapped("name")),
                )
            )
        entries = (
            self.sudo()
            ._unguarded()
            .create(  # sudo: HR enters none by hand
                [record._prepare_reversal(reason) for record in self]
            )
        )
        entries = self.browse(entries.ids)
        self.env["aftersales.audit"]._log(entries, "proposed", reason=reason)
        entries._verify()
        return entries

    def _prepare_reversal(self, reason):
        """Return the create values of the entry that undoes this one."""
        self.ensure_one()
        text = self.env._(
            "Reversal of %(name)s: %(reason)s", name=self.name, reason=reason
        )
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in REVERSED_FIELDS
        }
        return {
            **values,
            "effect": "reversal",
            "reverses_id": self.id,
            "facts": text,
            "reason": reason,
            "proposed_by_id": self.env.uid,
        }

    def _open_explain(self, operation):
        """Open the dialog that asks for the text an act goes on record with.

        :param str operation: what the dialog then does
        :return: window action
        """
        if not self:
            raise UserError(self.env._("Choose an adjustment first."))
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the Reason"),
            "res_model": "aftersales.adjustment.explain",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_adjustment_ids": self.ids,
            },
        }

    def action_open_cancel(self):
        """Open the dialog that cancels.

        :return: window action
        """
        return self._open_explain("cancel")

    def action_open_reverse(self):
        """Open the dialog that reverses.

        :return: window action
        """
        return self._open_explain("reverse")
