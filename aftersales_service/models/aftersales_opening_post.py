from odoo import Command, fields, models

from ..exceptions import MissingError


class AftersalesOpening(models.Model):
    """How each kind of opening balance gets into its ledger."""

    _inherit = "aftersales.opening"

    # -- van stock

    def _post_van(self):
        """Put parts into the technicians' stock by inventory moves.

        :return: ``{row id: stock.move}``
        """
        rows = self.sudo()  # sudo: the head takes over, the warehouse is not asked
        places = rows._get_vans()
        lots = rows._get_lots("serial")
        return rows._move_parts(
            {
                row.id: (
                    row._get_inventory_location(),
                    places[row.employee_id.id],
                    lots.get(row.id),
                    None,
                )
                for row in rows
            }
        )

    def _get_vans(self):
        """Return the stock location of each technician: ``{employee id: location}``."""
        return {
            employee.id: employee._aftersales_get_location()
            for employee in self.employee_id
        }

    def _get_inventory_location(self):
        """Return where stock of the company comes from when it is counted."""
        product = self.product_id.with_company(self.company_id)
        return product.property_stock_inventory

    def _get_lots(self, fname):
        """Return the lot of each row of a tracked part, made where it is new.

        :param str fname: the field that holds the serial number
        :return: ``{row id: stock.lot}``
        """
        tracked = self.filtered(
            lambda row: row.product_id.tracking != "none" and row[fname]
        )
        lots = self.env["stock.lot"]
        known = {
            (lot.product_id.id, lot.name): lot
            for lot in lots.search(
                [
                    ("product_id", "in", tracked.product_id.ids),
                    ("name", "in", tracked.mapped(fname)),
                    ("company_id", "in", [False, *tracked.company_id.ids]),
                ]
            )
        }
        wanted = {
            (row.product_id.id, row[fname].strip()): row.company_id.id
            for row in tracked
        }
        new = [key for key in wanted if key not in known]
        made = lots.create([{"product_id": p, "name": name} for p, name in new])
        known.update(zip(new, made, strict=True))
        return {row.id: known[row.product_id.id, row[fname].strip()] for row in tracked}

    def _move_parts(self, ways):
        """Move the parts of these rows, all in one go.

        :param dict ways: by row id: from, to, lot, claim line
        :return: ``{row id: stock.move}``
        """
        values = []
        for row in self:
            source, target, lot, line = ways[row.id]
            common = {
                "product_id": row.product_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": row.company_id.id,
            }
            piece = {
                **common,
                "product_uom_id": row.product_id.uom_id.id,
                "quantity": row.quantity,
                "lot_id": lot.id if lot else False,
                "picked": True,
            }
            values.append(
                {
                    **common,
                    "product_uom": row.product_id.uom_id.id,
                    "product_uom_qty": row.quantity,
                    "origin": row.key,
                    "state": "confirmed",
                    "is_inventory": line is None,
                    "claim_line_id": line.id if line else False,
                    "picked": True,
                    "move_line_ids": [Command.create(piece)],
                }
            )
        moves = self.env["stock.move"]._aftersales_open().create(values)
        moves._action_done()
        moves = moves.with_env(self.env)
        return dict(zip(self.ids, moves, strict=True))

    # -- old parts owed

    def _post_part(self):
        """Rebuild the claims under which the old parts are still owed.

        What was built in before the first day is put on the shelf, handed out and used
        under a claim, so that the old part is owed like any other.

        :return: ``{row id: aftersales.claim.line}``
        """
        rows = self.sudo()  # sudo: as above
        vans = rows._get_vans()
        lots = rows._get_lots("serial")
        lines = rows._make_claims(vans)
        steps = {}
        for row in rows:
            shelf = vans[row.employee_id.id].warehouse_id.lot_stock_id
            customer = row.equipment_id.partner_id.with_company(
                row.company_id
            ).property_stock_customer
            steps[row.id] = (
                row._get_inventory_location(),
                shelf,
                vans[row.employee_id.id],
                customer,
            )
        for place, name in enumerate(("shelf", "van", "customer")):
            rows._move_parts(
                {
                    row.id: (
                        steps[row.id][place],
                        steps[row.id][place + 1],
                        lots.get(row.id),
                        None if name == "shelf" else lines[row.id],
                    )
                    for row in rows
                }
            )
        for row in rows:
            row._note_built_in(lines[row.id], lots.get(row.id))
        return lines

    def _note_built_in(self, line, lot):
        """Put down what is owed for a part that was built in before.

        :param line: its claim line
        :param lot: its serial number, if any
        """
        days = self.company_id.aftersales_old_part_days
        line._unguarded().write(
            {
                "used_on": self.date,
                "lot_id": lot.id if lot else False,
                "old_serial": self.old_serial,
                "old_part_due": self.due_on or fields.Date.add(self.date, days=days),
            }
        )

    def _make_claims(self, vans):
        """Return the claim line of each row, on an order and a claim of its own.

        :param dict vans: stock location by employee id
        """
        orders = self.env["aftersales.order"]._unguarded()
        orders = orders.create([row._prepare_order() for row in self])
        claims = self.env["aftersales.claim"]._unguarded()
        claims = claims.create(
            [
                row._prepare_claim(order, vans[row.employee_id.id])
                for row, order in zip(self, orders, strict=True)
            ]
        )
        reason = self.env._("Opening balance")
        trail = self.env["aftersales.audit"]
        trail._log(orders, "closed", reason=reason)
        trail._log(claims, "approved", reason=reason)
        return dict(zip(self.ids, claims._guarded_again().line_ids, strict=True))

    def _prepare_order(self):
        """Return the values of the finished order that a part was built in on."""
        unit = self.equipment_id
        return {
            "company_id": self.company_id.id,
            "partner_id": unit.partner_id.id,
            "site_id": unit.site_id.id,
            "service_type": "repair",
            "state": "closed",
            "done_on": fields.Datetime.to_datetime(self.date),
            "unit_ids": [Command.create({"equipment_id": unit.id})],
            "worker_ids": [Command.create({"employee_id": self.employee_id.id})],
        }

    def _prepare_claim(self, order, van):
        """Return the values of the claim under which an old part is owed.

        :param order: the ``aftersales.order``
        :param van: the technician's ``stock.location``
        """
        line = {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "old_part": "return",
        }
        return {
            "company_id": self.company_id.id,
            "order_id": order.id,
            "equipment_id": self.equipment_id.id,
            "evidence_note": self.env._("Opening balance %s", self.key),
            "location_id": van.id,
            "state": "approved",
            "approved_on": fields.Datetime.now(),
            "line_ids": [Command.create(line)],
        }

    # -- tickets

    def _post_ticket(self):
        """Open the tickets that were open, without the promises that ended before.

        :return: ``{row id: helpdesk.ticket}``
        """
        rows = self.sudo()  # sudo: as above
        tickets = self.env["helpdesk.ticket"].sudo()  # sudo: as above
        made = tickets.create(
            [
                {
                    "name": row.name,
                    "description": row.description or row.name,
                    "call_type": "repair",
                    "company_id": row.company_id.id,
                    "partner_id": row.partner_id.id,
                    "site_id": (row.site_id or row.equipment_id.site_id).id,
                    "equipment_id": row.equipment_id.id,
                    "symptom_id": row.symptom_id.id,
                    "team_id": (row.site_id or row.equipment_id.site_id).team_id.id,
                    "received_on": fields.Datetime.to_datetime(row.date),
                }
                for row in rows
            ]
        )
        late = made.commitment_ids.filtered(
            lambda promise: (
                promise.state == "open" and promise.deadline < fields.Datetime.now()
            )
        )
        late._set_state("cancel", reason=self.env._("Ended before the first day"))
        return dict(zip(self.ids, made, strict=True))

    # -- warranties

    def _post_warranty(self):
        """Put down the last covered day of units, as it was promised before.

        :return: ``{row id: aftersales.equipment}``
        """
        for reason, rows in self.grouped("name").items():
            days = {row.equipment_id.id: row.date for row in rows}
            rows.equipment_id._override_warranties(days, reason)
        return {row.id: row.equipment_id for row in self}

    # -- deductions

    def _post_deduction(self):
        """Propose what is left to deduct; verified and confirmed as any other.

        :return: ``{row id: aftersales.adjustment}``
        """
        adjustments = self.env["aftersales.adjustment"]
        adjustments._propose(
            [
                {
                    "rule": row.rule_id.code,
                    "employee": row.employee_id,
                    "date": row.date,
                    "event": row,
                    "facts": self.env._("Opening balance %s", row.key),
                    "reason": row.name,
                    "approved_amount": row.amount,
                }
                for row in self
            ]
        )
        # sudo: whatever the head may read of pay
        made = adjustments.sudo().search(
            [("event_model", "=", self._name), ("event_id", "in", self.ids)]
        )
        by_row = {adjustment.event_id: adjustment for adjustment in made}
        for row in self:
            if row.id not in by_row:
                raise MissingError(
                    self.env._(
                        "%(key)s: %(rule)s has no rate on %(date)s. Choose a day on "
                        "which it has one.",
                        key=row.key,
                        rule=row.rule_id.display_name,
                        date=row.date,
                    )
                )
        return by_row
