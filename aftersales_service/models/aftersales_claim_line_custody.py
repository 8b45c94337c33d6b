from odoo import fields, models
from odoo.tools import SQL

from ..arguments import as_quantity, as_record, as_text, check_single
from ..exceptions import MissingError, NotEntitledError, TransitionError
from .aftersales_claim_issue import WAREHOUSE
from .aftersales_fact_mixin import fact_action


class AftersalesClaimLine(models.Model):
    """What becomes of a part once the technician holds it (PART-17, L6)."""

    _inherit = "aftersales.claim.line"

    def _lock(self):
        """Lock the claims, then the lines, always in this order."""
        self.claim_id._lock()
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM aftersales_claim_line WHERE id = ANY(%s) "
                    "ORDER BY id FOR UPDATE",
                    sorted(self.ids),
                )
            )
            self.invalidate_recordset()
        return self

    def _take_turn(self):
        """Take the turn of the claims as well: what becomes of a part ends them."""
        self.claim_id._take_turn()
        return super()._take_turn()

    @fact_action
    def action_consume(self, qty, lot_id=None, at=None, request_key=None):
        """Record that parts were built in at the customer's.

        :param float qty: how many, in the unit of the part
        :param lot_id: serial or lot built in; needed where several are held
        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: more than is held, or a serial that is not
        """
        check_single(self)
        self.claim_id._check_worker_or_desk()
        quantity = as_quantity(self.env, qty)
        lot = self._get_lot_held(lot_id, quantity)
        self._check_moving(at)
        self._move_parts("use", quantity, lot, at)
        return self

    @fact_action
    def action_return_unused(self, qty, lot_id=None, at=None, request_key=None):
        """Record that unused parts are back.

        From a technician they wait for the warehouse, who confirms the receipt in
        the transfer; from the warehouse they are on the shelf at once.

        :param float qty: how many, in the unit of the part
        :param lot_id: serial or lot that came back; needed where several are held
        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: more than is held, or a serial that is not
        """
        check_single(self)
        self._check_worker_or_warehouse()
        quantity = as_quantity(self.env, qty)
        lot = self._get_lot_held(lot_id, quantity)
        self._check_moving(at)
        self._hand_in("return", quantity, lot, at)
        return self

    @fact_action
    def action_return_old(self, qty=1.0, serial=None, at=None, request_key=None):
        """Record that replaced parts came in.

        They stay the customer's, so they carry no value, and go to Defective Parts:
        at once from the warehouse, with its receipt from a technician.

        :param float qty: how many, in the unit of the part
        :param str serial: serial or lot of the old part, where the part is tracked;
            by default the one noted on the line
        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: more than was replaced
        :raise MissingError: without the serial of a tracked part
        """
        check_single(self)
        self._check_worker_or_warehouse()
        quantity = as_quantity(self.env, qty)
        serial = as_text(self.env, serial, self.env._("Old Serial"), required=False)
        self._check_moving(at)
        owed = self._get_old_room() - self.old_coming_qty
        if self.product_id.uom_id.compare(quantity, owed) > 0:
            raise NotEntitledError(
                self.env._(
                    "%(owed)s old %(part)s can come back, not %(quantity)s.",
                    owed=f"{owed:g}",
                    part=self.product_id.display_name,
                    quantity=f"{quantity:g}",
                )
            )
        lot = self._get_old_lot(serial or self.old_serial, quantity)
        self._hand_in("defective", quantity, lot, at)
        return self

    def _check_worker_or_warehouse(self):
        """Refuse who neither works on the order, nor sits at desk or warehouse."""
        if not self.env.user.has_group(WAREHOUSE):
            self.claim_id._check_worker_or_desk()

    def _check_moving(self, at):
        """Refuse facts about parts before they were handed out."""
        claim = self.claim_id
        if claim.state != "issued":
            raise TransitionError(
                self.env._(
                    "No parts of %s are out: it is not issued.", claim.display_name
                )
            )
        self._check_not_before(at, claim.issued_on, self.env._("First Issue"))

    def _get_lot_held(self, lot_id, quantity):
        """Return the lot a technician's part carries, checked to be held.

        :param lot_id: id or record, or empty
        :param float quantity: how many are to move
        :return: ``stock.lot``, empty for a part without tracking
        """
        lots = self.env["stock.lot"].sudo()  # sudo: technicians read no stock
        lot = as_record(lots.env, "stock.lot", lot_id)
        held = self._get_held_lots()
        if not lot:
            own = [lot_id for _line, lot_id in held if lot_id]
            if len(own) > 1:
                raise MissingError(
                    self.env._(
                        "Say which one: %(serials)s of %(part)s are held.",
                        serials=self.serials,
                        part=self.product_id.display_name,
                    )
                )
            lot = lots.browse(own)
        key = lot.id or None
        available = held.get((self.id, key), 0.0)
        available -= self._get_coming("returned").get(key, 0.0)
        if self.product_id.uom_id.compare(quantity, available) > 0:
            raise NotEntitledError(
                self.env._(
                    "%(available)s × %(part)s %(serial)s of %(claim)s is held, not "
                    "%(quantity)s.",
                    available=f"{available:g}",
                    part=self.product_id.display_name,
                    serial=lot.name or "",
                    claim=self.claim_id.display_name,
                    quantity=f"{quantity:g}",
                )
            )
        return lot

    def _get_old_lot(self, serial, quantity):
        """Return the lot of the old part, made when it is new to us."""
        product = self.product_id
        lots = self.env["stock.lot"].sudo()  # sudo: technicians read no stock
        if product.tracking == "none":
            return lots
        if not serial:
            raise MissingError(
                self.env._(
                    "Give the serial of the old %s: it stands on the part.",
                    product.display_name,
                )
            )
        if product.tracking == "serial" and quantity != 1:
            raise MissingError(
                self.env._("Parts with serials come back one at a time.")
            )
        lot = lots.search(
            [
                ("product_id", "=", product.id),
                ("name", "=", serial),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        )
        if not lot:
            lot = lots.create({"name": serial, "product_id": product.id})
        if lot.quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0
        ):
            raise NotEntitledError(
                self.env._(
                    "Serial %s stands in our own stock; it cannot come from the "
                    "customer. Check the number.",
                    serial,
                )
            )
        return lot

    def _move_parts(self, use, quantity, lot, at):
        """Make one transfer of this line and have it done.

        :param str use: ``use, return, lost, found`` or ``defective``
        :param float quantity: how many
        :param lot: ``stock.lot``, or none
        :param datetime at: when it happened
        """
        # sudo: technicians have no stock rights; the step was checked by the caller
        line = self.sudo()
        picking = line._prepare_parts(use, quantity, lot)
        picking._action_done()
        picking._aftersales_open().write({"date_done": at})
        line._note_moved(use, lot, at)

    def _prepare_piece_vals(self, move, quantity, lot, owner):
        """Return the values of the one piece that a move of this line moves."""
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": quantity,
            "lot_id": lot.id,
            "owner_id": owner.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "picking_id": move.picking_id.id,
            "picked": True,
        }

    def _note_moved(self, use, lot, at):
        """Keep on line, unit and trail what the transfer meant; self is sudo."""
        if use == "use":
            self._note_consumed(lot, at)
        elif use == "defective" and lot and not self.old_serial:
            self._unguarded().write({"old_serial": lot.name})
        self.env["aftersales.audit"]._log(
            self.claim_id,
            f"part_{use}",
            happened_on=at,
            line=self.id,
            lot=lot.name or "",
        )

    def _note_consumed(self, lot, at):
        """Put the new part into the unit's history and the old one's date down."""
        zone = self.site_id.tz or self.company_id._get_aftersales_tz()
        day = fields.Datetime.context_timestamp(self.with_context(tz=zone), at).date()
        values = {"used_on": day}
        if lot:
            values["lot_id"] = lot.id
        self._unguarded().write(values)
        if self.old_part == "return" and not self.old_part_due:
            self._unguarded().write({"old_part_due": self._get_old_due()})
        text = self.env._(
            "%(part)s replaced under %(claim)s: %(old)s → %(new)s",
            part=self.product_id.display_name,
            claim=self.claim_id.name,
            old=self.old_serial or "—",
            new=lot.name or "—",
        )
        self.equipment_id.message_post(body=text)
        self.equipment_id.site_id.message_post(body=text)

    def _missing_account(self):
        """Return what these lines still owe: ``{field, label, reason}`` each."""
        texts = [
            self.env._(
                "%(quantity)s × %(part)s is still with the technician.",
                quantity=f"{line.open_qty:g}",
                part=line.product_id.display_name,
            )
            for line in self
            if line.open_qty > 0
        ]
        texts += [
            self.env._(
                "%(quantity)s old %(part)s has not come back.",
                quantity=f"{line.old_owed_qty:g}",
                part=line.product_id.display_name,
            )
            for line in self
            if line.old_owed_qty > 0
        ]
        return [self.claim_id._missing_item("line_ids", text) for text in texts]

    def action_open_booking(self):
        """Open the small form that books a part: used, back, or the old one."""
        self.check_access("read")
        check_single(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "aftersales_service.aftersales_claim_line_book_action"
        )
        action["context"] = {"default_line_id": self.id}
        return action
