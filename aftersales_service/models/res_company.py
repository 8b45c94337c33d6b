from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the after-sales department, one set per company."""

    _inherit = "res.company"

    aftersales_policy_id = fields.Many2one(
        "aftersales.policy",
        string="Default Service Policy",
        check_company=True,
        default=lambda self: self.env.ref(
            "aftersales_service.policy_comp", raise_if_not_found=False
        ),
        help="Used where ticket, equipment product, site and customer tier name none.",
    )
    aftersales_warranty_months = fields.Integer(
        string="Warranty Term (Months)",
        default=12,
        help="Proposed for units whose product names no term.",
    )
    aftersales_shelf_months = fields.Integer(
        string="Shelf Time (Months)",
        default=0,
        help="Added to the manufacture date where the purchase date is unknown.",
    )
    aftersales_repair_months = fields.Integer(
        string="Repair Warranty (Months)",
        default=3,
        help="How long we answer for a part that we built in, whoever paid it. 0: not "
        "beyond the unit's own term.",
    )
    aftersales_backdate_days = fields.Integer(
        string="Back-Dating Limit (Days)",
        default=60,
        help="How old a recorded fact may be. Heads of department are not limited.",
    )
    aftersales_repeat_days = fields.Integer(
        string="Repeat Fault Window (Days)",
        default=90,
        help="The same unit and symptom within these days counts as a repeat.",
    )
    aftersales_approval_hours = fields.Float(
        string="Remind of Approvals after (Hours)",
        default=24.0,
        help="Who may decide is reminded once a step. 0 means never.",
    )
    aftersales_manufacturer_days = fields.Integer(
        string="Remind the Manufacturer every (Days)",
        default=2,
        help="While a warranty question is with the manufacturer. 0 means never.",
    )
    aftersales_deduction_mode = fields.Selection(
        [("deduct", "Deduct on the Payslip"), ("record_only", "Record Only")],
        string="Penalties",
        default="deduct",
    )
    aftersales_deduction_warning = fields.Float(
        string="Deduction Warning (% of Gross)",
        default=20.0,
        help="The payslip warns when deductions pass this share of gross pay.",
    )
    aftersales_deduction_cap = fields.Float(
        string="Deduction Cap (% of Gross)",
        default=0.0,
        help="0 means no cap. What is cut off is carried to the next payslip.",
    )
    aftersales_deduction_floor = fields.Monetary(
        string="Pay Left after Deductions",
        currency_field="currency_id",
        default=0.0,
        help="Deductions never take the pay below this amount. 0 means no floor.",
    )
    aftersales_appeal_days = fields.Integer(
        string="Appeal Window (Days)",
        default=0,
        help="A penalty stays off the payslip for so many days after its notice.",
    )
    aftersales_meals_per_day = fields.Integer(string="Meals a Day at Most", default=3)
    aftersales_old_part_days = fields.Integer(
        string="Old Parts Back (Days)",
        default=14,
        help="How long after its use the old part of a claim may stay out.",
    )

    aftersales_output_target = fields.Float(
        string="After-Sales Cost per Million of Output",
        default=76.0,
        help="What a month's cost should not pass, for months entered from now on.",
    )
    aftersales_old_part_remind_days = fields.Integer(
        string="Remind of Old Parts every (Days)",
        default=3,
        help="From so many days before they are due, until they are in. 0: never.",
    )
    aftersales_old_part_case_days = fields.Integer(
        string="Case about Old Parts after (Days)",
        default=30,
        help="So long after the due day a responsibility case is opened. 0: never.",
    )

    aftersales_claim_finding = fields.Boolean(
        string="Responsibility before Closing a Claim",
        default=True,
        help="The quality vice president finds who is responsible before a claim that "
        "the house pays is closed.",
    )

    def _get_aftersales_tz(self):
        """Return the name of the zone in which this company counts its days.

        :return: str, such as ``Asia/Shanghai``
        """
        self.ensure_one()
        calendar = self.sudo().resource_calendar_id  # sudo: its zone is no secret
        return calendar.tz or self.env.user.tz or "UTC"
