import base64

from odoo import api, fields, models
from odoo.fields import Command

from .aftersales_claim_issue import WAREHOUSE


class AftersalesClaimLine(models.Model):
    """What technicians bring back counts when the warehouse has received it."""

    _inherit = "aftersales.claim.line"

    coming_qty = fields.Float(
        "Coming Back Unused",
        compute="_compute_coming",
        compute_sudo=True,
        digits="Product Unit",
        help="Handed in by the technician, not yet received by the warehouse.",
    )
    old_coming_qty = fields.Float(
        "Old Parts Coming In",
        compute="_compute_coming",
        compute_sudo=True,
        digits="Product Unit",
    )

    @api.depends("move_ids.state", "move_ids.product_uom_qty")
    def _compute_coming(self):
        for line in self:
            line.coming_qty = sum(line._get_coming("returned").values())
            line.old_coming_qty = sum(line._get_coming("old").values())

    def _get_coming(self, kind):
        """Return what was handed in and waits for its receipt, by lot id.

        :param str kind: ``returned`` or ``old``
        """
        coming = {}
        # sudo: technicians read no stock
        for move in self.sudo().move_ids:
            if move.state in ("done", "cancel") or move._aftersales_kind() != kind:
                continue
            for piece in move.move_line_ids:
                key = piece.lot_id.id or None
                coming[key] = coming.get(key, 0.0) + piece.quantity_product_uom
        return coming

    def _hand_in(self, use, quantity, lot, at):
        """Take parts in, or let them wait until the warehouse has received them.

        :param str use: ``return`` or ``defective``
        :param float quantity: how many
        :param lot: ``stock.lot``, or none
        :param datetime at: when they were handed in
        """
        if self.env.su or self.env.user.has_group(WAREHOUSE):
            self._move_parts(use, quantity, lot, at)
            return
        picking = self.sudo()._prepare_parts(
            use, quantity, lot
        )  # sudo: no stock rights
        picking._aftersales_open().write(
            {
                "aftersales_announced_on": at,
                "aftersales_announced_by_id": self.env.uid,
                "scheduled_date": at,
            }
        )
        self.env["aftersales.audit"]._log(
            self.claim_id, f"part_{use}_handed_in", happened_on=at, line=self.id
        )

    def _prepare_parts(self, use, quantity, lot):
        """Make one open transfer of this line, with its piece; superuser mode.

        :param str use: see ``aftersales.claim._get_transfer_ends``
        :param float quantity: how many
        :param lot: ``stock.lot``, or none
        :return: ``stock.picking``
        """
        claim = self.claim_id
        location = claim.location_id
        picking = claim._create_transfer(
            use, location.warehouse_id, {self: quantity}, location
        )
        move = picking.move_ids
        move._action_confirm(merge=False)
        move._do_unreserve()
        owner = claim.partner_id if use == "defective" else claim.partner_id.browse()
        piece = self._prepare_piece_vals(move, quantity, lot, owner)
        move._aftersales_open().write(
            {"move_line_ids": [Command.clear(), Command.create(piece)]}
        )
        return picking

    def action_withdraw_hand_in(self):
        """Take back what was handed in and not yet received.

        :return: self
        :raise AccessError: for others than those on the order, desk and warehouse
        """
        self.check_access("write")
        self._take_turn()
        self._check_worker_or_warehouse()
        # sudo: technicians have no stock rights; the step was checked
        moves = self.sudo().move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.picking_id.aftersales_announced_on
            )
        )
        moves._action_cancel()
        for claim in moves.claim_line_id.claim_id:
            self.env["aftersales.audit"]._log(claim, "hand_in_withdrawn")
        return self

    def _get_label_facts(self):
        """Return what the label of this old part says; its code opens the part."""
        self.ensure_one()
        line_sudo = self.sudo()  # sudo: printed on the part, by whoever ties it on
        url = f"{self.get_base_url()}/odoo/aftersales.claim.line/{self.id}"
        code = (
            self.env["ir.actions.report"]
            .sudo()  # sudo: the picture needs no rights of its reader
            .barcode("QR", url, width=300, height=300)
        )
        return {
            "picture": base64.b64encode(code),
            "claim": line_sudo.claim_id.name,
            "part": line_sudo.product_id.display_name,
            "serial": line_sudo.old_serial or "",
            "unit": line_sudo.equipment_id.display_name,
            "customer": line_sudo.claim_id.partner_id.display_name,
            "due": line_sudo.old_part_due,
        }


class StockPicking(models.Model):
    """Parts that somebody brings wait for the warehouse's receipt."""

    _inherit = "stock.picking"

    aftersales_announced_on = fields.Datetime(
        string="Handed In On", readonly=True, copy=False
    )
    aftersales_announced_by_id = fields.Many2one(
        "res.users", string="Handed In By", readonly=True, copy=False
    )

    def _action_done(self):
        announced = self.filtered(
            lambda picking: picking.aftersales_announced_on and picking.state != "done"
        )
        result = super()._action_done()
        for picking in announced.filtered(lambda picking: picking.state == "done"):
            # sudo: the warehouse reads and writes no claims
            for piece in picking.sudo().move_line_ids:
                line = piece.move_id.claim_line_id
                use = "defective" if piece.move_id._aftersales_kind() == "old" else ""
                line._note_moved(use or "return", piece.lot_id, picking.date_done)
        return result
