from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What a customer may ask for by himself under this policy."""

    _inherit = "aftersales.policy"

    can_move_visit = fields.Boolean(
        string="Customer May Ask to Move",
        default=True,
        help="On the portal and by the link in the message of the appointment.",
    )
    move_notice_hours = fields.Float(
        string="Notice (Hours)",
        default=4.0,
        help="So long before the appointment it can still be asked for.",
    )
    move_days_ahead = fields.Integer(
        string="Move at Most (Days)",
        default=14,
        help="How far ahead of now a new time may lie.",
    )
    confirm_changes = fields.Boolean(
        string="Changes Hold Up the Dispatch",
        help="Nobody is sent before every change the customer asked for is "
        "answered (DOC-13).",
    )

    copies_before_close = fields.Boolean(
        string="Three Copies before Closing",
        help="An order is closed once customer, head and company have their copy "
        "(DISP-04).",
    )
    closing_words = fields.Text(
        translate=True,
        help="Printed at the end of the service report, with the hotline (COND-07).",
    )

    _move_positive = models.Constraint(
        "CHECK (COALESCE(move_notice_hours, 0) >= 0 "
        "AND COALESCE(move_days_ahead, 0) >= 0)",
        "Limits for moving an appointment cannot be negative.",
    )
