from odoo import fields, models
from odoo.tools import SQL


class AftersalesAppraisalYear(models.Model):
    """The mean of a year's marks, with its place among the others (PAY-13).

    Marks that were given count, whether or not the employee has seen them.
    """

    _name = "aftersales.appraisal.year"
    _description = "Annual Review"
    _auto = False
    _order = "year desc, place, id"
    _rec_name = "employee_id"
    _depends = {
        "aftersales.appraisal": [
            "company_id",
            "employee_id",
            "month",
            "score",
            "state",
        ]
    }

    company_id = fields.Many2one("res.company", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    year = fields.Char(readonly=True)
    month_count = fields.Integer(
        string="Months", readonly=True, help="Twelve make a whole year."
    )
    average = fields.Float(
        string="Mean Score", digits=(5, 2), readonly=True, aggregator="avg"
    )
    lowest = fields.Float(
        string="Lowest Month", digits=(5, 2), readonly=True, aggregator="min"
    )
    place = fields.Integer(
        readonly=True, aggregator="min", help="By the mean score, in the company."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(appraisal.id) AS id,
                   appraisal.company_id,
                   appraisal.employee_id,
                   to_char(appraisal.month, 'YYYY') AS year,
                   COUNT(*) AS month_count,
                   ROUND(AVG(appraisal.score)::numeric, 2) AS average,
                   MIN(appraisal.score) AS lowest,
                   RANK() OVER (
                       PARTITION BY appraisal.company_id,
                                    to_char(appraisal.month, 'YYYY')
                       ORDER BY ROUND(AVG(appraisal.score)::numeric, 2) DESC
                   ) AS place
              FROM aftersales_appraisal appraisal
             WHERE appraisal.state IN ('given', 'agreed')
             GROUP BY appraisal.company_id, appraisal.employee_id,
                      to_char(appraisal.month, 'YYYY')
            """
        )
