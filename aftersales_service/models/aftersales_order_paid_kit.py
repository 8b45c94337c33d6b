from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What is taken along where the customer pays (WARR-02)."""

    _inherit = "aftersales.policy"

    paid_kit_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Kit for Chargeable Work",
        domain=[("purpose", "=", "departure_kit")],
        check_company=True,
        help="Besides the departure kit, for units out of warranty: tariff, receipts.",
    )


class AftersalesChecklist(models.Model):
    """Policies that follow a new version of such a list."""

    _inherit = "aftersales.checklist"

    def _get_policy_fields(self):
        return [*super()._get_policy_fields(), "paid_kit_checklist_id"]


class AftersalesOrder(models.Model):
    """Orders whose customer is known to pay take his papers along."""

    _inherit = "aftersales.order"

    def _get_checklists(self):
        lists = super()._get_checklists()
        if self._is_known_to_be_paid():
            lists |= self.policy_id.paid_kit_checklist_id
        return lists

    def _is_known_to_be_paid(self):
        """Tell whether a unit of this order is known to be out of warranty."""
        self.ensure_one()
        verdicts = {
            unit.warranty_check_id.verdict or unit.equipment_id.warranty_state
            for unit in self.unit_ids
        }
        return bool(verdicts & {"expired", "void"})


class HelpdeskTicket(models.Model):
    """What the desk tells the caller about his warranty (WARR-13)."""

    _inherit = "helpdesk.ticket"

    warranty_state = fields.Selection(related="equipment_id.warranty_state")
    warranty_text = fields.Char(
        string="What We Tell the Customer", related="equipment_id.warranty_text"
    )
