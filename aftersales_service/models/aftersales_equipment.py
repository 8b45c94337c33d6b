from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..exceptions import GuardedFieldError, NotAllowedError


class AftersalesEquipment(models.Model):
    """One unit of the installed base."""

    _name = "aftersales.equipment"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Equipment"
    _order = "name, id"
    _rec_names_search = ["name", "serial", "site_id.name", "partner_id.name"]
    _check_company_auto = True
    # A delivery moves the record of a unit that is sold again, and a customer's
    # return takes it in, whatever was on file before: both are facts.
    _state_transitions = {
        "in_transit": {"in_service", "in_depot", "retired", "replaced"},
        "in_service": {"in_transit", "in_depot", "retired", "replaced"},
        "in_depot": {"in_service", "in_transit", "retired", "replaced"},
        "retired": {"in_transit", "in_depot"},
        # Repaired after the exchange, it may be delivered again.
        "replaced": {"in_transit", "retired"},
    }

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Proposed from product and serial number.",
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", tracking=True, check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        check_company=True,
    )
    region_id = fields.Many2one(
        "res.country.state",
        string="Province",
        compute="_compute_region_id",
        store=True,
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="Empty for equipment that was bought elsewhere.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    serial = fields.Char(
        string="Serial Number",
        compute="_compute_serial",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="trigram",
        tracking=True,
    )
    brand = fields.Char()
    model = fields.Char(
        compute="_compute_model", store=True, readonly=False, precompute=True
    )
    state = fields.Selection(
        [
            ("in_transit", "In Transit"),
            ("in_service", "In Service"),
            ("in_depot", "In the Depot"),
            ("replaced", "Replaced"),
            ("retired", "Retired"),
        ],
        default="in_service",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    purchase_date = fields.Date(copy=False, tracking=True)
    manufacture_date = fields.Date(copy=False, tracking=True)
    shipment_date = fields.Date(copy=False, tracking=True)
    install_date = fields.Date(string="Installation Date", copy=False, tracking=True)
    ticket_ids = fields.One2many("helpdesk.ticket", "equipment_id")
    unit_ids = fields.One2many("aftersales.order.unit", "equipment_id")
    note = fields.Html()

    _product_serial_unique = models.UniqueIndex(
        "(company_id, product_id, lower(serial)) "
        "WHERE product_id IS NOT NULL AND serial IS NOT NULL",
        "This serial number of the product is already registered.",
    )
    _model_serial_unique = models.UniqueIndex(
        "(company_id, lower(COALESCE(brand, '')), lower(COALESCE(model, '')), "
        "lower(serial)) WHERE product_id IS NULL AND serial IS NOT NULL",
        "This serial number of the brand and model is already registered.",
    )
    _lot_unique = models.UniqueIndex(
        "(company_id, lot_id) WHERE lot_id IS NOT NULL",
        "This serial number is already registered as equipment.",
    )

    @api.depends("lot_id")
    def _compute_product_id(self):
        for unit in self:
            unit.product_id = unit.lot_id.product_id or unit.product_id

    @api.depends("lot_id")
    def _compute_serial(self):
        for unit in self:
            unit.serial = unit.lot_id.name or unit.serial

    @api.depends("product_id")
    def _compute_model(self):
        for unit in self:
            unit.model = unit.model or unit.product_id.name

    @api.depends("product_id", "brand", "model", "serial")
    def _compute_name(self):
        for unit in self:
            maker = [unit.brand, unit.model] if not unit.product_id else []
            words = [unit.product_id.name, *maker, unit.serial]
            proposal = " ".join(word for word in words if word) or False
            # The proposal grows while somebody fills in the form.
            if not unit.name or (proposal or "").startswith(unit.name):
                unit.name = proposal
            else:
                unit.name = unit.name

    @api.depends("site_id")
    def _compute_partner_id(self):
        for unit in self:
            unit.partner_id = unit.site_id.partner_id or unit.partner_id

    @api.depends("site_id.region_id", "partner_id.state_id")
    def _compute_region_id(self):
        for unit in self:
            unit.region_id = unit.site_id.region_id or unit.partner_id.state_id

    @api.constrains("lot_id", "product_id")
    def _check_lot_product(self):
        for unit in self:
            if unit.lot_id and unit.lot_id.product_id != unit.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(serial)s belongs to “%(product)s”. Choose "
                        "that product, or another serial number.",
                        serial=unit.lot_id.name,
                        product=unit.lot_id.product_id.display_name,
                    )
                )

    # -- create and write

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_serial(vals) for vals in vals_list])

    def write(self, vals):
        if "company_id" in vals and self.filtered(
            lambda unit: unit.company_id.id != vals["company_id"]
        ):
            raise GuardedFieldError(
                self.env._("Equipment keeps its company. Register it there anew.")
            )
        return super().write(self._clean_serial(vals))

    @api.model
    def _clean_serial(self, vals):
        """Return ``vals`` with what names the unit trimmed, empty as False."""
        texts = {
            name: vals[name].strip() or False
            for name in ("serial", "brand", "model")
            if isinstance(vals.get(name), str)
        }
        return {**vals, **texts}

    # -- actions

    def _check_may_manage(self):
        """Refuse to all but dispatchers and heads."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        ):
            raise NotAllowedError(
                self.env._("The service desk keeps the installed base. Ask there.")
            )
