from collections import defaultdict

from odoo import api, models


class AftersalesPartFit(models.Model):
    """Where the parts are that a technician may need."""

    _inherit = "aftersales.part.fit"

    @api.model
    def _get_stock(self, products, company, own_location):
        """Return where free pieces of some parts are, in two queries.

        Own: in the technician's van; near: with colleagues, by name; warehouse: on
        the shelves of the company.

        :param products: ``product.product`` records
        :param company: whose stock
        :param own_location: the technician's own places, or none
        :return: ``{product id: {own, near, warehouse, with}}``, quantities in the
            unit of the part; ``with`` lists colleagues as ``[name, quantity]``
        """
        places = defaultdict(
            lambda: {"own": 0.0, "near": 0.0, "warehouse": 0.0, "with": []}
        )
        # sudo: technicians read no stock; they see quantities of the parts they need
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("company_id", "=", company.id),
                    ("location_id.usage", "=", "internal"),
                    ("location_id.aftersales_use", "in", [False, "technician", "van"]),
                ],
                ["product_id", "location_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        for product, location, quantity, reserved in groups:
            self._add_place(
                places[product.id], location, own_location, quantity, reserved
            )
        return places

    @api.model
    def _add_place(self, places, location, own_location, quantity, reserved):
        """Count the pieces of one part in one location."""
        if location in own_location:
            places["own"] += quantity
        elif location.aftersales_use in ("technician", "van"):
            if quantity > 0:
                places["near"] += quantity
                places["with"].append([location.name, quantity])
        else:
            places["warehouse"] += max(quantity - reserved, 0.0)
