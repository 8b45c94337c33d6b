from odoo import fields, models


class ResCompany(models.Model):
    """What the company grants its customers without a phone call."""

    _inherit = "res.company"

    aftersales_hotline = fields.Char(
        string="Service Hotline",
        help="Printed on cards and reports and shown on the portal; the company's "
        "phone number when left empty (HOT-30).",
    )
    aftersales_link_days = fields.Integer(
        string="Customer Links (Days)",
        default=30,
        help="How long a link in a message opens its visit.",
    )
    aftersales_qr_unit_limit = fields.Integer(
        string="Reports per Unit and Hour",
        default=5,
        help="So many reports without a login are taken for one unit in an hour.",
    )
    aftersales_qr_address_limit = fields.Integer(
        string="Reports per Address and Hour",
        default=20,
        help="So many reports or wrong codes are taken from one Internet address "
        "in an hour.",
    )
    aftersales_report_limit = fields.Integer(
        string="Reports per Customer",
        default=20,
        help="So many reports of one customer are taken on the portal within the "
        "minutes below; then he is asked to call.",
    )
    aftersales_report_minutes = fields.Integer(
        string="Minutes They Are Counted in", default=10
    )

    _aftersales_portal_limits = models.Constraint(
        "CHECK (COALESCE(aftersales_link_days, 0) >= 0 "
        "AND COALESCE(aftersales_qr_unit_limit, 0) >= 0 "
        "AND COALESCE(aftersales_qr_address_limit, 0) >= 0 "
        "AND COALESCE(aftersales_report_limit, 0) >= 0 "
        "AND COALESCE(aftersales_report_minutes, 10) BETWEEN 1 AND 60)",
        "Limits of the portal cannot be negative, and reports are counted in at least "
        "one minute, at most an hour.",
    )

    def _get_aftersales_hotline(self):
        """Return the number that customers are told to call."""
        self.ensure_one()
        return self.aftersales_hotline or self.phone or ""
