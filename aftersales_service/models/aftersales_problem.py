from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesProblem(models.Model):
    """Problem log of the agents, given to the leader every week (HOT-28, F63)."""

    _name = "aftersales.problem"
    _description = "Problem"
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Problem", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Noted By",
        required=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    call_id = fields.Many2one(
        "aftersales.call", check_company=True, index="btree_not_null"
    )
    proposal = fields.Text()
    is_discussed = fields.Boolean(
        string="Discussed", help="It was talked over in the weekly meeting."
    )


class AftersalesDeskWeek(models.Model):
    """What each agent did in a week: enquiries, orders, tickets (HOT-28)."""

    _name = "aftersales.desk.week"
    _description = "Service Count"
    _auto = False
    _order = "week desc, user_id"
    _rec_name = "user_id"

    week = fields.Date(string="Week From", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    served_count = fields.Integer(string="Customers Served", readonly=True)
    enquiry_count = fields.Integer(string="Enquiries", readonly=True)
    ordered_count = fields.Integer(string="Orders Taken", readonly=True)
    closed_count = fields.Integer(string="Cases Closed", readonly=True)
    conversion = fields.Float(
        string="Conversion (%)", compute="_compute_conversion", digits=(16, 1)
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(call.id) AS id,
                   week.day AS week,
                   call.user_id,
                   call.company_id,
                   COUNT(*) FILTER (WHERE call.direction = 'in') AS served_count,
                   COUNT(*) FILTER (WHERE call.kind = 'consultation')
                       AS enquiry_count,
                   COUNT(*) FILTER (WHERE call.kind = 'order') AS ordered_count,
                   COUNT(*) FILTER (WHERE ticket.first_closed_on IS NOT NULL)
                       AS closed_count
              FROM aftersales_call call
              JOIN res_company company ON company.id = call.company_id
         LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
        CROSS JOIN LATERAL (
                   SELECT date_trunc(
                       'week',
                       call.called_on AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(calendar.tz, 'UTC')
                   )::date AS day) week
         LEFT JOIN helpdesk_ticket ticket ON ticket.id = call.ticket_id
             WHERE call.result IS NULL OR call.result NOT IN ('missed', 'no_answer')
          GROUP BY week.day, call.user_id, call.company_id
            """
        )

    @api.depends("enquiry_count", "ordered_count")
    def _compute_conversion(self):
        for row in self:
            share = row.ordered_count / row.enquiry_count if row.enquiry_count else 0.0
            row.conversion = share * 100.0
