from odoo import fields, models


class AftersalesOrder(models.Model):
    """What the warehouse sees of an order's claims: those it may hand out."""

    _inherit = "aftersales.order"

    ready_claim_ids = fields.One2many(
        "aftersales.claim",
        "order_id",
        string="Approved Claims",
        domain=[("state", "in", ("approved", "issued", "closed"))],
        readonly=True,
    )
