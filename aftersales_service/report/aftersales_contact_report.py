from odoo import api, fields, models
from odoo.tools import SQL

from .. import arguments

# Who works in the field: named on an order or calling customers.
QUERY = """
WITH zone AS (
    SELECT company.id AS company_id, COALESCE(calendar.tz, 'UTC') AS tz,
           company.aftersales_calls_per_month AS calls_owed,
           company.aftersales_call_points AS call_points
      FROM res_company company
      LEFT JOIN resource_calendar calendar
        ON calendar.id = company.resource_calendar_id
), spoken AS (
    SELECT call.company_id, call.user_id, call.called_on AS at,
           COALESCE(call.partner_id, site.partner_id) AS partner_id
      FROM aftersales_call call
      LEFT JOIN aftersales_site site ON site.id = call.site_id
     WHERE call.direction = 'out' AND call.result IN ('answered', 'ticket')
     UNION ALL
    SELECT attempt.company_id, attempt.user_id, attempt.called_on,
           callback.partner_id
      FROM aftersales_callback_attempt attempt
      JOIN aftersales_callback callback ON callback.id = attempt.callback_id
     WHERE attempt.result <> 'unreachable'
), called AS (
    SELECT DISTINCT spoken.company_id, employee.id AS employee_id,
           COALESCE(partner.commercial_partner_id, partner.id) AS partner_id,
           (spoken.at AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date AS day
      FROM spoken
      JOIN zone ON zone.company_id = spoken.company_id
      JOIN hr_employee employee ON employee.user_id = spoken.user_id
                               AND employee.company_id = spoken.company_id
      JOIN res_partner partner ON partner.id = spoken.partner_id
), visited AS (
    SELECT service.company_id, worker.employee_id, service.id AS order_id,
           service.done_date AS day
      FROM aftersales_order service
      JOIN aftersales_order_worker worker ON worker.order_id = service.id
     WHERE service.service_type = 'visit' AND service.mode = 'onsite'
       AND service.state IN ('done', 'closed') AND service.done_date IS NOT NULL
), worked AS (
    SELECT worker.employee_id, service.company_id,
           MIN(COALESCE(service.done_date, worker.departed_on::date,
                        service.planned_start::date, service.create_date::date))
               AS since
      FROM aftersales_order_worker worker
      JOIN aftersales_order service ON service.id = worker.order_id
     GROUP BY worker.employee_id, service.company_id
), month AS (
    SELECT worked.employee_id, worked.company_id, start::date AS month
      FROM worked, generate_series(date_trunc('month', worked.since::timestamp),
                                   date_trunc('month', %(today)s::timestamp),
                                   interval '1 month') start
), counted AS (
    SELECT month.employee_id, month.company_id, month.month,
           (SELECT COUNT(*) FROM called
             WHERE called.employee_id = month.employee_id
               AND called.company_id = month.company_id
               AND called.day >= month.month
               AND called.day < month.month + interval '1 month') AS calls,
           (SELECT COUNT(*) FROM visited
             WHERE visited.employee_id = month.employee_id
               AND visited.company_id = month.company_id
               AND visited.day >= month.month
               AND visited.day < month.month + interval '1 month') AS visits
      FROM month
)
SELECT ROW_NUMBER() OVER (ORDER BY counted.month, counted.company_id,
                                   counted.employee_id)::int AS id,
       counted.employee_id, counted.company_id, counted.month, counted.calls,
       counted.visits, counted.visits::numeric AS visit_average, zone.calls_owed,
       GREATEST(zone.calls_owed - counted.calls, 0) AS calls_short,
       CASE WHEN counted.calls < zone.calls_owed THEN -zone.call_points ELSE 0
        END AS call_points
  FROM counted
  JOIN zone ON zone.company_id = counted.company_id
"""


class AftersalesContactReport(models.Model):
    """Calls and visits to customers, by technician and month (CB-14, VIS-07).

    One row for each technician and month since his first order; a customer called
    several times on a day is one call (AMB-77).
    """

    _name = "aftersales.contact.report"
    _description = "Contacts with Customers"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "employee_id"

    _depends = {
        "aftersales.call": [
            "company_id", "user_id", "called_on", "partner_id", "site_id",
            "direction", "result",
        ],
        "aftersales.callback.attempt": [
            "company_id", "user_id", "called_on", "result", "callback_id",
        ],
        "aftersales.callback": ["partner_id"],
        "aftersales.site": ["partner_id"],
        "aftersales.order": [
            "company_id", "service_type", "mode", "state", "done_date",
            "planned_start",
        ],
        "aftersales.order.worker": ["order_id", "employee_id", "departed_on"],
        "hr.employee": ["user_id", "company_id"],
        "res.company": [
            "aftersales_calls_per_month", "aftersales_call_points",
            "resource_calendar_id",
        ],
        "resource.calendar": ["tz"],
    }  # fmt: skip

    employee_id = fields.Many2one(
        "hr.employee", string="Technician", readonly=True, groups="base.group_user"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    month = fields.Date(readonly=True)
    calls = fields.Integer(readonly=True)
    visits = fields.Integer(readonly=True)
    visit_average = fields.Float(
        string="Visits a Month", readonly=True, aggregator="avg"
    )
    calls_owed = fields.Integer(readonly=True)
    calls_short = fields.Integer(string="Calls Too Few", readonly=True)
    call_points = fields.Float(string="Points for Calls", readonly=True)

    @property
    def _table_query(self):
        return SQL(QUERY, today=fields.Date.context_today(self))

    @api.model
    def get_visit_kpi(self, employee_id, date_from, date_to):
        """Return a technician's visits of some months against the goal (VIS-07).

        Months before his first order count too: the months of the period do.

        :param int employee_id: the technician
        :param date_from: first day, a date or ``YYYY-MM-DD``
        :param date_to: last day
        :return: dict of ``visits``, ``months``, ``average`` (two decimals), ``goal``
            and ``points``, what the scorecard takes off
        """
        self.check_access("read")
        first = arguments.as_date(self.env, date_from)
        last = arguments.as_date(self.env, date_to)
        employee = arguments.as_record(self.env, "hr.employee.public", employee_id)
        if not first or not last or not employee or last < first:
            raise arguments.ArgumentError(
                self.env._("Give a technician, a first day and a last day after it.")
            )
        rows = self.search(
            [
                ("employee_id", "=", employee.id),
                ("month", ">=", first.replace(day=1)),
                ("month", "<=", last),
            ]
        )
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        visits = sum(rows.mapped("visits"))
        average = visits / months
        company = employee.company_id
        goal = company.aftersales_visits_per_month
        return {
            "visits": visits,
            "months": months,
            "average": round(average, 2),
            "goal": goal,
            "points": -company.aftersales_visit_points if average < goal else 0.0,
        }
