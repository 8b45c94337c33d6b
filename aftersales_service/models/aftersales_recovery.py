from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..arguments import as_number, as_text, check_single
from ..calc.warranty import last_covered_day
from ..exceptions import FrozenFactError, MissingError, NotEntitledError
from .aftersales_claim import DESK
from .aftersales_claim_issue import WAREHOUSE
from .aftersales_fact_mixin import fact_action


class AftersalesRecovery(models.Model):
    """A defective part goes back to its supplier, who owes what his warranty says."""

    _name = "aftersales.recovery"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Supplier Recovery"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.recovery"
    _guarded_fields = frozenset(
        {"company_id", "picking_id", "sent_on", "settled_on", "amount_recovered"}
    )
    _state_transitions = {
        "draft": {"sent", "cancel"},
        "sent": {"settled", "refused"},
        "settled": set(),
        "refused": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, check_company=True
    )
    line_ids = fields.Many2many(
        "aftersales.claim.line",
        "aftersales_recovery_line_rel",
        "recovery_id",
        "line_id",
        string="Old Parts",
        copy=False,
    )
    amount_asked = fields.Monetary(
        compute="_compute_amount_asked",
        store=True,
        readonly=False,
        help="Proposed: the cost of the new parts.",
    )
    amount_recovered = fields.Monetary(readonly=True, copy=False, tracking=True)
    reference = fields.Char(string="Supplier's Number", tracking=True)
    note = fields.Text(string="What Is Asked")
    picking_id = fields.Many2one(
        "stock.picking", string="Return Transfer", readonly=True, copy=False
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    settled_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "With the Supplier"),
            ("settled", "Settled"),
            ("refused", "Refused"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount_asked >= 0 AND amount_recovered >= 0)",
        "Amounts asked of a supplier cannot be negative.",
    )

    @api.depends("line_ids")
    def _compute_amount_asked(self):
        for recovery in self:
            recovery.amount_asked = sum(
                line.unit_cost * line.old_returned_qty for line in recovery.line_ids
            )

    def write(self, vals):
        content = {"partner_id", "line_ids", "amount_asked"} & vals.keys()
        if content and self.filtered(lambda one: one.state != "draft"):
            raise FrozenFactError(
                self.env._("What was sent to the supplier stands as it was sent.")
            )
        return super().write(vals)

    def _check_keeper(self):
        """Refuse all but the desk and the warehouse."""
        user = self.env.user
        if not self.env.su and not (user.has_group(DESK) or user.has_group(WAREHOUSE)):
            raise AccessError(
                self.env._("The desk and the warehouse deal with suppliers.")
            )

    @fact_action
    def action_send(self, at=None, request_key=None):
        """Prepare the transfer of the old parts to the supplier.

        The warehouse validates it like any other; a part is sent once.

        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: without old parts that came in
        :raise NotEntitledError: for parts that another recovery has sent
        """
        self._check_keeper()
        for recovery in self.filtered(lambda one: one.state == "draft"):
            recovery.line_ids._take_turn()
            recovery._check_sendable()
            # sudo: the desk has no stock rights
            picking = recovery.sudo()._create_return()
            recovery._set_state(
                "sent", {"sent_on": at, "picking_id": picking.id}, happened_on=at
            )
        return self

    def _check_sendable(self):
        """Refuse parts that are not here, or are with a supplier already."""
        if not self.line_ids:
            raise MissingError(self.env._("Add the old parts that go back."))
        for line in self.line_ids.sudo():  # sudo: the warehouse reads no lines' claims
            others = line.recovery_ids.filtered(
                lambda other: other.state not in ("cancel", "draft")
            )
            if others - self:
                raise NotEntitledError(
                    self.env._(
                        "The old %(part)s of %(claim)s went back under %(other)s.",
                        part=line.product_id.display_name,
                        claim=line.claim_id.name,
                        other=others[0].name,
                    )
                )
            if not line.old_returned_qty:
                raise MissingError(
                    self.env._(
                        "The old %(part)s of %(claim)s has not come in.",
                        part=line.product_id.display_name,
                        claim=line.claim_id.name,
                    )
                )

    def _create_return(self):
        """Create the transfer from Defective Parts; self is in superuser mode."""
        supplier = self.partner_id.with_company(self.company_id)
        place = supplier.property_stock_supplier
        first = self.line_ids[0].claim_id.location_id.warehouse_id
        common = {
            "picking_type_id": first.aftersales_supplier_type_id.id,
            "location_id": first.aftersales_defective_location_id.id,
            "location_dest_id": place.id,
            "company_id": self.company_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **common,
                "partner_id": self.partner_id.id,
                "origin": self.name,
                "move_ids": [
                    Command.create(
                        {
                            **common,
                            "product_id": line.product_id.id,
                            "product_uom": line.product_id.uom_id.id,
                            "product_uom_qty": line.old_returned_qty,
                            "restrict_partner_id": line.claim_id.partner_id.id,
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    @fact_action
    def action_settle(self, amount, at=None, request_key=None):
        """Record what the supplier gave: a credit, money, or the value of a part.

        :param float amount: in the company's currency
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise TransitionError: before the parts were sent
        """
        check_single(self)
        self._check_keeper()
        label = self._fields["amount_recovered"]._description_string(self.env)
        amount = as_number(self.env, amount, label)
        self._check_not_before(
            at, self.sent_on, self._fields["sent_on"]._description_string(self.env)
        )
        self._set_state(
            "settled",
            {"amount_recovered": amount, "settled_on": at},
            happened_on=at,
        )
        return self

    def action_refuse(self, reason):
        """Record that the supplier refused.

        :param str reason: what he said
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._check_keeper()
        self._set_state("refused", reason=reason)
        return self

    def action_cancel(self, reason):
        """Give up a recovery that was not sent.

        :param str reason: why
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._check_keeper()
        self._set_state("cancel", reason=reason)
        return self

    def action_open_transfer(self):
        """Open the transfer to the supplier."""
        check_single(self)
        self.picking_id.check_access("read")
        return self.picking_id._get_records_action()


class ProductSupplierinfo(models.Model):
    """How long a supplier answers for a part."""

    _inherit = "product.supplierinfo"

    aftersales_warranty_months = fields.Integer(
        string="Supplier's Warranty (Months)",
        help="Counted from the day the part came in. 0: none.",
    )


class AftersalesClaimLine(models.Model):
    """Which old parts a supplier still answers for."""

    _inherit = "aftersales.claim.line"

    recovery_ids = fields.Many2many(
        "aftersales.recovery",
        "aftersales_recovery_line_rel",
        "line_id",
        "recovery_id",
        string="Supplier Recoveries",
        readonly=True,
        copy=False,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        help="The part's first supplier.",
    )
    supplier_warranty_end = fields.Date(
        string="Supplier's Warranty Until",
        compute="_compute_supplier",
        store=True,
        compute_sudo=True,
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "recovery_ids",
            "supplier_id",
            "supplier_warranty_end",
        }

    @api.depends("product_id", "old_serial", "old_returned_qty")
    def _compute_supplier(self):
        for line in self:
            seller = line.product_id.with_company(line.company_id).seller_ids[:1]
            start = line._get_received_on(seller.partner_id) if seller else None
            line.supplier_id = seller.partner_id
            line.supplier_warranty_end = last_covered_day(
                start, seller.aftersales_warranty_months
            )

    def _get_received_on(self, supplier):
        """Return when the old part came from its supplier, or None.

        By its serial where it has one; else the unit's own age is what is known.
        """
        if not self.old_serial or not self.old_returned_qty:
            return self.equipment_id.shipment_date or self.equipment_id.purchase_date
        piece = self.env["stock.move.line"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("lot_id.name", "=", self.old_serial),
                ("state", "=", "done"),
                ("location_id.usage", "=", "supplier"),
            ],
            order="date",
            limit=1,
        )
        if piece:
            return fields.Date.to_date(piece.date)
        return self.equipment_id.shipment_date or self.equipment_id.purchase_date

    def action_recover(self):
        """Start recoveries of these old parts, one for each supplier.

        :return: the recoveries
        :raise MissingError: for a part without supplier, or not come in
        """
        self.check_access("read")
        recoveries = self.env["aftersales.recovery"]
        recoveries._check_keeper()
        missing = self.filtered(
            lambda line: not line.supplier_id or not line.old_returned_qty
        )
        if missing:
            raise MissingError(
                self.env._(
                    "%s has no supplier on file, or its old part has not come in.",
                    missing[0].product_id.display_name,
                )
            )
        for (company, supplier), lines in self.grouped(
            lambda line: (line.company_id, line.supplier_id)
        ).items():
            recoveries |= recoveries.create(
                {
                    "company_id": company.id,
                    "partner_id": supplier.id,
                    "line_ids": [Command.set(lines.ids)],
                }
            )
        return recoveries

    def action_open_recovery(self):
        """Start recoveries of these old parts and open them.

        :return: a window action
        """
        recoveries = self.action_recover()
        return recoveries._get_records_action(name=self.env._("Supplier Recoveries"))
