from odoo import api, fields, models

RESULTS = [
    ("satisfied", "Satisfied"),
    ("average", "Average"),
    ("dissatisfied", "Dissatisfied"),
    ("unreachable", "Unreachable"),
]


class AftersalesCallback(models.Model):
    """One call owed to a customer after work is done."""

    _name = "aftersales.callback"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Call-Back"
    _order = "due_on, id"
    _check_company_auto = True
    _sequence_code = "aftersales.callback"
    _guarded_fields = frozenset(
        {
            "order_id",
            "ticket_id",
            "rule_id",
            "opens_on",
            "due_on",
            "done_on",
            "result",
            "rework_order_id",
        }
    )
    _state_transitions = {
        "planned": {"open", "done", "missed", "cancel"},
        "open": {"done", "missed", "cancel"},
        "missed": {"done", "cancel"},
        "done": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    order_id = fields.Many2one(
        "aftersales.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True
    )
    phone = fields.Char(related="partner_id.phone")
    rule_id = fields.Many2one("aftersales.policy.callback", readonly=True)
    round = fields.Integer(
        default=1, readonly=True, help="2 and more: after a rework."
    )
    opens_on = fields.Datetime(string="Not before", required=True, readonly=True)
    due_on = fields.Datetime(string="Due", required=True, readonly=True, index=True)
    done_on = fields.Datetime(readonly=True, copy=False)
    user_id = fields.Many2one("res.users", string="Caller", tracking=True)
    attempt_ids = fields.One2many("aftersales.callback.attempt", "callback_id")
    result = fields.Selection(RESULTS, readonly=True, copy=False, tracking=True)
    note = fields.Text(readonly=True, copy=False)
    score_quality = fields.Integer(string="Quality", readonly=True, copy=False)
    score_attitude = fields.Integer(string="Attitude", readonly=True, copy=False)
    score_speed = fields.Integer(string="Speed", readonly=True, copy=False)
    aspect = fields.Selection(
        [
            ("quality", "Quality of the Repair"),
            ("attitude", "Attitude"),
            ("speed", "Speed"),
            ("price", "Price"),
            ("other", "Other"),
        ],
        readonly=True,
        copy=False,
    )
    rework_order_id = fields.Many2one(
        "aftersales.order", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "To Call"),
            ("done", "Done"),
            ("missed", "Overdue"),
            ("cancel", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(order_id, ticket_id) = 1)",
        "A call-back belongs to one order or one ticket.",
    )
    _order_rule_unique = models.UniqueIndex(
        "(order_id, rule_id) WHERE order_id IS NOT NULL",
        "This call-back already exists.",
    )
    _ticket_rule_unique = models.UniqueIndex(
        "(ticket_id, rule_id) WHERE ticket_id IS NOT NULL",
        "This call-back already exists.",
    )

    @api.model
    def _create_for(self, documents, triggers, done_on=None):
        """Make the call-backs that documents owe by their policy, once each.

        :param documents: orders or tickets with a ``policy_id``
        :param dict triggers: set of trigger names by document id
        :param datetime done_on: when the work was done; now by default
        :return: the call-backs made
        """
        return self.browse()
