from odoo import fields, models


class ResCompany(models.Model):
    """What the company decided about its technicians' phones."""

    _inherit = "res.company"

    aftersales_place_stamps = fields.Boolean(
        string="Place of Arrival",
        help="Technicians who agree have the place of their arrival kept.",
    )
    aftersales_place_days = fields.Integer(
        string="Places Kept (days)",
        help="Places of arrival are erased so many days after it; 0 keeps them.",
    )
    aftersales_photo_days = fields.Integer(
        string="Photos Kept (days)",
        help="Photos of finished work are erased so many days after they were taken; "
        "0 keeps them. What a case still judges stays.",
    )
    aftersales_calendar_no_phone = fields.Boolean(
        string="No Phone Numbers in Calendars",
        help="Calendars that technicians subscribe to leave out customers' numbers.",
    )

    _aftersales_place_days_positive = models.Constraint(
        "CHECK (aftersales_place_days >= 0)", "Places are kept for 0 days or more."
    )
    _aftersales_photo_days_positive = models.Constraint(
        "CHECK (aftersales_photo_days >= 0)", "Photos are kept for 0 days or more."
    )
