from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from .. import guard
from ..arguments import check_single
from ..exceptions import MissingError
from .aftersales_claim import DESK
from .aftersales_claim_issue import WAREHOUSE


class AftersalesVan(models.Model):
    """What a technician carries without a claim: his own stock, refilled and counted.

    It stands in a location of its own, apart from the parts that claims have handed
    to him.
    """

    _name = "aftersales.van"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Van Stock"
    _order = "employee_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True
    _guarded_fields = frozenset({"company_id", "location_id"})

    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        help="Refilled from its Stock.",
    )
    location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_ids = fields.One2many("aftersales.van.line", "van_id", copy=True)
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_van_id", string="Refills", readonly=True
    )
    missing_count = fields.Integer(
        string="Parts below Minimum", compute="_compute_missing_count"
    )

    _employee_unique = models.UniqueIndex(
        "(employee_id)", "This technician has his van stock already."
    )

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        """Propose a warehouse of the van's company, not of the session's first."""
        # sudo: the desk keeps vans without rights on warehouses
        warehouses = self.env["stock.warehouse"].sudo()
        for company, vans in self.grouped("company_id").items():
            wrong = vans.filtered(
                lambda van, company=company: van.warehouse_id.company_id != company
            )
            if wrong:
                found = warehouses.search([("company_id", "=", company.id)], limit=1)
                wrong.warehouse_id = found.sudo(self.env.su)

    @api.depends("line_ids.refill_qty")
    def _compute_missing_count(self):
        for van in self:
            van.missing_count = len(
                van.line_ids.filtered(lambda line: line.refill_qty > 0)
            )

    @api.model_create_multi
    def create(self, vals_list):
        vans = super().create(vals_list)
        for van in vans:
            # sudo: the desk keeps vans without rights on locations
            van.sudo()._unguarded().location_id = van.sudo()._create_location()
        return vans

    def _create_location(self):
        """Create the place of one van; self is in superuser mode."""
        parent = self.warehouse_id.aftersales_technician_location_id
        if not parent:
            raise MissingError(
                self.env._(
                    "%s has no place for technicians. Ask the administrator.",
                    self.warehouse_id.display_name,
                )
            )
        name = self.env._("%s (Van)", self.employee_id.name)
        place = self.env["stock.location"].with_context(
            **{guard.CONTEXT_KEY: guard.GUARD}
        )
        return place.create(
            {
                "name": name,
                "location_id": parent.id,
                "usage": "internal",
                "company_id": self.company_id.id,
                "aftersales_use": "van",
            }
        )

    def _check_keeper(self):
        """Refuse all but the warehouse and the desk."""
        user = self.env.user
        if not self.env.su and not (user.has_group(WAREHOUSE) or user.has_group(DESK)):
            raise AccessError(self.env._("The warehouse and the desk keep the vans."))

    def action_refill(self):
        """Prepare a transfer of what these vans lack, up to their maximum.

        One open transfer per van, whoever presses; the warehouse validates it like
        any other.

        :return: the open refills of these vans
        :raise MissingError: when nothing is missing and nothing is on its way
        """
        self.check_access("read")
        self._check_keeper()
        self._lock()
        # what is on its way now counts, whatever was shown before
        self.line_ids.invalidate_recordset(["quantity", "coming_qty", "refill_qty"])
        for van in self:
            van._refill()
        # sudo: the desk has no stock rights; it gets the number of the transfer
        pickings = self.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        if self and not pickings:
            raise MissingError(self.env._("These vans have all they should have."))
        return pickings.with_env(self.env)

    def _refill(self):
        """Create the transfer for what is below its minimum and not on its way."""
        lines = self.line_ids.filtered(lambda line: line.refill_qty > 0)
        if not lines:
            return
        van_sudo = self.sudo()  # sudo: the desk has no stock rights
        warehouse = van_sudo.warehouse_id
        common = {
            "picking_type_id": warehouse.aftersales_refill_type_id.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": van_sudo.location_id.id,
            "company_id": self.company_id.id,
        }
        picking = van_sudo.env["stock.picking"].create(
            {
                **common,
                "partner_id": van_sudo.employee_id.work_contact_id.id,
                "origin": self.env._("Van of %s", van_sudo.employee_id.name),
                "aftersales_van_id": self.id,
                "move_ids": [
                    Command.create(
                        {
                            **common,
                            "product_id": line.product_id.id,
                            "product_uom": line.product_id.uom_id.id,
                            "product_uom_qty": line.refill_qty,
                        }
                    )
                    for line in lines
                ],
            }
        )
        picking.action_confirm()
        self.env["aftersales.alloc"]._pass(
            (move.product_id.id, move.location_id.id) for move in picking.move_ids
        )
        picking.action_assign()

    def action_open_stock(self):
        """Open what lies in these vans, in Odoo's own screen of stock."""
        self.check_access("read")
        self.env["stock.quant"].check_access("read")
        action = self.env["stock.quant"].action_view_quants()
        return {
            **action,
            "domain": [("location_id", "in", self.location_id.ids)],
            "context": {
                **action.get("context", {}),
                "search_default_internal_loc": 0,
                "search_default_productgroup": 0,
                "search_default_locationgroup": 0,
            },
        }

    def action_open_count(self):
        """Open the count of these vans, in Odoo's own screen of counts."""
        self.check_access("read")
        self.env["stock.quant"].check_access("write")
        action = (
            self.env["stock.quant"]
            .with_context(search_default_internal_loc=0)
            .action_view_inventory()
        )
        first = self.location_id[:1]
        return {
            **action,
            "domain": [("location_id", "in", self.location_id.ids)],
            "context": {
                **action.get("context", {}),
                "search_default_my_count": 0,
                "default_location_id": first.id,
                "hide_location": len(self) == 1,
            },
        }

    def action_open_refills(self):
        """Open the refills of these vans."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        return {
            **action,
            "domain": [("aftersales_van_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_fill_lines(self):
        """Propose the wear parts of the units this technician serves.

        :return: self
        """
        check_single(self)
        self.check_access("write")
        self._check_keeper()
        # sudo: the desk may not read the units' technicians
        units = (
            self.env["aftersales.equipment"]
            .sudo()
            .search(
                [
                    ("site_id.technician_id", "=", self.employee_id.id),
                    ("state", "=", "in_service"),
                ]
            )
        )
        found = self.env["aftersales.part.fit"].sudo()._get_for(units)
        wanted = {}
        for fits in found.values():
            for fit in fits.filtered("is_wear_part"):
                wanted[fit.product_id.id] = max(
                    wanted.get(fit.product_id.id, 0.0), fit.quantity
                )
        known = self.line_ids.product_id.ids
        self.line_ids = [
            Command.create({"product_id": part, "minimum": count, "maximum": count})
            for part, count in wanted.items()
            if part not in known
        ]
        return self


class AftersalesVanLine(models.Model):
    """How many pieces of a part a van carries at least, and at most."""

    _name = "aftersales.van.line"
    _description = "Van Stock Level"
    _check_company_auto = True
    _order = "van_id, product_id, id"

    van_id = fields.Many2one(
        "aftersales.van", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="van_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("type", "=", "consu"), ("is_storable", "=", True)],
        check_company=True,
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    minimum = fields.Float(default=1.0, digits="Product Unit")
    maximum = fields.Float(default=1.0, digits="Product Unit")
    quantity = fields.Float(
        string="In the Van", compute="_compute_quantities", digits="Product Unit"
    )
    coming_qty = fields.Float(
        string="On Its Way", compute="_compute_quantities", digits="Product Unit"
    )
    refill_qty = fields.Float(
        string="To Refill", compute="_compute_quantities", digits="Product Unit"
    )

    _product_unique = models.UniqueIndex(
        "(van_id, product_id)", "This part is already listed for this van."
    )
    _levels = models.Constraint(
        "CHECK (minimum >= 0 AND maximum >= minimum)",
        "The maximum of a part lies below its minimum.",
    )

    @api.depends("product_id", "minimum", "maximum", "van_id.location_id")
    def _compute_quantities(self):
        places = self.van_id.location_id
        # sudo: the desk reads no stock
        stock = self._count(
            self.env["stock.quant"].sudo(),
            [("location_id", "in", places.ids)],
            "location_id",
            "quantity:sum",
        )
        coming = self._count(
            self.env["stock.move"].sudo(),  # sudo: as above
            [
                ("location_dest_id", "in", places.ids),
                ("state", "not in", ("draft", "done", "cancel")),
            ],
            "location_dest_id",
            "product_qty:sum",
        )
        for line in self:
            key = line.van_id.location_id.id, line.product_id.id
            line.quantity = stock.get(key, 0.0)
            line.coming_qty = coming.get(key, 0.0)
            there = line.quantity + line.coming_qty
            line.refill_qty = line.maximum - there if there < line.minimum else 0.0

    def _count(self, model, domain, place, aggregate):
        """Return quantities by (location id, product id) in one query."""
        groups = model._read_group(
            [*domain, ("product_id", "in", self.product_id.ids)],
            [place, "product_id"],
            [aggregate],
        )
        return {
            (location.id, product.id): quantity
            for location, product, quantity in groups
        }


class StockPicking(models.Model):
    """Transfers that refill a van."""

    _inherit = "stock.picking"

    aftersales_van_id = fields.Many2one(
        "aftersales.van",
        string="Van",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        check_company=True,
    )
