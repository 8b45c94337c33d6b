"""What follows the visits of the demo history: call-backs, reworks, trips."""

from datetime import timedelta

from odoo import Command, api, fields, models

from .aftersales_demo_visit import RECENT_DAYS
from .pictures import draw_signature

NOTES = {
    "satisfied": "Runs without trouble.",
    "average": "Works, but came late in the day.",
    "dissatisfied": "The same fault again after some hours.",
    "unreachable": "Nobody answers.",
}
ASPECTS = ("speed", "quality", "price", "attitude")


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _call_back(self, jobs):
        """Make the call-backs that are due, most of them in their window."""
        now = fields.Datetime.now()
        for job in jobs:
            document = job.facts.get("order") or job.facts["ticket"]
            for callback in document.sudo().callback_ids:
                at = callback.opens_on + timedelta(minutes=6 + job.number % 40)
                is_over = callback.due_on < now
                if is_over and job.verdict == "missed":
                    self._call_late(job, callback, now)
                elif is_over:
                    self._record_call(job, callback, at)
            self._play_reworks(job, document)
        self._watch_promises(now)

    @api.model
    def _call_late(self, job, callback, now):
        """Call a day late; who was forgotten these days still waits for his call."""
        at = callback.due_on + timedelta(hours=20)
        if at < now - timedelta(days=RECENT_DAYS):
            job.verdict = "satisfied"
            self._record_call(job, callback, at)

    @api.model
    def _watch_promises(self, now):
        """Do what the nightly watch would have done, without its commits.

        Breaches of the last days stand on people's lists, older ones do not.
        """
        callbacks = self.env["aftersales.callback"]
        callbacks.search([("state", "=", "planned"), ("opens_on", "<=", now)])._open()
        callbacks.search([("state", "=", "open"), ("due_on", "<", now)])._miss()
        promises = self.env["aftersales.commitment"]
        promises.search([("state", "=", "open"), ("deadline", "<", now)])._breach()
        broken = promises.search([("state", "=", "missed"), ("told_on", "=", False)])
        recent = broken.filtered(
            lambda promise: promise.deadline > now - timedelta(days=8)
        )
        recent._tell_breach()
        (broken - recent)._unguarded().write({"told_on": now})

    @api.model
    def _record_call(self, job, callback, at):
        """Record one call-back; the dissatisfied ones lead to a rework."""
        callback = callback.with_env(self._act("callback"))
        if job.verdict == "unreachable":
            self._call_in_vain(callback, at)
            return
        verdict = job.verdict
        if verdict == "dissatisfied" and "dissatisfied_on" in job.facts:
            verdict = "average"  # he was asked before, and knows who comes
        is_good = verdict == "satisfied"
        marks = (5, 5, 4) if is_good else (3, 4, 2)
        callback.action_record(
            verdict,
            note=NOTES[verdict],
            scores=dict(zip(("quality", "attitude", "speed"), marks, strict=True)),
            aspect=None if is_good else ASPECTS[job.number % len(ASPECTS)],
            at=at,
        )
        if verdict == "dissatisfied":
            job.facts["dissatisfied_on"] = at

    @api.model
    def _call_in_vain(self, callback, at):
        """Try as often as the policy says, where there was the time for it."""
        note = NOTES["unreachable"]
        callback.action_record("unreachable", note=note, at=at)
        limit = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        while callback.state != "done" and callback.next_attempt_on:
            at = callback.next_attempt_on + timedelta(minutes=15)
            if at > limit:
                break
            callback.action_record("unreachable", note=note, at=at)

    @api.model
    def _play_reworks(self, job, document):
        """Do again what the customer was not satisfied with some days ago."""
        at = job.facts.get("dissatisfied_on")
        if at and at < fields.Datetime.now() - timedelta(days=4):
            for order in document.sudo().callback_ids.rework_order_id:
                self._play_rework(job, order, at)

    @api.model
    def _play_rework(self, job, order, since):
        """Do the work again on the next day, until the customer is satisfied."""
        start = since.replace(hour=1, minute=30) + timedelta(days=1)
        desk = order.with_env(self._act("dispatcher"))
        desk.action_schedule(
            start,
            planned_end=start + timedelta(hours=2),
            employee_id=job.technician.id,
            promised_start=start,
        )
        desk.action_triage(
            analysis="The same fault again: check the connections.", repairable="yes"
        )
        self._apply_for_staff(desk)
        desk.action_dispatch()
        mine = order.with_env(job.facts.get("env", desk.env))
        self._tick(mine, "departure_kit", start - timedelta(minutes=50))
        mine.action_depart(at=start - timedelta(minutes=40))
        mine.action_arrive(at=start - timedelta(minutes=5))
        cause = self._code("cause", "wiring")
        self._start_work(mine, cause, start - timedelta(minutes=1))
        mine.unit_ids.write(
            {
                "remedy_id": self._code("remedy", "adjusted").id,
                "result": "fixed",
            }
        )
        mine.write(
            {
                "solution": "Checked again, connection secured.",
                "test_run": "passed",
                "fix_confidence": "sure",
                "customer_opinion": "Now it is all right.",
            }
        )
        self._leave_again(job, mine, start + timedelta(minutes=75))
        self._call_again(order)
        order.with_env(self._act("head")).action_track()
        desk.action_close()

    @api.model
    def _leave_again(self, job, mine, end):
        """Have the rework signed, and leave."""
        self._tick(mine, "closing", end)
        mine.action_sign("Zhang Gong 张工", draw_signature(job.number), at=end)
        mine.action_call_headquarters(at=end)
        mine.action_leave(at=end + timedelta(minutes=4))
        mine.action_done(at=end + timedelta(minutes=5))

    @api.model
    def _call_again(self, order):
        """Ask the customer once more, who is content now."""
        for callback in order.sudo().callback_ids:
            callback.with_env(self._act("callback")).action_record(
                "satisfied",
                note=NOTES["satisfied"],
                scores={"quality": 5, "attitude": 5, "speed": 4},
                at=callback.opens_on + timedelta(minutes=12),
            )

    @api.model
    def _enter_trips(self, jobs):
        """Let the technicians enter their journeys, and the head confirm them."""
        head = self._act("head")
        trips = head["aftersales.trip"]
        away = set()
        for job in jobs:
            nights = max(job.nights, job.facts["days"])
            days = {
                (job.technician.id, job.day + timedelta(days=day))
                for day in range(nights + 1)
            }
            is_back = job.day + timedelta(days=nights) < self._today()
            if job.has_trip and is_back and not days & away:
                away |= days
                trips |= self._enter_trip(job, nights).with_env(head)
        trips[:-4].action_confirm()

    @api.model
    def _enter_trip(self, job, nights):
        """Enter one journey with its meals and nights."""
        env = job.facts["env"]
        trip = env["aftersales.trip"].create(
            {
                "employee_id": job.technician.id,
                "destination": job.unit.site_id.address_id.city,
                "order_ids": [Command.set(job.facts["order"].ids)],
                "expected_days": nights + 1.0,
            }
        )
        trip.action_depart(at=self._job_at(job, 7 * 60 + 20))
        trip.action_return(at=self._job_at(job, 19 * 60 + 40, nights))
        trip.write(
            {
                "line_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "date": job.day + timedelta(days=day),
                            "quantity": quantity,
                        }
                    )
                    for kind, day, quantity in self._get_trip_lines(job, nights)
                ]
            }
        )
        trip.action_submit()
        return trip

    @api.model
    def _get_trip_lines(self, job, nights):
        """Return kind, day and quantity of what a journey cost."""
        meals = [("meal", day, 2 + job.number % 2) for day in range(nights + 1)]
        return meals + [("lodging", day, 1) for day in range(nights)]
