from odoo import api, fields, models

BY_HAND = [("income", "Given to the Fund"), ("spending", "Spent")]
COLUMNS = (
    "fund_id",
    "company_id",
    "date",
    "kind",
    "amount",
    "settlement_id",
    "employee_id",
    "rule_id",
    "note",
    "key",
    "create_uid",
    "create_date",
)


class AftersalesFundLine(models.Model):
    """Money that came into the activity fund or left it: append-only (PEN-17)."""

    _name = "aftersales.fund.line"
    _inherit = ["aftersales.append.mixin"]
    _description = "Activity Fund Entry"
    _order = "date desc, id desc"
    _rec_name = "date"

    fund_id = fields.Many2one(
        "aftersales.fund",
        string="Month",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [("fine", "Fine"), ("repaid", "Fine Paid Back"), *BY_HAND],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)
    settlement_id = fields.Many2one(
        "aftersales.settlement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="payroll.group_payroll_user",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        readonly=True,
        index="btree_not_null",
        groups="payroll.group_payroll_user",
    )
    shown_name = fields.Char(
        string="Who",
        compute="_compute_shown_name",
        compute_sudo=True,
        help="Masked where the company publishes no names.",
    )
    rule_id = fields.Many2one("aftersales.pay.rule", readonly=True, ondelete="restrict")
    note = fields.Char(string="What For", readonly=True)
    key = fields.Char(readonly=True, groups="base.group_system")

    _key_unique = models.UniqueIndex("(key)", "This money was written down already.")

    @api.depends("employee_id.name", "company_id.aftersales_fund_masked")
    def _compute_shown_name(self):
        for line in self:
            name = line.employee_id.name or ""
            if name and line.company_id.aftersales_fund_masked:
                name = f"{name[0]}**"
            line.shown_name = name

    @api.model
    def _enter(self, entries):
        """Append lines.

        :param entries: dicts of the columns, without company, who and when
        :return: the new lines
        """
        stamp = {"create_uid": self.env.uid, "create_date": fields.Datetime.now()}
        funds = self.env["aftersales.fund"].browse(
            {entry["fund_id"] for entry in entries}
        )
        companies = {fund.id: fund.company_id.id for fund in funds}
        rows = [
            tuple(
                {**stamp, **entry, "company_id": companies[entry["fund_id"]]}.get(name)
                for name in COLUMNS
            )
            for entry in entries
        ]
        lines = self._append(COLUMNS, rows)
        funds.invalidate_recordset(flush=False)
        return lines
