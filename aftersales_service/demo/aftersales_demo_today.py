"""What goes on today in the demo company: calls, jobs, cases, papers."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

from .pictures import draw_signature

# Wang's jobs of the day: unit, symptom, what was said, probable cause.
WANG = (
    ("cp_0001", "noise", "Whistles at the belt side", "bearing"),
    ("cp_0003", "overheating", "Trips at noon every day", "cooling"),
    ("cp_0009", "oil_leak", "Oil on the floor again", "seal"),
)
DAY_REPORTS = (
    ("wang", "Two compressors cleaned in Kunming.", "Three jobs, first at the market."),
    (
        "zhao",
        "Pressure sensor changed in Chengdu.",
        "Fetch the seal kit, then Mianyang.",
    ),
)
LATEST_FIRST_JOB = 16 * 60 + 30  # minute of the day
HOURS_A_JOB = 2.5
# Tickets that nobody has taken yet: unit, symptom, what was said, minutes ago.
WAITING = (
    ("cp_0011", "no_start", "Does not start, display dark", 12),
    ("cp_0030", "high_consumption", "Runs day and night, bill doubled", 26),
    ("cp_0021", "control_alarm", "Alarm 14 comes and goes", 41),
)
# Hours since the work was done at two visits whose call-backs are owed.
CALLED = (3.4, 5.5)


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _play_today(self):
        """Fill the work lists of today, each through the public methods."""
        self._take_calls()
        self._send_wang()
        self._hear_complaint()
        self._finish_this_morning()
        self._open_cases()
        self._ask_for_papers()
        self._report_yesterday()
        self._sum_up_calls()

    @api.model
    def _report(self, unit, symptom, said, minutes, **facts):
        """Take a call about a unit and open its ticket.

        :param int minutes: how long ago
        """
        call = self._act("dispatcher")["aftersales.call"].create(
            {
                "kind": "repair",
                "called_on": fields.Datetime.now() - timedelta(minutes=minutes),
                "equipment_id": self._record(f"equipment_{unit}").id,
                "symptom_id": self._code("symptom", symptom).id,
                "subject": said,
                **facts,
            }
        )
        return call.action_create_ticket()

    @api.model
    def _take_calls(self):
        """Leave three tickets without owner and one missed call."""
        for unit, symptom, said, minutes in WAITING:
            self._report(unit, symptom, said, minutes).user_id = False
        site = self._record("site_tianjin")
        self._act("dispatcher")["aftersales.call"].create(
            {
                "kind": "consultation",
                "called_on": fields.Datetime.now() - timedelta(minutes=35),
                "site_id": site.id,
                "subject": "Asks how often the line filter is changed",
                "result": "missed",
            }
        )

    @api.model
    def _plan_job(self, ticket, cause, start, technician=None):
        """Analyse a ticket's fault, agree a time, and send somebody.

        :return: the dispatched order, as the dispatcher sees it
        """
        ticket.triage_note = f"Probable cause: {self._code('cause', cause).name}."
        order = ticket.action_create_order()
        order.unit_ids.write({"expected_cause_id": self._code("cause", cause).id})
        order.action_schedule(
            start,
            planned_end=start + timedelta(minutes=110),
            employee_id=technician and technician.id,
            promised_start=start,
        )
        order.action_triage(repairable="yes")
        self._apply_for_staff(order)
        order.action_dispatch()
        return order

    @api.model
    def _send_wang(self):
        """Give Wang a full day; a customer wants one job later."""
        today = self._today()
        orders = self._act("dispatcher")["aftersales.order"]
        first = min(self._get_minutes() // 30 * 30 + 60, LATEST_FIRST_JOB)
        for number, (unit, symptom, said, cause) in enumerate(WANG):
            ticket = self._report(unit, symptom, said, 180 - 20 * number)
            ticket.action_reply()
            start = self._at(today, 0, first + number * int(60 * HOURS_A_JOB))
            orders |= self._plan_job(ticket, cause, start)
        orders[:1].action_confirm_customer("Mei Lan 梅兰")
        promises = orders[1].commitment_ids | orders[1].ticket_id.commitment_ids
        promises.filtered(
            lambda promise: promise.state in ("open", "missed")
        ).action_ask_exception(
            "The road to the store is flooded; the customer knows.",
            self._at(today + timedelta(days=1), 10),
        )
        wanted = self._at(today + timedelta(days=1), 14)
        note = "Production runs until evening."
        late = orders[2].sudo()
        if late._can_move():
            late._customer_ask_move(wanted, "Duan Bo 段波", note)

    @api.model
    def _hear_complaint(self):
        """Hear of an injury: verified, answered, and somebody goes there."""
        ticket = self._report(
            "cp_0046",
            "noise",
            "A hose burst, the operator's hand was cut",
            150,
            kind="complaint",
            injury=True,
            complaint_kind="product",
            complaint_cause="The discharge hose burst beside the operator.",
            purchase_channel="direct",
            purchase_place="Shanghai",
            batch_number="HXH-2025-114",
            manufacture_date=self._today() - timedelta(days=410),
        )
        at = fields.Datetime.now() - timedelta(minutes=90)
        start = self._at(self._today() + timedelta(days=1), 9)
        self._plan_job(ticket, "mechanical", start)
        ticket.with_env(self._act("head")).action_verify_complaint(
            "valid", "Hose of a batch that was called back.", ground="other", at=at
        )
        ticket.action_answer_complaint(
            "apology",
            "Doctor's bill is ours, all hoses are changed tomorrow.",
            at=at + timedelta(minutes=25),
        )

    @api.model
    def _finish_this_morning(self):
        """Finish visits whose call-backs are owed now, and before now."""
        done = self.env["aftersales.order"]
        for unit, hours in zip(self._get_free_units(), CALLED, strict=False):
            end = fields.Datetime.now() - timedelta(hours=hours)
            minutes = int(hours * 60) + 150
            name = unit.get_external_id()[unit.id].split(".")[1]
            name = name.removeprefix("equipment_").removesuffix("_demo")
            ticket = self._report(name, "overheating", "Too hot", minutes)
            start = end - timedelta(minutes=70)
            order = self._plan_job(ticket, "cooling", start)
            technician = self._act_as(order.sudo().lead_id.user_id)
            mine = technician["aftersales.order"].browse(order.id)
            self._visit(mine, start, end)
            done |= order
        done.action_receive_sheet()
        callbacks = done.sudo().callback_ids
        callbacks.filtered(
            lambda callback: (
                callback.state == "planned"
                and callback.opens_on <= fields.Datetime.now()
            )
        )._open()

    @api.model
    def _get_free_units(self):
        """Return units of technicians who are with no customer, one of each."""
        orders = self._children("aftersales.order")
        present = orders.filtered(lambda order: order.state == "on_site")
        busy = present.lead_id | self._record("employee_wang")
        free = self._children("aftersales.equipment").filtered(
            lambda unit: (
                unit.state == "in_service"
                and unit.site_id.state == "active"
                and unit.site_id.policy_id == self._policy("COMP")
                and unit.site_id.technician_id not in busy
            )
        )
        by_technician = free.grouped(lambda unit: unit.site_id.technician_id)
        return [units[:1] for units in by_technician.values()]

    @api.model
    def _visit(self, order, start, end, cause="cooling"):
        """Let a technician do a visit of today that leaves a doubt."""
        self._tick(order, "departure_kit", start - timedelta(minutes=50))
        order.action_depart(at=start - timedelta(minutes=45))
        order.action_arrive(at=start - timedelta(minutes=6))
        self._start_work(order, self._code("cause", cause), start)
        order.unit_ids.write(
            {"remedy_id": self._code("remedy", "cleaned").id, "result": "fixed"}
        )
        order.write(
            {
                "solution": "Cooler blown out; watch the temperature at noon.",
                "test_run": "passed",
                "fix_confidence": "unsure",
                "customer_opinion": "Quick help.",
                "customer_verdict": "satisfied",
            }
        )
        self._tick(order, "closing", end)
        order.action_sign("Shift Leader Ye 叶班长", draw_signature(order.id), at=end)
        order.action_call_headquarters(at=end)
        order.action_leave(at=end)
        order.action_done(at=end)

    @api.model
    def _open_cases(self):
        """Report one case, and take another to its decision."""
        rule = self.env["aftersales.pay.rule"].search([("code", "=", "LOSS")], limit=1)
        head = self._act("head")["aftersales.case"]
        values = {
            "breached_rule_id": rule.id,
            "loss_kind": "economic",
            "happened_on": self._today() - timedelta(days=6),
        }
        head.create(
            {
                **values,
                "kind": "lost_part",
                "subject": "Coupling missing from the van",
                "facts": "Counted on Monday: one coupling less than booked.",
                "loss_amount": 480.0,
                "share_ids": [self._prepare_share("zhou", 100.0)],
            }
        )
        case = head.create(
            {
                **values,
                "kind": "accident",
                "subject": "Inverter damaged while unloading",
                "facts": "Slipped from the ramp in Ningbo; the box was not tied.",
                "loss_amount": 3200.0,
                "share_ids": [
                    self._prepare_share("wu", 60.0),
                    Command.create({"party": "transport", "percent": 40.0}),
                ],
            }
        )
        self._decide_case(case)

    @api.model
    def _decide_case(self, case):
        """Determine, review and decide a case."""
        found = case.with_env(self._act("quality_vp"))
        found.write(
            {
                "outcome": "accident",
                "determination": "The load was not tied; the ramp was wet.",
                "member_ids": [Command.set(self._record("user_sales_vp").ids)],
            }
        )
        found.action_determine()
        decided = case.with_env(self._act("manager"))
        decided.action_review("Agreed.")
        decided.action_decide("The technician bears his share by the scale.")

    @api.model
    def _prepare_share(self, name, percent):
        """Return the command that gives an employee a share of a case."""
        return Command.create(
            {
                "party": "employee",
                "employee_id": self._record(f"employee_{name}").id,
                "percent": percent,
            }
        )

    @api.model
    def _ask_for_papers(self):
        """Ask for the month's documents, take some in, and file two reports."""
        rules = self.env["aftersales.document.rule"]
        rules._generate()
        dues = self._children("aftersales.document.due")
        desk = self._act("dispatcher")
        dues[::3].with_env(desk).action_receive()
        today = self._today()
        dues.filtered(lambda due: due.state == "due" and due.due_on < today)._miss()
        closed = desk["aftersales.order"].search([("state", "=", "closed")], limit=2)
        closed.action_file_report()
        queued = self.env["aftersales.message"].search(
            [("state", "=", "queued")], order="id", limit=2
        )
        for message in queued:
            message._send_safely()

    @api.model
    def _report_yesterday(self):
        """Let two technicians hand in the report of the last working day."""
        today = self._today()
        day = self._working_days(today - timedelta(days=10), today - timedelta(days=1))
        for name, work, plan in DAY_REPORTS:
            user = self._record(f"employee_{name}").user_id
            self._act_as(user)["aftersales.day.report"].action_report_day(
                work, plan=plan, date=day[-1], at=self._at(day[-1], 21, 10)
            )

    @api.model
    def _sum_up_calls(self):
        """Let the head sum up the call-backs of the last month."""
        first = self._today().replace(day=1) - relativedelta(months=1)
        self._act("head")["aftersales.callback.summary"].create(
            {"date_from": first, "date_to": first + relativedelta(months=1, days=-1)}
        )
