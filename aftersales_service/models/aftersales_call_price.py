from odoo import api, fields, models

from ..arguments import as_number
from ..exceptions import MissingError


class AftersalesCall(models.Model):
    """Price enquiries: list price and allowed discount, no more (HOT-29)."""

    _inherit = "aftersales.call"

    uses_prices = fields.Boolean(related="company_id.aftersales_price_enquiry")
    price_product_id = fields.Many2one(
        "product.product", string="Price Asked For", check_company=True
    )
    list_price = fields.Monetary(compute="_compute_list_price")
    lowest_price = fields.Monetary(
        compute="_compute_list_price", help="With the discount that agents may give."
    )
    wished_price = fields.Monetary(string="Price Wished")
    quoted_price = fields.Monetary(readonly=True, copy=False)
    is_price_asked = fields.Boolean(string="Sales Was Asked", readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"quoted_price", "is_price_asked"}

    @api.depends("price_product_id", "company_id")
    def _compute_list_price(self):
        for call in self:
            product = call.price_product_id.with_company(call.company_id)
            price = product.sudo().lst_price  # sudo: the list price is public
            share = 1.0 - call.company_id.aftersales_price_discount / 100.0
            call.list_price = price
            call.lowest_price = call.currency_id.round(price * share)

    def action_quote(self, price=None):
        """Quote a price; one below the allowed discount is asked from sales instead.

        :param float price: in the company's currency; the price wished by default,
            else the list price
        :return: self
        :raise MissingError: where price enquiries are off or no product is named
        """
        self._check_desk()
        self.check_access("write")
        if price is not None:
            as_number(self.env, price, self.env._("Price"))
        self._lock()
        for call in self:
            if not call.uses_prices or not call.price_product_id:
                raise MissingError(self.env._("Name the product asked for first."))
        for call in self:
            call._quote(
                call.wished_price or call.list_price if price is None else price
            )
        return self

    def _quote(self, price):
        """Quote one price, or ask sales for it."""
        if self.currency_id.compare_amounts(price, self.lowest_price) < 0:
            self._unguarded().write({"is_price_asked": True})
            self._ask_sales(price)
        else:
            self._unguarded().write({"quoted_price": price})

    def _ask_sales(self, price):
        """Ask the sales desk for a price that agents may not give."""
        functions = self.env["aftersales.function"]
        company = self.company_id
        users = functions._get_by_code("sales_desk", company)._get_users(company)
        summary = self.env._("Price asked: %s", price)
        entries = [
            (self, user, summary) for user in users or company._aftersales_get_head()
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.mail_activity_order_call",
                scope="escalations",
            )
