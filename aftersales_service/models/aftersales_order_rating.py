from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """The customer's rating, kept on the order as he gave it."""

    _inherit = "aftersales.order"

    customer_score = fields.Integer(
        string="Customer's Rating", readonly=True, copy=False, aggregator="avg"
    )
    customer_scored_on = fields.Datetime(string="Rated on", readonly=True, copy=False)
    customer_score_note = fields.Text(
        string="Rating in Words", readonly=True, copy=False
    )
    customer_scored_id = fields.Many2one(
        "hr.employee",
        string="Rated Technician",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who led the work when it was rated.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "customer_score",
            "customer_scored_on",
            "customer_score_note",
            "customer_scored_id",
        }

    def _customer_rate(self, stars, comment, partner):
        """Freeze the rating on the order, and answer the call-back it was asked by."""
        result = super()._customer_rate(stars, comment, partner)
        self._unguarded().write(
            {
                "customer_score": stars,
                "customer_scored_on": fields.Datetime.now(),
                "customer_score_note": comment,
                "customer_scored_id": self.lead_id.id,
            }
        )
        self.callback_ids._answer_by_link(self._get_customer_rating(), comment)
        return result
