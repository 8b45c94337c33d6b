from odoo import api, fields, models
from odoo.fields import Command

from ..arguments import as_text, check_single
from ..exceptions import TransitionError
from .aftersales_claim import DESK, MOVING_STATES

WAREHOUSE = "stock.group_stock_user"


class AftersalesClaim(models.Model):
    """Handing parts out, cancelling, closing (PART-11, D2, D3)."""

    _inherit = "aftersales.claim"

    picking_count = fields.Integer(
        compute="_compute_picking_count", compute_sudo=True, string="Transfer Count"
    )
    has_rest = fields.Boolean(
        string="More to Hand Out", compute="_compute_has_rest", compute_sudo=True
    )
    cost_processing = fields.Monetary(string="Processing Cost", copy=False)
    cost_purchase = fields.Monetary(
        string="Purchase Cost",
        compute="_compute_cost_purchase",
        store=True,
        readonly=False,
        copy=False,
        help="Proposed from the parts handed out at their cost.",
    )
    cost_shipping = fields.Monetary(string="Shipping Cost", copy=False)
    cost_total = fields.Monetary(compute="_compute_cost_total", store=True)
    cost_variance = fields.Monetary(
        string="Cost above Estimate", compute="_compute_cost_total", store=True
    )
    cost_variance_percent = fields.Float(
        string="Variance (%)", compute="_compute_cost_total", store=True
    )

    def _compute_picking_count(self):
        counts = dict(
            self.env["stock.picking"]._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.picking_count = counts.get(claim, 0)

    def _compute_has_rest(self):
        for claim in self:
            claim.has_rest = any(
                line._get_quantity_to_issue() > 0 for line in claim.line_ids
            )

    @api.depends("line_ids.unit_cost", "line_ids.issued_qty", "line_ids.returned_qty")
    def _compute_cost_purchase(self):
        for claim in self:
            claim.cost_purchase = sum(
                line.unit_cost * (line.issued_qty - line.returned_qty)
                for line in claim.line_ids
            )

    @api.depends("cost_processing", "cost_purchase", "cost_shipping", "amount_total")
    def _compute_cost_total(self):
        for claim in self:
            total = claim.cost_processing + claim.cost_purchase + claim.cost_shipping
            variance = total - claim.amount_total if total else 0.0
            claim.cost_total = total
            claim.cost_variance = variance
            claim.cost_variance_percent = (
                variance / claim.amount_total * 100 if claim.amount_total else 0.0
            )

    def _missing_issue(self):
        """What blocks the issue: approval, and the customer's word where he pays."""
        items = []
        if self.state not in MOVING_STATES:
            items.append(
                self._missing_item("state", self.env._("The claim is not approved."))
            )
        waiting = self.line_ids.filtered(lambda line: not line._is_payable())
        if waiting:
            items.append(
                self._missing_item(
                    "customer_approved_on",
                    self.env._(
                        "Record that the customer agrees to pay for %s.",
                        ", ".join(waiting.product_id.mapped("display_name")),
                    ),
                )
            )
        return items

    def action_issue(self):
        """Prepare the transfer of the approved parts to the technician.

        One transfer while it is open, whoever presses; what a cancelled or partial
        one left over gets the next.  The warehouse validates it in the ordinary
        transfer form.

        :return: the open transfers of the claims
        :raise MissingError: when nothing of a claim may be handed out yet
        """
        self.check_access("read")
        self._check_role(WAREHOUSE, DESK)
        self._lock()
        for claim in self:
            claim._issue()
        # sudo: the desk has no stock rights; it gets the number of the transfer
        pickings = self.sudo().picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking._aftersales_is_issue()
            )
        )
        return pickings.with_env(self.env)

    def _issue(self):
        """Create the transfer for what is approved and not yet on its way."""
        if self.state not in MOVING_STATES:
            self._check_missing("issue")
        quantities = {
            line: line._get_quantity_to_issue()
            for line in self.line_ids
            if line._is_payable()
        }
        quantities = {
            line: quantity
            for line, quantity in quantities.items()
            if line.product_id.uom_id.compare(quantity, 0) > 0
        }
        if not quantities:
            if not all(line._is_payable() for line in self.line_ids):
                self._check_missing("issue")
            return
        # sudo: the desk has no stock rights; the step was checked above
        claim_sudo = self.sudo()
        location = claim_sudo._get_technician_location()
        claim_sudo._unguarded().write({"location_id": location.id})
        picking = claim_sudo._create_transfer(
            "issue", location.warehouse_id, quantities, location
        )
        picking.action_confirm()
        picking.action_assign()
        claim_sudo._report_short(picking)

    def _get_technician_location(self):
        """Return the stock of the order's lead; self is in superuser mode."""
        if self.location_id and any(line.open_qty for line in self.line_ids):
            return self.location_id
        lead = self.order_id.lead_id
        if not lead:
            raise TransitionError(
                self.env._(
                    "%s has no lead. Name the technician who gets the parts.",
                    self.order_id.display_name,
                )
            )
        return lead._aftersales_get_location()

    def _create_transfer(self, use, warehouse, quantities, location):
        """Create one of our transfers, unconfirmed; self is in superuser mode.

        :param str use: ``issue, van, use, return, lost, found`` or ``defective``
        :param warehouse: the ``stock.warehouse``
        :param dict quantities: quantity by claim line
        :param location: the technician's stock, or the customer's place
        :return: ``stock.picking``, in an environment without the key
        """
        source, destination = self._get_transfer_ends(use, warehouse, location)
        number = sum(
            f":{use}:" in (key or "") for key in self.picking_ids.mapped("claim_key")
        )
        common = {
            "picking_type_id": self._get_transfer_type(use, warehouse).id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }
        values = {
            **common,
            "partner_id": self._get_transfer_partner(use, location).id,
            "origin": self.name,
            "claim_id": self.id,
            "claim_key": f"claim:{self.id}:{use}:{number + 1}",
            "move_ids": [
                Command.create({**common, **line._prepare_move_vals(use, quantity)})
                for line, quantity in quantities.items()
            ],
        }
        known = self.env["stock.move"]._aftersales_get_unwatched(
            self.env["product.product"].union(*(line.product_id for line in quantities))
        )
        pickings = self.env["stock.picking"].with_company(self.company_id)
        pickings = pickings.with_context(**known)
        return pickings._aftersales_open().create(values)._aftersales_guarded_again()

    def _get_transfer_partner(self, use, location):
        """Return whom the transfer is for: who takes the parts, or the customer."""
        if use not in ("issue", "van"):
            return self.partner_id
        return self._get_holder(location).work_contact_id

    def _get_holder(self, location):
        """Return the employee whose stock ``location`` is, most often the lead."""
        lead = self.order_id.lead_id
        if lead.aftersales_location_id == location:
            return lead
        return self.env["hr.employee"].search(
            [("aftersales_location_id", "=", location.id)], limit=1
        )

    def _get_transfer_type(self, use, warehouse):
        """Return the operation type of a transfer."""
        name = {"van": "issue", "lost": "use", "found": "return"}.get(use, use)
        return warehouse[f"aftersales_{name}_type_id"]

    def _get_transfer_ends(self, use, warehouse, location):
        """Return where a transfer starts and where it goes."""
        if use == "van":
            return self._get_van_location(location), location
        if use in ("use", "defective"):
            partner = self.partner_id.with_company(self.company_id)
            customer = partner.property_stock_customer
            if use == "use":
                return location, customer
            return customer, warehouse.aftersales_defective_location_id
        return {
            "issue": (warehouse.lot_stock_id, location),
            "return": (location, warehouse.lot_stock_id),
            "lost": (location, warehouse.aftersales_lost_location_id),
            "found": (warehouse.aftersales_lost_location_id, location),
        }[use]

    def _report_short(self, picking):
        """Say what the shelf lacks; the claim stays on the list of those waiting."""
        short = [
            self.env._(
                "%(part)s: short by %(quantity)s %(unit)s",
                part=line.product_id.display_name,
                quantity=f"{line.short_qty:g}",
                unit=line.product_id.uom_id.name,
            )
            for line in self.line_ids
            if line.short_qty > 0
        ]
        if short:
            body = self.env._("Waits for parts. %s", "; ".join(short))
            self.message_post(body=body)
            picking.message_post(body=body)

    def action_cancel(self, reason=None):
        """Withdraw claims: own ones until verified, the desk until parts moved.

        :param str reason: why; the screens ask for it
        :return: self
        """
        if reason is not None:
            reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._lock()
        self._check_worker_or_desk()
        todo = self.filtered(lambda claim: claim.state != "cancel")
        if todo.filtered(lambda claim: claim.state not in ("draft", "submitted")):
            self._check_role(DESK)
        moved = todo._set_state("cancel", reason=reason)
        moved._cancel_open_transfers()
        return self

    def _cancel_open_transfers(self):
        """Cancel what has not moved, so that nothing stays reserved."""
        # sudo: the desk has no stock rights; the step itself was checked
        moves = self.sudo().line_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        moves._action_cancel()

    def _missing_close(self):
        """What blocks the end: parts held, old parts owed, cost not approved."""
        items = []
        lines = self.line_ids
        if self.state != "issued":
            items.append(
                self._missing_item("state", self.env._("No parts were issued."))
            )
        items += lines._missing_account()
        if self._is_over_approval():
            items.append(
                self._missing_item(
                    "cost_total",
                    self.env._(
                        "The cost passed what was approved; it must be approved again."
                    ),
                )
            )
        return items

    def action_close(self):
        """End claims when every part is accounted for.

        :return: self
        :raise MissingError: parts held, old parts owed or cost not approved
        """
        self.check_access("write")
        self._lock()
        self._check_worker_or_desk()
        todo = self.filtered(lambda claim: claim.state != "closed")
        todo._check_missing("close")
        todo._set_state("closed")
        todo._cancel_open_transfers()
        return self

    def action_open_transfers(self):
        """Open the transfers of this claim."""
        self.check_access("read")
        check_single(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action.update(
            domain=[("claim_id", "=", self.id)],
            context={"create": False, "contact_display": "partner_address"},
        )
        return action

    def action_open_order(self):
        """Open the service order of this claim."""
        self.check_access("read")
        check_single(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
