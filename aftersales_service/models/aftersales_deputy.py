from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..exceptions import FrozenFactError

SCOPES = [
    ("all", "Everything"),
    ("approvals", "Approvals"),
    ("callbacks", "Call-Backs"),
    ("escalations", "Warnings and Escalations"),
]
HEAD = "aftersales_service.group_head"
BOARD = (
    "aftersales_service.group_quality_vp",
    "aftersales_service.group_sales_vp",
    "aftersales_service.group_general_manager",
)


class AftersalesDeputy(models.Model):
    """Who stands for whom, from one day to another, in what (ROLE-04)."""

    _name = "aftersales.deputy"
    _description = "Deputy"
    _order = "date_from desc, id desc"
    _rec_name = "deputy_id"

    principal_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    deputy_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    scope = fields.Selection(
        SCOPES, string="Stands In for", required=True, default="all"
    )
    date_from = fields.Date(
        string="First Day", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Last Day", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    note = fields.Char(string="Reason", help="Leave, illness, journey.")
    status = fields.Selection(
        [("coming", "Coming"), ("now", "Now"), ("over", "Over")],
        compute="_compute_status",
        search="_search_status",
    )

    _dates = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day lies before the first."
    )
    _two_people = models.Constraint(
        "CHECK (principal_id <> deputy_id)", "Nobody is his own deputy."
    )

    @api.depends("date_from", "date_to", "company_id")
    def _compute_status(self):
        for deputy in self:
            today = deputy._get_today(deputy.company_id or self.env.company)
            if not deputy.date_from or not deputy.date_to or deputy.date_from > today:
                deputy.status = "coming"
            else:
                deputy.status = "now" if deputy.date_to >= today else "over"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._get_today(self.env.company)
        domains = {
            "coming": [("date_from", ">", today)],
            "now": [("date_from", "<=", today), ("date_to", ">=", today)],
            "over": [("date_to", "<", today)],
        }
        return Domain.OR([domains[key] for key in value if key in domains])

    # -- who may appoint

    @api.model_create_multi
    def create(self, vals_list):
        deputies = super().create(vals_list)
        deputies._check_may_appoint()
        return deputies

    def write(self, vals):
        self._check_may_appoint()
        self._check_not_begun(vals)
        result = super().write(vals)
        self._check_may_appoint()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_may_appoint()
        self._check_not_begun({"deputy_id": False})

    def _check_not_begun(self, vals):
        """Keep what was in force: only the last day still changes.

        :raise FrozenFactError: for other changes, or a last day in the past
        """
        for deputy in self:
            today = deputy._get_today(deputy.company_id)
            if deputy.date_from > today:
                continue
            last = fields.Date.to_date(vals.get("date_to"))
            too_early = last and last < min(today, deputy.date_to)
            if vals.keys() - {"date_to", "note"} or too_early:
                raise FrozenFactError(
                    self.env._(
                        "%(deputy)s stands in for %(principal)s already. Only the "
                        "last day can still change, from today on.",
                        deputy=deputy.deputy_id.name,
                        principal=deputy.principal_id.name,
                    )
                )

    def _check_may_appoint(self):
        """Refuse who may not name this deputy.

        Everybody names his own; a head of department those of his people, neither
        another head's nor the board's; the general manager everybody's.  Neither
        of them names himself.

        :raise AccessError: for anybody else
        """
        user = self.env.user
        if self.env.su:
            return
        is_manager = user.has_group("aftersales_service.group_general_manager")
        is_head = user.has_group(HEAD)
        for deputy in self:
            principal = deputy.sudo().principal_id  # sudo: his groups
            decides = any(principal.has_group(group) for group in (HEAD, *BOARD))
            may_name = is_manager or (is_head and not decides)
            if principal != user and (not may_name or deputy.deputy_id == user):
                raise AccessError(
                    self.env._(
                        "%s names the deputy himself, or somebody above him does, "
                        "and never in his own favour.",
                        principal.name,
                    )
                )

    @api.constrains("deputy_id", "principal_id", "company_id", "scope")
    def _check_deputy(self):
        """A deputy is of the company and sees what he is to decide."""
        for deputy in self.sudo():  # sudo: companies and groups of other users
            users = deputy.deputy_id | deputy.principal_id
            if any(deputy.company_id not in user.company_ids for user in users):
                raise ValidationError(
                    self.env._(
                        "Both people must work in the company of the deputyship."
                    )
                )
            if any(users.mapped("share")):
                raise ValidationError(self.env._("Customers stand in for nobody."))
            claims = self.env["aftersales.claim"].with_user(deputy.deputy_id)
            decides = any(deputy.principal_id.has_group(group) for group in BOARD)
            if (
                deputy.scope in ("all", "approvals")
                and decides
                and not claims.has_access("read")
            ):
                raise ValidationError(
                    self.env._(
                        "%s cannot read parts claims, so he cannot decide them. "
                        "Choose somebody of the desk or the board.",
                        deputy.deputy_id.name,
                    )
                )

    # -- who stands for whom

    @api.model
    def _get_today(self, company):
        """Return the day it is in a company."""
        zone = company.sudo()._get_aftersales_tz()  # sudo: its zone is no secret
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        return moment.date()

    @api.model
    def _get_acting(self, scope, companies):
        """Return who stands for whom today, in one query.

        :param str scope: approvals, callbacks or escalations
        :param companies: ``res.company`` records
        :return: an ``Acting`` table
        """
        days = {company: self._get_today(company) for company in companies}
        if not days:
            return Acting({})
        rows = self.sudo().search(  # sudo: deputies of anybody
            [
                ("company_id", "in", companies.ids),
                ("scope", "in", ("all", scope)),
                ("date_from", "<=", max(days.values())),
                ("date_to", ">=", min(days.values())),
            ],
            order="id",
        )
        return Acting(
            {
                (row.company_id.id, row.principal_id.id): row.deputy_id.sudo(False)
                for row in rows
                if row.date_from <= days[row.company_id] <= row.date_to
                and row.deputy_id.active
            }
        )

    @api.model
    def _get_principals(self, user, scope, companies):
        """Return by company id the users for whom somebody may act today.

        :param user: the deputy
        """
        acting = self._get_acting(scope, companies)
        users = self.env["res.users"]
        return {
            company.id: users.browse(acting.get_principal_ids(user, company))
            for company in companies
        }


class Acting:
    """Who stands for whom on one day."""

    def __init__(self, deputies):
        self._deputies = deputies

    def replace(self, users, company):
        """Return users with those who are absent replaced by their deputies."""
        found = users.browse()
        for user in users:
            found |= self._deputies.get((company.id, user.id), user)
        return found

    def get_principal_ids(self, user, company):
        """Return the ids of the users for whom somebody stands in."""
        return [
            principal_id
            for (company_id, principal_id), deputy in self._deputies.items()
            if company_id == company.id and deputy == user
        ]
