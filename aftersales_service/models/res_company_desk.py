from odoo import api, fields, models

# Menus of features that a company switches on: they stand there only then.
FEATURE_MENUS = {
    "aftersales_order_calls": ("aftersales_call_menu_forward",),
    "aftersales_followups": ("aftersales_followup_menu",),
    "aftersales_shifts": ("aftersales_shift_menu", "aftersales_handover_menu"),
    "aftersales_call_quality": ("aftersales_call_sample_menu",),
    "aftersales_problem_log": ("aftersales_problem_menu", "aftersales_desk_week_menu"),
    "aftersales_duty_log": ("helpdesk_ticket_menu_duty",),
    "aftersales_fund_enabled": ("aftersales_fund_menu",),
}


class ResCompany(models.Model):
    """Settings of the hotline; what the house does not use stays switched off."""

    _inherit = "res.company"

    aftersales_hotline = fields.Char(
        string="Hotline Number", help="Shown to customers wherever they may ask for it."
    )
    aftersales_notify_minutes = fields.Integer(
        string="Site Owner Told Within (Minutes)",
        default=15,
        help="Later, the head is told that nobody was. 0 switches this off.",
    )
    aftersales_communicative_reopens = fields.Integer(
        string="Reopened Complaints",
        default=2,
        help="A communicative complaint reopened so often is put before the head.",
    )
    aftersales_complaint_callback_hours = fields.Float(
        string="Call-Back of Complaints (Hours)",
        default=24.0,
        help="After the answer, where the policy has no rule of its own.",
    )
    aftersales_order_calls = fields.Boolean(
        string="Order Calls", help="Record order calls in full and pass them on daily."
    )
    aftersales_forward_hour = fields.Float(
        string="Passed On By", default=10.0, help="Hour of the day, every day."
    )
    aftersales_return_minutes = fields.Integer(
        string="Missed Calls Returned Within (Minutes)",
        help="Of working time after the desk opens. 0 switches this off.",
    )
    aftersales_first_contact = fields.Boolean(
        string="First-Contact Ownership",
        help="Who takes a case stays responsible, and hears when it is closed.",
    )
    aftersales_followups = fields.Boolean(
        string="Second Follow-Up",
        help="Prospects who did not order are called again on the next day.",
    )
    aftersales_shifts = fields.Boolean(string="Shifts and Hand-Over")
    aftersales_call_quality = fields.Boolean(
        string="Call Quality", help="Recordings are sampled and marked."
    )
    aftersales_samples_per_week = fields.Integer(
        string="Samples a Week", default=5, help="For each agent."
    )
    aftersales_sample_low = fields.Integer(
        string="Low Mark Below", default=3, help="Opens a review by the head."
    )
    aftersales_problem_log = fields.Boolean(string="Problem Log and Service Count")
    aftersales_duty_log = fields.Boolean(
        string="Duty Log", help="A complaint is closed with its outcome in the log."
    )
    aftersales_price_enquiry = fields.Boolean(
        string="Price Enquiries", help="Agents quote list price and discount only."
    )
    aftersales_price_discount = fields.Float(
        string="Allowed Discount (%)", help="Beyond it, sales is asked."
    )

    _aftersales_price_discount_percent = models.Constraint(
        "CHECK (aftersales_price_discount BETWEEN 0 AND 100)",
        "The allowed discount lies between 0 and 100 %.",
    )
    _aftersales_forward_hour_in_day = models.Constraint(
        "CHECK (aftersales_forward_hour BETWEEN 0 AND 24)",
        "The hour lies between 0:00 and 24:00.",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & FEATURE_MENUS.keys():
            self.env.registry.clear_cache()  # menus come and go with them
        return result


class IrUiMenu(models.Model):
    """Menus of features that no company of the user has switched on are hidden."""

    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        companies = self.env.user.company_ids.sudo()  # sudo: only which features
        for feature, names in FEATURE_MENUS.items():
            if any(companies.mapped(feature)):
                continue
            menus = [
                self.env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
                for name in names
            ]
            hidden += [menu.id for menu in menus if menu]
        return hidden
