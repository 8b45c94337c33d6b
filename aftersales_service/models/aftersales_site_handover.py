from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..arguments import as_date, as_text
from ..exceptions import FactTimeError, MissingError, NotAllowedError

JOIN_TYPE = "aftersales_service.mail_activity_join_project"


class AftersalesSiteHandover(models.Model):
    """A finished project comes to after-sales: exactly one site file follows.

    (SITE-01, SITE-12 to SITE-14)
    """

    _name = "aftersales.site.handover"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Project Handover"
    _order = "planned_acceptance desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"accepted_on", "handed_over_on"})
    _state_transitions = {
        "planned": {"accepted", "cancel"},
        "accepted": {"done", "cancel"},
        "done": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Project", required=True, tracking=True)
    number = fields.Char(string="Project Number", index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, check_company=True
    )
    address_id = fields.Many2one("res.partner", check_company=True)
    order_id = fields.Many2one(
        "aftersales.order",
        string="Installation Order",
        copy=False,
        index="btree_not_null",
        check_company=True,
        domain=[("service_type", "=", "installation")],
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", string="Service Team", check_company=True
    )
    technician_id = fields.Many2one(
        "hr.employee", string="Responsible Technician", check_company=True
    )
    planned_acceptance = fields.Date(string="Acceptance Planned", tracking=True)
    join_on = fields.Date(
        string="After-Sales Joins",
        compute="_compute_join_on",
        store=True,
        help="As many months before the acceptance as the company sets.",
    )
    accepted_on = fields.Date(readonly=True, copy=False, tracking=True)
    acceptance_report = fields.Char(copy=False, help="Its number, or where it lies.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Acceptance Documents", copy=False
    )
    due_on = fields.Date(
        string="Handover Due",
        compute="_compute_due_on",
        store=True,
        help="As many days after the acceptance as the company sets.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    handed_over_on = fields.Date(readonly=True, copy=False, tracking=True)
    log_book_issued_on = fields.Date(string="Log Book Handed Over On", copy=False)
    log_book_receiver = fields.Char(string="Log Book Received By", copy=False)
    equipment_ids = fields.Many2many(
        "aftersales.equipment", string="Units", copy=False, check_company=True
    )
    material_ids = fields.One2many("aftersales.site.material", "handover_id")
    missing_count = fields.Integer(
        string="Material Missing", compute="_compute_missing_count"
    )
    site_id = fields.Many2one(
        "aftersales.site",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Filled in by the handover. Choose one where a known site is extended.",
    )
    warning = fields.Text(compute="_compute_warning")
    note = fields.Html()
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("accepted", "Project Accepted"),
            ("done", "Handed Over"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _order_unique = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL AND state <> 'cancel'",
        "This installation has its handover already.",
    )
    _number_unique = models.UniqueIndex(
        "(company_id, lower(number)) WHERE number IS NOT NULL AND state <> 'cancel'",
        "This project number has its handover already.",
    )

    @api.depends("planned_acceptance", "company_id.aftersales_join_months")
    def _compute_join_on(self):
        for project in self:
            months = project.company_id.aftersales_join_months
            planned = project.planned_acceptance
            project.join_on = (
                planned - relativedelta(months=months) if planned and months else False
            )

    @api.depends("accepted_on", "company_id.aftersales_handover_days")
    def _compute_due_on(self):
        for project in self:
            days = project.company_id.aftersales_handover_days
            accepted = project.accepted_on
            project.due_on = (
                accepted + timedelta(days=days) if accepted and days else False
            )

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for project in self:
            project.is_overdue = (
                project.state == "accepted"
                and project.due_on
                and project.due_on < today
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("state", "=", "accepted") & fields.Domain(
            "due_on", "<", today
        )
        return late if True in value else ~late

    @api.depends("material_ids.status")
    def _compute_missing_count(self):
        for project in self:
            project.missing_count = len(
                project.material_ids.filtered(lambda line: line.status == "missing")
            )

    @api.depends("log_book_issued_on", "log_book_receiver", "state")
    def _compute_warning(self):
        for project in self:
            is_open = project.state in ("planned", "accepted")
            has_book = project.log_book_issued_on and project.log_book_receiver
            project.warning = (
                is_open
                and not has_book
                and (
                    self.env._(
                        "The log book was not handed to the operators yet. Enter the "
                        "day and who received it."
                    )
                )
            )

    # -- create and write

    @api.model_create_multi
    def create(self, vals_list):
        projects = super().create(vals_list)
        self.env["aftersales.site.material"]._list_for("handover_id", projects)
        projects._plan_joining()
        return projects

    def write(self, vals):
        result = super().write(vals)
        if "planned_acceptance" in vals:
            self._plan_joining()
        return result

    def _plan_joining(self):
        """Tell the head when after-sales joins the project (SITE-13)."""
        self.activity_unlink([JOIN_TYPE])
        for project in self.filtered(
            lambda project: project.join_on and project.state == "planned"
        ):
            head = project.company_id._aftersales_get_head(project.team_id)
            if head:
                project.activity_schedule(
                    JOIN_TYPE,
                    project.join_on,
                    summary=self.env._("After-sales joins: %s", project.name),
                    user_id=head.id,
                )

    # -- actions

    def action_accept(self, on_date=None):
        """Record that the customer accepted projects; dispatchers and heads.

        :param on_date: the day; today by default
        :return: the projects
        """
        self._check_may_manage()
        day = self._as_past_day(on_date)
        moved = self._set_state("accepted", {"accepted_on": day})
        moved.activity_unlink([JOIN_TYPE])
        return self

    def action_hand_over(self, on_date=None):
        """Open the long-term service file of accepted projects (SITE-01).

        Exactly one site for each, whoever presses how often; its units are put
        into service there and its material goes into the file.

        :param on_date: the day of the handover; today by default
        :return: the sites
        :raise MissingError: while project material is neither filed nor waived
        """
        self._check_may_manage()
        day = self._as_past_day(on_date)
        self._lock()
        waiting = self.filtered(lambda project: project.state != "done")
        waiting._check_complete(day)
        # sudo: the desk opens files by this door; the right was checked
        projects = waiting.sudo()
        new = projects.filtered(lambda project: not project.site_id)
        sites = self.env["aftersales.site"].sudo()  # sudo: as above
        made = sites.create([project._prepare_site_vals(day) for project in new])
        for project, site in zip(new, made, strict=True):
            project.site_id = site
        projects._set_state("done", {"handed_over_on": day})
        for project in projects:
            project._fill_file(day)
        self.env["aftersales.audit"]._log(projects.site_id, "handed_over")
        return self.site_id

    def action_cancel(self, reason=None):
        """Take projects off the list; heads of department.

        :param str reason: why, for the record
        :return: the projects
        """
        self._check_may_manage()
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("Only the head of department takes projects off the list.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"), required=False)
        moved = self._set_state("cancel", reason=reason or None)
        moved.activity_unlink([JOIN_TYPE])
        return self

    def _check_complete(self, day):
        """Refuse a handover without its material, or before the acceptance."""
        for project in self:
            missing = project.material_ids.filtered(
                lambda line: line.status == "missing"
            )
            if missing:
                raise MissingError(
                    self.env._(
                        "%(project)s lacks %(material)s. File it, or ask the head of "
                        "department to waive it with a reason.",
                        project=project.display_name,
                        material=", ".join(missing.kind_id.mapped("name")),
                    )
                )
            if project.accepted_on and day < project.accepted_on:
                raise FactTimeError(
                    self.env._(
                        "%s was accepted later than that. Correct the day.",
                        project.display_name,
                    )
                )

    def _prepare_site_vals(self, day):
        """Return the values of the site file that this project opens."""
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "address_id": self.address_id.id,
            "team_id": self.team_id.id,
            "technician_id": self.technician_id.id,
            "handover_date": day,
            "log_book_issued_on": self.log_book_issued_on,
            "log_book_receiver": self.log_book_receiver,
        }

    def _fill_file(self, day):
        """Put units and material of this project into its site file; self is sudo."""
        site = self.site_id
        units = self.equipment_ids | self.order_id.unit_ids.equipment_id
        reason = self.env._("Handover of %s", self.name)
        told = units._tell(day, reason)
        told.filtered(lambda unit: unit.site_id != site).write({"site_id": site.id})
        told.filtered(lambda unit: not unit.install_date).write({"install_date": day})
        told.filtered(lambda unit: unit.state == "in_transit")._set_state("in_service")
        listed = site.material_ids.kind_id
        self.material_ids.filtered(lambda line: line.kind_id not in listed).write(
            {"site_id": site.id}
        )
        if not site.handover_date:
            site.handover_date = day
        if site.state == "draft" and site.technician_id:
            site._set_state("active")

    def _as_past_day(self, value):
        """Return the day of a step: today by default, never in the future."""
        today = fields.Date.context_today(self)
        day = as_date(self.env, value) or today
        if day > today:
            raise FactTimeError(
                self.env._("A step is recorded on its day, not before: %s.", day)
            )
        return day

    def _check_may_manage(self):
        """Refuse to all but dispatchers and heads."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        ):
            raise NotAllowedError(
                self.env._("Site files are kept by the service desk. Ask there.")
            )
