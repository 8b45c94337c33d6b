"""How the demo company has set its house: hotline, functions, parts, messages."""

from datetime import timedelta

from odoo import Command, api, models

from .pictures import draw_logo

HOTLINE = "400 555 0188"
# Who holds a function, by its code.
HOLDERS = {
    "head": ("head",),
    "cs_manager": ("head",),
    "qc_manager": ("quality_vp",),
    "gm_office": ("manager",),
    "marketing_director": ("sales_vp",),
    "chief_engineer": ("quality_vp",),
    "duty_manager": ("head",),
    "team_leader": ("dispatcher",),
}
# Part, pieces in one unit, worn by use, and where it sits.
FITS = (
    ("filter_air", 1.0, True, "Behind the left door"),
    ("filter_oil", 1.0, True, "Beside the separator tank"),
    ("filter_separator", 1.0, True, "In the separator tank"),
    ("valve_intake", 1.0, False, "On top of the air end"),
    ("valve_solenoid", 2.0, False, "On the intake valve"),
    ("sensor_pressure", 1.0, False, "Behind the control panel"),
)
FITTED = ("screw_22", "screw_37", "screw_55", "screw_90")


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_house(self):
        """Fill in what the head of department decides once."""
        company = self._record("company")
        company.logo = draw_logo()
        company.aftersales_hotline = HOTLINE
        self._fill_functions()
        self._list_parts()
        self._set_policy()
        self._appoint_deputy()

    @api.model
    def _fill_functions(self):
        """Name who holds the functions that complaints and faults are routed to."""
        functions = self.env["aftersales.function"].search(
            [("code", "in", list(HOLDERS))]
        )
        by_code = {function.code: function.id for function in functions}
        self._act("head")["aftersales.function.holder"].create(
            [
                {
                    "function_id": by_code[code],
                    "company_id": self._record("company").id,
                    "user_ids": [
                        Command.set([self._record(f"user_{name}").id for name in names])
                    ],
                }
                for code, names in HOLDERS.items()
            ]
        )

    @api.model
    def _list_parts(self):
        """Say which parts fit the house's own compressors."""
        self._act("head")["aftersales.part.fit"].create(
            [
                {
                    "company_id": self._record("company").id,
                    "equipment_product_id": self._record(f"product_{unit}").id,
                    "product_id": self._record(f"product_{part}").id,
                    "quantity": quantity,
                    "is_wear_part": is_worn,
                    "note": note,
                }
                for unit in FITTED
                for part, quantity, is_worn, note in FITS
            ]
        )

    @api.model
    def _set_policy(self):
        """Ask for closing ticks and safety, and tell the customers by e-mail."""
        policy = self._policy("COMP").with_env(self._act("head"))
        policy.write(
            {
                "closing_checklist_id": self._shipped("checklist_closing").id,
                "safety_checklist_id": self._shipped("checklist_safety").id,
            }
        )
        policy.action_add_messages()

    @api.model
    def _shipped(self, name):
        """Return a record that ships with the addon."""
        return self.env.ref(f"aftersales_service.{name}")

    @api.model
    def _appoint_deputy(self):
        """Let somebody stand in for the sales vice president this week."""
        self._act("manager")["aftersales.deputy"].create(
            {
                "principal_id": self._record("user_sales_vp").id,
                "deputy_id": self._record("user_head").id,
                "scope": "escalations",
                "date_from": self._today(),
                "date_to": self._today() + timedelta(days=5),
                "note": "Trade fair in Hannover",
                "company_id": self._record("company").id,
            }
        )
