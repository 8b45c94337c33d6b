from odoo import api, models

from ..exceptions import FrozenFactError

RATED_MODELS = ("aftersales.order", "aftersales.callback")


class RatingRating(models.Model):
    """A customer's rating of our work is his: nobody writes one for him."""

    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._refuse_staff()
        return ratings

    def write(self, vals):
        self._refuse_staff()
        result = super().write(vals)
        self._refuse_staff()
        return result

    def _refuse_staff(self):
        """Refuse users who make or change ratings of service work by hand."""
        if not self.env.su and set(self.mapped("res_model")) & set(RATED_MODELS):
            raise FrozenFactError(
                self.env._(
                    "A rating is given by the customer himself, by his link or on his "
                    "portal, and stays as he gave it."
                )
            )
