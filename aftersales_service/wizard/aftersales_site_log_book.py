from odoo import fields, models
from odoo.tools.misc import clean_context


class AftersalesSiteLogBook(models.TransientModel):
    """Asks who received the log book of a site, and when."""

    _name = "aftersales.site.log.book"
    _description = "Hand Over the Log Book"

    site_ids = fields.Many2many(
        "aftersales.site", string="Sites", required=True, readonly=True
    )
    on_date = fields.Date(
        string="Date", required=True, default=fields.Date.context_today
    )
    receiver = fields.Char(string="Received By", required=True)

    def action_apply(self):
        """Put the handover of the log book on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        env = self.env(context=clean_context(self.env.context))
        for wizard in self.with_env(env):
            wizard.site_ids.action_issue_log_book(wizard.receiver, wizard.on_date)
        return {"type": "ir.actions.act_window_close"}
