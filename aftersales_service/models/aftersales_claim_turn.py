from odoo import fields, models


class AftersalesClaim(models.Model):
    """The claims whose next decision is the user's own (PART-03, PART-10)."""

    _inherit = "aftersales.claim"

    can_approve = fields.Boolean(search="_search_can_approve")

    def _search_can_approve(self, operator, value):
        """Find them among what waits: few claims, whatever the archive holds."""
        if operator != "in" or True not in value:
            return NotImplemented
        waiting = [
            "|",
            ("state", "=", "verified"),
            "&",
            ("state", "=", "issued"),
            ("cost_variance", ">", 0),
        ]
        return [("id", "in", self.search(waiting).filtered("can_approve").ids)]
