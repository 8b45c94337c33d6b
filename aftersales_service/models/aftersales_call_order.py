from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ..calc import clock
from ..exceptions import MissingError
from .aftersales_fact_mixin import fact_action

ORDER_FACTS = ("order_spec", "order_quantity", "order_price")
WHO_FACTS = ("caller_name", "phone", "place")
# Which back office gets the order calls of a class of customers.
OFFICES = {
    "retail": "retail_office",
    "superstore": "superstore_office",
    "home": "base_station",
}


class AftersalesCall(models.Model):
    """Order calls and enquiries: recorded in full, passed on every day (HOT-03)."""

    _inherit = "aftersales.call"

    uses_orders = fields.Boolean(related="company_id.aftersales_order_calls")
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_spec = fields.Char(string="Specification")
    order_quantity = fields.Float(string="Quantity")
    order_price = fields.Monetary(string="Price")
    customer_class = fields.Selection(
        [
            ("retail", "Retail"),
            ("superstore", "Superstore"),
            ("home", "Home Delivery"),
        ],
        default="retail",
    )
    is_potential = fields.Boolean(
        string="May Order", help="The enquiry may become an order."
    )
    source_call_id = fields.Many2one(
        "aftersales.call",
        string="From the Enquiry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    forward_by = fields.Datetime(
        string="Pass On By", compute="_compute_forward_by", store=True
    )
    forwarded_on = fields.Datetime(string="Passed On", readonly=True, copy=False)
    forwarded_by_id = fields.Many2one(
        "res.users", string="Passed On By", readonly=True, copy=False
    )
    is_forward_late = fields.Boolean(
        string="Passed On Late", compute="_compute_is_forward_late", store=True
    )
    is_outside_area = fields.Boolean(
        string="Region Not Served", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "source_call_id",
            "forwarded_on",
            "forwarded_by_id",
            "is_outside_area",
        }

    @api.depends("called_on", "kind", "is_potential", "company_id")
    def _compute_forward_by(self):
        for call in self:
            company = call.company_id
            passed_on = call.kind == "order" or (
                call.kind == "consultation" and call.is_potential
            )
            if not company.aftersales_order_calls or not passed_on:
                call.forward_by = False
                continue
            hour = timedelta(hours=company.aftersales_forward_hour)
            tz = company._aftersales_tz()
            local = clock.to_local(call.called_on, tz)
            due = datetime.combine(local.date(), time.min) + hour
            if due <= local.replace(tzinfo=None):
                due += timedelta(days=1)
            call.forward_by = clock.from_local(due, tz)

    @api.depends("forward_by", "forwarded_on")
    def _compute_is_forward_late(self):
        for call in self:
            call.is_forward_late = bool(
                call.forwarded_on
                and call.forward_by
                and call.forwarded_on > call.forward_by
            )

    def _get_missing_facts(self):
        missing = super()._get_missing_facts()
        if not self.company_id.aftersales_order_calls or self.kind not in (
            "order",
            "consultation",
        ):
            return missing
        names = [*WHO_FACTS, *(ORDER_FACTS if self.kind == "order" else ())]
        return missing + [name for name in names if not self[name]]

    @api.constrains(*ORDER_FACTS, "caller_name", "phone", "place", "kind")
    def _check_order_facts(self):
        """An order call says what is ordered, an enquiry who asks (HOT-03, HOT-09)."""
        self._check_mandatory()

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls.filtered(
            lambda call: call.kind == "order" and call.uses_orders
        )._check_sales_area()
        return calls

    def _check_sales_area(self):
        """Let the back office tell customers whose region nobody serves (HOT-03)."""
        regions = self.env["aftersales.territory"].sudo()  # sudo: only who serves where
        lines = regions.search([("company_id", "in", self.company_id.ids)])
        outside = self.filtered(
            lambda call: (
                not lines.filtered(
                    lambda region: (
                        region.company_id == call.company_id
                        and (
                            region.is_catch_all
                            or call.partner_id.state_id in region.state_ids
                        )
                    )
                )
            )
        )
        outside._unguarded().write({"is_outside_area": True})
        outside._tell_office(self.env._("Outside the sales area: tell the customer"))

    def _tell_office(self, summary):
        """Put calls on the list of the back office of their customer class.

        :param str summary: what to do
        """
        functions = self.env["aftersales.function"]
        entries = []
        for (company, office), calls in self.grouped(
            lambda call: (call.company_id, OFFICES[call.customer_class or "retail"])
        ).items():
            users = functions._get_by_code(office, company)._get_users(company)
            users = users or company._aftersales_get_head()
            entries += [(call, user, summary) for call in calls for user in users]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.mail_activity_order_call",
                scope="escalations",
            )

    @fact_action
    def action_forward(self, at=None, request_key=None):
        """Pass order calls and promising enquiries on to their back office.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: for calls that are not passed on
        """
        self._check_desk()
        for call in self:
            if not call.forward_by:
                raise MissingError(
                    self.env._("%s is not passed on to sales.", call.display_name)
                )
            self._check_not_before(at, call.called_on, self._fields["called_on"].string)
        waiting = self.filtered(lambda call: not call.forwarded_on)
        waiting._unguarded().write(
            {"forwarded_on": at, "forwarded_by_id": self.env.uid}
        )
        waiting._tell_office(self.env._("Order call to deal with"))
        return self

    def action_create_order_call(self):
        """Record the order that enquiries led to, linked to them (HOT-09).

        :return: the order calls, one per enquiry; those made earlier when pressed
            twice
        """
        self._check_desk()
        self.check_access("write")
        self._take_turn()
        made = self.search([("source_call_id", "in", self.ids)])
        waiting = self.filtered(
            lambda call: call.kind == "consultation" and call.is_potential
        )
        fresh = (
            self._unguarded()
            .create(
                [
                    call._prepare_order_call_vals()
                    for call in waiting - made.source_call_id
                ]
            )
            ._guarded_again()
        )
        return made | fresh

    def _prepare_order_call_vals(self):
        """Return the values of the order call that follows from this enquiry."""
        names = ("phone", "caller_name", "place", "subject", "customer_class")
        return {
            "kind": "order",
            "source_call_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            **{name: self[name] for name in (*names, *ORDER_FACTS)},
        }

    def action_open_order_call(self):
        """Open the order calls of these enquiries, made now where there are none."""
        return self.action_create_order_call()._get_records_action()
