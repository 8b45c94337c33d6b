from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..exceptions import FrozenFactError


class AftersalesCallSample(models.Model):
    """A recorded call, listened to and marked by somebody else (HOT-20, HOT-27)."""

    _name = "aftersales.call.sample"
    _description = "Call Quality Sample"
    _order = "sampled_on desc, id desc"
    _rec_name = "call_id"
    _check_company_auto = True

    call_id = fields.Many2one(
        "aftersales.call",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True, index=True)
    agent_id = fields.Many2one(related="call_id.user_id", string="Agent", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Marked By",
        required=True,
        default=lambda self: self.env.user,
    )
    sampled_on = fields.Date(required=True, default=fields.Date.context_today)
    score = fields.Selection(
        [(str(mark), str(mark)) for mark in range(1, 6)],
        string="Mark",
        required=True,
        help="From 1 to 5.",
    )
    remark = fields.Text()
    improvement = fields.Text(string="Proposed Improvement")
    is_review = fields.Boolean(
        string="Under Review",
        readonly=True,
        help="The mark is low: a head looks at it.",
    )

    _call_user_unique = models.UniqueIndex(
        "(call_id, user_id)", "You marked this call already."
    )

    @api.constrains("call_id", "user_id")
    def _check_other_person(self):
        """Nobody marks his own calls."""
        for sample in self:
            if sample.user_id == sample.call_id.user_id:
                raise ValidationError(
                    self.env._("Somebody other than the agent marks the call.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # A mark is of who gives it, whatever the client says.
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        samples = super().create(vals_list)
        low = samples.filtered(
            lambda sample: int(sample.score) < sample.company_id.aftersales_sample_low
        )
        low.sudo().write({"is_review": True})  # sudo: set by the mark itself
        low._open_review()
        return samples

    def write(self, vals):
        if not self.env.su and vals.keys() & {"call_id", "user_id", "is_review"}:
            raise FrozenFactError(
                self.env._(
                    "Whose call it is, who marked it and whether it is reviewed stays. "
                    "Mark the other call instead."
                )
            )
        return super().write(vals)

    def _open_review(self):
        """Let the head look at calls with a low mark."""
        entries = [
            (sample.call_id, head, self.env._("Low mark: review this call"))
            for sample in self
            if (head := sample.company_id._aftersales_get_head())
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.mail_activity_review", scope="escalations"
            )


class AftersalesCall(models.Model):
    """Recording and queue of a call, and the price it was about."""

    _inherit = "aftersales.call"

    uses_quality = fields.Boolean(related="company_id.aftersales_call_quality")
    recording_url = fields.Char(string="Recording")
    queue = fields.Char(help="Queue or menu choice through which the call came.")
    sample_ids = fields.One2many("aftersales.call.sample", "call_id", string="Marks")
