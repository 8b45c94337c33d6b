from odoo import api, fields, models
from odoo.exceptions import AccessError

ORDER_EVENTS = ("appointment", "departure", "delay", "signature", "closing")
EVENTS = [
    ("received", "Report Received"),
    ("commitment", "New Promise"),
    ("appointment", "Appointment Agreed"),
    ("departure", "Technician on the Way"),
    ("delay", "Another Arrival Announced"),
    ("signature", "Report Ready to Sign"),
    ("closing", "Work Done"),
]


class AftersalesPolicyMessage(models.Model):
    """What the customer is told of under a policy, and how."""

    _name = "aftersales.policy.message"
    _description = "Policy Message"
    _order = "policy_id, id"
    _rec_name = "event"

    policy_id = fields.Many2one(
        "aftersales.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    event = fields.Selection(EVENTS, required=True)
    channel = fields.Selection(
        [("email", "E-Mail"), ("sms", "SMS")], required=True, default="email"
    )
    template_model = fields.Char(compute="_compute_template_model")
    template_id = fields.Many2one(
        "mail.template",
        required=True,
        ondelete="restrict",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Its texts are translated: each customer reads his own language.",
    )

    _event_unique = models.UniqueIndex(
        "(policy_id, event, channel)", "This message is on the list already."
    )

    @api.depends("event")
    def _compute_template_model(self):
        for line in self:
            is_order = line.event in ORDER_EVENTS
            line.template_model = "aftersales.order" if is_order else "helpdesk.ticket"

    @api.depends("event")
    def _compute_template_id(self):
        for line in self:
            if line.template_id.model != line.template_model or not line.template_id:
                line.template_id = self.env.ref(
                    f"aftersales_service.template_{line.event}",
                    raise_if_not_found=False,
                )


class AftersalesPolicy(models.Model):
    """Messages to the customer under this policy; none by default."""

    _inherit = "aftersales.policy"

    message_line_ids = fields.One2many(
        "aftersales.policy.message", "policy_id", string="Messages", copy=True
    )

    def action_add_messages(self):
        """Put the usual messages by e-mail on these policies; heads.

        :return: the same policies
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(self.env._("Only a head of department may do this."))
        self.check_access("write")
        self.env["aftersales.policy.message"].create(
            [
                {"policy_id": policy.id, "event": event}
                for policy in self
                for event, _label in EVENTS
                if event not in policy.message_line_ids.mapped("event")
            ]
        )
        return self
