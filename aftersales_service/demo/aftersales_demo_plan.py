"""Plans of the demo company: what is due, what is late, and a signed sheet."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

from .pictures import draw_signature

SITES = ("suzhou", "kunshan", "yuxi", "dali", "chengdu", "hangzhou", "tianjin")
# Question, lowest and highest value, unit, and the readings of two visits.
READINGS = (
    ("Discharge temperature", 60.0, 95.0, "°C", (81.0, 88.0)),
    ("Pressure under load", 6.0, 8.5, "bar", (7.5, 7.2)),
    ("Running hours", 0.0, 90000.0, "h", (18240.0, 18930.0)),
)


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _play_plans(self):
        """Make plans from the templates, then the work that is due."""
        head = self._act("head")
        sites = head["aftersales.site"].browse(
            [self._record(f"site_{name}").id for name in SITES]
        )
        plans = sites.action_propose_plans()
        today = self._today()
        first = today.replace(day=1) - relativedelta(months=1)
        monthly = plans.filtered(
            lambda plan: (
                plan.template_id == self._shipped("plan_template_monthly")
                or plan.template_id == self._shipped("plan_template_key_call")
            )
        )
        monthly.write({"date_start": today.replace(day=1)})
        sheet = self._make_sheet(head)
        read = monthly.filtered(
            lambda plan: plan.site_id.id == sites[:1].id and plan.kind == "visit"
        )
        (read | monthly.filtered(lambda plan: plan.site_id.id == sites[3].id)).write(
            {"date_start": first}
        )
        read.checklist_ids = [Command.link(sheet.id)]
        plans.generate()
        self._read_machines(read)

    @api.model
    def _make_sheet(self, head):
        """Return the sheet with the readings of a compressor room."""
        return head["aftersales.checklist"].create(
            {
                "name": "Compressor Room Readings 空压站读数",
                "code": "DEMO-READ",
                "purpose": "inspection",
                "item_ids": [
                    Command.create(
                        {
                            "sequence": 10 * number,
                            "section": "Readings",
                            "name": name,
                            "answer_type": "number",
                            "minimum": lowest,
                            "maximum": highest,
                            "uom_name": unit,
                            "is_required": True,
                        }
                    )
                    for number, (name, lowest, highest, unit, _both) in enumerate(
                        READINGS, 1
                    )
                ],
            }
        )

    @api.model
    def _read_machines(self, plan):
        """Do the newest two inspections of a plan, as far as they are due."""
        orders = plan.sudo().occurrence_ids.order_id.sorted("plan_due_on")
        for number, order in enumerate(orders[:2]):
            day = self._today() - timedelta(days=26 - 24 * number)
            self._inspect(order.sudo(False), number, self._at(day, 10))

    @api.model
    def _inspect(self, order, number, start):
        """Let the site's technician answer and get the sheet signed."""
        desk = order.with_env(self._act("dispatcher"))
        desk.action_schedule(start, planned_end=start + timedelta(hours=1))
        desk.action_dispatch()
        env = self._act_as(order.sudo().lead_id.user_id)
        mine = env["aftersales.order"].browse(order.id)
        self._tick(mine, "departure_kit", start - timedelta(minutes=50))
        mine.action_depart(at=start - timedelta(minutes=45))
        mine.action_arrive(at=start - timedelta(minutes=3))
        mine.action_start_work(at=start)
        readings = {name: both[number] for name, *_limits, both in READINGS}
        for check in mine.check_ids.filtered(lambda one: one.purpose == "inspection"):
            if check.answer_type == "number":
                check.action_answer(readings[check.name], at=start)
            elif check.answer_type == "tick":
                check.action_answer(True, at=start)
        mine.write(
            {
                "solution": "All machines checked, readings on the sheet.",
                "customer_opinion": "Good that somebody comes every month.",
                "customer_verdict": "satisfied",
            }
        )
        end = start + timedelta(hours=1)
        self._tick(mine, "closing", end)
        mine.action_sign("Manager Li 李经理", draw_signature(order.id), at=end)
        mine.action_call_headquarters(at=end)
        mine.action_leave(at=end)
        mine.action_done(at=end)
        desk.action_receive_sheet(at=end + timedelta(hours=3))
