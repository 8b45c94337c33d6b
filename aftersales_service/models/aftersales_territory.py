from odoo import api, fields, models


class AftersalesTerritory(models.Model):
    """A region and the technicians who serve it (SITE-05)."""

    _name = "aftersales.territory"
    # hr.mixin lets people without HR rights name technicians.
    _inherit = ["hr.mixin"]
    _description = "Service Territory"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        string="Priority",
        default=10,
        help="Where territories overlap, the smaller number wins.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    is_catch_all = fields.Boolean(
        string="Everywhere Else",
        help="Serves every address that no other territory names.",
    )
    technician_ids = fields.Many2many(
        "hr.employee", string="Technicians", check_company=True
    )
    site_ids = fields.One2many("aftersales.site", "territory_id")
    site_count = fields.Integer(compute="_compute_site_count")
    warning = fields.Text(
        string="Configuration Warning",
        compute="_compute_warning",
        help="What makes the proposal of a territory ambiguous.",
    )

    def _compute_site_count(self):
        counts = dict(
            self.env["aftersales.site"]._read_group(
                [("territory_id", "in", self.ids)], ["territory_id"], ["__count"]
            )
        )
        for territory in self:
            territory.site_count = counts.get(territory._origin, 0)

    @api.depends("state_ids", "is_catch_all", "sequence", "company_id", "active")
    def _compute_warning(self):
        rivals = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("sequence", "in", self.mapped("sequence")),
            ]
        )
        for territory in self:
            territory.warning = territory._get_warning(
                rivals.filtered(
                    lambda rival, own=territory: (
                        rival != own._origin
                        and rival.company_id == own.company_id
                        and rival.sequence == own.sequence
                    )
                )
            )

    def _get_warning(self, rivals):
        """Return what overlaps with territories of the same priority, or False.

        :param rivals: the other territories of the company with this priority
        """
        self.ensure_one()
        lines = []
        for rival in rivals if self.active else rivals.browse():
            shared = rival.state_ids & self.state_ids._origin
            if shared:
                lines.append(
                    self.env._(
                        "%(states)s also belong to “%(territory)s” with the same "
                        "priority. Change a priority or take them out here.",
                        states=", ".join(shared.mapped("name")),
                        territory=rival.name,
                    )
                )
            if rival.is_catch_all and self.is_catch_all:
                lines.append(
                    self.env._(
                        "“%(territory)s” serves everywhere else too, with the same "
                        "priority. Keep one of them.",
                        territory=rival.name,
                    )
                )
        return "\n".join(lines)

    @api.model
    def _propose(self, sites):
        """Return the territory that serves each site's address.

        The smallest priority that names the province wins, else the catch-all.

        :param sites: ``aftersales.site`` records
        :return: territory by site; sites that no territory serves are left out
        """
        winner = self._get_winners(sites.company_id)
        result = {}
        for site in sites:
            company = site.company_id.id
            state = (site.address_id or site.partner_id).state_id
            found = winner.get((company, state.id)) or winner.get((company, "else"))
            if found:
                result[site] = self.browse(found)
        return result

    @api.model
    def _get_winners(self, companies):
        """Return which territory serves a province, by order of priority.

        :param companies: ``res.company``
        :return: ``{(company id, province id or "else"): territory id}``
        """
        territories = self.sudo().search(  # sudo: proposals need no right on rules
            [("company_id", "in", companies.ids)]
        )
        winner = {}
        for territory in territories:  # in order of priority
            company = territory.company_id.id
            for state in territory.state_ids:
                winner.setdefault((company, state.id), territory.id)
            if territory.is_catch_all:
                winner.setdefault((company, "else"), territory.id)
        return winner

    def action_open_sites(self):
        """Open the sites of these territories.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sites"),
            "res_model": "aftersales.site",
            "view_mode": "list,kanban,form",
            "domain": [("territory_id", "in", self.ids)],
        }
