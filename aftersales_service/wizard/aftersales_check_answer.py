from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesCheckAnswer(models.TransientModel):
    """Answer one question of a sheet with a photo from the phone."""

    _name = "aftersales.check.answer"
    _description = "Answer with a Photo"

    check_id = fields.Many2one("aftersales.check", required=True, readonly=True)
    answer_type = fields.Selection(related="check_id.answer_type")
    question = fields.Char(related="check_id.name")
    is_passed = fields.Selection(
        [("yes", "Yes, in order"), ("no", "No, a finding")],
        string="Result",
        default="yes",
    )
    value = fields.Char(string="Answer")
    photo = fields.Image(max_width=1920, max_height=1920)

    def action_save(self):
        """Record the answer with its photo.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        value = self.is_passed if self.answer_type == "tick" else self.value
        self.check_id.with_env(env).action_answer(value, photo=self.photo or None)
        return {"type": "ir.actions.act_window_close"}


class AftersalesOrderCountersign(models.TransientModel):
    """The head signs the sheet for our side."""

    _name = "aftersales.order.countersign"
    _description = "Sign a Sheet for Our Side"

    order_id = fields.Many2one("aftersales.order", required=True, readonly=True)
    signer_name = fields.Char(
        string="Name", default=lambda self: self.env.user.name, readonly=True
    )
    signature = fields.Binary(attachment=False)

    def action_sign(self):
        """Record the signature.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.order_id.with_env(env).action_countersign(self.signature)
        return {"type": "ir.actions.act_window_close"}
