from odoo import models

from ..exceptions import NotEntitledError


class AftersalesClaimLine(models.Model):
    """Whether the counts of a line add up with approval and stock (L6)."""

    _inherit = "aftersales.claim.line"

    def _check_room(self, kind, sign, quantity):
        """Refuse more than was approved, is held or went out.

        :param str kind: what the move means, see ``stock.location``
        :param int sign: 1, or -1 when it is taken back
        :param float quantity: in the unit of the part
        :raise NotEntitledError: when there is not so much
        """
        self.ensure_one()
        rooms = {
            ("issued", 1): self.quantity - (self.issued_qty - self.returned_qty),
            ("consumed", -1): self.consumed_qty,
            ("scrapped", -1): self.scrapped_qty,
            ("lost", -1): self.lost_qty,
            ("old", 1): self._get_old_room(),
            ("old", -1): self.old_returned_qty,
        }
        room = rooms.get((kind, sign), self.open_qty)
        if self.product_id.uom_id.compare(quantity, room) > 0:
            raise NotEntitledError(
                self.env._(
                    "%(claim)s allows %(room)s × %(part)s here, not %(quantity)s.",
                    claim=self.claim_id.display_name,
                    room=f"{room:g}",
                    part=self.product_id.display_name,
                    quantity=f"{quantity:g}",
                )
            )

    def _check_balance(self):
        """Refuse a state of affairs that no approval covers.

        :raise NotEntitledError: when a count is below zero or above its measure
        """
        for line in self:
            rest = min(
                line.open_qty,
                line.consumed_qty,
                line.scrapped_qty,
                line.lost_qty,
                line.old_returned_qty,
                line._get_old_room(),
                line.quantity - (line.issued_qty - line.returned_qty),
            )
            if line.product_id.uom_id.compare(rest, 0) < 0:
                raise NotEntitledError(
                    self.env._(
                        "%(claim)s does not allow so many %(part)s.",
                        claim=line.claim_id.display_name,
                        part=line.product_id.display_name,
                    )
                )

    def _find_uncovered(self, product_ids, location_ids):
        """Return a line whose open parts are not in its technician's stock.

        :param product_ids: ids of products that moved
        :param location_ids: ids of technicians' locations
        :return: one line, or none when everything is where it should be
        """
        lines = self.search(
            [
                ("product_id", "in", list(product_ids)),
                ("claim_id.location_id", "in", list(location_ids)),
                ("open_qty", ">", 0),
            ]
        )
        held = {}
        for (line_id, lot_id), quantity in lines._get_held_lots().items():
            line = self.browse(line_id)
            key = line.claim_id.location_id.id, line.product_id.id, lot_id or False
            held.setdefault(key, []).append((line, quantity))
        stock = {
            (location.id, product.id, lot.id): quantity
            for location, product, lot, quantity in self.env["stock.quant"]._read_group(
                [
                    ("location_id", "in", list(location_ids)),
                    ("product_id", "in", list(product_ids)),
                ],
                ["location_id", "product_id", "lot_id"],
                ["quantity:sum"],
            )
        }
        for key, pieces in held.items():
            product = pieces[0][0].product_id
            total = sum(quantity for _line, quantity in pieces)
            if (
                product.is_storable
                and product.uom_id.compare(stock.get(key, 0.0), total) < 0
            ):
                return pieces[0][0]
        return self.browse()
