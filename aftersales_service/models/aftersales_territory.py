from odoo import fields, models


class AftersalesTerritory(models.Model):
    """A region and the technicians who serve it (SITE-05)."""

    _name = "aftersales.territory"
    _description = "Service Territory"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    is_catch_all = fields.Boolean(
        string="Everywhere Else",
        help="Serves every address that no other territory names.",
    )
    technician_ids = fields.Many2many("hr.employee", string="Technicians")
    site_ids = fields.One2many("aftersales.site", "territory_id")
