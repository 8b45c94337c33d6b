from odoo import fields, models

from odoo.addons.aftersales_service.arguments import check_single
from odoo.addons.aftersales_service.exceptions import TransitionError

# The state a case must be in before its work order reaches a state.
NEEDED = {"under_repair": ("authorised", "repair"), "done": ("repair",)}


class RepairOrder(models.Model):
    """The work of a depot case: begun after its authorisation, not before."""

    _inherit = "repair.order"

    aftersales_rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_unit_id = fields.Many2one(
        "aftersales.order.unit",
        string="Served Unit",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_order_id = fields.Many2one(
        related="aftersales_unit_id.order_id",
        string="Service Order",
        store=True,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_needs_loaner = fields.Boolean(
        related="aftersales_unit_id.order_id.needs_loaner", string="Loaner Needed"
    )
    commitment_ids = fields.One2many(
        "aftersales.commitment", "repair_id", string="Promises"
    )
    policy_id = fields.Many2one(related="aftersales_rma_id.policy_id")
    site_id = fields.Many2one(related="aftersales_rma_id.site_id")

    _aftersales_unit_unique = models.UniqueIndex(
        "(aftersales_unit_id) "
        "WHERE aftersales_unit_id IS NOT NULL AND state <> 'cancel'",
        "This unit already has a depot repair.",
    )
    _aftersales_rma_unique = models.UniqueIndex(
        "(aftersales_rma_id) WHERE aftersales_rma_id IS NOT NULL AND state <> 'cancel'",
        "This depot case already has a work order.",
    )

    def write(self, vals):
        if vals.get("state") in NEEDED:
            self._aftersales_check_authorised(vals["state"])
        return super().write(vals)

    def _aftersales_check_authorised(self, target):
        """Refuse work that the customer has not authorised (DEPOT-07, DEPOT-08).

        :raise TransitionError: naming the cases
        """
        cases = self.sudo().aftersales_rma_id  # sudo: the depot reads its own cases
        cases._lock()
        early = cases.filtered(lambda rma: rma.state not in NEEDED[target])
        if early:
            raise TransitionError(
                self.env._(
                    "%(cases)s: the customer has not authorised this work. Let him "
                    "sign the estimate first.",
                    cases=", ".join(early.mapped("name")),
                )
            )

    def action_repair_start(self):
        result = super().action_repair_start()
        # sudo: depot staff may not be on the case; its state follows the work
        self.sudo().aftersales_rma_id._set_state("repair")
        return result

    def action_repair_done(self):
        self._aftersales_check_authorised("done")
        result = super().action_repair_done()
        cases = self.sudo().aftersales_rma_id  # sudo: as above
        cases._finish("repaired")
        # sudo: the depot has no right on the installed base; the state follows
        units = self.filtered(lambda repair: not repair.aftersales_rma_id)
        units.sudo().aftersales_unit_id.equipment_id.filtered(
            lambda unit: unit.state == "in_depot"
        )._set_state("in_service")
        return result

    def action_repair_cancel(self):
        running = self.sudo().aftersales_rma_id.filtered(  # sudo: as above
            lambda rma: rma.state in ("authorised", "waiting", "repair", "manufacturer")
        )
        if running:
            raise TransitionError(
                self.env._(
                    "%s is authorised: end the depot case instead, so that the "
                    "customer is told.",
                    ", ".join(running.mapped("name")),
                )
            )
        return super().action_repair_cancel()

    def action_open_rma(self):
        """Open the depot case of this work order.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        return self.aftersales_rma_id._get_records_action()
