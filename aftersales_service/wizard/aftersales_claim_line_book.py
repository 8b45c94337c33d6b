from odoo import api, fields, models

from ..arguments import check_single


class AftersalesClaimLineBook(models.TransientModel):
    """The technician's small form: what became of a part he holds."""

    _name = "aftersales.claim.line.book"
    _description = "Parts Booking"

    line_id = fields.Many2one(
        "aftersales.claim.line", required=True, ondelete="cascade", readonly=True
    )
    product_id = fields.Many2one(related="line_id.product_id")
    tracking = fields.Selection(related="line_id.product_id.tracking")
    open_qty = fields.Float(related="line_id.open_qty")
    old_owed_qty = fields.Float(related="line_id.old_owed_qty")
    kind = fields.Selection(
        [
            ("use", "Built In"),
            ("unused", "Back Unused"),
            ("old", "Old Part Comes Back"),
            ("customer", "Customer Keeps the Old Part"),
            ("scrap", "Old Part Scrapped on Site"),
            ("lost", "Lost"),
            ("old_lost", "Old Part Is Lost"),
            ("withdraw", "Hand-In Withdrawn"),
        ],
        string="What Happened",
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(
        required=True,
        default=1.0,
        digits="Product Unit",
    )
    reason = fields.Text(help="Needed where a part does not come back.")
    coming_qty = fields.Float(related="line_id.coming_qty")
    old_coming_qty = fields.Float(related="line_id.old_coming_qty")
    held_lot_ids = fields.Many2many("stock.lot", compute="_compute_held_lot_ids")
    lot_id = fields.Many2one("stock.lot", string="Serial", ondelete="cascade")
    old_serial = fields.Char(
        string="Serial of the Old Part",
        compute="_compute_old_serial",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("line_id")
    def _compute_kind(self):
        for booking in self:
            booking.kind = "use" if booking.line_id.open_qty > 0 else "old"

    @api.depends("line_id")
    def _compute_old_serial(self):
        for booking in self:
            booking.old_serial = booking.line_id.old_serial

    @api.depends("line_id")
    def _compute_held_lot_ids(self):
        held = self.line_id._get_held_lots()
        for booking in self:
            booking.held_lot_ids = [
                lot_id
                for line_id, lot_id in held
                if line_id == booking.line_id.id and lot_id
            ]

    def action_book(self):
        """Book what happened on the claim line.

        :return: True, the small form closes
        """
        check_single(self)
        getattr(self, f"_book_{self.kind}")(self.line_id)
        return True

    def _book_use(self, line):
        if self.old_serial and self.tracking != "none":
            line.write({"old_serial": self.old_serial})
        line.action_consume(self.quantity, lot_id=self.lot_id.id)

    def _book_unused(self, line):
        line.action_return_unused(self.quantity, lot_id=self.lot_id.id)

    def _book_old(self, line):
        line.action_return_old(self.quantity, serial=self.old_serial)

    def _book_customer(self, line):
        line.action_set_old_part("customer", self.reason)

    def _book_scrap(self, line):
        line.action_set_old_part("scrap", self.reason)

    def _book_lost(self, line):
        line.action_report_lost(self.quantity, self.reason, lot_id=self.lot_id.id)

    def _book_old_lost(self, line):
        line.action_report_old_lost(self.quantity, self.reason)

    def _book_withdraw(self, line):
        line.action_withdraw_hand_in()
