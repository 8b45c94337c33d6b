from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.arguments import as_text
from odoo.addons.aftersales_service.exceptions import FrozenFactError

from .aftersales_charge import DESK, HEAD, OPEN_STATES, SALES, TECHNICIAN
from .aftersales_tariff import LINE_KINDS


class AftersalesChargeLine(models.Model):
    """One price of a chargeable job, by the tariff or approved off it (WARR-03)."""

    _name = "aftersales.charge.line"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Chargeable Job Line"
    _check_company_auto = True
    _order = "charge_id, kind, id"
    _guarded_fields = frozenset(
        {
            "company_id",
            "tariff_price",
            "has_source",
            "claim_line_id",
            "off_reason",
            "off_by_id",
            "off_on",
            "priced_by_id",
        }
    )

    charge_id = fields.Many2one(
        "aftersales.charge",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="charge_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_state = fields.Selection(related="charge_id.state", string="State of Job")
    product_id = fields.Many2one(
        "product.product",
        string="Service or Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(
        LINE_KINDS,
        compute="_compute_source",
        store=True,
        precompute=True,
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    tariff_price = fields.Monetary(
        compute="_compute_source", store=True, precompute=True
    )
    has_source = fields.Boolean(
        string="In the Tariff", compute="_compute_source", store=True, precompute=True
    )
    price_unit = fields.Monetary(
        string="Unit Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    is_off_tariff = fields.Boolean(
        string="Off the Tariff", compute="_compute_is_off_tariff", store=True
    )
    priced_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    off_reason = fields.Char(string="Why off the Tariff", readonly=True, copy=False)
    off_by_id = fields.Many2one(
        "res.users", string="Price Approved By", readonly=True, copy=False
    )
    off_on = fields.Datetime(string="Price Approved On", readonly=True, copy=False)
    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Parts Claim Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    declined_text = fields.Char(
        string="Declined Before", compute="_compute_declined_text", compute_sudo=True
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be more than zero."
    )
    _price_positive = models.Constraint(
        "CHECK (price_unit >= 0)", "A price is not negative."
    )
    _claim_line_unique = models.UniqueIndex(
        "(charge_id, claim_line_id) WHERE claim_line_id IS NOT NULL",
        "This part is on the job already.",
    )

    @api.depends("product_id", "charge_id.tariff_id")
    def _compute_source(self):
        for line in self:
            tariff = line.charge_id.tariff_id
            source = tariff.line_ids.filtered(
                lambda one, line=line: one.product_id == line.product_id
            )[:1]
            price = tariff._get_price(line.product_id)
            default = "part" if line.product_id.type == "consu" else "labour"
            line.kind = source.kind or default
            line.has_source = price is not None
            line.tariff_price = price or 0.0

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.depends("product_id", "tariff_price")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line.tariff_price

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.quantity * line.price_unit)

    @api.depends("price_unit", "tariff_price", "has_source")
    def _compute_is_off_tariff(self):
        for line in self:
            differs = line.currency_id.compare_amounts(
                line.price_unit, line.tariff_price
            )
            line.is_off_tariff = bool(differs) or not line.has_source

    @api.depends("product_id", "charge_id.equipment_id")
    def _compute_declined_text(self):
        texts = self.env["aftersales.decline"]._get_texts(
            {(line.charge_id.equipment_id.id, line.product_id.id) for line in self}
        )
        for line in self:
            key = (line.charge_id.equipment_id.id, line.product_id.id)
            line.declined_text = texts.get(key)

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "charge_id")
        lines = super().create(vals_list)
        if not guard.is_open(self.env):
            lines._check_open()
            lines._note_price()
        return lines

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        self._check_open()
        result = super().write(vals)
        if vals.keys() & {"price_unit", "product_id", "quantity"}:
            self._note_price()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        self._check_open()

    def _note_price(self):
        """Remember who set a price; an approval of another price is gone."""
        self._unguarded().write(
            {
                "priced_by_id": self.env.uid,
                "off_reason": False,
                "off_by_id": False,
                "off_on": False,
            }
        )

    def _check_open(self):
        """Refuse changes of what was offered, and by people outside the job."""
        charges = self.charge_id._take_turn()
        charges._check_role(TECHNICIAN, DESK, SALES)
        late = charges.filtered(lambda charge: charge.state not in OPEN_STATES)
        if late:
            raise FrozenFactError(
                self.env._(
                    "%s is offered to the customer. Take the quotation back first.",
                    ", ".join(late.mapped("display_name")),
                )
            )

    def action_approve_price(self, reason):
        """Approve prices off the tariff; the head, not who set them (WARR-03).

        :param str reason: why the tariff does not apply
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.charge_id._check_role(HEAD)
        self.check_access("write")
        self._check_open()
        todo = self.filtered(lambda line: line.is_off_tariff and not line.off_on)
        if not self.env.su and self.env.user in todo.priced_by_id:
            raise AccessError(
                self.env._("You set this price yourself: another head approves it.")
            )
        todo._unguarded().write(
            {
                "off_reason": reason,
                "off_by_id": self.env.uid,
                "off_on": fields.Datetime.now(),
            }
        )
        self.env["aftersales.audit"]._log(todo.charge_id, "off_tariff", reason=reason)
        return self

    def _prepare_sale_line_vals(self):
        """Return the values of the quotation's line."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "product_uom_qty": self.quantity,
            "price_unit": self.price_unit,
            "aftersales_charge_line_id": self.id,
            "aftersales_claim_line_id": self.claim_line_id.id,
        }
