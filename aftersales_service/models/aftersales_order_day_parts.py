from odoo import api, fields, models

# Sheets older than the newest so many are looked up at a desk.
SHEETS_SHOWN = 50


class AftersalesOrder(models.Model):
    """Units and parts of the technician's day, and what he still owes."""

    _inherit = "aftersales.order"

    def _get_day_parts(self):
        """Return units, fitting parts and claims of these orders: ``{id: dict}``."""
        orders_sudo = self.sudo()  # sudo: units and stock behind his own orders
        equipment = orders_sudo.unit_ids.equipment_id
        fits = self.env["aftersales.part.fit"].sudo()._get_for(equipment)
        products = self.env["product.product"].union(
            *(found.product_id for found in fits.values())
        )
        stock = self._get_day_stock(products)
        held = orders_sudo.claim_ids.line_ids._get_day_held()
        return {
            order.id: {
                "units": [
                    unit._get_day_unit(fits[unit.equipment_id.id], stock)
                    for unit in order.unit_ids
                ],
                "claims": [claim._get_day_claim(held) for claim in order.claim_ids],
            }
            for order in orders_sudo
        }

    @api.model
    def _get_day_stock(self, products):
        """Return where free pieces are, by product id, for the user's company."""
        # sudo: HR alone reads an employee's place
        employees_sudo = self.env["hr.employee"].sudo()
        own = employees_sudo.search(
            [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        # sudo: as above
        van = self.env["aftersales.van"].sudo().search([("employee_id", "=", own.id)])
        return self.env["aftersales.part.fit"]._get_stock(
            products,
            self.env.company,
            own.aftersales_location_id | van.location_id,
        )

    @api.model
    def _get_owed_lines(self):
        """Return the parts in the technician's hands, or whose old part he owes."""
        return self.env["aftersales.claim.line"].search(
            [
                ("claim_state", "=", "issued"),
                ("claim_id.order_id.is_mine", "=", True),
                "|",
                ("open_qty", ">", 0),
                ("old_owed_qty", ">", 0),
            ],
            order="old_part_due, id",
        )

    @api.model
    def _get_owed(self):
        """Return what the technician still owes: parts, old parts and sheets."""
        # sudo: customer and unit behind his own parts
        lines_sudo = self._get_owed_lines().sudo()
        held = lines_sudo._get_day_held()
        sheets = self.search(
            [
                ("is_mine", "=", True),
                ("mode", "=", "onsite"),
                ("state", "=", "done"),
                ("reported_on", "=", False),
            ],
            order="done_on, id",
            limit=SHEETS_SHOWN,
        )
        missing = sheets._get_missing("report")
        return {
            "parts": [
                {
                    **line._get_day_line(held),
                    "claim": line.claim_id.name,
                    "order_id": line.claim_id.order_id.id,
                    "order": line.claim_id.order_id.name or "",
                    "customer": line.claim_id.order_id.partner_id.display_name or "",
                }
                for line in lines_sudo
            ],
            "reports": self.env["aftersales.day.report"]._get_my_open(),
            "sheets": [
                {
                    "id": order.id,
                    "name": order.name or "",
                    "customer": order.sudo().partner_id.display_name,  # sudo: as above
                    "done_on": fields.Datetime.to_string(order.done_on),
                    "reasons": [item["reason"] for item in missing.get(order.id, [])],
                }
                for order in sheets
            ],
        }


class AftersalesOrderUnit(models.Model):
    """A unit as the phone shows it."""

    _inherit = "aftersales.order.unit"

    def _get_day_unit(self, fits, stock):
        """Return one unit; self is in superuser mode.

        :param fits: what fits it
        :param dict stock: where free pieces are, by product id
        """
        unit = self.equipment_id
        verdicts = dict(self._fields["coverage"]._description_selection(self.env))
        return {
            "id": self.id,
            "equipment_id": unit.id,
            "name": unit.display_name,
            "serial": unit.serial or "",
            "model": unit.product_id.name
            or " ".join(filter(None, [unit.brand, unit.model])),
            "coverage": self.coverage or "",
            "coverage_label": verdicts.get(self.coverage, ""),
            "coverage_text": self.coverage_text or "",
            "symptom_id": self.symptom_id.id,
            "expected_cause_id": self.expected_cause_id.id,
            "cause_id": self.cause_id.id,
            "remedy_id": self.remedy_id.id,
            "result": self.result or "",
            "fits": [fit._get_day_fit(stock) for fit in fits],
        }


class AftersalesPartFit(models.Model):
    """A fitting part as the phone shows it."""

    _inherit = "aftersales.part.fit"

    def _get_day_fit(self, stock):
        """Return one fitting part with its stock; self is in superuser mode."""
        part = self.product_id
        return {
            "id": self.id,
            "product_id": part.id,
            "name": part.display_name,
            "quantity": self.quantity,
            "uom": part.uom_id.name,
            "is_wear_part": self.is_wear_part,
            "note": self.note or "",
            "stock": stock[part.id],
        }


class AftersalesClaim(models.Model):
    """A parts claim as the phone shows it."""

    _inherit = "aftersales.claim"

    def _get_day_claim(self, held):
        """Return one claim; self is in superuser mode.

        :param dict held: serials held, by line id
        """
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name or "",
            "state": self.state,
            "state_label": states[self.state],
            "equipment_id": self.equipment_id.id,
            "lines": [line._get_day_line(held) for line in self.line_ids],
        }


class AftersalesClaimLine(models.Model):
    """A part of a claim as the phone shows it."""

    _inherit = "aftersales.claim.line"

    def _get_day_held(self):
        """Return the serials held, ``{line id: [[lot id, name]]}``; superuser mode."""
        held = self._get_held_lots()
        lots = self.env["stock.lot"].browse({lot for _line, lot in held if lot})
        names = {lot.id: lot.name for lot in lots}
        found = {}
        for line_id, lot_id in held:
            if lot_id:
                found.setdefault(line_id, []).append([lot_id, names[lot_id]])
        return found

    def _get_day_line(self, held):
        """Return one line; self is in superuser mode."""
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "name": self.product_id.display_name,
            "tracking": self.product_id.tracking,
            "uom": self.product_id.uom_id.name,
            "quantity": self.quantity,
            "payer": self.payer,
            "issued": self.issued_qty,
            "consumed": self.consumed_qty,
            # what he handed in waits for the warehouse, not for him
            "open": self.open_qty - self.coming_qty,
            "old_owed": self.old_owed_qty - self.old_coming_qty,
            "old_due": fields.Date.to_string(self.old_part_due),
            "old_serial": self.old_serial or "",
            "lots": held.get(self.id, []),
        }
