"""Parts claims for tests, at any point of their way."""

import base64

from .common import AftersalesCommon

# The smallest picture there is.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


class ClaimCommon(AftersalesCommon):
    """An order of ``technician`` on ``equipment``, and claims for it.

    ``order``: the service order.  ``_claim(product, quantity, ...)`` makes a draft
    as the technician, ``_verified``, ``_approved`` and ``_issued`` take it on its
    way with the people who really do it.
    """

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        # found by the quality vice president: see test_claim_finding
        cls.company.aftersales_claim_finding = False
        cls.order = cls._create_order(cls)
        return result

    def _photo(self, user=None, name="valve.png", content=PIXEL):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.technician_user)
            .create({"name": name, "raw": content})
        )

    def _claim(self, product=None, quantity=1.0, **values):
        return (
            self.env["aftersales.claim"]
            .with_user(self.technician_user)
            .create(
                {
                    "order_id": self.order.id,
                    "equipment_id": self.equipment.id,
                    "company_id": self.company.id,
                    "evidence_note": "Valve disc broken",
                    "evidence_ids": [(6, 0, self._photo().ids)],
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": (product or self.valve).id,
                                "quantity": quantity,
                            },
                        )
                    ],
                    **values,
                }
            )
        )

    def _verified(self, *args, emergency=True, **values):
        claim = self._claim(*args, **values)
        claim.action_submit()
        if emergency:
            claim.with_user(self.dispatcher_user).action_set_emergency("Cold store")
        claim.with_user(self.dispatcher_user).action_verify()
        return claim

    def _approved(self, *args, **values):
        claim = self._verified(*args, **values)
        for user in (self.head_user, self.sales_vp_user, self.gm_user):
            tier = claim.with_user(user).next_tier_id
            if tier and tier.group_id in user.all_group_ids:
                claim.with_user(user).action_approve()
        self.assertEqual(claim.state, "approved")
        return claim

    def _validate(self, picking, quantity=None, lots=None):
        """Validate a transfer as the warehouse does it in the form."""
        picking = picking.with_user(self.warehouse_user).with_context(
            skip_backorder=True
        )
        if lots:
            picking.move_ids.lot_ids = lots
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _issued(self, *args, **values):
        claim = self._approved(*args, **values)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking)
        self.assertEqual(claim.state, "issued")
        return claim

    def _receive(self, claim):
        """Let the warehouse receive what the technician handed in."""
        coming = claim.sudo().picking_ids.filtered(
            lambda picking: (
                picking.aftersales_announced_on
                and picking.state not in ("done", "cancel")
            )
        )
        for picking in coming:
            self._validate(picking)
        claim.line_ids.invalidate_recordset()
        return coming

    def _return(self, picking, quantity):
        """Return the transfer that brings parts of another back, made by hand."""
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouse_user)
            .with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        return wizard._create_return()

    def _assert_conserved(self, line):
        """L6 to L9: what went out is somewhere, and all figures agree on where."""
        results = self.env["aftersales.integrity"].run(["L6", "L7", "L8", "L9"])
        self.assertFalse([result for result in results if not result["ok"]])
        line.invalidate_recordset()
        self.assertAlmostEqual(
            line.issued_qty,
            line.consumed_qty
            + line.returned_qty
            + line.scrapped_qty
            + line.lost_qty
            + line.open_qty,
        )
        location = line.sudo().claim_id.location_id
        held = self.env["stock.quant"].search(
            [("product_id", "=", line.product_id.id), ("location_id", "=", location.id)]
        )
        self.assertAlmostEqual(sum(held.mapped("quantity")), line.open_qty)
