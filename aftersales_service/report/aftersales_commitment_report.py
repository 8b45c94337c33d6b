from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import check_single
from ..models.aftersales_policy_milestone import MILESTONES


class AftersalesCommitmentReport(models.Model):
    """How many promises were kept (DISP-12, ESC-12).

    One row per promise that was not cancelled.  Promises that still run and those
    excused are counted, but judged neither kept nor broken.
    """

    _name = "aftersales.commitment.report"
    _description = "Kept Promises"
    _auto = False
    _order = "due_on desc, id desc"
    _rec_name = "commitment_id"

    commitment_id = fields.Many2one(
        "aftersales.commitment", string="Promise", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    order_id = fields.Many2one(
        "aftersales.order", string="Service Order", readonly=True
    )
    site_id = fields.Many2one("aftersales.site", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    policy_id = fields.Many2one(
        "aftersales.policy", string="Service Policy", readonly=True
    )
    milestone = fields.Selection(MILESTONES, readonly=True)
    state = fields.Selection(
        [
            ("open", "Running"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("excepted", "Excepted"),
        ],
        readonly=True,
    )
    responsible_id = fields.Many2one("hr.employee", readonly=True)
    due_on = fields.Datetime(string="Due", readonly=True)
    fulfilled_on = fields.Datetime(readonly=True)
    moved_by = fields.Selection(
        [("us", "By Us"), ("customer", "By the Customer")], readonly=True
    )
    kept_rate = fields.Float(
        string="Kept (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the promises met among those met and missed.",
    )
    kept_first_rate = fields.Float(
        string="First Promise Kept (%)",
        readonly=True,
        aggregator="avg",
        help="The same by what was promised before any appointment replaced it.",
    )
    late_hours = fields.Float(
        string="Hours Late",
        readonly=True,
        aggregator="avg",
        help="On average, where a promise was kept too late.",
    )
    moves = fields.Integer(string="Times Moved", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT promise.id,
                   promise.id AS commitment_id,
                   promise.company_id,
                   promise.ticket_id,
                   promise.order_id,
                   promise.site_id,
                   COALESCE(ticket.partner_id, service.partner_id) AS partner_id,
                   ticket.team_id,
                   promise.policy_id,
                   promise.milestone,
                   promise.state,
                   promise.responsible_id,
                   promise.due_on,
                   promise.fulfilled_on,
                   promise.moved_by,
                   COALESCE(promise.move_count, 0) AS moves,
                   CASE promise.state WHEN 'met' THEN 100.0
                                      WHEN 'missed' THEN 0.0 END AS kept_rate,
                   CASE WHEN promise.state NOT IN ('met', 'missed') THEN NULL
                        WHEN promise.state = 'met'
                             AND (COALESCE(promise.move_count, 0) = 0
                                  OR promise.fulfilled_on <= promise.original_deadline)
                        THEN 100.0
                        ELSE 0.0 END AS kept_first_rate,
                   CASE WHEN promise.state = 'missed'
                        THEN EXTRACT(EPOCH FROM
                             promise.fulfilled_on - promise.deadline) / 3600.0
                        END AS late_hours
            """
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM aftersales_commitment promise
              LEFT JOIN helpdesk_ticket ticket ON ticket.id = promise.ticket_id
              LEFT JOIN aftersales_order service ON service.id = promise.order_id
            """
        )

    @api.model
    def _where(self):
        return SQL("WHERE promise.state != 'cancel'")

    def action_open_commitment(self):
        """Open the promise behind a row.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        return self.commitment_id._get_records_action()
