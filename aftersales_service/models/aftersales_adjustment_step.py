from odoo import api, fields, models
from odoo.tools import SQL

STEPS = [
    ("verify", "1 · Head Verifies"),
    ("confirm", "2 · HR Confirms"),
    ("manager", "3 · General Manager Confirms"),
    ("appeal", "4 · Under Appeal"),
    ("payslip", "5 · Next Payslip Takes It"),
    ("reserved", "6 · On a Draft Payslip"),
    ("record", "7 · Stays on Record"),
    ("done", "8 · Settled or Cancelled"),
]


class AftersalesAdjustment(models.Model):
    """Whose turn it is: the work list of a month groups by it."""

    _inherit = "aftersales.adjustment"

    work_step = fields.Selection(
        STEPS,
        string="Next",
        compute="_compute_work_step",
        store=True,
        index=True,
        help="Who has to act before it is paid.",
    )

    @api.depends(
        "state", "appeal_state", "is_above_limit", "reserved_amount", "payslip_code"
    )
    def _compute_work_step(self):
        for adjustment in self:
            adjustment.work_step = adjustment._get_work_step()

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """Show the groups of the work list step by step, not by the alphabet."""
        terms = dict(groupby_terms)
        if step := terms.get("work_step"):
            names = [name for name, _label in STEPS]
            terms["work_step"] = SQL("array_position(%s::varchar[], %s)", names, step)
        result = super()._read_group_orderby(order, terms, query)
        groupby_terms.update({**terms, "work_step": step} if step else terms)
        return result

    def _get_work_step(self):
        """Return the step that one adjustment waits for."""
        if self.state in ("settled", "cancel"):
            return "done"
        if self.appeal_state == "open":
            return "appeal"
        if self.state == "proposed":
            return "verify"
        if self.state == "verified":
            return "manager" if self.is_above_limit else "confirm"
        if not self.payslip_code:
            return "record"
        return "reserved" if self.reserved_amount else "payslip"
