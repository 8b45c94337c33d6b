from odoo import models

from odoo.addons.aftersales_service.arguments import as_choice, as_text
from odoo.addons.aftersales_service.exceptions import MissingError, TransitionError
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_charge import DESK, FAULTS, HEAD, OPINIONS


class AftersalesCharge(models.Model):
    """From the cause to the customer's opinion (WARR-01, WARR-03)."""

    _inherit = "aftersales.charge"

    @fact_action
    def action_report(self, text, at=None, request_key=None):
        """Report the cause to the head of department; worker or desk.

        :param str text: what was found, and why the customer pays
        :param datetime at: when, UTC
        :return: self
        :raise MissingError: without the cause of a fault
        """
        self._check_worker_or_desk()
        text = as_text(self.env, text, self.env._("Report to the Head"))
        todo = self.filtered(lambda charge: charge.state != "reported")
        for charge in todo:
            if charge.reason in FAULTS and not charge.cause_id:
                raise MissingError(
                    self.env._("Find the cause first: the head reports it on.")
                )
        todo._set_state(
            "reported",
            {"report_text": text, "reported_on": at, "reported_by_id": self.env.uid},
            happened_on=at,
        )
        entries = [
            (charge, head, self.env._("Report to the customer: %s", text))
            for charge in todo
            if (head := charge.company_id._aftersales_get_head())
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service_sale.mail_activity_charge", scope="escalations"
        )
        return self

    @fact_action
    def action_tell(self, at=None, request_key=None):
        """Record that the head told the customer what was found.

        A visit fee or an upgrade has no cause to report: the desk tells of it.

        :param datetime at: when, UTC
        :return: self
        """
        todo = self.filtered(lambda charge: charge.state != "told")
        for charge in todo:
            is_fault = charge.reason in FAULTS
            charge._check_role(HEAD if is_fault else DESK)
            if is_fault and charge.state != "reported":
                charge._raise_stuck("told")
            if charge.state == "quoted":
                charge._raise_stuck("told")
        todo._check_stamp(at, "reported_on")
        todo._set_state(
            "told", {"told_on": at, "told_by_id": self.env.uid}, happened_on=at
        )
        todo.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service_sale.mail_activity_charge"]
        )
        return self

    @fact_action
    def action_show_tariff(self, at=None, request_key=None):
        """Record that the customer was shown tariff and service policy (WARR-03).

        :param datetime at: when, UTC; before the work starts
        :return: self
        :raise MissingError: when no tariff is in force
        :raise TransitionError: when the work has started already
        """
        self._check_worker_or_desk()
        todo = self.filtered(lambda charge: not charge.tariff_shown_on)
        for charge in todo:
            if not charge.tariff_id:
                raise MissingError(
                    self.env._(
                        "No tariff is in force. Ask the general manager to sign one."
                    )
                )
            started = charge.order_id.work_started_on
            if started and at >= started:
                raise TransitionError(
                    self.env._(
                        "%s: the tariff is shown before the work starts, not after.",
                        charge.display_name,
                    )
                )
        todo._unguarded().write(
            {"tariff_shown_on": at, "tariff_shown_by_id": self.env.uid}
        )
        self.env["aftersales.audit"]._log(todo, "tariff_shown", happened_on=at)
        return self

    @fact_action
    def action_record_opinion(self, opinion, name, text="", at=None, request_key=None):
        """Record what the customer wants done (WARR-01).

        :param str opinion: repair, think or decline
        :param str name: who said so
        :param str text: in the customer's words
        :param datetime at: when, UTC
        :return: self
        """
        self._check_worker_or_desk()
        label = self._fields["opinion"]._description_string(self.env)
        opinion = as_choice(self.env, opinion, OPINIONS, label)
        name = as_text(self.env, name, self.env._("Opinion of"))
        text = as_text(self.env, text, label, required=False)
        self.filtered(lambda charge: charge.state != "told")._raise_unless_empty()
        self._check_stamp(at, "told_on")
        self._unguarded().write(
            {
                "opinion": opinion,
                "opinion_by": name,
                "opinion_text": text or False,
                "opinion_on": at,
            }
        )
        self.env["aftersales.audit"]._log(
            self, "opinion", reason=opinion, happened_on=at
        )
        if opinion == "decline":
            self._set_state("declined", reason=text or name, happened_on=at)
        return self

    def _raise_unless_empty(self):
        if self:
            raise TransitionError(
                self.env._(
                    "%s: the head tells the customer first, then he is asked.",
                    ", ".join(self[:5].mapped("display_name")),
                )
            )

    @fact_action
    def action_decline(self, reason, at=None, request_key=None):
        """Record that the customer wants no repair after all; worker or desk.

        :param str reason: what the customer said
        :param datetime at: when, UTC
        :return: self
        """
        self._check_worker_or_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        moved = self._set_state("declined", reason=reason, happened_on=at)
        moved._drop_quotation()
        return self

    def action_cancel(self, reason):
        """Withdraw jobs that were opened by mistake; the desk, until approved.

        :param str reason: why
        :return: self
        """
        self._check_role(DESK)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._lock()
        moved = self._set_state("cancel", reason=reason)
        moved._drop_quotation()
        return self

    def _drop_quotation(self):
        """Cancel quotations nobody may accept any more."""
        # sudo: the desk has no sales rights; the step was checked
        orders = self.sudo().sale_order_id.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        orders._action_cancel()
