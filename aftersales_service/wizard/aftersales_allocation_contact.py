from odoo import fields, models
from odoo.tools.misc import clean_context


class AftersalesAllocationContact(models.TransientModel):
    """Asks what was learned in the first contact with a customer."""

    _name = "aftersales.allocation.contact"
    _description = "First Contact"

    allocation_ids = fields.Many2many(
        "aftersales.allocation", string="Customers", required=True, readonly=True
    )
    note = fields.Text(string="Record of the Contact", required=True)

    def action_apply(self):
        """Put the contact on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        env = self.env(context=clean_context(self.env.context))
        for wizard in self.with_env(env):
            wizard.allocation_ids.action_contact(wizard.note)
        return {"type": "ir.actions.act_window_close"}
