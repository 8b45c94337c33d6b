"""What became of the complaints of the last three months."""

from datetime import timedelta

from odoo import api, fields, models

HELD = "The agreed time was not kept."
ASKED = "The customer asked when somebody comes; nothing went wrong."


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _answer_complaints(self, jobs):
        """Let the head verify the complaints and the desk answer them."""
        head, desk = self._act("head"), self._act("dispatcher")
        complaints = [job for job in jobs if job.kind == "complaint"]
        for number, job in enumerate(complaints):
            ticket = job.facts["ticket"]
            at = self._job_at(job, 17 * 60)
            is_valid = number % 3 == 0
            ticket.with_env(head).action_verify_complaint(
                "valid" if is_valid else "communicative",
                HELD if is_valid else ASKED,
                ground="not_in_time" if is_valid else None,
                at=at,
            )
            ticket.with_env(desk).action_answer_complaint(
                "apology" if is_valid else "explanation",
                "Told what happened, and when the work is done.",
                at=at,
            )

    @api.model
    def _close_complaints(self, jobs):
        """Call the customers back about the answer, and close their complaints."""
        head, caller = self._act("head"), self._act("callback")
        now = fields.Datetime.now()
        for job in jobs:
            ticket = job.facts["ticket"].with_env(head)
            if job.kind != "complaint":
                continue
            for callback in ticket.sudo().callback_ids:
                at = callback.opens_on + timedelta(minutes=30)
                if at < now and callback.state != "done":
                    callback.with_env(caller).action_record(
                        "satisfied", note="Takes the answer well.", at=at
                    )
            closing = self._job_at(job, 18 * 60, days=2)
            if not ticket.closed and closing < now:
                ticket._close_as_solved(closing)
