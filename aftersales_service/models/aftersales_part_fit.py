from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesPartFit(models.Model):
    """Which part fits which unit: offered first when a part is asked for."""

    _name = "aftersales.part.fit"
    _description = "Fitting Part"
    _order = "sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        domain=[("type", "=", "consu")],
    )
    equipment_product_id = fields.Many2one(
        "product.product",
        string="Fits Product",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        domain=[("is_aftersales_equipment", "=", True)],
    )
    brand = fields.Char(help="For units of other makers, with their model.")
    model = fields.Char()
    quantity = fields.Float(
        default=1.0, required=True, digits="Product Unit", help="Pieces in one unit."
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    is_wear_part = fields.Boolean(
        string="Wear Part", help="Worn by use: shown first at maintenance."
    )
    note = fields.Char(string="Place or Remark")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a fitting part is more than zero."
    )
    _one_target = models.Constraint(
        "CHECK ((equipment_product_id IS NOT NULL) <> (COALESCE(brand, '') <> '' "
        "AND COALESCE(model, '') <> ''))",
        "Say what the part fits: a product, or brand and model of a unit.",
    )
    _product_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), product_id, equipment_product_id) "
        "WHERE equipment_product_id IS NOT NULL",
        "This part is already listed for this product.",
    )
    _model_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), product_id, lower(brand), lower(model)) "
        "WHERE equipment_product_id IS NULL",
        "This part is already listed for this brand and model.",
    )

    @api.constrains("product_id", "equipment_product_id")
    def _check_not_itself(self):
        if any(fit.product_id == fit.equipment_product_id for fit in self):
            raise ValidationError(
                self.env._("A unit is not its own part. Choose the part.")
            )

    @api.model
    def _get_for(self, equipment):
        """Return what fits some units, in one query.

        By product where the unit has one, else by brand and model, whatever the
        case of the letters.

        :param equipment: ``aftersales.equipment`` records
        :return: ``{equipment id: fits}``, every unit has an entry
        """
        fits = self.search(
            [
                ("company_id", "in", [*equipment.company_id.ids, False]),
                "|",
                ("equipment_product_id", "in", equipment.product_id.ids),
                ("equipment_product_id", "=", False),
            ]
        )
        by_key = fits.grouped(
            lambda fit: (
                fit.equipment_product_id.id or self._get_model_key(fit.brand, fit.model)
            )
        )
        return {
            unit.id: by_key.get(
                unit.product_id.id,
                by_key.get(self._get_model_key(unit.brand, unit.model), self),
            ).filtered(
                lambda fit, unit=unit: (
                    fit.company_id in (unit.company_id, self.env["res.company"])
                )
            )
            for unit in equipment
        }

    @api.model
    def _get_model_key(self, brand, model):
        """Return brand and model as they are compared."""
        return ((brand or "").strip().lower(), (model or "").strip().lower())


class AftersalesEquipment(models.Model):
    """What fits a unit, one click away."""

    _inherit = "aftersales.equipment"

    def action_open_fits(self):
        """Open the parts that fit these units.

        :return: a window action
        """
        self.check_access("read")
        fits = self.env["aftersales.part.fit"]
        for found in fits._get_for(self).values():
            fits |= found
        action = self.env["ir.actions.actions"]._for_xml_id(
            "aftersales_service.aftersales_part_fit_action"
        )
        first = self[:1]
        context = {"default_equipment_product_id": first.product_id.id}
        if not first.product_id:
            context = {"default_brand": first.brand, "default_model": first.model}
        return {**action, "domain": [("id", "in", fits.ids)], "context": context}
