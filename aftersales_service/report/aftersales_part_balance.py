from odoo import fields, models
from odoo.tools import SQL


class AftersalesPartBalance(models.Model):
    """What each technician drew, and what became of it (PART-16).

    One row per claim line and serial: drawn = used + back + scrapped + lost + held.
    """

    _name = "aftersales.part.balance"
    _description = "Balance of Technicians' Parts"
    _auto = False
    _order = "location_id, product_id, id"
    _rec_name = "product_id"

    location_id = fields.Many2one("stock.location", string="Technician", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    claim_id = fields.Many2one("aftersales.claim", readonly=True)
    line_id = fields.Many2one(
        "aftersales.claim.line", string="Part of a Claim", readonly=True
    )
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial", readonly=True)
    issued_qty = fields.Float("Drawn", readonly=True)
    consumed_qty = fields.Float("Used", readonly=True)
    returned_qty = fields.Float("Back Unused", readonly=True)
    scrapped_qty = fields.Float("Scrapped", readonly=True)
    lost_qty = fields.Float("Lost", readonly=True)
    open_qty = fields.Float("Held", readonly=True)
    old_owed_qty = fields.Float("Old Parts Owed", readonly=True)
    old_part_due = fields.Date(string="Old Part Due Back", readonly=True)

    @property
    def _table_query(self):
        line = self.env["aftersales.claim.line"]._fields
        flows = self.env["aftersales.integrity"]._sql_flows()
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY flow.line_id, flow.lot_id) AS id,
                   claim.location_id, claim.company_id, claim.id AS claim_id,
                   line.id AS line_id, line.product_id, flow.lot_id,
                   COALESCE(flow.issued, 0) AS issued_qty,
                   COALESCE(flow.consumed, 0) AS consumed_qty,
                   COALESCE(flow.returned, 0) AS returned_qty,
                   COALESCE(flow.scrapped, 0) AS scrapped_qty,
                   COALESCE(flow.lost, 0) AS lost_qty,
                   flow.held AS open_qty,
                   CASE WHEN flow.lot_id = MAX(flow.lot_id) OVER rows
                          OR flow.lot_id IS NULL
                        THEN %s ELSE 0 END AS old_owed_qty,
                   %s AS old_part_due
              FROM (%s) flow
              JOIN aftersales_claim_line line ON line.id = flow.line_id
              JOIN aftersales_claim claim ON claim.id = line.claim_id
             WHERE COALESCE(flow.issued, flow.consumed, flow.returned,
                            flow.scrapped, flow.lost) IS NOT NULL
            WINDOW rows AS (PARTITION BY flow.line_id)
            """,
            SQL("line.old_owed_qty", to_flush=line["old_owed_qty"]),
            SQL("line.old_part_due", to_flush=line["old_part_due"]),
            flows,
        )
