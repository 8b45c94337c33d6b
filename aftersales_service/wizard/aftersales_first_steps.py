from odoo import api, fields, models

from ..arguments import check_single


class AftersalesFirstSteps(models.TransientModel):
    """What a new company sets up, in which order, and how far it has come."""

    _name = "aftersales.first.steps"
    _description = "First Steps"

    name = fields.Char(compute="_compute_name")
    line_ids = fields.One2many(
        "aftersales.first.steps.line", "steps_id", string="Steps", readonly=True
    )
    open_count = fields.Integer(compute="_compute_open_count")

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_name(self):
        for steps in self:
            steps.name = self.env._("First Steps")

    @api.depends("line_ids.is_done")
    def _compute_open_count(self):
        for steps in self:
            steps.open_count = len(
                steps.line_ids.filtered(lambda line: not line.is_done)
            )

    @api.model
    def action_open_steps(self):
        """Look what is set up already, and open the list.

        :return: window action on a new list
        :raise AccessError: for others than administrators and heads
        """
        lines = [*self._get_people(), *self._get_rules(), *self._get_register()]
        steps = self.create({"line_ids": [(0, 0, line) for line in lines]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Steps"),
            "res_model": self._name,
            "res_id": steps.id,
            "view_mode": "form",
            "target": "current",
        }

    @api.model
    def _count(self, model, domain=()):
        """Return how many records the company has, whoever looks at the list."""
        # sudo: a number only; the administrator reads neither sites nor employees
        records = self.env[model].sudo().with_context(active_test=True)
        own = [("company_id", "in", (False, self.env.company.id))]
        return records.search_count([*domain, *own])

    @api.model
    def _prepare(self, name, why, action, count):
        return {"name": name, "why": why, "action": action, "count": count}

    @api.model
    def _get_people(self):
        """Return the steps about people and their time."""
        groups = [
            self.env.ref(f"aftersales_service.group_{role}")
            for role in ("dispatcher", "technician", "head")
        ]
        # sudo: whether somebody holds the roles, not who
        held = sum(bool(group.sudo().all_user_ids) for group in groups)
        technicians = [("user_id.all_group_ids", "in", groups[1].ids)]
        company = self.env.company
        return [
            self._prepare(
                self.env._("Give people their roles"),
                self.env._("Users, After-Sales: dispatcher, technician, head."),
                "base.action_res_users",
                held if held == len(groups) else 0,
            ),
            self._prepare(
                self.env._("Set working time, holidays and time zone"),
                self.env._("Promises in office hours and working days count by them."),
                "resource.action_resource_calendar_form",
                int(bool(company.resource_calendar_id.tz)),
            ),
            self._prepare(
                self.env._("Give each technician an employee with his user"),
                self.env._("Orders, trips and pay belong to the employee."),
                "hr.open_view_employee_list_my",
                self._count("hr.employee", technicians),
            ),
            self._prepare(
                self.env._("Say who holds which function"),
                self.env._("Complaints and broken promises are told to functions."),
                "aftersales_service.aftersales_function_action",
                self.env["aftersales.function.holder"].sudo().search_count([]),
                # sudo: a number only
            ),
        ]

    @api.model
    def _get_rules(self):
        """Return the steps about the rules that everything follows."""
        return [
            self._prepare(
                self.env._("Read the service policies and choose yours"),
                self.env._("How fast you promise to answer, arrive and call back."),
                "aftersales_service.aftersales_policy_action",
                int(bool(self.env.company.aftersales_policy_id)),
            ),
            self._prepare(
                self.env._("Check who approves parts up to which amount"),
                self.env._("Claims wait where no tier covers their amount."),
                "aftersales_service.aftersales_approval_tier_action",
                self._count("aftersales.approval.tier"),
            ),
            self._prepare(
                self.env._("Put technicians on a salary structure with our rules"),
                self.env._("Else allowances and penalties reach no payslip."),
                "payroll.hr_payroll_structure_action",
                self._count(
                    "hr.payroll.structure",
                    [("rule_ids.code", "in", ("AS_ALLOWANCE", "AS_PENALTY"))],
                ),
            ),
        ]

    @api.model
    def _get_register(self):
        """Return the steps about customers, units and parts."""
        return [
            self._prepare(
                self.env._("Enter or import the customers' sites"),
                self.env._("A call finds its customer, technician and policy by them."),
                "aftersales_service.aftersales_site_action",
                self._count("aftersales.site"),
            ),
            self._prepare(
                self.env._("Enter or import their equipment"),
                self.env._("With dates, so that the warranty is known at once."),
                "aftersales_service.aftersales_equipment_action",
                self._count("aftersales.equipment"),
            ),
            self._prepare(
                self.env._("Enter spare parts with their cost"),
                self.env._("Claims are approved by cost and handed out from stock."),
                "stock.product_template_action_product",
                self._count("product.template", [("is_storable", "=", True)]),
            ),
        ]


class AftersalesFirstStepsLine(models.TransientModel):
    """One step, whether it is done, and the way there."""

    _name = "aftersales.first.steps.line"
    _description = "First Step"
    _order = "id"

    steps_id = fields.Many2one(
        "aftersales.first.steps",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    name = fields.Char(string="Step", readonly=True)
    why = fields.Char(readonly=True)
    action = fields.Char(readonly=True)
    count = fields.Integer(string="There Are", readonly=True)
    is_done = fields.Boolean(string="Done", compute="_compute_is_done")
    can_open = fields.Boolean(compute="_compute_can_open")

    @api.depends("count")
    def _compute_is_done(self):
        for line in self:
            line.is_done = line.count > 0

    @api.depends("action")
    @api.depends_context("uid")
    def _compute_can_open(self):
        for line in self:
            # sudo: only which kind of record it shows
            action = line.action and self.env.ref(line.action).sudo()
            line.can_open = bool(
                action and self.env[action.res_model].has_access("read")
            )

    def action_open_step(self):
        """Open the screen where this step is done.

        :return: window action, False for a line that leads nowhere
        :raise ArgumentError: for several lines
        """
        check_single(self)
        self.check_access("read")
        if not self.action:
            return False
        return self.env["ir.actions.act_window"]._for_xml_id(self.action)
