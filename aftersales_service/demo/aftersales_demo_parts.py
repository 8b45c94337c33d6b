"""Parts claims of the demo history, from the damage report to the old part."""

from datetime import timedelta

from odoo import Command, api, models

from .pictures import draw_damage

# States a claim passes on its way; a fate names the last one it reaches.
WAY = ("submitted", "verified", "approved", "issued", "closed")


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _claim_parts(self, jobs):
        """Claim the parts of the visits, as far as each claim has come."""
        today = self._today()
        for job in jobs:
            job.facts["days"] = self._get_part_days(job, today)
            unit = job.facts["order"].unit_ids
            if not job.claim or unit.coverage == "undetermined":
                continue
            self._write_cause(job, self._mine(job))
            self._submit_claim(job)
            if job.claim == "rejected":
                self._reject_claim(job)
                continue
            for step, state in (
                (self._verify_claim, "verified"),
                (self._approve_claim, "approved"),
                (self._issue_claim, "issued"),
            ):
                if WAY.index(job.claim) >= WAY.index(state):
                    step(job)

    @api.model
    def _get_part_days(self, job, today):
        """Return how many days later the part is there: the next working day."""
        if not job.claim or WAY.count(job.claim) == 0 or WAY.index(job.claim) < 3:
            return 0
        days = self._working_days(
            job.day + timedelta(days=1), today - timedelta(days=1)
        )
        return (days[0] - job.day).days if days else 0

    @api.model
    def _submit_claim(self, job):
        """Let the technician report the damage and ask for the part."""
        order = self._mine(job)
        product = self._record(f"product_{job.fault.part}")
        line = {
            "product_id": product.id,
            "quantity": 1.0,
            "payer": "company" if order.unit_ids.coverage == "covered" else "customer",
        }
        if product.tracking == "serial":
            line["old_serial"] = f"OLD-{product.default_code}-{job.number:04d}"
        else:
            line["old_part"] = "scrap"
        claim = order.env["aftersales.claim"].create(
            {
                "order_id": order.id,
                "equipment_id": job.unit.id,
                "evidence": "report",
                "evidence_note": job.fault.said,
                "line_ids": [Command.create(line)],
            }
        )
        photo = order.env["ir.attachment"].create(
            {
                "name": f"{job.unit.name}.png",
                "datas": draw_damage(f"{job.unit.name} {job.fault.cause}"),
                "res_model": claim._name,
                "res_id": claim.id,
            }
        )
        claim.write({"evidence_ids": [Command.link(photo.id)]})
        claim.action_submit(at=self._job_at(job, job.facts["arrived"] + 15))
        job.facts["claim"] = claim

    @api.model
    def _seen_by(self, job, user):
        """Return the claim of a job as another user sees it."""
        return job.facts["claim"].with_env(self._act(user))

    @api.model
    def _reject_claim(self, job):
        claim = self._seen_by(job, "dispatcher")
        claim.action_reject("The photo shows another part than the claim.")

    @api.model
    def _verify_claim(self, job):
        """Let the desk check the report and say what cannot wait."""
        claim = self._seen_by(job, "dispatcher")
        at = self._job_at(job, job.facts["arrived"] + 22)
        if claim.coverage == "customer":
            claim.action_record_customer_approval("Purchasing 采购部", at=at)
        if job.is_emergency:
            claim.action_set_emergency("Production stands still")
        claim.action_verify(at=at)

    @api.model
    def _approve_claim(self, job):
        """Take the claim through its tiers, whoever they ask for."""
        deciders = {
            self.env.ref("aftersales_service.group_head"): "head",
            self.env.ref("aftersales_service.group_sales_vp"): "sales_vp",
            self.env.ref("aftersales_service.group_general_manager"): "manager",
        }
        minutes = job.facts["arrived"] + 30
        while job.facts["claim"].state == "verified":
            group = job.facts["claim"].sudo().next_tier_id.group_id
            claim = self._seen_by(job, deciders[group])
            claim.action_approve(at=self._job_at(job, minutes))
            minutes += 9

    @api.model
    def _issue_claim(self, job):
        """Let the warehouse hand the part out, then the technician use it."""
        keeper = self._seen_by(job, "warehouse")
        picking = keeper.action_issue()
        minutes = 9 * 60 + 10 if job.facts["days"] else job.facts["arrived"] + 48
        days = job.facts["days"]
        picking.write({"aftersales_handed_on": self._job_at(job, minutes, days)})
        picking.with_context(skip_sms=True).button_validate()
        if job.claim == "issued":
            return
        line = self._mine(job, "claim").line_ids
        line.action_consume(1.0, at=self._job_at(job, minutes + 25, days))
        job.facts["consumed"] = True

    @api.model
    def _settle_claims(self, jobs):
        """Bring the old parts back and close what is accounted for."""
        keeper = self._act("warehouse")
        desk = self._act("dispatcher")
        closing = desk["aftersales.claim"]
        today = self._today()
        for job in jobs:
            if not job.facts.get("consumed"):
                continue
            line = job.facts["claim"].line_ids
            if line.old_part == "return":
                days = job.facts["days"] + 1 + job.number % 4
                if job.day + timedelta(days=days) >= today:
                    continue
                at = self._job_at(job, 9 * 60 + 40, days)
                line.with_env(keeper).action_return_old(1.0, at=at)
            closing |= job.facts["claim"].with_env(desk)
        judge = self._act("quality_vp")
        parties = ("supplier", "production", "unknown", "transport")
        for index, claim in enumerate(closing):
            claim.with_env(judge).action_find_responsible(
                parties[index % len(parties)], "By the old part, 按旧件判断"
            )
            claim.write({"cost_shipping": 18.0 + index * 7 % 40})
        closing.filtered(lambda claim: not claim.missing("close")).action_close()
