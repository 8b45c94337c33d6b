from odoo import api, fields, models


class ProductCategory(models.Model):
    """From what cost on a part that is handed out is looked at (PART-15)."""

    _inherit = "product.category"

    aftersales_cost_alert = fields.Float(
        string="Tell the Head from (Cost of a Claim Line)",
        company_dependent=True,
        help="Parts of this class handed out on one claim line for more than this are "
        "reported to the heads of department. 0: never.",
    )


class StockMove(models.Model):
    """Costly parts are reported when they are handed out."""

    _inherit = "stock.move"

    def _aftersales_note_issued(self):
        result = super()._aftersales_note_issued()
        self.claim_line_id._report_costly()
        return result


class AftersalesClaimLine(models.Model):
    """Lines above the limit of their part's class."""

    _inherit = "aftersales.claim.line"

    cost_reported_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"cost_reported_on"}

    def _report_costly(self):
        """Tell the heads of department once of each line above its limit."""
        costly = self.filtered(
            lambda line: not line.cost_reported_on and line._is_costly()
        )
        if not costly:
            return
        heads = self.env.ref("aftersales_service.group_head").all_user_ids
        entries = [
            (
                line.claim_id,
                user,
                self.env._(
                    "Costly part: %(part)s for %(amount)s",
                    part=line.product_id.display_name,
                    amount=line.currency_id.format(line.unit_cost * line.issued_qty),
                ),
            )
            for line in costly
            for user in heads.filtered("active")
            if line.company_id in user.company_ids
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_cost_alert"
        )
        costly._unguarded().write({"cost_reported_on": fields.Datetime.now()})

    def _is_costly(self):
        """Tell whether this line's parts cost more than their class allows."""
        self.ensure_one()
        category = self.product_id.categ_id.with_company(self.company_id)
        limit = category.aftersales_cost_alert
        return limit > 0 and self.unit_cost * self.issued_qty > limit
