from odoo import fields, models
from odoo.fields import Domain


class AftersalesPolicy(models.Model):
    """Which papers a customer visit brings home."""

    _inherit = "aftersales.policy"

    visit_papers = fields.Boolean(
        string="Papers of Customer Visits",
        help="A customer visit is closed when its papers are filed: memo, visit "
        "report, data list, project summary (VIS-04).",
    )


class AftersalesForm(models.Model):
    """Papers that only customer visits owe."""

    _inherit = "aftersales.form"

    is_visit_paper = fields.Boolean(
        string="Owed by Customer Visits",
        help="Where the policy of the visit demands papers.",
    )

    def _is_owed(self, order):
        if not super()._is_owed(order):
            return False
        policy_sudo = order.policy_id.sudo()  # sudo: rules of the house
        is_visit = order.service_type == "visit" and policy_sudo.visit_papers
        return self.is_required or bool(self.is_visit_paper and is_visit)

    def _get_owed_domain(self):
        """Return which orders owe this paper, besides company and date."""
        self.ensure_one()
        if self.is_required:
            return Domain.TRUE
        # What the policy demands is no secret; the rest of it may be.
        return Domain("service_type", "=", "visit") & Domain(
            "policy_id", "any!", Domain("visit_papers", "=", True)
        )


class AftersalesOrder(models.Model):
    """A customer visit is closed with its papers."""

    _inherit = "aftersales.order"

    def _get_required_forms(self):
        # sudo: names of forms, also for those who print none
        visits = self.env["aftersales.form"].sudo()
        return super()._get_required_forms() | visits.search(
            [("is_visit_paper", "=", True)]
        )

    def _missing_close(self):
        """Memo, visit report, data list and summary: all of them (VIS-04)."""
        yield from super()._missing_close()
        forms = self._get_required_forms().filtered("is_visit_paper")
        for order in self:
            order_sudo = order.sudo()  # sudo: which papers there are, not the papers
            if order.service_type != "visit" or not order_sudo.policy_id.visit_papers:
                continue
            filed = order_sudo.document_ids.filtered(
                lambda paper: paper.state == "filed"
            ).form_id
            for form in forms - filed:
                if form._is_owed(order_sudo):
                    yield (
                        order.id,
                        "document_ids",
                        self.env._("File the paper: %s.", form.display_name),
                    )
