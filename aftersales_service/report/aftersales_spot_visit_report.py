from odoo import fields, models
from odoo.tools import SQL

QUERY = """
WITH spot AS (
    SELECT service.company_id, service.state,
           date_trunc('week', (service.planned_start AT TIME ZONE 'UTC'
               AT TIME ZONE COALESCE(calendar.tz, 'UTC')))::date AS week
      FROM aftersales_order service
      JOIN res_company company ON company.id = service.company_id
      LEFT JOIN resource_calendar calendar
        ON calendar.id = company.resource_calendar_id
     WHERE service.is_spot_visit AND service.state <> 'cancel'
       AND service.planned_start IS NOT NULL
), week AS (
    SELECT company.id AS company_id, company.aftersales_spot_visits_per_week AS owed,
           start::date AS week
      FROM res_company company
      JOIN (SELECT company_id, MIN(week) AS since, MAX(week) AS latest
              FROM spot GROUP BY company_id) seen ON seen.company_id = company.id,
           generate_series(seen.since::timestamp,
                           GREATEST(seen.latest::timestamp,
                                    date_trunc('week', %(today)s::timestamp)),
                           interval '1 week') start
     WHERE company.aftersales_spot_visits_per_week > 0
), counted AS (
    SELECT week.company_id, week.week, week.owed,
           COUNT(spot.week) AS planned,
           COUNT(spot.week) FILTER (WHERE spot.state IN ('done', 'closed')) AS done
      FROM week
      LEFT JOIN spot ON spot.company_id = week.company_id AND spot.week = week.week
     GROUP BY week.company_id, week.week, week.owed
)
SELECT ROW_NUMBER() OVER (ORDER BY week, company_id)::int AS id, company_id, week,
       owed, planned, done,
       LEAST(100.0 * planned / owed, 100.0) AS compliance
  FROM counted
"""


class AftersalesSpotVisitReport(models.Model):
    """Spot-check visits by appointment, week by week (CB-05)."""

    _name = "aftersales.spot.visit.report"
    _description = "Spot-Check Visits a Week"
    _auto = False
    _order = "week desc, id desc"
    _rec_name = "week"

    _depends = {
        "aftersales.order": ["company_id", "state", "planned_start", "is_spot_visit"],
        "res.company": ["aftersales_spot_visits_per_week", "resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    week = fields.Date(string="Week of", readonly=True)
    owed = fields.Integer(readonly=True)
    planned = fields.Integer(readonly=True)
    done = fields.Integer(readonly=True)
    compliance = fields.Float(
        string="Compliance (%)",
        readonly=True,
        aggregator="avg",
        help="Visits booked of those owed in the week.",
    )

    @property
    def _table_query(self):
        return SQL(QUERY, today=fields.Date.context_today(self))


class AftersalesOrder(models.Model):
    """Visits that a clerk books to look at what was installed."""

    _inherit = "aftersales.order"

    is_spot_visit = fields.Boolean(
        string="Spot-Check Visit",
        tracking=True,
        help="By appointment, about installation, design and explanation; counts for "
        "the visits owed in its week (CB-05).",
    )
