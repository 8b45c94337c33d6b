from odoo import fields, models


class AftersalesEquipment(models.Model):
    """One unit of the installed base."""

    _name = "aftersales.equipment"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Equipment"
    _order = "name, id"
    _rec_names_search = ["name", "serial", "site_id.name"]
    _check_company_auto = True
    _guarded_fields = frozenset({"replaced_by_id"})
    _state_transitions = {
        "in_transit": {"in_service", "in_depot", "retired"},
        "in_service": {"in_depot", "replaced", "retired"},
        "in_depot": {"in_service", "in_transit", "replaced", "retired"},
        "replaced": {"in_depot", "retired"},
        "retired": set(),
    }

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
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
        "res.partner", string="Customer", index="btree_not_null", tracking=True
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", check_company=True
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Lot/Serial", index="btree_not_null", copy=False
    )
    serial = fields.Char(copy=False, index="trigram", tracking=True)
    brand = fields.Char()
    model = fields.Char()
    purchase_date = fields.Date()
    manufacture_date = fields.Date()
    shipment_date = fields.Date()
    install_date = fields.Date()
    warranty_basis = fields.Selection(
        [
            ("purchase", "Purchase"),
            ("manufacture", "Manufacture"),
            ("shipment", "Shipment"),
            ("install", "Installation"),
            ("handover", "Site Handover"),
        ],
        default="purchase",
        required=True,
    )
    warranty_months = fields.Integer(default=12)
    warranty_end = fields.Date(
        help="Last covered day.", readonly=True, copy=False, tracking=True
    )
    parent_id = fields.Many2one("aftersales.equipment", index="btree_not_null")
    child_ids = fields.One2many("aftersales.equipment", "parent_id")
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
    )
    replaced_by_id = fields.Many2one(
        "aftersales.equipment",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    warranty_check_ids = fields.One2many("aftersales.warranty.check", "equipment_id")
    ticket_ids = fields.One2many("helpdesk.ticket", "equipment_id")
    unit_ids = fields.One2many("aftersales.order.unit", "equipment_id")
    note = fields.Html()

    def check_warranty(self, on_date=None, cause_id=None, product_id=None):
        """Judge the warranty of each unit and keep the verdict on record."""
        return self.env["aftersales.warranty.check"]
