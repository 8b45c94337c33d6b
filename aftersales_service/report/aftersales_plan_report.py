from odoo import fields, models
from odoo.tools import SQL


class AftersalesPlanReport(models.Model):
    """How well planned work is kept, by team, site, technician and month (INSP-07).

    One row for each period that is due or done; skipped ones do not count.
    """

    _name = "aftersales.plan.report"
    _description = "Plan Compliance"
    _auto = False
    _order = "due_on desc, id desc"
    _rec_name = "occurrence_id"

    _depends = {
        "aftersales.plan.occurrence": [
            "state",
            "is_on_time",
            "due_on",
            "kind",
            "service_type",
            "order_id",
            "site_id",
            "company_id",
        ],
        "aftersales.site": ["team_id", "territory_id", "technician_id", "partner_id"],
        "aftersales.order": ["lead_id"],
        "aftersales.check": ["state", "order_id"],
    }

    occurrence_id = fields.Many2one(
        "aftersales.plan.occurrence", string="Planned Work", readonly=True
    )
    plan_id = fields.Many2one("aftersales.plan", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    site_id = fields.Many2one("aftersales.site", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    territory_id = fields.Many2one("aftersales.territory", readonly=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Technician", readonly=True, groups="base.group_user"
    )
    kind = fields.Selection([("visit", "Visit"), ("call", "Call")], readonly=True)
    service_type = fields.Selection(
        [
            ("inspection", "Inspection"),
            ("maintenance", "Maintenance"),
            ("visit", "Customer Visit"),
        ],
        readonly=True,
    )
    due_on = fields.Date(string="Due", readonly=True)
    owed = fields.Integer(readonly=True)
    on_time = fields.Integer(readonly=True)
    late = fields.Integer(string="Done Late", readonly=True)
    overdue = fields.Integer(readonly=True)
    findings = fields.Integer(readonly=True)
    compliance = fields.Float(
        string="Compliance (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the work owed that was done on its due day or before.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT one.id,
                   one.id AS occurrence_id,
                   one.plan_id,
                   one.company_id,
                   one.site_id,
                   site.partner_id,
                   site.team_id,
                   site.territory_id,
                   COALESCE(service.lead_id, site.technician_id) AS employee_id,
                   one.kind,
                   one.service_type,
                   one.due_on,
                   1 AS owed,
                   one.is_on_time::int AS on_time,
                   (one.state = 'fulfilled' AND NOT one.is_on_time)::int AS late,
                   (one.state <> 'fulfilled')::int AS overdue,
                   (SELECT COUNT(*)
                      FROM aftersales_check finding
                     WHERE finding.order_id = one.order_id
                       AND finding.state = 'failed') AS findings,
                   100.0 * one.is_on_time::int AS compliance
              FROM aftersales_plan_occurrence one
              JOIN aftersales_site site ON site.id = one.site_id
              LEFT JOIN aftersales_order service ON service.id = one.order_id
             WHERE one.state = 'fulfilled'
                OR (one.state IN ('planned', 'generated') AND one.due_on < %s)
            """,
            fields.Date.context_today(self),
        )
