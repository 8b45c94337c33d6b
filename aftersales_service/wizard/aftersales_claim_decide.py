from odoo import fields, models

from ..arguments import check_single

# Step of a claim that needs a text, and the method that takes it.
METHODS = {
    "reject": "action_reject",
    "cancel": "action_cancel",
    "emergency": "action_set_emergency",
    "send_back": "action_send_back",
    "customer": "action_record_customer_approval",
}


class AftersalesClaimDecide(models.TransientModel):
    """A step of a claim that needs a word: why, or who agreed."""

    _name = "aftersales.claim.decide"
    _description = "Parts Claim Step"

    claim_id = fields.Many2one("aftersales.claim", required=True, ondelete="cascade")
    step = fields.Selection(
        [
            ("reject", "Reject"),
            ("cancel", "Cancel"),
            ("emergency", "Make It an Emergency"),
            ("send_back", "Send Back to the Technician"),
            ("customer", "Customer Agreed to Pay"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text(required=True)

    def action_apply(self):
        """Take the step with the text given.

        :return: True, the small form closes
        """
        check_single(self)
        getattr(self.claim_id, METHODS[self.step])(self.text)
        return True
