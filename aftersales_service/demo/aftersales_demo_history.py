"""Three months of calls, tickets and orders, played by the demo users."""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models

from .history_plan import FAULTS, SLOTS, make_plan

_logger = logging.getLogger(__name__)
# How far the newest visits have come, newest first.
UNFINISHED = ("draft", "draft", "scheduled", "scheduled", "dispatched", "on_site")
# Minutes from now at which the technician of such a visit is expected.
DUE = {"dispatched": 70, "on_site": -50}
# The story of the main job is played on these; the history keeps off them.
STORY_UNIT = "equipment_cp_0007"
STORY_TECHNICIAN = "employee_wang"


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _play_history(self):
        """Play the history step by step, each through the public methods."""
        jobs = self._get_jobs()
        visits = [job for job in jobs if job.path == "onsite"]
        finished = self._mark_unfinished(visits)
        unfinished = [job for job in visits if "until" in job.facts]
        for step, work in (
            (self._open_tickets, jobs),
            (self._answer_by_phone, jobs),
            (self._open_orders, visits),
            (self._send_technicians, visits),
            (self._play_visits, finished),
            (self._date_desk_work, finished),
            (self._judge_lateness, finished),
            (self._settle_claims, finished),
            (self._answer_complaints, finished),
            (self._call_back, jobs),
            (self._close_complaints, finished),
            (self._reconcile_sheets, finished),
            (self._close_orders, finished),
            (self._enter_trips, finished),
            (self._settle_pay, finished),
            (self._travel, unfinished),
        ):
            start = time.monotonic()
            step(work)
            self.env.flush_all()
            seconds = time.monotonic() - start
            _logger.info("Demo history: %s %.1f s", step.__name__, seconds)
        self._finish_register()
        self._clear_lists()

    @api.model
    def _get_jobs(self):
        """Return the jobs of the plan, with records instead of ids."""
        start, today = self._history_start(), self._today()
        days = self._working_days(start, today - timedelta(days=1))
        equipment = self._children("aftersales.equipment").filtered(
            lambda unit: unit.site_id.state == "active" and unit.state == "in_service"
        )
        technicians = {unit.id: unit.site_id.technician_id.id for unit in equipment}
        units = [
            (unit.id, technicians[unit.id])
            for unit in equipment - self._record(STORY_UNIT)
        ]
        busy = self._record(STORY_TECHNICIAN).id
        last_month = today.replace(day=1) - timedelta(days=1)
        blocked = {(busy, day) for day in days if day.month == last_month.month}
        jobs = make_plan(days, units, blocked)
        for job in jobs:
            job.unit = equipment.browse(job.unit)
            job.technician = self.env["hr.employee"].browse(job.technician)
        self._give_story_unit_a_past(jobs, busy)
        return jobs

    @api.model
    def _give_story_unit_a_past(self, jobs, technician_id):
        """Let the story's unit have been served once, for another fault."""
        for job in jobs:
            if job.technician.id == technician_id and job.path == "onsite":
                job.unit = self._record(STORY_UNIT)
                job.fault = next(fault for fault in FAULTS if fault.cause == "cooling")
                job.claim = ""
                return

    @api.model
    def _mark_unfinished(self, visits):
        """Let the newest visits be of today, and note how far they have come.

        :return: the other visits, which are finished
        """
        story = self._record(STORY_TECHNICIAN)
        others = [job for job in visits if job.technician != story]
        newest = others[-len(UNFINISHED) :][::-1]
        now = self._get_minutes()
        for number, (job, state) in enumerate(zip(newest, UNFINISHED, strict=True)):
            job.facts["until"] = state
            job.day, job.minute, job.late = self._today(), now - 30 - 22 * number, ()
            job.facts["due"] = now + DUE.get(state, 0)
        return [job for job in visits if "until" not in job.facts]

    @api.model
    def _get_minutes(self):
        """Return the minutes of today that have passed in Shanghai."""
        midnight = self._at(self._today(), 0)
        return int((fields.Datetime.now() - midnight).total_seconds() // 60)

    @api.model
    def _get_due(self, job):
        """Return the minute of its day at which a job's technician is expected."""
        return job.facts.get("due", SLOTS[job.slot])

    @api.model
    def _clear_lists(self):
        """Take what is long over off people's lists and out of their inboxes."""
        closed = self._children("helpdesk.ticket").filtered("closed")
        closed.activity_unlink(["aftersales_service.mail_activity_fault"])
        told = closed.escalation_ids.filtered(lambda line: not line.acknowledged_on)
        told.with_env(self._act("head")).action_acknowledge()
        self.env["mail.notification"].search(
            [("mail_message_id.model", "in", ("aftersales.order", "aftersales.claim"))]
        ).write({"is_read": True})

    # -- actors

    @api.model
    def _act(self, name):
        """Return the environment in which a demo user acts.

        :param str name: the user's external id without prefix and suffix
        """
        return self._act_as(self._record(f"user_{name}"))

    @api.model
    def _act_as(self, user):
        return self.env(
            user=user.id,
            su=False,
            context={
                "lang": "en_US",
                "tz": "Asia/Shanghai",
                "allowed_company_ids": self._record("company").ids,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "mail_notify_force_send": False,
            },
        )

    @api.model
    def _code(self, kind, name):
        """Return a symptom, cause or remedy that ships with the addon."""
        return self.env.ref(f"aftersales_service.code_{kind}_{name}")

    @api.model
    def _job_at(self, job, minutes, days=0):
        """Return a time of a job as naive UTC.

        :param int minutes: minutes of the day in Shanghai
        :param int days: how many days after the job
        """
        return self._at(job.day + timedelta(days=days), 0, minutes)

    @api.model
    def _play_visits(self, jobs):
        """Play one visit after the other: nobody is in two places."""
        for job in jobs:
            self._travel([job])
            self._claim_parts([job])
            self._finish_visits([job])

    # -- desk

    @api.model
    def _open_tickets(self, jobs):
        """Take all calls and open their tickets."""
        env = self._act("dispatcher")
        takers = (env.user, self._record("user_callback"))
        calls = env["aftersales.call"].create(
            [
                {
                    "kind": job.kind,
                    "called_on": self._job_at(job, job.minute),
                    "equipment_id": job.unit.id,
                    "symptom_id": self._code("symptom", job.fault.symptom).id,
                    "subject": f"{job.unit.name}: {job.fault.said}",
                    "user_id": takers[job.number % 3 == 0].id,
                    **self._get_complaint(job),
                }
                for job in jobs
            ]
        )
        calls.action_create_ticket()
        for job, call in zip(jobs, calls, strict=True):
            job.facts["ticket"] = call.ticket_id
        for job in jobs:
            delay = 4 + job.number * 7 % 19
            if job.number % 23 == 0 and "until" not in job.facts:
                delay = 55
            job.facts["ticket"].action_reply(at=self._job_at(job, job.minute + delay))
        for job in jobs[:: len(jobs) // 9]:
            if "until" in job.facts:
                continue
            ticket = job.facts["ticket"]
            ticket.action_urge(at=self._job_at(job, job.minute + 60))

    @api.model
    def _get_complaint(self, job):
        """Return the facts that a complaint's call must say, else nothing."""
        if job.kind != "complaint":
            return {}
        return {
            "complaint_kind": "service",
            "complaint_category": "late",
            "complaint_cause": job.fault.said,
        }

    @api.model
    def _answer_by_phone(self, jobs):
        """Solve by phone what needs no visit."""
        for job in jobs:
            if job.path == "remote":
                ticket = job.facts["ticket"]
                ticket.action_resolve_remotely(
                    f"Guided by phone. {job.fault.solution}",
                    at=self._job_at(job, job.minute + 62),
                )

    @api.model
    def _open_orders(self, jobs):
        """Analyse the faults and open the orders."""
        env = self._act("dispatcher")
        by_fault = {}
        for job in jobs:
            by_fault.setdefault(job.fault, []).append(job.facts["ticket"].id)
        for fault, ids in by_fault.items():
            part = fault.part and self._record(f"product_{fault.part}").name
            env["helpdesk.ticket"].browse(ids).write(
                {
                    "triage_note": f"Probable cause: "
                    f"{self._code('cause', fault.cause).name}. "
                    f"Parts: {part or 'none'}."
                }
            )
        tickets = env["helpdesk.ticket"].browse(
            [job.facts["ticket"].id for job in jobs]
        )
        orders = tickets.action_create_order().grouped("ticket_id")
        expected = {}
        for job in jobs:
            job.facts["order"] = orders[job.facts["ticket"]]
            units = job.facts["order"].unit_ids
            expected[job.fault.cause] = expected.get(job.fault.cause, units) | units
        for cause, units in expected.items():
            units.write({"expected_cause_id": self._code("cause", cause).id})

    @api.model
    def _send_technicians(self, jobs):
        """Agree a time for each visit, then send the technicians."""
        ready = self._act("dispatcher")["aftersales.order"]
        for job in jobs:
            until = job.facts.get("until")
            if until == "draft":
                continue
            start = self._job_at(job, self._get_due(job))
            if until == "scheduled":
                start = self._at(self._get_next_day(), 0, SLOTS[job.slot])
            order = job.facts["order"]
            order.action_schedule(
                start,
                planned_end=start + timedelta(minutes=110),
                employee_id=job.technician.id,
                promised_start=start if job.number % 4 else None,
            )
            if until != "scheduled":
                ready |= order
        self._apply_for_staff(ready)
        ready.action_dispatch()
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        ready.ticket_id.write({"stage_id": stage.id})

    @api.model
    def _date_desk_work(self, jobs):
        """Let the desk have opened and sent each order on the day of its call."""
        opened = []
        for job in jobs:
            order = job.facts["order"].sudo()  # sudo: what no user may set
            sent = self._job_at(job, job.minute + 38)
            sent = min(sent, order.departed_on or sent)
            order._unguarded().dispatched_on = sent
            opened.append(min(self._job_at(job, job.minute + 26), sent))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_order SET create_date = job.opened "
            "FROM unnest(%s, %s::timestamp[]) AS job (id, opened) "
            "WHERE aftersales_order.id = job.id",
            ([job.facts["order"].id for job in jobs], opened),
        )
        self.env.invalidate_all()

    @api.model
    def _reconcile_sheets(self, jobs):
        """Take in the signed sheets on the evening of each day, but the newest."""
        orders = self._act("dispatcher")["aftersales.order"].browse(
            [job.facts["order"].id for job in jobs[:-5]]
        )
        done = orders.filtered(lambda order: order.state in ("done", "closed"))
        for day, of_day in done.grouped("done_date").items():
            of_day.action_receive_sheet(at=self._at(day, 20))

    @api.model
    def _get_next_day(self):
        """Return the next working day."""
        today = self._today()
        return self._working_days(
            today + timedelta(days=1), today + timedelta(days=12)
        )[0]

    @api.model
    def _close_orders(self, jobs):
        """Check the reports and close the orders whose parts are settled."""
        env = self._act("dispatcher")
        done = env["aftersales.order"].browse(
            [job.facts["order"].id for job in jobs[:-12]]
        )
        done.filtered(
            lambda order: order.state == "done" and not order.missing("close")
        ).action_close()
