from odoo import api, models
from odoo.tools import SQL

from .aftersales_integrity import Law

CENT = 0.004  # less than this is no difference of money


class AftersalesIntegrity(models.AbstractModel):
    """L1 to L5: no money is paid twice, lost, or judged by who gets it."""

    _inherit = "aftersales.integrity"

    @api.model
    def _get_laws(self):
        return {
            "L1": self._law_adjustments(),
            "L2": self._law_paid(),
            "L3": self._law_inputs(),
            "L4": self._law_payslips(),
            "L5": self._law_approvers(),
            **super()._get_laws(),
        }

    @api.model
    def _get_problems(self):
        return {
            **super()._get_problems(),
            "reserved_twice": self.env._("Stands on more than one open payslip."),
            "paid_too_much": self.env._("More was paid or planned than is owed."),
            "settled_differs": self.env._("Settled, but not paid in full."),
            "paid_not_settled": self.env._("Paid in full, but not settled."),
            "not_confirmed": self.env._("On a payslip without being confirmed."),
            "slip_gone": self.env._("Reserved for a payslip that is gone or closed."),
            "paid_differs": self.env._("Payslip lines differ from the ledger."),
            "input_differs": self.env._("Payslip input differs from its adjustments."),
            "input_missing": self.env._("Reserved without a payslip input."),
            "payslip_twice": self.env._("More than one payslip for the same period."),
            "refunded_twice": self.env._("More credit notes than payslips."),
            "own_case": self.env._("Approved by who benefits or asked for it."),
            "paid_too_early": self.env._("Paid before it was confirmed."),
        }

    @api.model
    def _sql_ledger(self):
        """Return the ledger lines, each with what is live: closed by no other."""
        return SQL(
            """
            SELECT line.*,
                   NOT EXISTS (
                       SELECT 1 FROM aftersales_settlement later
                        WHERE later.closes_id = line.id
                   ) AS live
              FROM aftersales_settlement line
             WHERE line.company_id = ANY(%s)
            """,
            self._get_company_ids(),
        )

    @api.model
    def _law_adjustments(self):
        """L1: each confirmed adjustment is paid, planned or owed, exactly once."""
        query = SQL(
            """
            WITH ledger AS (%(ledger)s), sums AS (%(sums)s), judged AS (
                SELECT adjustment.id, adjustment.name,
                       CASE
                       WHEN reservations > 1 THEN 'reserved_twice'
                       WHEN posted + reserved > adjustment.amount + %(cent)s
                           THEN 'paid_too_much'
                       WHEN adjustment.state NOT IN ('confirmed', 'settled')
                           AND posted + reserved > 0 THEN 'not_confirmed'
                       WHEN adjustment.state = 'settled'
                           AND COALESCE(posted, 0) < adjustment.amount - %(cent)s
                           THEN 'settled_differs'
                       WHEN adjustment.state = 'confirmed' AND posted > 0
                           AND posted > adjustment.amount - %(cent)s
                           THEN 'paid_not_settled'
                       WHEN slip_gone THEN 'slip_gone'
                       END AS problem
                  FROM aftersales_adjustment adjustment
                  LEFT JOIN sums ON sums.adjustment_id = adjustment.id
                 WHERE adjustment.company_id = ANY(%(companies)s)
                   AND adjustment.kind <> 'charge'
            )
            SELECT 'aftersales.adjustment', id, name, problem
              FROM judged WHERE problem IS NOT NULL
            """,
            ledger=self._sql_ledger(),
            sums=self._sql_sums(),
            cent=CENT,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("Each adjustment is paid, planned or owed exactly once."), query
        )

    @api.model
    def _sql_sums(self):
        """Return what is live in the ledger for each adjustment."""
        return SQL(
            """
            SELECT adjustment_id,
                   COUNT(*) FILTER (WHERE kind = 'reserve') AS reservations,
                   COALESCE(SUM(amount) FILTER (WHERE kind = 'reserve'), 0) AS reserved,
                   COALESCE(SUM(amount) FILTER (WHERE kind = 'post'), 0) AS posted,
                   BOOL_OR(kind = 'reserve' AND slip.id IS NULL) AS slip_gone
              FROM ledger
              LEFT JOIN hr_payslip slip
                ON slip.id = ledger.payslip_id AND slip.state IN ('draft', 'verify')
             WHERE live
             GROUP BY adjustment_id
            """
        )

    @api.model
    def _law_paid(self):
        """L2: per employee, period and code, done payslips pay what is posted."""
        query = SQL(
            """
            WITH ledger AS (%(ledger)s), posted AS (
                SELECT ledger.employee_id, slip.date_from, slip.date_to,
                       ledger.payslip_code AS code,
                       SUM(ledger.signed_amount) AS amount
                  FROM ledger
                  LEFT JOIN hr_payslip slip ON slip.id = ledger.payslip_id
                 WHERE ledger.kind = 'post' AND ledger.live
                 GROUP BY 1, 2, 3, 4
            ), paid AS (
                SELECT slip.employee_id, slip.date_from, slip.date_to, line.code,
                       SUM(line.total
                           * CASE WHEN slip.credit_note THEN -1 ELSE 1 END
                           * CASE line.code WHEN 'AS_PENALTY' THEN -1 ELSE 1 END
                       ) AS amount
                  FROM hr_payslip_line line
                  JOIN hr_payslip slip ON slip.id = line.slip_id
                 WHERE slip.state = 'done'
                   AND slip.company_id = ANY(%(companies)s)
                   AND line.code IN ('AS_ALLOWANCE', 'AS_REWARD', 'AS_PENALTY')
                 GROUP BY 1, 2, 3, 4
            )
            SELECT 'hr.employee', employee.id,
                   CONCAT(employee.name, ' ', date_from, '/', date_to, ' ', code),
                   'paid_differs'
              FROM posted
              FULL JOIN paid USING (employee_id, date_from, date_to, code)
              JOIN hr_employee employee ON employee.id = employee_id
             WHERE ABS(COALESCE(posted.amount, 0) - COALESCE(paid.amount, 0)) > %(cent)s
            """,
            ledger=self._sql_ledger(),
            cent=CENT,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("Payslips paid exactly what the ledger says they paid."), query
        )

    @api.model
    def _law_inputs(self):
        """L3: each of our payslip inputs is the sum of its adjustments."""
        query = SQL(
            """
            WITH ledger AS (%(ledger)s), held AS (
                SELECT input_id, SUM(signed_amount) AS amount
                  FROM ledger
                 WHERE (kind = 'reserve' AND live)
                    OR (kind = 'post' AND (live OR EXISTS (
                           SELECT 1 FROM aftersales_settlement undone
                            WHERE undone.closes_id = ledger.id
                              AND undone.refund_id IS NOT NULL AND NOT EXISTS (
                                  SELECT 1 FROM aftersales_settlement again
                                   WHERE again.closes_id = undone.id)
                       )))
                 GROUP BY input_id
            )
            SELECT 'hr.payslip', slip.id, CONCAT_WS(' ', slip.number, slip.name),
                   'input_differs'
              FROM hr_payslip_input input
              JOIN hr_payslip slip ON slip.id = input.payslip_id
              LEFT JOIN held ON held.input_id = input.id
             WHERE slip.company_id = ANY(%(companies)s) AND slip.state <> 'cancel'
               AND input.code IN ('AS_ALLOWANCE', 'AS_REWARD', 'AS_PENALTY')
               AND ABS(input.amount - COALESCE(held.amount, 0)) > %(cent)s
             UNION ALL
            SELECT 'aftersales.adjustment', adjustment.id, adjustment.name,
                   'input_missing'
              FROM ledger
              JOIN aftersales_adjustment adjustment
                ON adjustment.id = ledger.adjustment_id
             WHERE ledger.kind = 'reserve' AND ledger.live AND ledger.input_id IS NULL
            """,
            ledger=self._sql_ledger(),
            cent=CENT,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("Each payslip input is the sum of its adjustments."), query
        )

    @api.model
    def _law_payslips(self):
        """L4: one payslip and one refund per employee, period and structure.

        A draft stands for nothing: it takes its period when it is computed.
        """
        query = SQL(
            """
            WITH grouped AS (
                SELECT employee_id, date_from, date_to, MAX(id) AS slip_id,
                       COUNT(*) FILTER (WHERE credit_note IS NOT TRUE) AS slips,
                       COUNT(*) FILTER (WHERE credit_note) AS refunds
                  FROM hr_payslip
                 WHERE state IN ('verify', 'done')
                   AND company_id = ANY(%(companies)s)
                 GROUP BY employee_id, date_from, date_to, struct_id
            )
            SELECT 'hr.payslip', slip_id,
                   CONCAT(employee.name, ' ', date_from, '/', date_to),
                   CASE WHEN refunds > slips THEN 'refunded_twice'
                        ELSE 'payslip_twice' END
              FROM grouped
              JOIN hr_employee employee ON employee.id = employee_id
             WHERE slips - refunds > 1 OR refunds > slips
            """,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("One payslip, and one refund of it, per person and period."),
            query,
        )

    @api.model
    def _law_approvers(self):
        """L5: nobody judges his own case, nothing is paid before it is confirmed."""
        query = SQL(
            """
            SELECT 'aftersales.adjustment', adjustment.id, adjustment.name, 'own_case'
              FROM aftersales_adjustment adjustment
              JOIN hr_employee employee ON employee.id = adjustment.employee_id
             WHERE adjustment.company_id = ANY(%(companies)s)
               AND employee.user_id IN (
                   adjustment.verified_by_id, adjustment.confirmed_by_id
               )
             UNION ALL
            SELECT 'aftersales.claim', claim.id, claim.name, 'own_case'
              FROM aftersales_approval approval
              JOIN aftersales_claim claim ON claim.id = approval.claim_id
             WHERE claim.company_id = ANY(%(companies)s)
               AND approval.decision = 'approved'
               AND approval.user_id IN (claim.requested_by_id, claim.verified_by_id)
             UNION ALL
            SELECT 'aftersales.adjustment', adjustment.id, adjustment.name,
                   'paid_too_early'
              FROM ledger
              JOIN aftersales_adjustment adjustment
                ON adjustment.id = ledger.adjustment_id
             WHERE ledger.kind = 'post' AND ledger.live
               AND (adjustment.confirmed_on IS NULL
                    OR ledger.create_date < adjustment.confirmed_on)
            """,
            companies=self._get_company_ids(),
        )
        return Law(
            self.env._("Nobody approved his own case; nothing was paid before."),
            SQL("WITH ledger AS (%s) %s", self._sql_ledger(), query),
        )
