"""What happens around the jobs: week plans, vehicles, an incident, a return."""

from datetime import timedelta

from odoo import Command, api, fields, models

# Technician, and what he does next week beside his visits, by day of the week.
WEEKS = (
    (
        "zhao",
        ((0, "Fetch the seal kits in Chengdu"), (2, "Visit the dairy in Mianyang")),
    ),
    ("wang", ((1, "Clean the dryers of the market"), (4, "Count the van"))),
)
# Kind, reason and estimate of vehicles asked for; the head grants the first.
VEHICLES = (
    ("motorcycle", "The last bus to the mountain has left", 45.0),
    ("car", "An air end of 180 kg has to come along", 380.0),
)
# Unit, what is recommended, and why.
ADVICE = (
    (
        "cp_0001",
        "Change the V-belts at the next visit 更换皮带",
        "Cracked on one side.",
    ),
    ("cp_0003", "A second cooling fan before the summer", "Trips at noon."),
    ("cp_0009", "Maintenance contract, every half-year", "Served only when it fails."),
)


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _play_field(self):
        """Fill the lists that jobs leave behind, each through the public methods."""
        self._plan_weeks()
        self._ask_for_vehicles()
        self._disturb_visits()
        self._recommend()

    @api.model
    def _plan_weeks(self):
        """Let technicians hand in the plan of next week; the head approves one."""
        today = self._today()
        monday = today + timedelta(days=7 - today.weekday())
        plans = self.env["aftersales.week.plan"]
        for name, tasks in WEEKS:
            employee = self._record(f"employee_{name}")
            own = self._act_as(employee.user_id)["aftersales.week.plan"].create(
                {
                    "employee_id": employee.id,
                    "date_from": monday,
                    "line_ids": [
                        Command.create(
                            {"date": monday + timedelta(days=day), "task": task}
                        )
                        for day, task in tasks
                    ],
                }
            )
            plans |= own.action_submit()
        plans[:1].with_env(self._act("head")).action_approve()

    @api.model
    def _ask_for_vehicles(self):
        """Let the dispatcher ask for vehicles; the head grants one."""
        desk = self._act("dispatcher")
        orders = desk["aftersales.order"].search(
            [
                ("state", "in", ("scheduled", "dispatched")),
                ("mode", "=", "onsite"),
                ("policy_id", "=", self._policy("COMP").id),
            ],
            order="planned_start, id",
            limit=len(VEHICLES),
        )
        asked = desk["aftersales.order.vehicle"].create(
            [
                {
                    "order_id": order.id,
                    "kind": kind,
                    "reason": reason,
                    "cost_estimate": estimate,
                }
                for order, (kind, reason, estimate) in zip(
                    orders, VEHICLES, strict=False
                )
            ]
        )
        asked[:1].with_env(self._act("head")).action_approve()

    @api.model
    def _disturb_visits(self):
        """Let one visit be held up and settled, and at one the customer have enough."""
        orders = self._children("aftersales.order")
        present = orders.filtered(
            lambda order: order.state == "on_site" and not order.is_frozen
        )
        story = self._record("employee_wang")
        sent = orders.filtered(
            lambda order: (
                order.state == "dispatched"
                and order.mode == "onsite"
                and order.lead_id != story
            )
        )
        for order in present[:1]:
            self._as_lead(order).action_incident(
                "The gate is locked: an unpaid bill of another supplier"
            )
            order.with_env(self._act("dispatcher")).action_end_incident(
                "The purchasing manager was called, the gate is open."
            )
        for order in sent[:1]:
            mine = self._as_lead(order)
            self._tick(mine, "departure_kit", fields.Datetime.now())
            mine.action_depart()
            mine.action_refuse_service(
                "wants_return", "Third failure in a year, he wants a new one"
            )

    @api.model
    def _as_lead(self, order):
        """Return an order as the one who leads it sees it."""
        env = self._act_as(order.lead_id.user_id)
        return env["aftersales.order"].browse(order.id)

    @api.model
    def _recommend(self):
        """Note what units will need soon; one customer has agreed."""
        made = self._act("dispatcher")["aftersales.recommendation"].create(
            [
                {
                    "equipment_id": self._record(f"equipment_{unit}").id,
                    "name": name,
                    "note": reason,
                    "recommended_on": self._today() - timedelta(days=9 - number),
                }
                for number, (unit, name, reason) in enumerate(ADVICE)
            ]
        )
        made[-1:].action_accept()
