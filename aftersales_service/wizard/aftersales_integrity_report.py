from odoo import api, fields, models


class AftersalesIntegrityReport(models.TransientModel):
    """The answer of the integrity check on a screen."""

    _name = "aftersales.integrity.report"
    _description = "Integrity Report"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    checked_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    line_ids = fields.One2many(
        "aftersales.integrity.report.line", "report_id", string="Laws", readonly=True
    )
    broken_count = fields.Integer(compute="_compute_broken_count")

    @api.depends("checked_on")
    @api.depends_context("uid")
    def _compute_name(self):
        for report in self:
            report.name = self.env._("Integrity Check")

    @api.depends("line_ids.is_ok")
    def _compute_broken_count(self):
        for report in self:
            report.broken_count = len(
                report.line_ids.filtered(lambda line: not line.is_ok)
            )

    @api.model
    def action_open_report(self):
        """Check all laws and open the result.

        :return: window action on a new report
        :raise AccessError: for others than heads, the general manager and HR
        """
        results = self.env["aftersales.integrity"].run()
        report = self.create(
            {"line_ids": [(0, 0, self._prepare_line(result)) for result in results]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Integrity Check"),
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_check_again(self):
        """Check all laws once more and open the new result."""
        return self.action_open_report()

    @api.model
    def _prepare_line(self, result):
        """Return the values of a line from one answer of ``run``."""
        sample = [
            self.env._(
                "%(name)s: %(problem)s", name=found["name"], problem=found["problem"]
            )
            for found in result["sample"]
        ]
        more = result["count"] - len(sample)
        if more > 0:
            sample.append(self.env._("and %s more", more))
        return {
            "code": result["law"],
            "name": result["title"],
            "is_ok": result["ok"],
            "count": result["count"],
            "sample": "\n".join(sample),
        }


class AftersalesIntegrityReportLine(models.TransientModel):
    """What the check found about one law."""

    _name = "aftersales.integrity.report.line"
    _description = "Integrity Report Line"
    _order = "id"

    report_id = fields.Many2one(
        "aftersales.integrity.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    code = fields.Char(string="Law", readonly=True)
    name = fields.Char(string="What Must Hold", readonly=True)
    is_ok = fields.Boolean(string="Holds", readonly=True)
    count = fields.Integer(string="Broken By", readonly=True)
    sample = fields.Text(string="For Example", readonly=True)
