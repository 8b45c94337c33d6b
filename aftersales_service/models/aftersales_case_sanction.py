from odoo import api, fields, models

from .. import guard


class AftersalesCaseSanction(models.Model):
    """What follows from a case besides money: for whom, from when (ACC-07)."""

    _name = "aftersales.case.sanction"
    _description = "Administrative Sanction"
    _order = "case_id desc, date_from, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "aftersales.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    kind = fields.Selection(
        [
            ("demerit", "Demerit"),
            ("major_demerit", "Major Demerit"),
            ("removal", "Removal from Post"),
            ("demotion", "Demotion"),
            ("pay_freeze", "No Pay Rise"),
            ("dismissal", "Dismissal"),
            ("legal", "Legal Action"),
        ],
        required=True,
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", help="Empty: for good.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A sanction ends after it begins.",
    )
    _kind_unique = models.UniqueIndex(
        "(case_id, employee_id, kind)", "This sanction stands there already."
    )

    @api.depends("employee_id", "kind", "date_from", "date_to")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for sanction in self:
            sanction.display_name = self.env._(
                "%(kind)s, %(employee)s, from %(start)s%(end)s",
                kind=kinds.get(sanction.kind, ""),
                employee=sanction.sudo().employee_id.name or "",  # sudo: his name
                start=sanction.date_from or "",
                end=self.env._(" until %s", sanction.date_to)
                if sanction.date_to
                else "",
            )

    @api.model_create_multi
    def create(self, vals_list):
        sanctions = super().create(vals_list)
        sanctions._check_case()
        return sanctions

    def write(self, vals):
        self._check_case()
        result = super().write(vals)
        if "case_id" in vals:
            self._check_case()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_determined(self):
        self._check_case()

    @api.model
    def _find_pay_freeze(self, employee, day):
        """Return the freeze of somebody's pay in force on a day, if there is one.

        :param employee: one ``hr.employee``
        :param date day: the day a rise would begin
        """
        return self.search(
            [
                ("employee_id", "=", employee.id),
                ("kind", "=", "pay_freeze"),
                ("case_id.state", "=", "decided"),
                ("case_id.is_reversed", "=", False),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            order="date_to desc",
            limit=1,
        )

    def _check_case(self):
        """Refuse changes of what was determined, and by others."""
        if not guard.is_open(self.env):
            self.case_id._check_content({"sanction_ids"})
