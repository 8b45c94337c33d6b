from odoo import api, fields, models
from odoo.tools import format_date

from ..exceptions import FrozenFactError
from .aftersales_order_application import SENT_STATES

VISIT = "visit"
PREPARED_FIELDS = ("visit_purpose", "visit_needs")
SHOWN_SERVICES = 5
DAYS_OF_YEAR = 365.25


class AftersalesPolicy(models.Model):
    """Whether customer visits are applied for."""

    _inherit = "aftersales.policy"

    visit_application = fields.Boolean(
        string="Application for Customer Visits",
        help="A customer visit is dispatched when the head of department has signed "
        "its application (VIS-02).",
    )


class AftersalesOrder(models.Model):
    """Customer visits: prepared from the register, signed for, made with sales."""

    _inherit = "aftersales.order"

    visit_purpose = fields.Text(string="Purpose of the Visit", copy=False)
    visit_needs = fields.Text(string="Needs of the Customer", copy=False)
    visit_preparation = fields.Text(
        string="Preparation",
        compute="_compute_visit_preparation",
        help="What the register knows: units, service life, quality, earlier services.",
    )
    sales_user_ids = fields.Many2many(
        "res.users",
        "aftersales_order_sales_rel",
        string="Sales Taking Part",
        domain=[("share", "=", False)],
        copy=False,
        help="Who comes along from sales (VIS-06).",
    )
    visit_participants = fields.Char(
        string="Participants", compute="_compute_visit_participants"
    )

    # -- participants

    @api.depends("worker_ids.employee_id", "sales_user_ids")
    def _compute_visit_participants(self):
        for order in self:
            order_sudo = order.sudo()  # sudo: names of those who come along
            service = order_sudo.worker_ids.employee_id.mapped("name")
            sales = order_sudo.sales_user_ids.mapped("name")
            parts = [
                service and self.env._("Service: %s", ", ".join(service)),
                sales and self.env._("Sales: %s", ", ".join(sales)),
            ]
            order.visit_participants = "; ".join(part for part in parts if part)

    # -- preparation

    @api.depends("site_id", "service_type")
    def _compute_visit_preparation(self):
        visits = self.filtered(lambda order: order.service_type == VISIT)
        services = visits._get_recent_services()
        tickets = visits._count_open_tickets()
        for order in self:
            if order not in visits:
                order.visit_preparation = False
                continue
            # sudo: the site's file, prepared for who goes there
            site_sudo = order.sudo().site_id
            lines = [
                *(self._describe_unit(unit) for unit in site_sudo.equipment_ids),
                self.env._("Open tickets: %s", tickets.get(site_sudo.id, 0)),
                *services.get(site_sudo.id, []),
            ]
            order.visit_preparation = "\n".join(lines)

    @api.model
    def _describe_unit(self, unit):
        """Return model, serial, service life and warranty of one unit in words."""
        start = unit.install_date or unit.purchase_date
        today = fields.Date.context_today(self)
        life = (
            self.env._(
                "in service since %(start)s (%(years).1f years)",
                start=format_date(self.env, start),
                years=(today - start).days / DAYS_OF_YEAR,
            )
            if start
            else self.env._("service life not known")
        )
        warranty = (
            self.env._("warranty until %s", format_date(self.env, unit.warranty_end))
            if unit.warranty_end
            else self.env._("no warranty known")
        )
        return f"{unit.display_name}: {life}, {warranty}"

    def _get_recent_services(self):
        """Return the last services of these orders' sites as lines, by site id."""
        # sudo: services of colleagues at the same site (SITE-18)
        orders_sudo = self.sudo().search_fetch(
            [
                ("site_id", "in", self.site_id.ids),
                ("state", "in", ("done", "closed")),
            ],
            ["name", "site_id", "done_date", "service_type", "customer_verdict"],
            order="done_date desc, id desc",
            limit=SHOWN_SERVICES * max(len(self.site_id), 1) * 4,
        )
        kinds = dict(self._fields["service_type"]._description_selection(self.env))
        verdicts = dict(
            self._fields["customer_verdict"]._description_selection(self.env)
        )
        found = {}
        for order in orders_sudo - self.sudo():
            lines = found.setdefault(order.site_id.id, [])
            if len(lines) < SHOWN_SERVICES:
                parts = [
                    format_date(self.env, order.done_date) if order.done_date else "",
                    order.name,
                    kinds.get(order.service_type),
                    verdicts.get(order.customer_verdict),
                ]
                lines.append(" · ".join(part for part in parts if part))
        return found

    def _count_open_tickets(self):
        """Return the number of open tickets by site id."""
        # sudo: a number, not the tickets
        rows = (
            self.env["helpdesk.ticket"]
            .sudo()
            ._read_group(
                [("site_id", "in", self.site_id.ids), ("closed", "=", False)],
                ["site_id"],
                ["__count"],
            )
        )
        return {site.id: count for site, count in rows}

    # -- application

    @api.depends("policy_id.visit_application")
    def _compute_needs_application(self):
        return super()._compute_needs_application()

    def _is_application_needed(self):
        if self.service_type != VISIT:
            return super()._is_application_needed()
        return self.policy_id.sudo().visit_application  # sudo: rules of the house

    def _missing_application(self):
        """A visit says what it is for; it has no damage to describe."""
        visits = self.filtered(lambda order: order.service_type == VISIT)
        yield from super(AftersalesOrder, self - visits)._missing_application()
        for order in visits:
            if not (order.visit_purpose or "").strip():
                yield (
                    order.id,
                    "visit_purpose",
                    self.env._("Say what the visit is for."),
                )

    def _archive_application(self):
        """Keep what was known and wanted when the visit was applied for."""
        visits = self.filtered(lambda order: order.service_type == VISIT)
        result = super(AftersalesOrder, self - visits)._archive_application()
        names = (*PREPARED_FIELDS, "visit_preparation")
        self.env["aftersales.audit"]._log(
            visits,
            "application",
            details={
                order.id: {name: str(order[name] or "") for name in names}
                for order in visits
            },
        )
        return result

    def _get_send_group(self):
        """The head of department signs for visits (VIS-02)."""
        if self.service_type != VISIT:
            return super()._get_send_group()
        return self.env.ref("aftersales_service.group_head")

    def _check_may_write(self, names):
        """What was applied for stands fast."""
        if names & set(PREPARED_FIELDS):
            sent = self.filtered(
                lambda order: (
                    order.service_type == VISIT
                    and order.application_state in SENT_STATES
                )
            )
            if sent:
                raise FrozenFactError(
                    self.env._(
                        "%(orders)s: the application was sent in, so what it says "
                        "cannot change any more. Write a note instead.",
                        orders=", ".join(sent[:5].mapped("display_name")),
                    )
                )
        return super()._check_may_write(names)
