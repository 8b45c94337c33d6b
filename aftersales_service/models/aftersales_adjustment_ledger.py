from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesAdjustment(models.Model):
    """What of an adjustment is paid, planned on a payslip, or still owed."""

    _inherit = "aftersales.adjustment"

    settled_amount = fields.Monetary(
        compute="_compute_ledger", store=True, string="Settled"
    )
    reserved_amount = fields.Monetary(
        compute="_compute_ledger",
        store=True,
        string="On a Draft Payslip",
        help="Stands on a payslip that is computed and not confirmed.",
    )
    residual_amount = fields.Monetary(
        compute="_compute_ledger", store=True, string="Still Owed"
    )
    owed_amount = fields.Monetary(
        compute="_compute_signed_ledger",
        string="To Be Paid",
        help="What of it is still owed; below zero what is still deducted.",
    )
    signed_settled_amount = fields.Monetary(compute="_compute_signed_ledger")
    signed_reserved_amount = fields.Monetary(
        compute="_compute_signed_ledger",
        string="Signed Amount on a Draft Payslip",
        help="Stands on a payslip that is computed and not confirmed.",
    )
    blocked_reason = fields.Char(compute="_compute_blocked_reason", string="Blocked By")

    @api.depends("amount", "settlement_ids.amount", "settlement_ids.kind")
    def _compute_ledger(self):
        sums = defaultdict(float)
        groups = self.env["aftersales.settlement"]._read_group(
            [("adjustment_id", "in", self.ids)],
            ["adjustment_id", "kind"],
            ["amount:sum"],
        )
        for adjustment, kind, amount in groups:
            sums[adjustment.id, kind] = amount
        for adjustment in self:
            total = {
                kind: sums[adjustment.id, kind]
                for kind in ("reserve", "post", "release", "reverse")
            }
            settled = total["post"] - total["reverse"]
            reserved = total["reserve"] - total["post"] - total["release"]
            currency = adjustment.currency_id or self.env.company.currency_id
            adjustment.settled_amount = currency.round(settled)
            adjustment.reserved_amount = currency.round(reserved)
            adjustment.residual_amount = currency.round(adjustment.amount - settled)

    @api.depends(
        "signed_amount", "settled_amount", "reserved_amount", "residual_amount"
    )
    def _compute_signed_ledger(self):
        """Give people one sign in every column: what is deducted is below zero."""
        for adjustment in self:
            sign = -1 if adjustment.signed_amount < 0 else 1
            owed = adjustment.residual_amount if adjustment.signed_amount else 0
            adjustment.owed_amount = sign * owed
            adjustment.signed_settled_amount = sign * adjustment.settled_amount
            adjustment.signed_reserved_amount = sign * adjustment.reserved_amount

    def _recompute_ledger(self):
        """Add the amounts up again after rows were appended: one statement for all.

        The next step follows what is reserved, and is written along with it.
        """
        names = ["settled_amount", "reserved_amount", "residual_amount", "work_step"]
        self.flush_recordset(["amount", *names])
        self.env.cr.execute(
            SQL(
                """
                UPDATE aftersales_adjustment adjustment
                   SET settled_amount = ledger.settled,
                       reserved_amount = ledger.reserved,
                       residual_amount = adjustment.amount - ledger.settled,
                       work_step = CASE
                           WHEN adjustment.work_step NOT IN ('payslip', 'reserved')
                           THEN adjustment.work_step
                           WHEN ledger.reserved <> 0 THEN 'reserved'
                           ELSE 'payslip' END
                  FROM (SELECT adjustment_id,
                               SUM(CASE kind WHEN 'post' THEN amount
                                             WHEN 'reverse' THEN -amount
                                             ELSE 0 END) AS settled,
                               SUM(CASE kind WHEN 'reserve' THEN amount
                                             WHEN 'reverse' THEN 0
                                             ELSE -amount END) AS reserved
                          FROM aftersales_settlement
                         WHERE adjustment_id = ANY(%s)
                         GROUP BY adjustment_id) ledger
                 WHERE adjustment.id = ledger.adjustment_id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["settlement_ids", *names], flush=False)
        self.modified(names)
        self.env.remove_to_compute(self._fields["work_step"], self)

    @api.depends(
        "state", "appeal_state", "appeal_until", "reserved_amount", "kind", "effect"
    )
    def _compute_blocked_reason(self):
        slips = self._get_reserving_payslips()
        gaps = self._get_structure_gaps()
        for adjustment in self:
            adjustment.blocked_reason = adjustment._get_obstacle(
                slips.get(adjustment.id, "")
            ) or gaps.get(adjustment.id, "")

    def _get_obstacle(self, slip_name):
        """Return why no payslip takes this adjustment now, or an empty text.

        :param str slip_name: the payslip it is reserved on
        """
        self.ensure_one()
        if self.state in ("settled", "cancel"):
            return ""
        if self.appeal_state == "open":
            return self.env._("Under appeal")
        if self.state == "proposed":
            return self.env._("The head has not verified it")
        if self.state == "verified":
            if self.is_above_limit:
                return self.env._("The general manager has not confirmed it")
            return self.env._("HR has not confirmed it")
        return self._get_payroll_obstacle(slip_name)

    def _get_payroll_obstacle(self, slip_name):
        """Return why a confirmed adjustment is not taken, or an empty text."""
        if not self.payslip_code:
            return self.env._("Charged to the borrowing group, never on a payslip")
        if self._may_be_appealed():
            company = self.company_id.sudo()  # sudo: settings of the company
            if company.aftersales_deduction_mode == "record_only":
                return self.env._("The company only records penalties")
            if self.appeal_until and self.appeal_until > fields.Datetime.now():
                until = fields.Datetime.context_timestamp(self, self.appeal_until)
                return self.env._(
                    "May be appealed until %s", until.strftime("%Y-%m-%d %H:%M")
                )
        if self.reserved_amount:
            return self.env._("On payslip %s, not confirmed yet", slip_name)
        return ""

    def _get_structure_gaps(self):
        """Return why the contract's payslips would pass adjustments by.

        :return: ``{adjustment id: reason}``
        """
        waiting = self.filtered(
            lambda entry: (
                entry.state == "confirmed"
                and entry.payslip_code
                and not entry.reserved_amount
            )
        )
        reasons, codes = {}, {}
        for entry in waiting:
            employee = entry.employee_id.sudo()  # sudo: the contract of an employee
            structure = employee.version_id.struct_id
            if structure not in codes:
                codes[structure] = structure._get_aftersales_codes()
            if not structure:
                reasons[entry.id] = self.env._(
                    "The contract of %s has no payroll structure", employee.name
                )
            elif entry.payslip_code not in codes[structure]:
                reasons[entry.id] = self.env._(
                    "The payroll structure %s has no after-sales rules: add them there",
                    structure.name,
                )
        return reasons

    def _get_reserving_payslips(self):
        """Return the names of the payslips that hold reservations.

        :return: ``{adjustment id: payslip name}``
        """
        lines = (
            self.env["aftersales.settlement"]
            .sudo()  # sudo: the reason is shown to whoever may read the adjustment
            .search(
                [
                    ("adjustment_id", "in", self.filtered("reserved_amount").ids),
                    ("kind", "=", "reserve"),
                    ("closed_by_ids", "=", False),
                ]
            )
        )
        return {
            line.adjustment_id.id: line.payslip_id.number or line.payslip_id.name or ""
            for line in lines
        }

    def _withdraw_from_payslips(self):
        """Set payslips back to draft that carry one of these and are not paid."""
        lines = (
            self.env["aftersales.settlement"]
            .sudo()  # sudo: the act of one person takes it off another's payslip
            .search(
                [
                    ("adjustment_id", "in", self.ids),
                    ("kind", "=", "reserve"),
                    ("closed_by_ids", "=", False),
                ]
            )
        )
        slips = lines.payslip_id
        if slips:
            slips._aftersales_lock()
            slips.action_payslip_draft()
            slips._message_log_batch(
                {
                    slip.id: self.env._(
                        "An adjustment on this payslip was appealed or cancelled. "
                        "Compute the sheet again."
                    )
                    for slip in slips
                }
            )
