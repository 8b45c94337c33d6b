from odoo import api, fields, models


class AftersalesCommitment(models.Model):
    """The promise of a unit's return from the depot hangs on its work order."""

    _inherit = "aftersales.commitment"

    repair_id = fields.Many2one(
        "repair.order",
        string="Depot Repair",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(ticket_id, order_id, repair_id) = 1)",
        "A commitment belongs to one ticket, one order or one depot repair.",
    )
    _open_repair_unique = models.UniqueIndex(
        "(repair_id, milestone) WHERE state = 'open' AND repair_id IS NOT NULL",
        "This promise is already running.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"repair_id"}

    @api.depends("repair_id.aftersales_rma_id.name")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_case(self):
        """Return the depot case behind the promise, for whoever reads it."""
        return self.sudo().repair_id.aftersales_rma_id  # sudo: no stock rights needed

    def _get_document_number(self):
        return self._get_case().name or super()._get_document_number()

    def _get_document(self):
        return self._get_case().sudo(self.env.su) or super()._get_document()

    @api.model
    def _get_document_field(self, documents):
        if documents._name == "repair.order":
            return "repair_id"
        return super()._get_document_field(documents)

    @api.model
    def _get_ticket(self, document):
        if document._name == "repair.order":
            return document.aftersales_rma_id.ticket_id
        return super()._get_ticket(document)

    @api.model
    def _get_of(self, documents, milestone, states=("open",)):
        if documents._name != "repair.order":
            return super()._get_of(documents, milestone, states)
        domain = [("repair_id", "in", documents.ids), ("state", "in", list(states))]
        if milestone:
            domain.append(("milestone", "=", milestone))
        return self.sudo().search(domain)  # sudo: promises follow facts by anybody

    def _get_responsible(self):
        case = self._get_case()
        if not case:
            return super()._get_responsible()
        employees = case.user_id.employee_ids
        return employees.filtered(lambda one: one.company_id == case.company_id)[:1]

    def _is_still_owed(self):
        case = self._get_case()
        if not case:
            return super()._is_still_owed()
        return case.state not in ("ready", "closed", "cancel")
