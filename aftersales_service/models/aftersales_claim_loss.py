from odoo import api, fields, models

from ..arguments import as_quantity, as_text, check_single
from ..exceptions import NotEntitledError
from .aftersales_claim import DESK
from .aftersales_claim_issue import WAREHOUSE
from .aftersales_fact_mixin import fact_action


class AftersalesClaimLoss(models.Model):
    """A part that cannot be accounted for: on record, with its case."""

    _name = "aftersales.claim.loss"
    _inherit = ["aftersales.fact.mixin", "aftersales.frozen.mixin"]
    _description = "Lost Part"
    _order = "id desc"
    _rec_name = "product_id"
    _frozen_exempt = frozenset({"case_id", "found_on", "found_by_id"})
    _guarded_fields = frozenset(
        {
            "line_id",
            "claim_id",
            "product_id",
            "kind",
            "quantity",
            "lot_id",
            "amount",
            "reason",
            "reported_on",
            "reported_by_id",
            "case_id",
            "found_on",
            "found_by_id",
        }
    )

    line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Part of a Claim",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    claim_id = fields.Many2one(related="line_id.claim_id", store=True, index=True)
    order_id = fields.Many2one(related="line_id.order_id")
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(related="line_id.product_id", store=True)
    kind = fields.Selection(
        [("new", "Part Handed Out"), ("old", "Old Part")], required=True, readonly=True
    )
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(string="Value", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    reported_on = fields.Datetime(required=True, readonly=True)
    reported_by_id = fields.Many2one("res.users", required=True, readonly=True)
    case_id = fields.Many2one(
        "aftersales.case",
        string="Responsibility Case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="aftersales_service.group_head,aftersales_service.group_quality_vp,"
        "aftersales_service.group_general_manager",
    )
    found_on = fields.Datetime(readonly=True)
    found_by_id = fields.Many2one("res.users", readonly=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A loss is of more than nothing."
    )

    @api.depends("product_id", "quantity", "claim_id")
    def _compute_display_name(self):
        for loss in self:
            loss.display_name = (
                f"{loss.claim_id.name}: {loss.quantity:g} × "
                f"{loss.product_id.display_name}"
            )

    @fact_action(access="read")
    def action_found(self, at=None, request_key=None):
        """Record that lost parts turned up again; their cases stay to be decided.

        A part that had been handed out is with its technician again; an old part
        is owed again, until it comes in.

        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise AccessError: for others than the warehouse and the desk
        """
        self.line_id.claim_id._check_role(WAREHOUSE, DESK)
        todo = self.filtered(lambda loss: not loss.found_on)
        todo.line_id._lock()
        for loss in todo:
            loss.line_id._check_moving(at)
            # sudo: the desk has no stock rights; the step was checked
            loss_sudo = loss.sudo()._unguarded()
            loss_sudo.write({"found_on": at, "found_by_id": self.env.uid})
            if loss.kind == "new":
                loss.line_id._move_parts("found", loss.quantity, loss_sudo.lot_id, at)
            self.env["aftersales.audit"]._log(
                loss.claim_id, "part_found", happened_on=at, line=loss.line_id.id
            )
        return self

    def action_open_case(self):
        """Open the responsibility case about this loss."""
        check_single(self)
        self.case_id.check_access("read")
        return self.case_id._get_records_action()


class AftersalesClaimLine(models.Model):
    """Parts that somebody has to say he lost."""

    _inherit = "aftersales.claim.line"

    @fact_action
    def action_report_lost(self, qty, reason, lot_id=None, at=None, request_key=None):
        """Record that parts handed out are gone, and open the case about them.

        :param float qty: how many, in the unit of the part
        :param str reason: what happened
        :param lot_id: serial or lot that is gone; needed where several are held
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise NotEntitledError: more than is held, or a serial that is not
        """
        check_single(self)
        self._check_worker_or_warehouse()
        quantity = as_quantity(self.env, qty)
        reason = as_text(self.env, reason, self.env._("Reason"))
        lot = self._get_lot_held(lot_id, quantity)
        self._check_moving(at)
        self._report_loss("new", quantity, reason, at, lot)
        self._move_parts("lost", quantity, lot, at)
        return self

    @fact_action
    def action_report_old_lost(self, qty, reason, at=None, request_key=None):
        """Record that old parts will not come back, and open the case about them.

        :param float qty: how many, in the unit of the part
        :param str reason: what happened
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise NotEntitledError: more than is owed
        """
        check_single(self)
        self._check_worker_or_warehouse()
        quantity = as_quantity(self.env, qty)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_moving(at)
        owed = self.old_owed_qty - self.old_coming_qty
        if self.product_id.uom_id.compare(quantity, owed) > 0:
            raise NotEntitledError(
                self.env._(
                    "%(owed)s old %(part)s is owed, not %(quantity)s.",
                    owed=f"{owed:g}",
                    part=self.product_id.display_name,
                    quantity=f"{quantity:g}",
                )
            )
        self._report_loss("old", quantity, reason, at)
        return self

    def _report_loss(self, kind, quantity, reason, at, lot=None):
        """Put a loss on record with its case; once the parts were checked.

        :param str kind: ``new`` or ``old``
        :param float quantity: how many
        :param str reason: what happened
        :param datetime at: when
        :param lot: ``stock.lot`` that is gone, if any
        :return: ``aftersales.claim.loss``
        """
        self.ensure_one()
        loss_sudo = self._create_loss(kind, quantity, reason, at, lot)
        case = self.env["aftersales.case"]._open_for(
            loss_sudo._guarded_again(),
            "lost_part",
            facts=reason,
            employees=self.claim_id._get_holding_employees()[self.claim_id.id],
            loss_kind="economic",
            loss_amount=loss_sudo.amount,
            date=fields.Date.to_date(at),
        )
        loss_sudo.write({"case_id": case.id})
        self.env["aftersales.audit"]._log(
            self.claim_id,
            "part_lost",
            reason=reason,
            happened_on=at,
            line=self.id,
            kind=kind,
            quantity=quantity,
        )
        return loss_sudo.with_env(self.env)

    def _create_loss(self, kind, quantity, reason, at, lot):
        """Return the new loss, in superuser mode."""
        line_sudo = self.sudo()  # sudo: technicians read no costs and no cases
        cost = line_sudo.unit_cost or self._get_standard_cost()
        return (
            self.env["aftersales.claim.loss"]
            .sudo()  # sudo: losses are made by their steps alone
            ._unguarded()
            .create(
                {
                    "line_id": self.id,
                    "kind": kind,
                    "quantity": quantity,
                    "lot_id": lot.id if lot else False,
                    "amount": cost * quantity,
                    "reason": reason,
                    "reported_on": at,
                    "reported_by_id": self.env.uid,
                }
            )
        )
