from odoo import fields, models

from ..arguments import check_single


class AftersalesCaseExplain(models.TransientModel):
    """Asks for the text that an act on a case goes on record with."""

    _name = "aftersales.case.explain"
    _description = "Explain a Judgement"

    operation = fields.Selection(
        [
            ("return", "Send Back"),
            ("decide", "Decide"),
            ("dismiss", "Dismiss"),
            ("reverse", "Decide Again"),
            ("state", "State One's View"),
        ],
        required=True,
        readonly=True,
    )
    case_id = fields.Many2one("aftersales.case", readonly=True)
    share_id = fields.Many2one("aftersales.case.share", readonly=True)
    text = fields.Text(string="Put on Record", required=True)

    def action_apply(self):
        """Do what the dialog was opened for, with the text given.

        :return: window on the new case when one was opened, else one that closes
        """
        check_single(self)
        if self.operation == "state":
            self.share_id.action_state(self.text)
        elif self.operation == "reverse":
            return self.case_id.action_reverse(self.text)._get_records_action()
        else:
            getattr(self.case_id, f"action_{self.operation}")(self.text)
        return {"type": "ir.actions.act_window_close"}
