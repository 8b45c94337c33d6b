from odoo import api, fields, models
from odoo.tools import SQL

from ..models.aftersales_case_share import PARTIES
from ..models.aftersales_claim import PAYERS


class AftersalesClaimReport(models.Model):
    """What parts cost us, by part, unit, cause and site (PART-13).

    One row per claim line.  A claim's whole cost is spread over its lines by the
    value of the parts, so that the rows add up to the claims.
    """

    _name = "aftersales.claim.report"
    _description = "Warranty Cost Report"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "claim_id"

    claim_id = fields.Many2one("aftersales.claim", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(
        "aftersales.order", string="Service Order", readonly=True
    )
    date = fields.Date(string="First Issue", readonly=True)
    state = fields.Selection(
        [("issued", "Issued"), ("closed", "Closed")], readonly=True
    )
    urgency = fields.Selection(
        [("regular", "Regular"), ("emergency", "Emergency")], readonly=True
    )
    payer = fields.Selection(PAYERS, string="Paid By", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    equipment_id = fields.Many2one("aftersales.equipment", readonly=True)
    equipment_product_id = fields.Many2one(
        "product.product", string="Equipment Model", readonly=True
    )
    site_id = fields.Many2one("aftersales.site", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    cause_id = fields.Many2one("aftersales.code", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial or Batch", readonly=True)
    equipment_lot_id = fields.Many2one(
        "stock.lot", string="Serial of the Unit", readonly=True
    )
    supplier_id = fields.Many2one("res.partner", readonly=True)
    location_id = fields.Many2one("stock.location", string="Technician", readonly=True)
    responsible_party = fields.Selection(PARTIES, string="Responsible", readonly=True)
    quantity = fields.Float(string="Parts Drawn", readonly=True)
    consumed_qty = fields.Float(string="Parts Used", readonly=True)
    cost_parts = fields.Monetary(string="Parts at Cost", readonly=True)
    cost = fields.Monetary(string="Claim Cost", readonly=True)
    recovered = fields.Monetary(string="From Suppliers", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT line.id,
                   claim.id AS claim_id,
                   claim.company_id,
                   claim.order_id,
                   (claim.issued_on AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS date,
                   claim.state,
                   claim.urgency,
                   line.payer,
                   line.product_id,
                   claim.equipment_id,
                   equipment.product_id AS equipment_product_id,
                   claim.site_id,
                   service.partner_id,
                   unit.cause_id,
                   line.lot_id,
                   equipment.lot_id AS equipment_lot_id,
                   line.supplier_id,
                   claim.location_id,
                   claim.responsible_party,
                   COALESCE(back.amount, 0) AS recovered,
                   line.issued_qty - line.returned_qty AS quantity,
                   line.consumed_qty,
                   part.value AS cost_parts,
                   claim.cost_total * CASE
                       WHEN total.value > 0 THEN part.value / total.value
                       ELSE 1.0 / total.count END AS cost
            """
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM aftersales_claim_line line
              JOIN aftersales_claim claim ON claim.id = line.claim_id
              JOIN res_company company ON company.id = claim.company_id
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
              JOIN aftersales_order service ON service.id = claim.order_id
              JOIN aftersales_equipment equipment
                ON equipment.id = claim.equipment_id
              LEFT JOIN aftersales_order_unit unit
                ON unit.order_id = claim.order_id
               AND unit.equipment_id = claim.equipment_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(line.unit_cost, 0)
                          * (line.issued_qty - line.returned_qty) AS value
                   ) part
              LEFT JOIN LATERAL (
                   SELECT SUM(recovery.amount_recovered / NULLIF((
                              SELECT COUNT(*) FROM aftersales_recovery_line_rel rival
                               WHERE rival.recovery_id = recovery.id
                          ), 0)) AS amount
                     FROM aftersales_recovery_line_rel link
                     JOIN aftersales_recovery recovery ON recovery.id = link.recovery_id
                    WHERE link.line_id = line.id AND recovery.state = 'settled'
                   ) back ON TRUE
             CROSS JOIN LATERAL (
                   SELECT SUM(COALESCE(sibling.unit_cost, 0)
                              * (sibling.issued_qty - sibling.returned_qty)) AS value,
                          COUNT(*) AS count
                     FROM aftersales_claim_line sibling
                    WHERE sibling.claim_id = claim.id
                   ) total
            """
        )

    @api.model
    def _where(self):
        return SQL("WHERE claim.state IN ('issued', 'closed')")
