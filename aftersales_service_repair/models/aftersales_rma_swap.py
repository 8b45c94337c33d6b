from odoo import fields, models

from odoo.addons.aftersales_service.arguments import (
    as_choice,
    as_number,
    as_record,
    as_text,
)
from odoo.addons.aftersales_service.exceptions import (
    MissingError,
    NotEntitledError,
    TransitionError,
)
from odoo.addons.aftersales_service.images import as_image
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_rma import DEPOT, DESK

TENDERS = [
    ("cash", "Cash"),
    ("stored_value", "Stored-Value Card"),
    ("bank_card", "Bank Card"),
    ("transfer", "Bank Transfer"),
]
SWAPS = ("exchange", "doa")


class AftersalesRma(models.Model):
    """Units exchanged or taken back for good (DEPOT-04, DEPOT-10, DEPOT-11)."""

    _inherit = "aftersales.rma"

    new_equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Exchanged For",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_rma_id", string="Transfers", readonly=True
    )
    paid_tender = fields.Selection(TENDERS, string="Paid By", copy=False)
    refund_amount = fields.Monetary(readonly=True, copy=False)
    refund_tender = fields.Selection(
        TENDERS, string="Refunded By", readonly=True, copy=False
    )
    refund_by = fields.Char(string="Refund Signed By", readonly=True, copy=False)
    refund_on = fields.Datetime(string="Refunded On", readonly=True, copy=False)
    refund_signature = fields.Image(
        max_width=1024, max_height=1024, readonly=True, copy=False, attachment=True
    )

    _refund_complete = models.Constraint(
        "CHECK (refund_on IS NULL OR (refund_amount > 0 "
        "AND refund_tender IS NOT NULL AND refund_by IS NOT NULL))",
        "A refund has an amount, a tender and a signature.",
    )

    @fact_action
    def action_exchange(self, lot_id, at=None, request_key=None):
        """Give the customer another unit for his, in and out by ordinary transfers.

        The old unit goes to quarantine, the new one keeps its place and, by the
        policy, its remaining term; nothing is charged.  A faulty new unit is owed
        by the supplier from then on.

        :param lot_id: serial number of the new unit, id or ``stock.lot``
        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: when the fault is the customer's (DEPOT-10)
        """
        self._check_role(DEPOT)
        lot = as_record(self.env, "stock.lot", lot_id)
        todo = self.filtered(lambda rma: rma.state != "ready")
        for rma in todo:
            rma._check_swap(lot)
            rma._swap(lot, at)
        return self

    def _check_swap(self, lot):
        """Refuse an exchange of the wrong kind, unit or fault."""
        if self.kind not in SWAPS:
            raise TransitionError(
                self.env._(
                    "%s is no exchange. Choose its service type first.", self.name
                )
            )
        if self.state != "received":
            self._raise_stuck("ready")
        if not lot or lot == self.equipment_id.lot_id:
            raise TransitionError(
                self.env._("Choose the serial number of the new unit.")
            )
        if self.kind == "doa" and self.coverage != "covered":
            raise NotEntitledError(
                self.env._(
                    "Only faults of the product are exchanged at no charge. %(why)s",
                    why=self.coverage_text or "",
                )
            )

    def _swap(self, lot, at):
        """Move both units, and let the new one take the place of the old."""
        warehouse = self._get_warehouse()
        customers = self._get_customer_location()
        quarantine = warehouse.aftersales_quarantine_location_id
        old = self.equipment_id
        if old.lot_id:
            self._transfer(old.lot_id, customers, quarantine)
        self._transfer(lot, warehouse.lot_stock_id, customers)
        new = self._find_new_unit(lot)
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id._get_aftersales_tz()), at
        ).date()
        # sudo: the depot has no right on rules and installed base; it follows the goods
        keeps = self.sudo().policy_id.exchange_term != "own"
        old.sudo()._replace_by(new, day, keep_term=keeps)
        self._unguarded().write({"new_equipment_id": new.id})
        if self.kind == "doa":
            self._owe_supplier()
        self._finish("exchanged", at)

    def _find_new_unit(self, lot):
        """Return the register's unit of a serial number, made where it is new."""
        # sudo: the depot has no right on the installed base
        units = self.env["aftersales.equipment"].sudo()
        return units.search(
            [("lot_id", "=", lot.id), ("company_id", "=", self.company_id.id)], limit=1
        ) or units.create(
            {
                "company_id": self.company_id.id,
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "partner_id": self.partner_id.id,
                "manufacture_date": lot.aftersales_manufacture_date,
            }
        )

    def _owe_supplier(self):
        """Open the line by which the supplier answers for a faulty new unit."""
        sellers = self.sudo().product_id.seller_ids  # sudo: who delivered it
        self.env["aftersales.rma.shipment"]._unguarded().create(
            {
                "rma_id": self.id,
                "partner_id": (sellers[:1].partner_id or self.company_id.partner_id).id,
                "reference": self.serial or self.name,
            }
        )

    @fact_action
    def action_take_back(self, at=None, request_key=None):
        """Take a unit back for good: to quarantine, out of the installed base.

        :param datetime at: when, UTC
        :return: self (DEPOT-04)
        """
        self._check_role(DEPOT)
        todo = self.filtered(lambda rma: rma.state != "ready")
        for rma in todo:
            if rma.kind != "return":
                raise TransitionError(self.env._("%s is no return.", rma.name))
            if rma.state != "received":
                rma._raise_stuck("ready")
            if rma.equipment_id.lot_id:
                rma._transfer(
                    rma.equipment_id.lot_id,
                    rma._get_customer_location(),
                    rma._get_warehouse().aftersales_quarantine_location_id,
                )
            # sudo: the depot has no right on the installed base
            rma.equipment_id.sudo()._set_state("retired", reason=rma.name)
            rma._finish("returned", at)
        return self

    @fact_action
    def action_refund(self, tender, amount, name, signature, at=None, request_key=None):
        """Record the refund of a returned unit, with the customer's signature.

        :param str tender: how the money goes back
        :param float amount: in the company's currency
        :param str name: who signed for it
        :param signature: PNG or JPEG in base64
        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: another tender than the original one, where the
            house demands it (DEPOT-11)
        """
        self._check_role(DESK)
        label = self._fields["refund_tender"]._description_string(self.env)
        tender = as_choice(self.env, tender, TENDERS, label)
        amount = as_number(self.env, amount, self.env._("Refund"))
        name = as_text(self.env, name, self.env._("Refund Signed By"))
        image = as_image(self.env, signature, self.env._("Signature"))
        todo = self.filtered(lambda rma: not rma.refund_on)
        for rma in todo:
            if rma.result != "returned":
                raise TransitionError(
                    self.env._("Refunds are for units that were taken back.")
                )
            rma._check_tender(tender)
        todo._unguarded().write(
            {
                "refund_tender": tender,
                "refund_amount": amount,
                "refund_by": name,
                "refund_on": at,
                "refund_signature": image,
            }
        )
        self.env["aftersales.audit"]._log(
            todo, "refunded", reason=name, happened_on=at, amount=amount, tender=tender
        )
        return self

    def _check_tender(self, tender):
        """Refuse another tender than the one that was paid by, where it counts."""
        if not self.company_id.aftersales_refund_same_tender:
            return
        if not self.paid_tender or not self.env["ir.attachment"].search_count(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], limit=1
        ):
            raise MissingError(
                self.env._("Record how it was paid, and attach the proof of it.")
            )
        if tender != self.paid_tender:
            labels = dict(self._fields["paid_tender"]._description_selection(self.env))
            raise NotEntitledError(
                self.env._(
                    "It was paid by %(paid)s: the refund goes back the same way, not "
                    "by %(tender)s.",
                    paid=labels[self.paid_tender],
                    tender=labels[tender],
                )
            )

    def _missing_refund(self):
        """What a return still owes the customer, where the house refunds here."""
        if (
            self.result == "returned"
            and not self.refund_on
            and self.company_id.aftersales_refund_same_tender
        ):
            yield "refund_amount", self.env._("The refund is not recorded yet.")

    # -- transfers

    def _get_warehouse(self):
        """Return the warehouse whose depot this is."""
        # sudo: which warehouse it is, for people with stock rights alone
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.company_id.id)], limit=1)
        )
        return warehouse

    def _get_customer_location(self):
        """Return where units of the customer stand."""
        partner = self.partner_id.with_company(self.company_id)
        return partner.property_stock_customer

    def _transfer(self, lot, source, destination):
        """Move one serial number by a transfer of the depot, at once."""
        return self.env["stock.picking"]._aftersales_move_unit(
            self._get_warehouse(),
            lot,
            source,
            destination,
            {
                "aftersales_rma_id": self.id,
                "origin": self.name,
                "partner_id": self.partner_id.id,
            },
        )
