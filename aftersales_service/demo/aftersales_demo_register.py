"""Dates, policies and states of the demo sites and equipment."""


from odoo import api, models

SITE_STATES = {
    "site_chongqing_bench": "suspended",
    "site_urumqi": "closed",
    "site_zhengzhou": "draft",
}
SITE_POLICIES = {
    "EQUIP": ("site_quanzhou", "site_urumqi", "site_zhengzhou"),
    "ENG": (
        "site_chengdu",
        "site_suzhou",
        "site_kunshan",
        "site_hefei_a",
        "site_hefei_b",
        "site_qingdao",
        "site_beijing",
    ),
}
EQUIPMENT_STATES = {
    "in_depot": ("equipment_cp_0024", "equipment_dr_0011", "equipment_cp_0040"),
    "retired": ("equipment_cp_0016", "equipment_dr_0020"),
}


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_register(self):
        """Date the sites and the equipment, then put the sites into service."""
        company = self._record("company")
        company.aftersales_policy_id = self._policy("COMP")
        sites = self._children("aftersales.site")
        self._date_sites(sites)
        self._date_equipment(self._children("aftersales.equipment"))
        head = self._record("user_head")
        sites.filtered("technician_id").with_user(head).action_activate()

    @api.model
    def _children(self, model):
        """Return all records of a model that belong to the demo company."""
        return self.env[model].search(
            [("company_id", "=", self._record("company").id)], order="id"
        )

    @api.model
    def _policy(self, code):
        """Return a service policy that ships with the addon."""
        return self.env["aftersales.policy"].search([("code", "=", code)], limit=1)
