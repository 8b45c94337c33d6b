from odoo import fields, models


class AftersalesPlanTemplate(models.Model):
    """Plans that sites of a kind get: by customer tier, by kind of equipment."""

    _name = "aftersales.plan.template"
    _inherit = ["aftersales.plan.rule.mixin"]
    _description = "Plan Template"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    tier = fields.Selection(
        [("general", "General Customers"), ("key", "Key Customers")],
        string="Customer Tier",
        help="Empty: customers of both tiers.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Equipment",
        domain=[("is_aftersales_equipment", "=", True)],
        help="Sites with such units get the plan, and its visits serve them. "
        "Empty: every site.",
    )
    plan_ids = fields.One2many("aftersales.plan", "template_id")
    plan_count = fields.Integer(compute="_compute_plan_count")

    def _compute_plan_count(self):
        counts = dict(
            self.env["aftersales.plan"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.plan_count = counts.get(template._origin, 0)

    def _prepare_plan_vals(self, site, units):
        """Return the values of one site's plan.

        :param site: one ``aftersales.site``
        :param units: the units in service at the site
        """
        self.ensure_one()
        served = units.filtered(lambda unit: unit.product_id in self.product_ids)
        return {
            **{name: self[name] for name in self._get_rule_fields()},
            "name": self.name,
            "site_id": site.id,
            "template_id": self.id,
            "equipment_ids": [(6, 0, served.ids)],
            "checklist_ids": [(6, 0, self.checklist_ids.ids)],
        }

    def _fits(self, site, units):
        """Tell whether a site gets a plan from this template.

        :param site: one ``aftersales.site``
        :param units: the units in service at the site
        """
        self.ensure_one()
        return (
            self.company_id in (site.company_id, self.company_id.browse())
            and self.tier in (False, site.tier or "general")
            and (not self.product_ids or units.product_id & self.product_ids)
        )

    def action_open_plans(self):
        """Open the plans made from these templates.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_plan_action"
        )
        return {**action, "domain": [("template_id", "in", self.ids)], "context": {}}
