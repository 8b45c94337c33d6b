from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_service.arguments import as_choice, check_single

from .aftersales_rma import KINDS


class HelpdeskTicket(models.Model):
    """A case that goes to the depot straight from the desk."""

    _inherit = "helpdesk.ticket"

    rma_ids = fields.One2many("aftersales.rma", "ticket_id", string="Depot Cases")
    rma_count = fields.Integer(
        string="Number of Depot Cases", compute="_compute_rma_count"
    )

    def _compute_rma_count(self):
        counts = dict(
            self.env["aftersales.rma"]
            .sudo()  # sudo: a count only
            ._read_group([("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"])
        )
        for ticket in self:
            ticket.rma_count = counts.get(ticket._origin, 0)

    def action_create_rma(self, kind="repair"):
        """Open the depot case of the ticket's unit, once a unit; the desk.

        :param str kind: repair, exchange, return or doa
        :return: the open depot case (DEPOT-03, DEPOT-04)
        :raise UserError: when the ticket names no unit, or one without a product
        """
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads open depot cases.")
            )
        check_single(self)
        kind = as_choice(self.env, kind, KINDS, self.env._("Service Type"))
        self.check_access("write")
        unit = self.equipment_id._take_turn()
        if not unit or not unit.product_id:
            raise UserError(
                self.env._("Name the unit on the ticket, and its product, first.")
            )
        known = self.env["aftersales.rma"].search(
            [
                ("equipment_id", "=", unit.id),
                ("state", "not in", ("ready", "closed", "cancel")),
            ],
            limit=1,
        )
        if known:
            return known
        self.resolution_path = "depot"
        return self._make_rma(unit, kind)

    def _make_rma(self, unit, kind):
        """Make the depot case of the ticket's unit."""
        cases = self.env["aftersales.rma"]
        return (
            cases._unguarded()
            .create(
                {
                    "kind": kind,
                    "equipment_id": unit.id,
                    "partner_id": self.partner_id.commercial_partner_id.id
                    or unit.partner_id.id,
                    "company_id": self.company_id.id,
                    "ticket_id": self.id,
                    "fault_note": self.symptom_id.name,
                    "reason": self.name,
                }
            )
            ._guarded_again()
        )

    def action_open_rmas(self):
        """Open the depot cases of this ticket, a new one where there is none.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        cases = self.rma_ids or self.action_create_rma()
        return cases._get_records_action(name=self.env._("Depot Cases"))


class AftersalesOrderReturn(models.Model):
    """An accepted return is a depot case of its own kind (DEPOT-04)."""

    _inherit = "aftersales.order.return"

    def _decide(self, target, answer):
        open_before = self.filtered(lambda request: request.state == "open")
        result = super()._decide(target, answer)
        if target == "accepted":
            open_before._open_cases()
        return result

    def _open_cases(self):
        """Open a depot case for each unit that comes back and has none."""
        cases = self.env["aftersales.rma"]
        units = self.order_id.unit_ids
        busy = cases.search(
            [
                ("equipment_id", "in", units.equipment_id.ids),
                ("state", "not in", ("ready", "closed", "cancel")),
            ]
        ).equipment_id
        known = cases.search([("unit_id", "in", units.ids)]).unit_id
        cases._unguarded().create(
            [
                {
                    "kind": "return",
                    "equipment_id": unit.equipment_id.id,
                    "partner_id": request.partner_id.id,
                    "company_id": request.company_id.id,
                    "unit_id": unit.id,
                    "ticket_id": request.order_id.ticket_id.id,
                    "reason": request.reason,
                }
                for request in self
                for unit in request.unit_ids
                if unit.equipment_id not in busy and unit not in known
            ]
        )
