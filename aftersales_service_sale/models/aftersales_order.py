from odoo import api, fields, models

from odoo.addons.aftersales_service.arguments import as_number, as_text, check_single
from odoo.addons.aftersales_service.exceptions import TransitionError
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_charge import DESK

OVER = ("done", "closed", "cancel")  # states in which there is nothing to ask any more


class AftersalesOrder(models.Model):
    """What the customer is told before the visit, and the job he pays."""

    _inherit = "aftersales.order"

    carry_in = fields.Selection(
        [
            ("offered", "Offered, the Customer Comes"),
            ("refused", "Offered, the Customer Wants a Visit"),
        ],
        string="Carry-In",
        copy=False,
        tracking=True,
        help="A visit although carry-in was offered costs the visit fee.",
    )
    is_chargeable = fields.Boolean(
        string="Customer Pays", compute="_compute_is_chargeable", compute_sudo=True
    )
    cost_told_amount = fields.Monetary(
        string="Cost Told", readonly=True, copy=False, currency_field="currency_id"
    )
    cost_told_to = fields.Char(string="Told To", readonly=True, copy=False)
    cost_told_on = fields.Datetime(readonly=True, copy=False)
    cost_told_by_id = fields.Many2one(
        "res.users", string="Told By", readonly=True, copy=False
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_ids = fields.One2many(
        "aftersales.charge", "order_id", string="Chargeable Jobs"
    )
    charge_count = fields.Integer(
        string="Number of Chargeable Jobs", compute="_compute_charge_count"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "cost_told_amount",
            "cost_told_to",
            "cost_told_on",
            "cost_told_by_id",
        }

    @api.depends(
        "carry_in", "category", "unit_ids.warranty_check_id", "charge_ids.state"
    )
    def _compute_is_chargeable(self):
        for order in self:
            order.is_chargeable = (
                order.carry_in == "refused"
                or order.category == "paid"
                or order._is_known_to_be_paid()
                or bool(order._get_live_charges())
            )

    def _compute_charge_count(self):
        counts = dict(
            self.env["aftersales.charge"]
            .sudo()  # sudo: a count only
            ._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"])
        )
        for order in self:
            order.charge_count = counts.get(order._origin, 0)

    def _get_live_charges(self):
        """Return the chargeable jobs of these orders that still count."""
        # sudo: rules of the house look at jobs, whoever asks
        return self.sudo().charge_ids.filtered(
            lambda charge: charge.state not in ("declined", "cancel")
        )

    @fact_action
    def action_tell_cost(self, amount, name, at=None, request_key=None):
        """Record that the customer was told what the visit costs him (WARR-08).

        :param float amount: in the company's currency
        :param str name: who was told
        :param datetime at: when, UTC
        :return: self
        :raise TransitionError: once the work is done, or called off
        """
        self._ensure_planner()
        amount = as_number(self.env, amount, self.env._("Cost Told"))
        name = as_text(self.env, name, self.env._("Told To"))
        over = self.filtered(lambda order: order.state in OVER)
        if over:
            raise TransitionError(
                self.env._(
                    "%s is over: the cost is told before the work.",
                    ", ".join(over[:5].mapped("display_name")),
                )
            )
        self._unguarded().write(
            {
                "cost_told_amount": amount,
                "cost_told_to": name,
                "cost_told_on": at,
                "cost_told_by_id": self.env.uid,
            }
        )
        self.env["aftersales.audit"]._log(
            self, "cost_told", reason=name, happened_on=at, amount=amount
        )
        return self

    def _missing_dispatch(self):
        """Nobody drives to chargeable work of unknown cost (WARR-08)."""
        yield from super()._missing_dispatch()
        for order in self:
            if (
                order.company_id.aftersales_charge_required
                and order.mode == "onsite"
                and order.is_chargeable
                and not order.cost_told_on
            ):
                yield (
                    order.id,
                    "cost_told_amount",
                    self.env._("Tell the customer what he pays, and record it."),
                )

    def _missing_start(self):
        """The tariff is shown before the work, not after (WARR-03)."""
        yield from super()._missing_start()
        for charge in self._get_live_charges():
            if (
                charge.company_id.aftersales_charge_required
                and not charge.tariff_shown_on
            ):
                yield (
                    charge.order_id.id,
                    "charge_ids",
                    self.env._("Show the customer the tariff, and record when."),
                )

    def action_open_charge(self):
        """Open the chargeable job of this order, a new one where there is none.

        Workers on the order and the desk.

        :return: a window action
        """
        self.check_access("write")
        check_single(self)
        self._get_acting_workers()
        self._take_turn()
        charge = self._get_live_charges() or self._create_charge()
        action = charge.with_env(self.env)._get_records_action(
            name=self.env._("Chargeable Job")
        )
        return action

    def _create_charge(self):
        """Make the chargeable job with what is known already."""
        # sudo: technicians open jobs by this step alone
        charge = self.env["aftersales.charge"].sudo()._unguarded()
        made = charge.create(self._prepare_charge_vals())
        made._add_visit_fee()
        made._add_parts()
        return made._guarded_again()

    def _prepare_charge_vals(self):
        """Return the values of the order's chargeable job."""
        unit = self.unit_ids[:1]
        verdict = unit.coverage or unit.equipment_id.warranty_state
        if verdict == "void" or unit.cause_id.voids_warranty:
            reason = "man_made"
        elif verdict != "covered" or self.carry_in != "refused":
            reason = "out_of_warranty"
        else:
            reason = "visit_fee"
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_tz()), fields.Datetime.now()
        ).date()
        return {
            "order_id": self.id,
            "company_id": self.company_id.id,
            "equipment_id": unit.equipment_id.id,
            "cause_id": unit.cause_id.id,
            "reason": reason,
            "tariff_id": self.env["aftersales.tariff"]
            ._get_valid(self.company_id, day)
            .id,
        }

    def _get_portal_values(self):
        values = super()._get_portal_values()
        offered = self._get_live_charges().filtered(
            lambda charge: charge.state == "quoted"
        )
        # The page is read in a read-only transaction: no token is made here.
        values["quotation_url"] = offered.sale_order_id.access_url
        return values


class AftersalesCharge(models.Model):
    """The visit fee where carry-in was offered (WARR-05)."""

    _inherit = "aftersales.charge"

    def _add_visit_fee(self):
        """Propose the visit fee by the tariff; parts under warranty stay free."""
        for charge in self:
            fee = charge.tariff_id.line_ids.filtered(
                lambda line: line.kind == "visit_fee"
            )[:1]
            if charge.order_id.carry_in == "refused" and fee:
                charge.line_ids._unguarded().create(
                    {"charge_id": charge.id, "product_id": fee.product_id.id}
                )

    def action_adopt_tariff(self):
        """Take over the tariff in force today, prices computed anew; the desk.

        :return: self
        """
        self._check_role(DESK)
        self.check_access("write")
        self._lock()
        self.filtered(
            lambda charge: charge.state not in ("draft", "reported", "told")
        )._raise_if_offered()
        tariffs = self.env["aftersales.tariff"]
        for charge in self:
            charge._unguarded().write(
                {
                    "tariff_id": tariffs._get_valid(
                        charge.company_id, fields.Date.context_today(charge)
                    ).id,
                    "tariff_shown_on": False,
                    "tariff_shown_by_id": False,
                }
            )
        return self
