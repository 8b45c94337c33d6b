from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_amount, format_date

from ..arguments import as_choice, as_quantity, as_text, check_single
from ..exceptions import MissingError, TransitionError
from .aftersales_fund_line import BY_HAND

HR = "payroll.group_payroll_user"


class AftersalesFund(models.Model):
    """The activity fund in one month: what came in, what went out (PEN-17).

    Finance (HR of pay) collects and publishes; a published month is read by
    everybody in the service.  Its lines are dated the day money moved, so none
    comes into a month that is over.
    """

    _name = "aftersales.fund"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Activity Fund"
    _order = "month desc, company_id, id desc"
    _guarded_fields = frozenset(
        {"company_id", "month", "published_on", "published_by_id"}
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    line_ids = fields.One2many("aftersales.fund.line", "fund_id", readonly=True)
    opening_amount = fields.Monetary(
        string="Brought Forward", compute="_compute_amounts"
    )
    in_amount = fields.Monetary(string="Came In", compute="_compute_amounts")
    out_amount = fields.Monetary(string="Went Out", compute="_compute_amounts")
    balance = fields.Monetary(compute="_compute_amounts")
    published_on = fields.Datetime(string="Published", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _month_unique = models.UniqueIndex(
        "(company_id, month)", "This month has a page already."
    )

    @api.depends("month")
    def _compute_display_name(self):
        for fund in self:
            fund.display_name = (
                format_date(self.env, fund.month, date_format="MMMM yyyy")
                if fund.month
                else ""
            )

    @api.depends("line_ids.amount")
    def _compute_amounts(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT fund.id,
                       SUM(line.amount) FILTER (WHERE own.month < fund.month),
                       SUM(line.amount) FILTER (WHERE own.id = fund.id
                                                  AND line.amount > 0),
                       SUM(line.amount) FILTER (WHERE own.id = fund.id
                                                  AND line.amount < 0)
                  FROM aftersales_fund fund
                  JOIN aftersales_fund own ON own.company_id = fund.company_id
                   AND own.month <= fund.month
                  JOIN aftersales_fund_line line ON line.fund_id = own.id
                 WHERE fund.id = ANY(%s)
                 GROUP BY fund.id
                """,
                self.ids,
            )
        )
        sums = {row[0]: [float(value or 0.0) for value in row[1:]] for row in rows}
        for fund in self:
            before, came, went = sums.get(fund.id, (0.0, 0.0, 0.0))
            fund.opening_amount, fund.in_amount = before, came
            fund.out_amount, fund.balance = went, before + came + went

    @api.model
    def _get_current(self, company):
        """Return the page of the month that a company's clock shows, locked.

        Two transactions that move money of one fund pass one after the other.
        """
        today = self._get_today(company)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO aftersales_fund (company_id, month, create_uid, create_date)
                VALUES (%(company)s, %(month)s, %(user)s, %(now)s)
                    ON CONFLICT (company_id, month)
                    DO UPDATE SET month = EXCLUDED.month
                RETURNING id
                """,
                company=company.id,
                month=today.replace(day=1),
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        return self.browse(self.env.cr.fetchone()), today

    @api.model
    def _get_today(self, company):
        """Return the day that a company's clock shows."""
        return fields.Date.context_today(
            self.with_context(tz=company._get_aftersales_tz())
        )

    def action_publish(self):
        """Publish months that are over: everybody in the service reads them (HR).

        :return: the months
        :raise AccessError: for others than HR
        :raise TransitionError: for a month that is not over
        """
        self.check_access("read")
        self._check_finance()
        self._lock()
        for fund in self:
            today = self._get_today(fund.company_id)
            if fund.month + relativedelta(months=1) > today:
                raise TransitionError(
                    self.env._(
                        "%s is not over yet. Publish it next month.", fund.display_name
                    )
                )
        todo = self.filtered(lambda fund: not fund.published_on)
        todo.sudo()._unguarded().write(  # sudo: HR has no other right to write
            {"published_on": fields.Datetime.now(), "published_by_id": self.env.uid}
        )
        self.env["aftersales.audit"]._log(todo, "published")
        return self

    @api.model
    def action_book(self, kind, amount, purpose, request_key=None):
        """Write down what the fund was given or spent besides fines (HR).

        :param str kind: ``income`` or ``spending``
        :param float amount: above zero, in company currency
        :param str purpose: what for, published with it
        :param str request_key: the same key again returns the first line
        :return: the line
        :raise MissingError: when there is not as much in the fund, or no fund
        """
        self._check_finance()
        company = self._get_company()
        kind = as_choice(self.env, kind, BY_HAND, self.env._("Kind"))
        amount = company.currency_id.round(as_quantity(self.env, amount))
        purpose = as_text(self.env, purpose, self.env._("Purpose"))
        key = as_text(self.env, request_key, self.env._("Request Key"), required=False)
        fund, today = self.sudo()._get_current(company)  # sudo: makes the page
        lines = self.env["aftersales.fund.line"].sudo()  # sudo: the only writer
        stored = f"fund:{company.id}:{key}" if key else None
        found = lines.search([("key", "=", stored)]) if key else lines
        if found:
            return found.sudo(self.env.su)
        if kind == "spending":
            fund._check_covers(amount)
        line = lines._enter(
            [
                {
                    "fund_id": fund.id,
                    "date": today,
                    "kind": kind,
                    "amount": -amount if kind == "spending" else amount,
                    "note": purpose,
                    "key": stored,
                }
            ]
        )
        self.env["aftersales.audit"]._log(fund, kind, reason=purpose, amount=amount)
        return line.sudo(self.env.su)

    @api.model
    def _get_company(self):
        """Return the company at work, which has to keep a fund."""
        company = self.env.company
        if not company.aftersales_fund_enabled:
            raise MissingError(
                self.env._("%s keeps no activity fund. See the settings.", company.name)
            )
        return company

    def _check_covers(self, amount):
        """Refuse to spend more than there is."""
        self.invalidate_recordset()
        if self.currency_id.compare_amounts(amount, self.balance) > 0:
            raise MissingError(
                self.env._(
                    "There is only %s in the fund.",
                    format_amount(self.env, self.balance, self.currency_id),
                )
            )

    def _check_finance(self):
        """Refuse others than those who collect the fines."""
        if not self.env.su and not self.env.user.has_group(HR):
            raise AccessError(self.env._("Only HR keeps the activity fund."))

    def action_open_book(self):
        """Open the dialog for money given to the fund or spent from it.

        :return: window action
        """
        self._check_finance()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Money of the Fund"),
            "res_model": "aftersales.fund.book",
            "view_mode": "form",
            "target": "new",
        }

    def action_open_lines(self):
        """Open the entries of one month.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "aftersales.fund.line",
            "view_mode": "list",
            "domain": [("fund_id", "=", self.id)],
        }
