from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .. import guard
from ..exceptions import FrozenFactError
from .aftersales_claim import DESK, OPEN_STATES, PAYERS

HEAD = "aftersales_service.group_head"
# Quantities a line counts from its done moves, by the kind of the move.
COUNTED = {
    "issued": "issued_qty",
    "consumed": "consumed_qty",
    "returned": "returned_qty",
    "scrapped": "scrapped_qty",
    "lost": "lost_qty",
    "old": "old_returned_qty",
}


class AftersalesClaimLine(models.Model):
    """One part of a claim, accounted for to the last piece.

    Issued = consumed + returned + scrapped + lost + open, always counted from the
    moves.
    """

    _name = "aftersales.claim.line"
    _inherit = ["aftersales.fact.mixin"]
    _description = "Parts Claim Line"
    _order = "claim_id, sequence, id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "company_id",
            "lot_id",
            "open_qty",
            "short_qty",
            "unit_cost",
            "used_on",
            "warranty_check_id",
        }
        | set(COUNTED.values())
    )
    # What was asked, verified and approved.
    _content_fields = frozenset(
        {"claim_id", "product_id", "quantity", "payer", "old_part"}
    )

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    claim_state = fields.Selection(related="claim_id.state", string="Claim State")
    order_id = fields.Many2one(related="claim_id.order_id")
    holder_id = fields.Many2one(related="claim_id.location_id", string="Technician")
    equipment_id = fields.Many2one(
        related="claim_id.equipment_id", store=True, index=True
    )
    site_id = fields.Many2one(
        related="claim_id.site_id", store=True, index="btree_not_null"
    )
    used_on = fields.Date(string="Built In On", readonly=True, copy=False)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain=[("type", "=", "consu")],
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    tracking = fields.Selection(related="product_id.tracking")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    payer = fields.Selection(PAYERS, string="Paid By", required=True, default="company")
    warranty_check_id = fields.Many2one(
        "aftersales.warranty.check",
        string="Warranty Verdict",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    coverage = fields.Selection(
        related="warranty_check_id.verdict_parts", string="Warranty"
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The serial built in.",
    )
    old_serial = fields.Char(copy=False)
    old_part = fields.Selection(
        [
            ("return", "Comes Back"),
            ("scrap", "Scrapped on Site"),
            ("customer", "Stays with Customer"),
        ],
        required=True,
        default="return",
    )
    old_part_due = fields.Date(string="Old Part Due Back", copy=False)
    unit_cost = fields.Monetary(
        readonly=True, copy=False, help="Cost of one piece when it was handed out."
    )
    move_ids = fields.One2many("stock.move", "claim_line_id", readonly=True)
    issued_qty = fields.Float(
        "Issued", compute="_compute_quantities", store=True, digits="Product Unit"
    )
    consumed_qty = fields.Float(
        "Used", compute="_compute_quantities", store=True, digits="Product Unit"
    )
    returned_qty = fields.Float(
        "Returned Unused",
        compute="_compute_quantities",
        store=True,
        digits="Product Unit",
    )
    scrapped_qty = fields.Float(
        "Scrapped", compute="_compute_quantities", store=True, digits="Product Unit"
    )
    lost_qty = fields.Float(
        "Lost", compute="_compute_quantities", store=True, digits="Product Unit"
    )
    open_qty = fields.Float(
        "Held by Technician",
        compute="_compute_quantities",
        store=True,
        digits="Product Unit",
    )
    old_returned_qty = fields.Float(
        "Old Parts Back",
        compute="_compute_quantities",
        store=True,
        digits="Product Unit",
    )
    short_qty = fields.Float(
        "Short",
        compute="_compute_short_qty",
        store=True,
        digits="Product Unit",
        help="What an open issue transfer could not reserve.",
    )
    serials = fields.Char("Serials Held", compute="_compute_serials", compute_sudo=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be more than zero."
    )

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.location_id",
        "move_ids.location_dest_id",
    )
    def _compute_quantities(self):
        counts = self._count_done_moves()
        for line in self:
            counted = counts.get(line.id, {})
            for kind, name in COUNTED.items():
                line[name] = counted.get(kind, 0.0)
            line.open_qty = (
                line.issued_qty
                - line.consumed_qty
                - line.returned_qty
                - line.scrapped_qty
                - line.lost_qty
            )

    def _count_done_moves(self):
        """Return what the done moves add up to: ``{line id: {kind: quantity}}``.

        Most often they were just read or written: the database is not asked again.
        """
        counts = {}
        for move in self.move_ids:
            if move.state != "done":
                continue
            line = move.claim_line_id
            kind, sign = move.location_id._aftersales_direction(move.location_dest_id)
            counted = counts.setdefault(line.id, {})
            counted[kind] = counted.get(
                kind, 0.0
            ) + sign * move.product_uom._compute_quantity(
                move.quantity, line.product_id.uom_id, round=False
            )
        return counts

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.product_uom_qty")
    def _compute_short_qty(self):
        for line in self:
            line.short_qty = sum(
                max(move.product_uom_qty - move.quantity, 0.0)
                for move in line.move_ids
                if move.state in ("confirmed", "waiting", "partially_available")
            )

    def _compute_serials(self):
        held = self._get_held_lots()
        names = {
            lot.id: lot.name
            for lot in self.env["stock.lot"].browse(
                {lot_id for _line, lot_id in held if lot_id}
            )
        }
        for line in self:
            line.serials = ", ".join(
                sorted(
                    names[lot_id]
                    for line_id, lot_id in held
                    if line_id == line.id and lot_id
                )
            )

    def _get_held_lots(self):
        """Return what is still with the technician, from the done move lines.

        :return: ``{(line id, lot id or None): quantity}``, quantities above zero,
            in the unit of the product
        """
        if not self.ids:
            return {}
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.claim_line_id, piece.lot_id,
                       SUM(CASE WHEN piece.location_dest_id = place.id
                                THEN piece.quantity_product_uom
                                ELSE -piece.quantity_product_uom END)
                  FROM stock_move_line piece
                  JOIN stock_move move ON move.id = piece.move_id
                  JOIN stock_location place
                    ON place.id IN (piece.location_id, piece.location_dest_id)
                   AND place.aftersales_use = 'technician'
                 WHERE move.claim_line_id = ANY(%s) AND move.state = 'done'
                 GROUP BY move.claim_line_id, piece.lot_id
                """,
                self.ids,
            )
        )
        return {
            (line_id, lot_id): float(quantity)
            for line_id, lot_id, quantity in rows
            if quantity > 1e-9
        }

    def _get_standard_cost(self):
        """Return the cost of one piece today, in the company's currency."""
        self.ensure_one()
        # sudo: who asks for a part need not read costs
        return self.sudo().product_id.with_company(self.company_id).standard_price

    def _is_payable(self):
        """Tell whether somebody stands for this part's cost already."""
        self.ensure_one()
        return self.payer != "customer" or bool(self.claim_id.customer_approved_on)

    def _get_quantity_to_issue(self):
        """Return what is approved and neither handed out nor on its way."""
        self.ensure_one()
        # sudo: the desk has no stock rights
        pending = self.sudo().move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move._aftersales_kind() == "issued"
            )
        )
        return (
            self.quantity
            - (self.issued_qty - self.returned_qty)
            - sum(pending.mapped("product_qty"))
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "claim_id")
        lines = super().create(vals_list)
        if not guard.is_open(self.env):
            lines._check_content_open()
            lines._check_payer()
            lines.claim_id._after_content_change()
        return lines

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        changed = self._get_changed_content(vals)
        claims = changed.claim_id
        changed._check_content_open()
        if vals.keys() & {"old_serial", "old_part_due"}:
            self._check_not_ended()
        result = super().write(vals)
        if "claim_id" in vals:
            changed._check_content_open()
        if "payer" in vals:
            changed._check_payer()
        (claims | changed.claim_id)._after_content_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_record(self):
        self._check_content_open()

    def unlink(self):
        claims = self.claim_id
        result = super().unlink()
        claims.exists()._after_content_change()
        return result

    def _get_changed_content(self, vals):
        """Return the lines whose content ``vals`` would really change."""
        names = [name for name in self._content_fields if name in vals]
        return self.filtered(
            lambda line: any(
                self._fields[name].convert_to_write(line[name], line) != vals[name]
                for name in names
            )
        )

    def _check_content_open(self):
        """Refuse changes of the parts once they move, or by the wrong person.

        :raise FrozenFactError: when parts were handed out or the claim ended
        :raise AccessError: after submission, for others than the desk
        """
        claims = self.claim_id._take_turn()
        frozen = claims.filtered(lambda claim: claim.state not in OPEN_STATES)
        if frozen:
            raise FrozenFactError(
                self.env._(
                    "The parts of %s are on record. Make a further claim for what is "
                    "still needed.",
                    ", ".join(frozen.mapped("display_name")),
                )
            )
        if claims.filtered(lambda claim: claim.state != "draft"):
            claims._check_role(DESK)

    def _check_not_ended(self):
        """Refuse notes on the old part once the claim has ended."""
        if any(line.claim_state in ("closed", "rejected", "cancel") for line in self):
            raise FrozenFactError(self.env._("The claim has ended."))

    def _check_payer(self):
        """Let technicians choose between warranty and customer alone."""
        if self.env.su:
            return
        payers = set(self.mapped("payer"))
        if "goodwill" in payers and not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("Goodwill is granted by the head of department.")
            )
        if payers & {"supplier", "technician"}:
            self.claim_id._check_role(DESK)

    def _prepare_move_vals(self, use, quantity):
        """Return the values of a stock move of this part, without its places.

        :param str use: ``issue, use, return`` or ``defective``
        :param float quantity: in the unit of the part
        """
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.product_id.uom_id.id,
            "company_id": self.company_id.id,
            "claim_line_id": self.id,
        }
