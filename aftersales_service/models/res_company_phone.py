from odoo import fields, models


class ResCompany(models.Model):
    """What the company decided about its technicians' phones."""

    _inherit = "res.company"

    aftersales_place_stamps = fields.Boolean(
        string="Place of Arrival",
        help="Technicians who agree have the place of their arrival kept.",
    )
    aftersales_calendar_no_phone = fields.Boolean(
        string="No Phone Numbers in Calendars",
        help="Calendars that technicians subscribe to leave out customers' numbers.",
    )
