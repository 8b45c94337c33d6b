import calendar
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesDocumentRule(models.Model):
    """A paper that each technician hands in every month, or every day (DOC-01)."""

    _name = "aftersales.document.rule"
    _description = "Document Deadline"
    _order = "sequence, id"

    name = fields.Char(string="Document", required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    period = fields.Selection(
        [("month", "Every Month"), ("day", "Every Working Day")],
        required=True,
        default="month",
    )
    due_day = fields.Integer(
        string="Day of the Month",
        default=10,
        help="31 means the last day of a month, however long it is.",
    )
    month_offset = fields.Integer(
        string="Months after the Period",
        default=1,
        help="0: due in the month it is about. 1: in the month after.",
    )
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="First period that is asked for.",
    )
    date_to = fields.Date(string="Valid Until")
    employee_ids = fields.Many2many(
        "hr.employee.public",
        string="Handed In by",
        help="Every technician of the company when left empty.",
    )
    note = fields.Text(string="What Belongs to It", translate=True)
    due_ids = fields.One2many("aftersales.document.due", "rule_id")

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)", "A document with this code exists already."
    )
    _due_day_in_month = models.Constraint(
        "CHECK (due_day BETWEEN 1 AND 31)", "The day lies between 1 and 31."
    )
    _offset_positive = models.Constraint(
        "CHECK (month_offset >= 0)", "A document is not due before its month begins."
    )
    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The rule ends before it begins.",
    )

    # -- periods

    def _get_due_on(self, start):
        """Return the day on which the document about a period is due.

        :param date start: first day of the period
        """
        self.ensure_one()
        if self.period == "day":
            return start
        month = start.replace(day=1) + relativedelta(months=self.month_offset)
        last = calendar.monthrange(month.year, month.month)[1]
        return month.replace(day=min(self.due_day, last))

    def _get_periods(self, until, is_working):
        """Return the first days of the periods to ask for, up to a day.

        Gaps of the past are not filled back further than the period before last.

        :param date until: today, in the company
        :param is_working: function telling whether a date is a working day
        """
        self.ensure_one()
        valid_to = min(self.date_to or date.max, until)
        if self.period == "day":
            days = [until - timedelta(days=back) for back in (1, 0)]
        else:
            first = until.replace(day=1)
            days = [first - relativedelta(months=1), first]
        valid_from = self.date_from
        if self.period == "month":
            valid_from = valid_from.replace(day=1)
        return [
            day
            for day in days
            if valid_from <= day <= valid_to
            and (self.period == "month" or is_working(day))
        ]

    # -- generate

    @api.model
    def _generate(self):
        """Ask everybody for what is due, exactly once per period.

        :return: the ``aftersales.document.due`` made
        """
        made = self.env["aftersales.document.due"]
        active = [("active", "=", True)]
        # sudo: a nightly run, for every company and by every rule in force
        companies = self.env["res.company"].sudo().search(active)
        rules = self.sudo().search(active)  # sudo: as above
        now = fields.Datetime.now()
        clocks = companies._aftersales_clock(now - timedelta(days=7))
        for company in companies:
            own = rules.filtered(
                lambda rule, c=company: rule.company_id in (c, c.browse())
            )
            is_working = clocks[company.id].is_working
            made |= company._aftersales_try(own._ask_company, is_working) or made
        return made

    def _ask_company(self, company, is_working):
        """Ask for what is due by these rules in one company.

        :param company: one ``res.company``
        :param is_working: function of a day
        :return: the ``aftersales.document.due`` made
        """
        today = self.env["aftersales.deputy"]._get_today(company)
        technicians = self._get_technicians(company) if self else self.employee_ids
        rows = [
            (rule.id, employee.id, company.id, start, rule._get_due_on(start))
            for rule in self
            for start in rule._get_periods(today, is_working)
            for employee in rule._get_employees(company, technicians)
            if not employee.create_date
            or employee.create_date.date() <= rule._get_due_on(start)
        ]
        return self._insert_dues(rows)

    @api.model
    def _get_technicians(self, company):
        """Return the employees of a company who hold the technician's role."""
        users = company._aftersales_get_group_users(
            "aftersales_service.group_technician"
        )
        # sudo: the employees behind users
        employees = self.env["hr.employee"].sudo()
        return employees.search(
            [("user_id", "in", users.ids), ("company_id", "=", company.id)]
        )

    def _get_employees(self, company, technicians):
        """Return who hands this document in.

        :param technicians: all technicians of the company
        """
        named = self.employee_ids.filtered(lambda one: one.company_id == company)
        if not self.employee_ids:
            return technicians
        # sudo: only who he is
        return self.env["hr.employee"].sudo().browse(named.ids)

    @api.model
    def _insert_dues(self, rows):
        """Insert what is not asked for yet, whoever else does so at once.

        :param rows: list of (rule, employee, company, period start, due day)
        :return: the new ``aftersales.document.due``
        """
        dues = self.env["aftersales.document.due"]
        if not rows:
            return dues
        dues.flush_model()
        now = self.env.cr.now()
        tail = ("due", self.env.uid, now, self.env.uid, now)
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO aftersales_document_due
                       (rule_id, employee_id, company_id, period_start, due_on, state,
                        create_uid, create_date, write_uid, write_date)
                VALUES %s
                ON CONFLICT (rule_id, employee_id, period_start) DO NOTHING
                RETURNING id
                """,
                SQL(", ").join(SQL("%s", (*row, *tail)) for row in rows),
            )
        )
        return dues.browse([row_id for (row_id,) in inserted])
