from odoo import fields, models
from odoo.tools import SQL


class StockMove(models.Model):
    """Deliveries register units; returns take them into the depot (SITE-08)."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        lines = moves.filtered(
            lambda move: move.state == "done" and move._is_aftersales_unit_move()
        ).move_line_ids.filtered("lot_id")
        if lines:
            # sudo: the warehouse ships without rights on the register
            equipment_sudo = self.env["aftersales.equipment"].sudo()
            equipment_sudo._register_returns(
                lines.filtered(lambda line: line.location_id.usage == "customer")
            )
            equipment_sudo._register_deliveries(
                lines.filtered(lambda line: line.location_dest_id.usage == "customer")
            )
        return moves

    def _is_aftersales_unit_move(self):
        """Tell whether a move sells a unit to a customer, or brings it back.

        Parts of claims never do; addons that lend or repair units exclude their
        moves here.
        """
        self.ensure_one()
        ends = {self.location_id.usage, self.location_dest_id.usage}
        return (
            self.product_id.is_aftersales_equipment
            and self.product_id.tracking == "serial"
            and not self.claim_line_id
            and "customer" in ends
            and len(ends) == 2
        )


class AftersalesEquipment(models.Model):
    """Units as deliveries and returns report them."""

    _inherit = "aftersales.equipment"

    def _register_deliveries(self, lines):
        """Register one unit per delivered serial number, or move its record.

        :param lines: done ``stock.move.line`` to customers, with serial numbers
        :return: the units, new and known
        """
        known = self._find_by_lot(lines)
        new_vals, units = [], self.browse()
        for line in lines:
            unit = known.get((line.company_id.id, line.lot_id.id))
            if unit:
                unit._move_to(line)
                units |= unit
            else:
                new_vals.append(self._prepare_delivered_vals(line))
        units |= self.create(new_vals)
        days = units.grouped("shipment_date")
        for day, shipped in days.items():
            shipped._tell(day)._set_state("in_transit")
        return units

    def _register_returns(self, lines):
        """Put known units that customers sent back into the depot.

        :param lines: done ``stock.move.line`` from customers, with serial numbers
        :return: the units
        """
        units = self.browse()
        for unit in self._find_by_lot(lines).values():
            units |= unit
        # What was exchanged stays replaced: its term went to the new unit.
        kept = units.filtered(lambda unit: unit.state != "replaced")
        kept._set_state("in_depot")
        return units

    def _find_by_lot(self, lines):
        """Return the units on file for move lines, by company and lot.

        A unit registered by hand, before its delivery, is found by its serial.
        """
        self.flush_model(["company_id", "product_id", "lot_id", "serial"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM aftersales_equipment
                 WHERE company_id = ANY(%s) AND product_id = ANY(%s)
                   AND (lot_id = ANY(%s) OR lower(serial) = ANY(%s))
                """,
                lines.company_id.ids,
                lines.product_id.ids,
                lines.lot_id.ids,
                [name.lower() for name in lines.lot_id.mapped("name")],
            )
        )
        units = self.browse(unit_id for (unit_id,) in rows)
        by_lot = {(unit.company_id.id, unit.lot_id.id): unit for unit in units}
        by_serial = {
            (unit.company_id.id, unit.product_id.id, (unit.serial or "").lower()): unit
            for unit in units
        }
        result = {}
        for line in lines:
            lot = line.lot_id
            unit = by_lot.get((line.company_id.id, lot.id)) or by_serial.get(
                (line.company_id.id, line.product_id.id, lot.name.lower())
            )
            if unit:
                result[line.company_id.id, lot.id] = unit
        return result

    def _prepare_delivered_vals(self, line):
        """Return what a delivery says about a unit."""
        tz = line.company_id._get_aftersales_tz()
        day = fields.Datetime.context_timestamp(
            line.with_context(tz=tz), line.move_id.date
        ).date()
        lot = line.lot_id
        return {
            "company_id": line.company_id.id,
            "product_id": line.product_id.id,
            "lot_id": lot.id,
            "serial": lot.name,
            "partner_id": line.picking_id.partner_id.commercial_partner_id.id,
            "manufacture_date": lot.aftersales_manufacture_date,
            "shipment_date": day,
            "warranty_basis": lot.product_id.aftersales_warranty_basis or "shipment",
        }

    def _move_to(self, line):
        """Move the record of a unit on file to whom it was delivered.

        Back to its owner, for example after a repair, nothing else changes: term
        and site stay.  Sold to somebody else, the unit starts anew.
        """
        vals = self._prepare_delivered_vals(line)
        vals.update(active=True, replaced_by_id=False, replaced_on=False)
        owner = self.partner_id.commercial_partner_id
        if owner.id == vals["partner_id"]:
            for name in ("partner_id", "warranty_basis"):
                del vals[name]
            vals["shipment_date"] = self.shipment_date or vals["shipment_date"]
        else:
            vals.update(
                site_id=False,
                purchase_date=False,
                install_date=False,
                warranty_override_end=False,
                warranty_override_labour_end=False,
                warranty_override_reason=False,
                warranty_override_by_id=False,
            )
        vals["manufacture_date"] = vals["manufacture_date"] or self.manufacture_date
        self._unguarded().write(vals)
