from odoo import fields, models


class ResCompany(models.Model):
    """How a company reads what the rule books leave open about pay."""

    _inherit = "res.company"

    aftersales_pay_proposals = fields.Boolean(
        string="Facts Propose Pay",
        default=True,
        help="Off: nothing is proposed by itself until it is switched on again.",
    )
    aftersales_lodging_basis = fields.Selection(
        [("nights", "Nights"), ("days", "Calendar Days")],
        string="Lodging Counts",
        default="nights",
        help="Three days with two nights are two or three times the amount.",
    )
    aftersales_lodging_unit = fields.Selection(
        [("room", "Room"), ("person", "Person")],
        string="Lodging for Each",
        default="room",
        help="A shared room is paid once, or to everybody in it.",
    )
    aftersales_lodging_mode = fields.Selection(
        [("flat", "Fixed Allowance"), ("ceiling", "Actual Cost up to the Amount")],
        string="Lodging Pays",
        default="flat",
        help="What a head approved above the amount is paid in both cases.",
    )
    aftersales_phone_mode = fields.Selection(
        [("withdraw", "Withdraw the Trip's Phone Allowance"), ("fine", "Fine Each")],
        string="Phone Not Answered",
        default="withdraw",
        help="Without such an allowance each time is fined.",
    )
    aftersales_complaint_case_days = fields.Integer(
        string="Complaints Judged within (Working Days)",
        default=5,
        help="A valid complaint about somebody without a decided case goes before the "
        "quality vice president after so many days. 0 means never.",
    )
    aftersales_payday = fields.Integer(
        string="Payday",
        default=0,
        help="Day of the month after. What HR confirms on it or later waits for the "
        "next payslip. 0 means that everything confirmed is paid.",
    )
    aftersales_day_divisor = fields.Float(
        string="Days of a Month's Wage",
        default=0.0,
        help="A wage by attendance is divided by it. 0 means the working days of the "
        "month; 21.75 is the usual average.",
    )

    _payday_valid = models.Constraint(
        "CHECK (aftersales_payday BETWEEN 0 AND 28)",
        "Payday is a day from 1 to 28, or 0.",
    )
    _pay_days_positive = models.Constraint(
        "CHECK (aftersales_day_divisor >= 0 AND aftersales_complaint_case_days >= 0)",
        "Numbers of days cannot be negative.",
    )
