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
            "copies": [
                self.env._("Copy for the customer"),
                self.env._("Copy for the head of department"),
                self.env._("Copy for the company's file"),
            ],
            "company": company,
            "company_address": self._show_address(company.partner_id),
            "hotline": company.phone,
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
