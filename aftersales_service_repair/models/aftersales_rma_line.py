from odoo import api, fields, models

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import FrozenFactError

from .aftersales_rma import OPEN_STATES


class AftersalesRmaLine(models.Model):
    """One item of the estimate: labour or a part, done after consent alone."""

    _name = "aftersales.rma.line"
    _inherit = ["aftersales.state.mixin"]
    _description = "Depot Estimate Line"
    _order = "rma_id, kind, id"
    _check_company_auto = True
    _guarded_fields = frozenset({"company_id", "decided_on", "move_id"})
    _state_transitions = {
        "proposed": {"authorised", "declined"},
        "authorised": set(),
        "declined": set(),
    }

    rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="rma_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("labour", "Labour"), ("part", "Part")], required=True, default="labour"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part or Service",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    price_unit = fields.Monetary(
        string="Unit Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    payer = fields.Selection(
        [("customer", "Customer"), ("company", "Company (Warranty)")],
        string="Paid By",
        compute="_compute_payer",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    coverage_text = fields.Text(
        string="Rule", compute="_compute_coverage_text", help="As told at intake."
    )
    amount = fields.Monetary(
        string="Customer Pays", compute="_compute_amount", store=True
    )
    available_qty = fields.Float(
        string="On Hand",
        compute="_compute_available_qty",
        compute_sudo=True,
        digits="Product Unit",
    )
    decided_on = fields.Datetime(readonly=True, copy=False)
    move_id = fields.Many2one(
        "stock.move",
        string="Reservation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("proposed", "To Authorise"),
            ("authorised", "Authorised"),
            ("declined", "Declined"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be more than zero."
    )
    _price_positive = models.Constraint(
        "CHECK (price_unit >= 0)", "A price is not negative."
    )
    _part_named = models.Constraint(
        "CHECK (kind <> 'part' OR product_id IS NOT NULL)", "Name the part."
    )
    _reserved_after_consent = models.Constraint(
        "CHECK (move_id IS NULL OR state = 'authorised')",
        "Parts are reserved for authorised lines only.",
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line.product_id.lst_price or line.price_unit

    @api.depends("rma_id")
    def _compute_payer(self):
        for line in self:
            check = line.rma_id.warranty_check_id
            verdict = (
                check.verdict_parts if line.kind == "part" else check.verdict_labour
            )
            is_free = verdict == "covered" or line.rma_id.kind == "doa"
            line.payer = "company" if is_free else "customer"

    @api.depends("rma_id")
    def _compute_coverage_text(self):
        for line in self:
            line.coverage_text = line.rma_id.coverage_text

    @api.depends("quantity", "price_unit", "payer")
    def _compute_amount(self):
        for line in self:
            paid = line.quantity * line.price_unit
            line.amount = paid if line.payer == "customer" else 0.0

    @api.depends("product_id", "rma_id.company_id")
    def _compute_available_qty(self):
        for line in self:
            product = line.product_id.with_company(line.company_id)
            line.available_qty = product.free_qty if line.kind == "part" else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "rma_id")
        lines = super().create(vals_list)
        if not guard.is_open(self.env):
            lines._check_open()
            lines.rma_id._after_estimate()
        return lines

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open()

    def unlink(self):
        rmas = self.rma_id
        result = super().unlink()
        rmas.exists()._after_estimate()
        return result

    def _check_open(self):
        """Refuse changes of what the customer decided, or after the work."""
        self.rma_id._check_role(
            "stock.group_stock_user", "aftersales_service.group_dispatcher"
        )
        rmas = self.rma_id._take_turn()
        if self.filtered(lambda line: line.state != "proposed") or rmas.filtered(
            lambda rma: rma.state not in OPEN_STATES
        ):
            raise FrozenFactError(
                self.env._(
                    "The customer decided on this line. Add a new one: it is done "
                    "after he agreed to it."
                )
            )

    def _prepare_move_vals(self, line_type):
        """Return the values of the work order's move of a part.

        :param str line_type: ``add`` for the new part, ``remove`` for the old one
        """
        self.ensure_one()
        repair = self.rma_id.repair_id
        return {
            "repair_id": repair.id,
            "repair_line_type": line_type,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self.quantity,
            "company_id": self.company_id.id,
            "aftersales_rma_line_id": self.id,
        }

    def _open_moves(self):
        """Let the work order reserve what the customer agreed to (DEPOT-08)."""
        # sudo: the desk that records the consent has no stock rights
        parts = self.sudo().filtered(
            lambda line: line.kind == "part" and line.rma_id.repair_id
        )
        moves = parts.env["stock.move"]._aftersales_open()
        for line in parts._unguarded():
            line.move_id = moves.create(line._prepare_move_vals("add"))
            if line.rma_id.old_part == "customer":
                line._hand_back_old(moves)

    def _hand_back_old(self, moves):
        """Prepare the way of the replaced part back to the customer (DEPOT-07)."""
        partner = self.rma_id.partner_id.with_company(self.company_id)
        old = moves.create(self._prepare_move_vals("remove"))
        old.location_dest_id = partner.property_stock_customer
