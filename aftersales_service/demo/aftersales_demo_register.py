"""Dates, policies and states of the demo sites and equipment."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models

# Sites whose service ended, and units that left, after the history was played.
SITE_ENDINGS = {"site_chongqing_bench": "action_suspend", "site_urumqi": "action_close"}
UNIT_ENDINGS = {
    "equipment_cp_0024": "action_take_in",
    "equipment_dr_0011": "action_take_in",
    "equipment_cp_0016": "action_retire",
    "equipment_dr_0020": "action_retire",
}
SITE_POLICIES = {
    "EQUIP": (
        "site_quanzhou",
        "site_urumqi",
        "site_zhengzhou",
        "site_ningbo",
        "site_tianjin",
        "site_nantong",
    ),
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


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_register(self):
        """Date the sites and the equipment, then put them into service."""
        company = self._record("company")
        company.aftersales_policy_id = self._policy("COMP")
        self._policy("COMP").vehicle_requests = True
        sites = self._children("aftersales.site")
        self._date_sites(sites)
        self._date_equipment(self._children("aftersales.equipment"))
        head = self._record("user_head")
        new = sites.filtered(lambda site: site != self._record("site_zhengzhou"))
        new.with_user(head).action_activate()
        self.env["aftersales.site.review"].with_user(head).create(
            {
                "site_id": self._record("site_kunming_1").id,
                "result": "findings",
                "finding": "The acceptance report of 2024 is not in the file.",
                "measure": "Ask the project manager for a copy and file it.",
                "user_id": self._record("user_wang").id,
                "due_on": self._today() + timedelta(days=7),
            }
        )

    @api.model
    def _date_sites(self, sites):
        """Give each site its team, its policy and the days of its handover."""
        today = self._today()
        policies = {
            self._record(name): self._policy(code)
            for code, names in SITE_POLICIES.items()
            for name in names
        }
        team = self._record("team")
        for index, site in enumerate(sites):
            handover = today - timedelta(days=260 + index * 397 % 2100)
            site.write(
                {
                    "team_id": team.id,
                    "policy_id": policies.get(site, self._policy("COMP")).id,
                    "handover_date": handover,
                    "warranty_start": handover,
                    "warranty_end": handover
                    + relativedelta(months=24)
                    - timedelta(days=1),
                    "log_book_issued_on": handover + timedelta(days=index % 9),
                }
            )

    @api.model
    def _date_equipment(self, equipment):
        """Date each unit so that every state of warranty occurs.

        Units without the date their warranty runs from are undetermined.
        """
        today = self._today()
        for index, unit in enumerate(equipment):
            age = 40 + index * 97 % 1150
            if unit == self._record("equipment_cp_0007"):
                age = 200
            bought = today - timedelta(days=age)
            values = {
                "manufacture_date": bought - timedelta(days=75),
                "shipment_date": bought - timedelta(days=12),
                "purchase_date": bought,
                "install_date": bought + timedelta(days=9),
            }
            if index % 17 == 3:
                values.pop(f"{unit.warranty_basis}_date", None)
            unit.write(values)

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

    @api.model
    def _finish_register(self):
        """Suspend and close sites and take units in, once their work is over."""
        for name, action in SITE_ENDINGS.items():
            site = self._record(name).with_env(self._act("head"))
            getattr(site, action)()
        for name, action in UNIT_ENDINGS.items():
            unit = self._record(name).with_env(self._act("head"))
            getattr(unit, action)()
