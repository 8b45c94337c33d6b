from odoo import fields, models
from odoo.tools import SQL


class AftersalesMarginReport(models.Model):
    """What service earns against what warranty costs (SALE-04).

    One row per sales order credited to service, and one per closed or issued claim
    with what the company bears of it.
    """

    _name = "aftersales.margin.report"
    _description = "Service Sales and Costs"
    _auto = False
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [("sold", "Sold"), ("warranty", "Borne by the Company")], readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Technician", readonly=True)
    amount_sold = fields.Monetary(string="Sold For", readonly=True)
    amount_cost = fields.Monetary(string="Cost", readonly=True)
    margin = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT entry.id, entry.company_id, entry.kind,
                   (entry.moment AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS date,
                   entry.partner_id, entry.employee_id, entry.amount_sold,
                   entry.amount_cost, entry.amount_sold - entry.amount_cost AS margin
              FROM (%s UNION ALL %s) AS entry
              JOIN res_company company ON company.id = entry.company_id
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
            """,
            self._get_sales(),
            self._get_costs(),
        )

    def _get_sales(self):
        """Return the query of what was sold, with the cost of its parts."""
        return SQL(
            """
            SELECT sale.id * 2 AS id, sale.company_id, sale.date_order AS moment,
                   'sold' AS kind, sale.partner_id,
                   sale.aftersales_employee_id AS employee_id,
                   sale.amount_untaxed AS amount_sold,
                   COALESCE((
                       SELECT SUM(part.unit_cost * part.consumed_qty)
                         FROM sale_order_line line
                         JOIN aftersales_claim_line part
                           ON part.id = line.aftersales_claim_line_id
                        WHERE line.order_id = sale.id), 0) AS amount_cost
              FROM sale_order sale
             WHERE sale.state = 'sale'
               AND (sale.aftersales_employee_id IS NOT NULL
                    OR sale.aftersales_charge_id IS NOT NULL
                    OR sale.aftersales_claim_id IS NOT NULL)
            """
        )

    def _get_costs(self):
        """Return the query of what the company bears of parts claims."""
        return SQL(
            """
            SELECT claim.id * 2 + 1 AS id, claim.company_id,
                   claim.issued_on AS moment, 'warranty' AS kind,
                   service.partner_id, NULL::int AS employee_id,
                   0.0 AS amount_sold,
                   COALESCE((
                       SELECT SUM(part.unit_cost * part.consumed_qty)
                         FROM aftersales_claim_line part
                        WHERE part.claim_id = claim.id
                          AND part.payer <> 'customer'), 0)
                   + COALESCE(claim.cost_shipping, 0)
                   + COALESCE(claim.cost_processing, 0) AS amount_cost
              FROM aftersales_claim claim
              JOIN aftersales_order service ON service.id = claim.order_id
             WHERE claim.state IN ('issued', 'closed')
               AND claim.coverage IS DISTINCT FROM 'customer'
            """
        )
