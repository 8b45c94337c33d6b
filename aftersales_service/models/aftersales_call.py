from odoo import fields, models


class AftersalesCall(models.Model):
    """Journal of hotline and outgoing calls."""

    _name = "aftersales.call"
    _inherit = ["aftersales.number.mixin", "mail.thread"]
    _description = "Call"
    _order = "called_on desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.call"

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, default="in"
    )
    called_on = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Taken By",
        required=True,
        default=lambda self: self.env.user,
    )
    phone = fields.Char(string="Phone Number", index="trigram")
    caller_name = fields.Char()
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null"
    )
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", check_company=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment", index="btree_not_null", check_company=True
    )
    kind = fields.Selection(
        [
            ("repair", "Fault Report"),
            ("complaint", "Complaint"),
            ("consultation", "Consultation"),
            ("order", "Order"),
            ("suggestion", "Suggestion"),
        ],
        required=True,
        default="repair",
    )
    place = fields.Char(help="Where the fault is, in the caller's words.")
    subject = fields.Char(string="What the Caller Said")
    symptom_id = fields.Many2one("aftersales.code", domain=[("kind", "=", "symptom")])
    needs_callback = fields.Boolean(string="Needs a Call-Back")
    result = fields.Selection(
        [
            ("answered", "Answered"),
            ("ticket", "Ticket Opened"),
            ("missed", "Missed"),
            ("no_answer", "No Answer"),
        ],
        readonly=True,
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, copy=False, index="btree_not_null"
    )
