from odoo import api, models


class AftersalesIntegrity(models.AbstractModel):
    """The conservation laws, checked read-only at any time."""

    _name = "aftersales.integrity"
    _description = "Integrity Check"

    @api.model
    def run(self, laws=None):
        """Check the conservation laws.

        :param list laws: codes to check, all by default
        :return: list of ``{law, ok, count, sample}``
        """
        return []
