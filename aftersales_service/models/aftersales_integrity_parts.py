from odoo import api, models
from odoo.tools import SQL

from .aftersales_integrity import Law

PIECE = 0.0001  # less than this is no difference of quantity


class AftersalesIntegrity(models.AbstractModel):
    """L6 to L9: no part appears, vanishes or is promised twice."""

    _inherit = "aftersales.integrity"

    @api.model
    def _get_laws(self):
        return {
            "L6": self._law_parts(),
            "L7": self._law_stock(),
            "L8": self._law_promises(),
            "L9": self._law_transfers(),
            **super()._get_laws(),
        }

    @api.model
    def _get_problems(self):
        return {
            **super()._get_problems(),
            "parts_differ": self.env._("Its quantities differ from the stock moves."),
            "parts_unbalanced": self.env._(
                "Issued is not consumed + returned + scrapped + lost + open."
            ),
            "serial_negative": self.env._("More of a serial left than came."),
            "loss_uncased": self.env._("Lost parts differ from the cases about them."),
            "old_unbalanced": self.env._(
                "Old parts owed are not returned + scrapped + with customer + cased."
            ),
            "parts_negative": self.env._("More came back or was used than was issued."),
            "over_approved": self.env._("More is out than was approved."),
            "stock_differs": self.env._("Stock differs from the sum of its moves."),
            "stock_negative": self.env._("Stock is below zero."),
            "reserved_differs": self.env._("Reserved differs from the open transfers."),
            "promised_too_much": self.env._("More is promised than is there."),
            "serial_twice": self.env._("Promised in more than one open transfer."),
            "issue_twice": self.env._("More than one open issue transfer."),
            "no_claim": self.env._("A transfer of claims without its claim."),
        }

    @api.model
    def _law_parts(self):
        """L6: issued = consumed + returned + scrapped + lost + open, for each line.

        The same for each serial of a line; what is lost has its case; and the old
        parts: used = returned + scrapped + with the customer + cased + owed.
        """
        query = SQL(
            """
            %(sums)s, judged AS (
                SELECT claim.id, claim.name,
                       %(problem)s
                  FROM aftersales_claim_line line
                  JOIN aftersales_claim claim ON claim.id = line.claim_id
                  LEFT JOIN flows ON flows.line_id = line.id
                  LEFT JOIN losses ON losses.line_id = line.id
                 WHERE claim.company_id = ANY(%(companies)s)
            )
            SELECT 'aftersales.claim', id, name, problem
              FROM judged WHERE problem IS NOT NULL
            """,
            **self._get_parameters(
                sums=self._sql_part_sums(), problem=self._sql_part_problem()
            ),
        )
        return Law(
            self.env._("Parts issued = used + returned + scrapped + lost + held."),
            query,
        )

    @api.model
    def _sql_part_sums(self):
        """Return the sums by line: what moves say, and what losses with a case say."""
        return SQL(
            """
            WITH serials AS (%(flows)s), flows AS (
                SELECT line_id, SUM(issued) AS issued, SUM(consumed) AS consumed,
                       SUM(returned) AS returned, SUM(scrapped) AS scrapped,
                       SUM(lost) AS lost, SUM(held) AS held, SUM(old) AS old,
                       MIN(held) AS lowest
                  FROM serials GROUP BY line_id
            ), losses AS (
                SELECT line_id,
                       SUM(quantity) FILTER (WHERE kind = 'new') AS lost,
                       SUM(quantity) FILTER (WHERE kind = 'old') AS old
                  FROM aftersales_claim_loss
                 WHERE found_on IS NULL AND case_id IS NOT NULL
                 GROUP BY line_id
            )
            """,
            flows=self._sql_flows(),
        )

    @api.model
    def _sql_part_problem(self):
        """Return the expression of what is wrong with a line, or NULL."""
        return SQL(
            """
                       CASE
                       WHEN ABS(line.issued_qty - line.consumed_qty
                                - line.returned_qty - line.scrapped_qty
                                - line.lost_qty - line.open_qty) > %(piece)s
                           THEN 'parts_unbalanced'
                       WHEN GREATEST(
                                ABS(line.issued_qty - COALESCE(issued, 0)),
                                ABS(line.consumed_qty - COALESCE(consumed, 0)),
                                ABS(line.returned_qty - COALESCE(returned, 0)),
                                ABS(line.scrapped_qty - COALESCE(scrapped, 0)),
                                ABS(line.lost_qty - COALESCE(flows.lost, 0)),
                                ABS(line.old_returned_qty - COALESCE(flows.old, 0)),
                                ABS(line.open_qty - COALESCE(held, 0))
                            ) > %(piece)s
                           THEN 'parts_differ'
                       WHEN LEAST(line.issued_qty, line.consumed_qty,
                                  line.returned_qty, line.scrapped_qty,
                                  line.lost_qty, line.open_qty,
                                  line.old_owed_qty) < -%(piece)s
                           THEN 'parts_negative'
                       WHEN lowest < -%(piece)s THEN 'serial_negative'
                       WHEN ABS(line.lost_qty - COALESCE(losses.lost, 0)) > %(piece)s
                         OR ABS(line.old_cased_qty - COALESCE(losses.old, 0))
                            > %(piece)s
                           THEN 'loss_uncased'
                       WHEN ABS(line.consumed_qty - line.old_returned_qty
                                - line.old_scrapped_qty - line.old_customer_qty
                                - line.old_cased_qty - line.old_owed_qty) > %(piece)s
                           THEN 'old_unbalanced'
                       WHEN line.issued_qty - line.returned_qty
                            > line.quantity + %(piece)s
                           THEN 'over_approved'
                       END AS problem
            """,
            piece=PIECE,
        )

    @api.model
    def _get_parameters(self, **parameters):
        """Return what all queries about parts have in common."""
        return {"piece": PIECE, "companies": self._get_company_ids(), **parameters}

    @api.model
    def _sql_flows(self):
        """Return what done moves say happened to each serial of each claim line.

        In the part's unit; ``sign`` is 1 for what entered a technician's stock, -1
        for what left it, 0 for old parts on their way between customer and shelf.
        """
        return SQL(
            """
            SELECT line_id, lot_id,
                   SUM(qty) FILTER (WHERE sign = 1 AND other = 'internal') AS issued,
                   SUM(-sign * qty) FILTER (WHERE other = 'customer') AS consumed,
                   SUM(qty) FILTER (WHERE sign = -1 AND other = 'internal') AS returned,
                   SUM(-sign * qty) FILTER (WHERE other = 'inventory') AS scrapped,
                   SUM(-sign * qty) FILTER (WHERE other = 'lost') AS lost,
                   SUM(old * qty) AS old,
                   SUM(sign * qty) AS held
              FROM (
                   SELECT move.claim_line_id AS line_id,
                          CASE WHEN 'technician' IN (
                                   source.aftersales_use, target.aftersales_use
                               ) THEN piece.lot_id END AS lot_id,
                          piece.quantity_product_uom AS qty,
                          %s
                     FROM stock_move_line piece
                     JOIN stock_move move ON move.id = piece.move_id
                     JOIN stock_location source ON source.id = piece.location_id
                     JOIN stock_location target ON target.id = piece.location_dest_id
                    WHERE move.claim_line_id IS NOT NULL
                      AND piece.state = 'done'
                   ) flow
             GROUP BY line_id, lot_id
            """,
            self._sql_part_way(),
        )

    @api.model
    def _sql_part_way(self):
        """Return the columns ``sign``, ``old`` and ``other`` of a piece's way."""
        return SQL(
            """
                          CASE 'technician' WHEN source.aftersales_use THEN -1
                                            WHEN target.aftersales_use THEN 1
                                            ELSE 0 END AS sign,
                          CASE 'defective' WHEN source.aftersales_use THEN -1
                                           WHEN target.aftersales_use THEN 1
                                           ELSE 0 END AS old,
                          CASE WHEN 'lost' IN (
                                   source.aftersales_use, target.aftersales_use
                               ) THEN 'lost'
                               WHEN source.aftersales_use = 'technician'
                               THEN target.usage ELSE source.usage END AS other
            """
        )

    @api.model
    def _law_stock(self):
        """L7: technicians' and defective stock is the sum of its moves, never < 0."""
        places = SQL(
            "SELECT id FROM stock_location "
            "WHERE aftersales_use IS NOT NULL AND company_id = ANY(%s)",
            self._get_company_ids(),
        )
        query = SQL(
            """
            WITH place AS (%(places)s), moved AS (
                SELECT place_id, part_id, SUM(quantity) AS quantity
                  FROM (
                       SELECT location_dest_id AS place_id, product_id AS part_id,
                              quantity_product_uom AS quantity
                         FROM stock_move_line WHERE state = 'done'
                        UNION ALL
                       SELECT location_id, product_id, -quantity_product_uom
                         FROM stock_move_line WHERE state = 'done'
                       ) piece
                 WHERE place_id IN (SELECT id FROM place)
                 GROUP BY place_id, part_id
            ), stock AS (%(stock)s)
            SELECT 'product.product', part_id, %(name)s,
                   CASE WHEN stock.lowest < -%(piece)s THEN 'stock_negative'
                        ELSE 'stock_differs' END
              FROM moved
              FULL JOIN stock USING (place_id, part_id)
              %(names)s
             WHERE ABS(COALESCE(moved.quantity, 0) - COALESCE(stock.quantity, 0))
                   > %(piece)s
                OR stock.lowest < -%(piece)s
            """,
            **self._get_parameters(places=places, **self._get_stock_parameters()),
        )
        return Law(
            self.env._("Stock of technicians is the sum of its moves, never below 0."),
            query,
        )

    @api.model
    def _get_stock_parameters(self):
        """Return the parts of queries about what lies where.

        They stand on rows ``(place_id, part_id)`` and on a table ``place``.
        """
        return {
            "stock": SQL(
                """
                SELECT location_id AS place_id, product_id AS part_id,
                       SUM(quantity) AS quantity, MIN(quantity) AS lowest,
                       SUM(reserved_quantity) AS reserved
                  FROM stock_quant
                 WHERE location_id IN (SELECT id FROM place)
                 GROUP BY location_id, product_id
                """
            ),
            "name": SQL(
                "CONCAT(location.complete_name, ' / ', product.default_code, ' ', "
                "template.name ->> 'en_US')"
            ),
            "names": SQL(
                """
                JOIN stock_location location ON location.id = place_id
                JOIN product_product product ON product.id = part_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                """
            ),
        }

    @api.model
    def _law_promises(self):
        """L8: what claims promise is there, reserved once, each serial once."""
        query = SQL(
            """
            WITH place AS (%(places)s), promised AS (
                SELECT location_id AS place_id, product_id AS part_id,
                       SUM(quantity_product_uom) AS quantity
                  FROM stock_move_line
                 WHERE state NOT IN ('done', 'cancel')
                   AND location_id IN (SELECT id FROM place)
                 GROUP BY location_id, product_id
            ), stock AS (%(stock)s)
            SELECT 'product.product', part_id, %(name)s,
                   CASE WHEN promised.quantity > COALESCE(stock.quantity, 0) + %(piece)s
                        THEN 'promised_too_much' ELSE 'reserved_differs' END
              FROM promised
              FULL JOIN stock USING (place_id, part_id)
              %(names)s
             WHERE template.is_storable
               AND (ABS(COALESCE(promised.quantity, 0) - COALESCE(stock.reserved, 0))
                    > %(piece)s
                    OR promised.quantity > COALESCE(stock.quantity, 0) + %(piece)s)
             UNION ALL
            %(serials)s
            """,
            **self._get_parameters(
                places=self._sql_promising_places(),
                serials=self._sql_serials_promised_twice(),
                **self._get_stock_parameters(),
            ),
        )
        return Law(self.env._("What is promised is there, and promised once."), query)

    @api.model
    def _sql_promising_places(self):
        """Return the locations of ours, and those that open claims draw from."""
        return SQL(
            """
            SELECT id FROM stock_location
             WHERE usage = 'internal' AND company_id = ANY(%s)
               AND (aftersales_use IS NOT NULL OR id IN (
                       SELECT piece.location_id
                         FROM stock_move_line piece
                         JOIN stock_move move ON move.id = piece.move_id
                        WHERE move.claim_line_id IS NOT NULL
                          AND piece.state NOT IN ('done', 'cancel')
                   ))
            """,
            self._get_company_ids(),
        )

    @api.model
    def _sql_serials_promised_twice(self):
        """Return the query of serials that more than one open move promises."""
        return SQL(
            """
            SELECT 'stock.lot', lot.id, lot.name, 'serial_twice'
              FROM stock_move_line piece
              JOIN stock_lot lot ON lot.id = piece.lot_id
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE template.tracking = 'serial'
               AND piece.state NOT IN ('done', 'cancel')
               AND piece.location_id IN (SELECT id FROM place)
             GROUP BY lot.id, lot.name
            HAVING COUNT(*) > 1
            """
        )

    @api.model
    def _law_transfers(self):
        """L9: one open issue per claim, and no transfer of claims without its claim."""
        query = SQL(
            """
            SELECT 'aftersales.claim', claim.id, claim.name, 'issue_twice'
              FROM stock_picking picking
              JOIN aftersales_claim claim ON claim.id = picking.claim_id
              JOIN stock_warehouse warehouse
                ON warehouse.aftersales_issue_type_id = picking.picking_type_id
             WHERE claim.company_id = ANY(%(companies)s)
               AND picking.state NOT IN ('done', 'cancel')
             GROUP BY claim.id, claim.name
            HAVING COUNT(*) > 1
             UNION ALL
            SELECT 'stock.picking', picking.id, picking.name, 'no_claim'
              FROM stock_move move
              JOIN aftersales_claim_line line ON line.id = move.claim_line_id
              JOIN stock_picking picking ON picking.id = move.picking_id
             WHERE picking.company_id = ANY(%(companies)s)
               AND picking.claim_id IS DISTINCT FROM line.claim_id
             GROUP BY picking.id, picking.name
            """,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("One open issue per claim, no transfer without its claim."),
            query,
        )
