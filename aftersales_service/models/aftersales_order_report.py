from odoo import models


class AftersalesOrder(models.Model):
    """What the printed service report says besides the order's own fields."""

    _inherit = "aftersales.order"

    def _get_report_facts(self):
        """Return what the page needs, read for people who may see the order.

        Three marked copies: customer, head of department, company (DISP-04).

        :return: dict of texts and records
        """
        self.ensure_one()
        order_sudo = self.sudo()  # sudo: names of parts, people and the case
        company = order_sudo.company_id
        return {
            "copies": {
                "customer": self.env._("Copy for the customer"),
                "head": self.env._("Copy for the head of department"),
                "company": self.env._("Copy for the company's file"),
            },
            "form": order_sudo.env.ref("aftersales_service.form_f12"),
            "call_due": self._get_report_call(),
            "checks": order_sudo.check_ids.filtered(
                lambda check: check.purpose != "departure_kit"
            ),
            "closing_words": order_sudo.policy_id.closing_words,
            "company": company,
            "company_address": self._show_address(company.partner_id),
            "hotline": company._get_aftersales_hotline(),
            "site": order_sudo.site_id.display_name,
            "ticket": order_sudo.ticket_id.number,
            "workers": ", ".join(order_sudo.worker_ids.employee_id.mapped("name")),
            "units": order_sudo.unit_ids,
            "lines": self._get_used_lines(),
            "agreed": self._show_time(self.promised_start or self.planned_start),
            "arrived": self._show_time(self.arrived_on),
            "finished": self._show_time(self.done_on or self.left_on),
            "signed": self._show_time(self.signed_on),
        }

    def _get_report_copies(self):
        """Return the copies to print, each in the language of who reads it.

        :return: list of ``(recipient, language)``
        """
        self.ensure_one()
        order_sudo = self.sudo()  # sudo: languages only
        own = self.env.lang
        house = order_sudo.company_id.partner_id.lang or own
        customer = order_sudo.partner_id.lang or own
        return [("customer", customer), ("head", house), ("company", house)]

    def _get_report_call(self):
        """Return when we call back because the test run is missing (DISP-23)."""
        if self.test_run != "no_time":
            return ""
        waiting = self.sudo().callback_ids.filtered(  # sudo: its time only
            lambda callback: callback.state in ("planned", "open")
        )
        return self._show_time(min(waiting.mapped("due_on"), default=False))
