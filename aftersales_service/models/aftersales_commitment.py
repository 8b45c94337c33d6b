from odoo import api, fields, models

from .aftersales_policy_milestone import MILESTONES


class AftersalesCommitment(models.Model):
    """One promise with a clock."""

    _name = "aftersales.commitment"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Commitment"
    _order = "deadline, id"
    _guarded_fields = frozenset(
        {
            "ticket_id",
            "order_id",
            "milestone",
            "started_on",
            "deadline",
            "fulfilled_on",
            "warned_on",
            "breached_on",
            "responsible_id",
        }
    )
    _state_transitions = {
        "open": {"met", "missed", "excepted", "cancel"},
        "met": {"open"},
        "missed": {"excepted"},
        "excepted": set(),
        "cancel": set(),
    }

    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "aftersales.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    site_id = fields.Many2one("aftersales.site", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    milestone = fields.Selection(MILESTONES, required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(required=True, readonly=True, index=True)
    promised_to = fields.Char(readonly=True, help="An appointment agreed with someone.")
    fulfilled_on = fields.Datetime(readonly=True)
    warn_on = fields.Datetime(readonly=True)
    warned_on = fields.Datetime(readonly=True)
    breached_on = fields.Datetime(readonly=True)
    responsible_id = fields.Many2one(
        "hr.employee", readonly=True, help="Frozen at breach."
    )
    exception_reason = fields.Text(readonly=True)
    exception_by_id = fields.Many2one("res.users", readonly=True)
    new_deadline = fields.Datetime(string="New Promise", readonly=True)
    state = fields.Selection(
        [
            ("open", "Running"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("excepted", "Excepted"),
            ("cancel", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(ticket_id, order_id) = 1)",
        "A commitment belongs to one ticket or one order.",
    )
    _open_ticket_unique = models.UniqueIndex(
        "(ticket_id, milestone) WHERE state = 'open' AND ticket_id IS NOT NULL",
        "This promise is already running.",
    )
    _open_order_unique = models.UniqueIndex(
        "(order_id, milestone) WHERE state = 'open' AND order_id IS NOT NULL",
        "This promise is already running.",
    )

    @api.model
    def _start(self, documents, milestones=None, started_on=None):
        """Start the clocks that the documents' policy promises, once each.

        :param documents: tickets or orders with a ``policy_id``
        :param milestones: names to start; all of the policy's by default
        :param started_on: naive UTC datetime; each document's own by default
        :return: the commitments made
        """
        return self.browse()

    @api.model
    def _fulfil(self, documents, milestone, at):
        """Mark a promise kept, on the documents and the tickets behind them.

        A promise kept after its deadline becomes missed, with both times.

        :param documents: tickets or orders
        :param str milestone: which promise
        :param datetime at: when it was kept, naive UTC
        :return: the commitments touched
        """
        return self.browse()
