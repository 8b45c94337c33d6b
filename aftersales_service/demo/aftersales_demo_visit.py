"""The visits of the demo history: kit, journey, findings, signature, lateness."""

from datetime import timedelta

from odoo import api, models

from .history_plan import OPINIONS
from .pictures import draw_damage, draw_signature

# Visits so old are over: nobody waits for a part any more.
RECENT_DAYS = 9
REPAIRED = "Part taken out, cleaned and put back; runs without trouble."
SIGNERS = (
    "Manager Li 李经理",
    "Zhang Gong 张工",
    "Ms Hu 胡女士",
    "Shift Leader Ye 叶班长",
)


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _travel(self, jobs):
        """Let the technicians check their kits, depart and arrive."""
        for job in jobs:
            if job.facts.get("until") in ("draft", "scheduled", "dispatched"):
                continue
            order = self._mine(job)
            due = self._get_due(job)
            self._tick(order, "departure_kit", self._job_at(job, due - 40))
            order.action_depart(at=self._job_at(job, due - 32))
            minutes = job.late[0] if job.late else -(2 + job.number % 9)
            job.facts["arrived"] = due + minutes
            order.action_arrive(at=self._job_at(job, due + minutes))
            if order.worker_ids.is_late:
                reason = job.late[1] if job.late else "traffic"
                order.action_report_late("traffic" if job.number % 4 == 0 else reason)
            if "until" not in job.facts:
                cause = self._code("cause", job.fault.cause)
                self._start_work(order, cause, self._job_at(job, due + minutes + 4))

    @api.model
    def _tick(self, order, purpose, at):
        """Let the technician tick the items of one list."""
        checks = order.check_ids.filtered(
            lambda check: check.purpose == purpose and check.state == "open"
        )
        checks.action_answer(True, at=at)

    @api.model
    def _start_work(self, order, cause, at):
        """Check that it is safe and what is wrong, then begin."""
        self._tick(order, "readiness", at)
        order.unit_ids.write({"cause_id": cause.id})
        order.action_start_work(at=at)

    @api.model
    def _show_fault(self, order, text, at):
        """Take a picture of the fault: the maker wants to see it."""
        if order._get_blind_orders():
            order.action_add_photos([draw_damage(text)], at=at)

    @api.model
    def _mine(self, job, name="order"):
        """Return a document of a job as its technician sees it, and alone.

        Alone, because documents of others in its prefetch would be refused.
        """
        if "env" not in job.facts:
            job.facts["env"] = self._act_as(job.technician.user_id)
        document = job.facts[name]
        return job.facts["env"][document._name].browse(document.id)

    @api.model
    def _finish_visits(self, jobs):
        """Let the technicians write reports, get signatures and leave."""
        for job in jobs:
            order = self._mine(job)
            end = job.facts["arrived"] + 80 + job.number * 11 % 60
            if job.facts["days"]:
                end = job.facts["days"] * 24 * 60 + 10 * 60 + job.number % 50
            job.facts["end"] = end
            self._write_findings(job, order)
            at = self._job_at(job, end)
            self._show_fault(order, f"{job.unit.name} {job.fault.cause}", at)
            self._tick(order, "closing", at)
            if order.missing("sign"):
                # An incomplete report comes in on paper: the office enters it.
                order = order.with_env(self._act("dispatcher"))
            self._get_signature(job, order)
            if job.has_called:
                order.action_call_headquarters(at=self._job_at(job, end + 3))
            order.action_leave(at=self._job_at(job, end + 6))
            order.action_done(at=self._job_at(job, end + 8))

    @api.model
    def _get_signature(self, job, order):
        """Have the customer sign, or note that he does not."""
        at = self._job_at(job, job.facts["end"])
        if job.is_signed:
            signer = SIGNERS[job.number % len(SIGNERS)]
            order.action_sign(signer, draw_signature(job.number), at=at)
        else:
            order.action_refuse_signature("Signs nothing without his manager", at=at)

    @api.model
    def _write_findings(self, job, order):
        """Write cause, remedy, solution, test run and the customer's opinion."""
        has_part = self._write_cause(job, order)
        values = {
            "test_run": job.test_run,
            "fix_confidence": "sure" if job.is_sure else "unsure",
            "customer_opinion": OPINIONS[job.number % len(OPINIONS)],
        }
        if job.has_report:
            values["solution"] = job.fault.solution if has_part else REPAIRED
        order.write(values)

    @api.model
    def _write_cause(self, job, order):
        """Write cause, remedy and result; without its part an old fault is mended.

        :return: True when no part was needed, or the part was there
        """
        remedy = job.fault.remedy
        has_part = not job.fault.part or job.facts.get("consumed")
        if remedy == "part_changed" and not has_part:
            remedy = "adjusted"
        is_recent = job.day > self._today() - timedelta(days=RECENT_DAYS)
        order.unit_ids.write(
            {
                "cause_id": self._code("cause", job.fault.cause).id,
                "remedy_id": self._code("remedy", remedy).id,
                "result": "part_missing" if is_recent and not has_part else "fixed",
            }
        )
        return has_part

    @api.model
    def _judge_lateness(self, jobs):
        """Let the dispatcher confirm why technicians came late."""
        env = self._act("dispatcher")
        for job in jobs[:-4]:
            worker = job.facts["order"].with_env(env).worker_ids
            if worker.is_late:
                worker.action_confirm_late(job.late[1] if job.late else "traffic")
