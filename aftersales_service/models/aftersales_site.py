from odoo import fields, models
from odoo.addons.base.models.res_partner import _tz_get


class AftersalesSite(models.Model):
    """A customer's installation in service, with its long-term service file."""

    _name = "aftersales.site"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Service Site"
    _order = "name, id"
    _rec_names_search = ["name", "code", "partner_id.name", "partner_id.phone"]
    _check_company_auto = True
    _number_field = "code"
    _sequence_code = "aftersales.site"
    _state_transitions = {
        "draft": {"active"},
        "active": {"suspended", "closed"},
        "suspended": {"active", "closed"},
        "closed": set(),
    }

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(string="File Number", readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True
    )
    address_id = fields.Many2one("res.partner", string="Address")
    tz = fields.Selection(_tz_get, string="Time Zone")
    team_id = fields.Many2one("helpdesk.ticket.team", string="Service Team")
    technician_id = fields.Many2one(
        "hr.employee",
        string="Responsible Technician",
        index="btree_not_null",
        tracking=True,
        check_company=True,
    )
    policy_id = fields.Many2one("aftersales.policy", string="Service Policy")
    territory_id = fields.Many2one(
        "aftersales.territory", index="btree_not_null", check_company=True
    )
    handover_date = fields.Date(tracking=True)
    warranty_start = fields.Date()
    warranty_end = fields.Date(help="Last covered day.")
    log_book_issued_on = fields.Date(string="Log Book Handed Over On")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In Service"),
            ("suspended", "Suspended"),
            ("closed", "Closed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    equipment_ids = fields.One2many("aftersales.equipment", "site_id")
    ticket_ids = fields.One2many("helpdesk.ticket", "site_id")
    order_ids = fields.One2many("aftersales.order", "site_id")
    note = fields.Html()

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "This file number is already in use."
    )
