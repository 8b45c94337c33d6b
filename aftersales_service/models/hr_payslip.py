from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from .. import guard
from ..exceptions import TransitionError
from .hr_payslip_input import CODES
from .hr_payslip_sheet import COLLECTOR

OPEN_STATES = ("draft", "verify")


class HrPayslip(models.Model):
    """Payslips take what was confirmed, exactly once.

    This file holds the doors of the payslip; ``hr_payslip_reserve.py`` chooses
    and reserves, ``hr_payslip_post.py`` posts and takes back.
    """

    _inherit = "hr.payslip"

    aftersales_settlement_ids = fields.One2many(
        "aftersales.settlement",
        "payslip_id",
        string="Settlements",
        readonly=True,
        copy=False,
    )
    aftersales_line_ids = fields.Many2many(
        "aftersales.settlement",
        string="Adjustments on this Payslip",
        compute="_compute_aftersales_line_ids",
    )
    aftersales_line_count = fields.Integer(
        string="Number of Adjustments", compute="_compute_aftersales_line_ids"
    )
    aftersales_warning = fields.Char(compute="_compute_aftersales_warning")

    @api.depends("aftersales_settlement_ids.closed_by_ids")
    def _compute_aftersales_line_ids(self):
        lines = self.env["aftersales.settlement"].search(
            [
                ("payslip_id", "in", self.ids),
                ("kind", "in", ["reserve", "post"]),
                ("closed_by_ids", "=", False),
            ]
        )
        by_slip = lines.grouped("payslip_id")
        for slip in self:
            slip.aftersales_line_ids = by_slip.get(slip, lines.browse())
            slip.aftersales_line_count = len(slip.aftersales_line_ids)

    @api.depends("line_ids.total", "company_id.aftersales_deduction_warning")
    def _compute_aftersales_warning(self):
        for slip in self:
            lines = [(line.code, line.total) for line in slip.line_ids]
            gross, _net = slip._get_gross_and_net(lines)
            deducted = -sum(total for code, total in lines if code == "AS_PENALTY")
            share = slip.company_id.aftersales_deduction_warning
            limit = gross * share / 100
            slip.aftersales_warning = (
                bool(share)
                and deducted > limit
                and self.env._(
                    "Penalties of %(deducted)s are more than %(share)g %% of the gross "
                    "pay of %(gross)s. Check the law before you confirm.",
                    deducted=format_amount(
                        self.env, deducted, slip.company_id.currency_id
                    ),
                    share=share,
                    gross=format_amount(self.env, gross, slip.company_id.currency_id),
                )
            )

    def _aftersales_lock(self):
        """Lock these payslips, after a check that the user may change them."""
        self.check_access("write")
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM hr_payslip WHERE id = ANY(%s) "
                    "ORDER BY id FOR UPDATE",
                    sorted(self.ids),
                )
            )
            self.invalidate_recordset(["state", "refunded_id"])
        return self

    def _aftersales_unguarded(self):
        """Return the same payslips, with the bridge's own inputs open."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    def compute_sheet(self):
        """Reserve the adjustments due, then compute the lines.

        Works for the form and for the batch wizard, which never asks for inputs.

        :raise TransitionError: for a payslip that is done or cancelled
        """
        self._aftersales_lock()
        closed = self.filtered(lambda slip: slip.state not in OPEN_STATES)
        if closed:
            raise TransitionError(
                self.env._(
                    "%s is done or cancelled. Refund it, or set it back to draft.",
                    ", ".join(closed.mapped("display_name")),
                )
            )
        self._aftersales_take_period()
        self._aftersales_count_days()
        self._aftersales_reserve()
        collector = self._aftersales_start_sheet()
        collecting = self.with_context(**{COLLECTOR: collector})
        result = super(HrPayslip, collecting).compute_sheet()
        self._aftersales_finish_sheet(collector)
        # A contract outside the period gives no lines that could pay.
        self.filtered(lambda slip: not slip.line_ids)._aftersales_release()
        return result

    def action_payslip_done(self):
        """Confirm payslips: what they reserved is posted, nothing else.

        Those already done are left alone.

        :raise TransitionError: when a sheet is out of date
        """
        self._aftersales_lock()
        todo = self.filtered(lambda slip: slip.state != "done")
        if not todo:
            return True
        if (
            not self.env.context.get("without_compute_sheet")
            and not todo[0].prevent_compute_on_confirm
        ):
            todo.compute_sheet()
        computed = todo.with_context(without_compute_sheet=True)
        return super(HrPayslip, computed).action_payslip_done()

    def write(self, vals):
        target = vals.get("state")
        if target and (target != "verify" or "done" in self.mapped("state")):
            self._aftersales_lock()
            if target == "done":
                self._aftersales_take_period()
                self.filtered(lambda slip: slip.state != "done")._aftersales_post()
            else:
                self.filtered(lambda slip: slip.state == "done")._aftersales_unpost()
                self._aftersales_release()
                self._aftersales_leave_period()
        return super().write(vals)

    def unlink(self):
        self._aftersales_lock()._aftersales_release()
        return super().unlink()

    def copy(self, default=None):
        """Copy payslips without what stands for adjustments."""
        copies = super(HrPayslip, self._aftersales_unguarded()).copy(default)
        copies.input_line_ids.filtered(lambda line: line.code in CODES).unlink()
        return copies.with_env(self.env)

    def refund_sheet(self):
        """Refund payslips that are done, once; their adjustments are owed again.

        :return: window action on the credit notes
        :raise TransitionError: when one is not done, is a refund, or was refunded
        """
        self._aftersales_lock()
        refused = self.filtered(
            lambda slip: (
                slip.state != "done"
                or slip.credit_note
                or (slip.refunded_id and slip.refunded_id.state != "cancel")
            )
        )
        if refused:
            raise TransitionError(
                self.env._(
                    "%s cannot be refunded: only a payslip that is done is, and once.",
                    ", ".join(refused.mapped("display_name")),
                )
            )
        action = super(HrPayslip, self._aftersales_unguarded()).refund_sheet()
        self.invalidate_recordset(["refunded_id"])
        self._aftersales_refund()
        self._aftersales_leave_period()
        return action

    def action_open_aftersales(self):
        """Open the adjustments on these payslips.

        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Adjustments"),
            "res_model": "aftersales.adjustment",
            "view_mode": "list,form",
            "domain": [("id", "in", self.aftersales_line_ids.adjustment_id.ids)],
        }

    @api.onchange("employee_id", "date_from", "date_to")
    def onchange_employee(self):
        self._aftersales_refetch()
        return super().onchange_employee()

    @api.onchange("struct_id")
    def onchange_struct_id(self):
        self._aftersales_refetch()
        return super().onchange_struct_id()

    def _aftersales_refetch(self):
        """Give reservations back before the inputs of stored slips are refetched."""
        stored = self.filtered(lambda slip: isinstance(slip.id, int))
        stored = stored.filtered(lambda slip: slip.state in OPEN_STATES)
        if stored:
            stored._aftersales_lock()._aftersales_release()
