from odoo import api, fields, models


class AftersalesFunction(models.Model):
    """A function such as chief engineer: it routes and informs, it gives no rights."""

    _name = "aftersales.function"
    _description = "Function"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: a function of every one."
    )
    note = fields.Text(string="What It Is Told Of", translate=True)
    holder_ids = fields.One2many(
        "aftersales.function.holder", "function_id", string="Held By"
    )

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)", "A function with this code exists already."
    )

    @api.model
    def _get_by_code(self, code, company):
        """Return the function of a code: the company's own, else the common one.

        :param str code: code of the function
        :param company: one ``res.company``
        """
        found = self.sudo().search(  # sudo: routing needs no right on rules
            [("code", "=", code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
        return found.sudo(False)

    def _get_users(self, company, team=None):
        """Return who holds these functions.

        Holders named for the team go before those of the whole company.

        :param company: one ``res.company``
        :param team: ``helpdesk.ticket.team`` of the document, if any
        :return: active users of the company, each once
        """
        users = self.env["res.users"]
        holders = self.sudo().holder_ids.filtered(  # sudo: as above
            lambda holder: holder.company_id == company
        )
        for held in holders.grouped("function_id").values():
            own = held.filtered(lambda holder: team and holder.team_id == team)
            common = held.filtered(lambda holder: not holder.team_id)
            users |= (own or common).user_ids.filtered("active").sudo(False)
        return users


class AftersalesFunctionHolder(models.Model):
    """Who holds a function in a company, or in one of its teams."""

    _name = "aftersales.function.holder"
    _description = "Holder of a Function"
    _order = "function_id, company_id, team_id, id"
    _check_company_auto = True

    function_id = fields.Many2one(
        "aftersales.function",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        check_company=True,
        help="Empty: for all teams that name nobody of their own.",
    )
    user_ids = fields.Many2many(
        "res.users", string="Users", domain=[("share", "=", False)], required=True
    )

    @api.depends("user_ids", "team_id")
    def _compute_display_name(self):
        for holder in self:
            names = ", ".join(holder.user_ids.mapped("name"))
            team = holder.team_id.name
            holder.display_name = f"{names} ({team})" if team else names

    _holder_unique = models.UniqueIndex(
        "(function_id, company_id, COALESCE(team_id, 0))",
        "This function is already filled for this company and team.",
    )
