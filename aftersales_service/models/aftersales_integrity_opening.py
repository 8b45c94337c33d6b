from odoo import api, models
from odoo.tools import SQL

from .aftersales_integrity import Law
from .aftersales_integrity_parts import PIECE
from .aftersales_integrity_pay import CENT


class AftersalesIntegrity(models.AbstractModel):
    """L11: what was taken over on the first day stands in the ledgers, once."""

    _inherit = "aftersales.integrity"

    @api.model
    def _get_laws(self):
        return {**super()._get_laws(), "L11": self._law_opening()}

    @api.model
    def _get_problems(self):
        return {
            **super()._get_problems(),
            "opening_differs": self.env._(
                "The ledger differs from the opening balance that was taken over."
            ),
        }

    @api.model
    def _law_opening(self):
        """L11: each posted balance is its ledger entry, with the same amount."""
        query = SQL(
            """
            SELECT 'aftersales.opening', opening.id, opening.key, 'opening_differs'
              FROM aftersales_opening opening
              LEFT JOIN stock_move move
                ON opening.kind = 'van' AND move.id = opening.res_id
              LEFT JOIN aftersales_claim_line line
                ON opening.kind = 'part' AND line.id = opening.res_id
              LEFT JOIN helpdesk_ticket ticket
                ON opening.kind = 'ticket' AND ticket.id = opening.res_id
              LEFT JOIN aftersales_equipment unit
                ON opening.kind = 'warranty' AND unit.id = opening.res_id
              LEFT JOIN aftersales_adjustment adjustment
                ON opening.kind = 'deduction' AND adjustment.id = opening.res_id
             WHERE opening.state = 'posted'
               AND opening.company_id = ANY(%(companies)s)
               AND CASE opening.kind
                   WHEN 'van' THEN move.state IS DISTINCT FROM 'done'
                       OR ABS(move.quantity - opening.quantity) > %(piece)s
                   WHEN 'part' THEN line.id IS NULL
                       OR ABS(line.consumed_qty - opening.quantity) > %(piece)s
                   WHEN 'ticket' THEN ticket.id IS NULL
                   WHEN 'warranty' THEN unit.id IS NULL
                   ELSE adjustment.id IS NULL
                       OR ABS(adjustment.amount - opening.amount) > %(cent)s
                   END
            """,
            companies=self._get_company_ids(),
            piece=PIECE,
            cent=CENT,
        )
        return Law(self.env._("Opening balances stand in the ledgers, once."), query)
