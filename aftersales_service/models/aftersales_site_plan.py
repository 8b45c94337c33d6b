from odoo import fields, models


class AftersalesSite(models.Model):
    """The plans of a site."""

    _inherit = "aftersales.site"

    plan_ids = fields.One2many("aftersales.plan", "site_id")
    plan_count = fields.Integer(compute="_compute_plan_counts")
    overdue_count = fields.Integer(
        string="Overdue Visits and Calls", compute="_compute_plan_counts"
    )

    def _compute_plan_counts(self):
        plans = overdue = {}
        if self.env["aftersales.plan"].has_access("read"):
            plans = dict(
                self.env["aftersales.plan"]._read_group(
                    [("site_id", "in", self.ids)], ["site_id"], ["__count"]
                )
            )
            overdue = dict(
                self.env["aftersales.plan.occurrence"]._read_group(
                    [("site_id", "in", self.ids), ("is_overdue", "=", True)],
                    ["site_id"],
                    ["__count"],
                )
            )
        for site in self:
            site.plan_count = plans.get(site._origin, 0)
            site.overdue_count = overdue.get(site._origin, 0)

    def action_propose_plans(self):
        """Make the plans that the templates provide for these sites; heads only.

        A site keeps the plans it has: each template is used once (CB-08, INSP-01).

        :return: the ``aftersales.plan`` records made
        :raise NotEntitledError: for anybody but a head of department
        """
        self.check_access("read")
        plans = self.env["aftersales.plan"]
        plans._check_may_generate()
        templates = self.env["aftersales.plan.template"].search([("active", "=", True)])
        self._lock()
        known = {
            (plan.site_id, plan.template_id)
            for plan in plans.search(
                [("site_id", "in", self.ids), ("template_id", "!=", False)]
            )
        }
        units = self.equipment_ids.filtered(lambda unit: unit.state == "in_service")
        units_of = units.grouped("site_id")
        none = units.browse()
        return (
            plans._unguarded()
            .create(
                [
                    template._prepare_plan_vals(site, units_of.get(site, none))
                    for site in self
                    for template in templates
                    if (site, template) not in known
                    and template._fits(site, units_of.get(site, none))
                ]
            )
            ._guarded_again()
        )

    def action_open_plans(self):
        """Open the plans of these sites.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.plan", self.env._("Plans"), "list,calendar,form"
        )

    def action_open_occurrences(self):
        """Open the planned visits and calls of these sites.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.plan.occurrence",
            self.env._("Planned Work"),
            "list,calendar,pivot,graph,form",
        )
