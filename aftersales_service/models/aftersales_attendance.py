from odoo import fields, models
from odoo.tools import SQL


class AftersalesAttendance(models.Model):
    """Days of field work that a customer's signature vouches for (DISP-39).

    A day counts for an employee with the first order of that day that is signed,
    or whose slip the office received.
    """

    _name = "aftersales.attendance"
    _description = "Field Attendance"
    _auto = False
    _order = "date desc, employee_id"
    _rec_name = "employee_id"
    _log_access = False

    employee_id = fields.Many2one("hr.employee", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    vouched_count = fields.Integer(
        string="Orders Signed", readonly=True, help="Signed, or the slip is back."
    )
    day_count = fields.Integer(string="Days Counted", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(worker.id) AS id,
                   worker.employee_id,
                   worker.company_id,
                   work.day AS date,
                   count(*) AS order_count,
                   count(*) FILTER (WHERE vouched.is_so) AS vouched_count,
                   max(vouched.is_so::int) AS day_count
              FROM aftersales_order_worker worker
              JOIN aftersales_order service ON service.id = worker.order_id
              JOIN res_company company ON company.id = worker.company_id
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT (worker.arrived_on AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS day
                   ) work
             CROSS JOIN LATERAL (
                   SELECT COALESCE(service.signed_on, service.sheet_received_on)
                          IS NOT NULL AS is_so
                   ) vouched
             WHERE worker.arrived_on IS NOT NULL
               AND service.state IN ('done', 'closed')
             GROUP BY worker.employee_id, worker.company_id, work.day
            """
        )
