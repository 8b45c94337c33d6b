from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text
from ..exceptions import NotAllowedError, NotEntitledError
from .aftersales_claim import DESK
from .aftersales_fact_mixin import fact_action


class AftersalesClaim(models.Model):
    """Decisions on a claim by the dated tiers (PART-03, PART-08 to PART-10)."""

    _inherit = "aftersales.claim"

    needs_excess_approval = fields.Boolean(
        string="Cost above Approval", compute="_compute_needs_excess_approval"
    )
    next_tier_id = fields.Many2one(
        "aftersales.approval.tier",
        string="Next Decision",
        compute="_compute_next_tier_id",
        compute_sudo=True,
    )
    can_approve = fields.Boolean(compute="_compute_next_tier_id", compute_sudo=True)

    @api.depends("state", "round", "cost_total", "approval_ids")
    def _compute_needs_excess_approval(self):
        for claim in self:
            claim.needs_excess_approval = claim._is_over_approval()

    @api.depends(
        "state",
        "round",
        "urgency",
        "amount_total",
        "cost_total",
        "approval_ids",
        "requested_by_id",
        "verified_by_id",
        "urgency_by_id",
    )
    @api.depends_context("uid")
    def _compute_next_tier_id(self):
        tiers = self._get_next_tiers()
        parties = self._get_parties()
        holders = self._get_holders(tiers)
        for claim in self:
            claim.next_tier_id = tiers[claim.id]
            claim.can_approve = bool(
                claim._pick_holder(holders[claim.id], parties[claim.id])
            )

    def _is_over_approval(self):
        """Tell whether the cost passed what was approved in this round (AMB-20)."""
        self.ensure_one()
        if self.state != "issued":
            return False
        # sudo: the technician who closes his claim sees no approvals
        approvals = self.sudo().approval_ids.filtered(
            lambda approval: (
                approval.round == self.round and approval.decision == "approved"
            )
        )
        return not any(
            tier._is_within_limit(self.cost_total, self.currency_id)
            for tier in approvals.tier_id
        )

    def _get_decision_path(self):
        """Return the path and the amount the next decision is about."""
        self.ensure_one()
        if self.state == "issued":
            return "excess", self.cost_total
        return self.urgency, self.amount_total

    def _get_next_tiers(self, at=None):
        """Return the next step of each claim that waits for a decision.

        :param datetime at: when it is taken, now by default
        :return: ``{claim id: tier}``; an empty tier where none waits or matches
        """
        Tier = self.env["aftersales.approval.tier"]
        candidates = self._get_tiers(at)
        result = {}
        for claim in self:
            waits = claim.state == "verified" or claim._is_over_approval()
            steps = claim._get_steps(candidates) if waits else Tier
            taken = claim._get_approvals().mapped("sequence")
            result[claim.id] = steps.filtered(
                lambda tier, taken=taken: tier.sequence not in taken
            )[:1]
        return result

    def _get_tiers(self, at=None):
        """Return the tiers that are valid at a moment, for all of self."""
        zone = self.company_id[:1]._get_aftersales_tz() if self else "UTC"
        moment = at or fields.Datetime.now()
        day = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return self.env["aftersales.approval.tier"]._get_candidates(
            "aftersales.claim", self.company_id, day.date()
        )

    def _get_steps(self, candidates):
        """Return the tiers this claim's present decision goes through."""
        path, amount = self._get_decision_path()
        return candidates._pick(self.company_id, path, amount)

    def _get_approvals(self):
        """Return the approvals given in this round on the present path."""
        path, _amount = self._get_decision_path()
        # sudo: read for the decision, whoever looks at the claim
        return self.sudo().approval_ids.filtered(
            lambda approval: (
                approval.round == self.round
                and approval.path == path
                and approval.decision == "approved"
            )
        )

    def _is_decided_by(self, user):
        """Tell whether this person already took a step: one person, one step."""
        return user in self._get_approvals().user_id

    def _get_parties(self):
        """Return who may never decide, by claim: requester, workers, desk."""
        workers = self._get_workers()
        return {
            claim.id: claim.requested_by_id
            | claim.verified_by_id
            | claim.urgency_by_id
            | workers[claim.id]
            for claim in self
        }

    def _missing_approve(self):
        """What blocks the next decision."""
        items = []
        if self.state not in ("verified", "issued"):
            items.append(
                self._missing_item(
                    "state", self.env._("The claim is not verified yet.")
                )
            )
        elif not self._get_next_tiers()[self.id] and (
            self.state == "verified" or self._is_over_approval()
        ):
            items.append(
                self._missing_item(
                    "next_tier_id", self.env._("No approval tier covers the amount.")
                )
            )
        return items

    @fact_action(access="read")
    def action_approve(self, at=None, request_key=None):
        """Take the next step of the claims' approval.

        The path and the amount pick the tiers of the day; several steps are taken
        one after the other by different people.  An issued claim whose cost passed
        its approval is approved again on the path “excess”.

        :param datetime at: when, UTC
        :return: self
        :raise NotEntitledError: no tier covers the amount, another tier's turn, or
            the user is a party to the claim
        """
        settled = self.filtered(lambda claim: claim._is_settled_for_user())
        settled._check_taken("approved")
        todo = self - settled
        todo._check_decidable()
        todo._check_after(at, "verified_on")
        tiers = todo._get_next_tiers(at)
        todo._check_decider(tiers)
        todo._approve(tiers, at)
        return self

    def _is_settled_for_user(self):
        """Tell whether this user's approval is on record and nothing is left.

        So that pressing twice, or two at once, answers without doing more.
        """
        if self.state == "issued" and not self._is_over_approval():
            return True
        if self.state == "approved":
            return True
        return self._is_decided_by(self.env.user)

    def _check_decidable(self):
        """Refuse claims that wait for no decision."""
        stuck = self.filtered(lambda claim: claim.state not in ("verified", "issued"))
        if stuck:
            stuck._raise_stuck("approved")

    def _check_decider(self, tiers):
        """Refuse who may not take the next step.

        :param dict tiers: next tier by claim id
        """
        parties = self._get_parties()
        holders = self._get_holders(tiers)
        for claim in self:
            tier = tiers[claim.id]
            if not tier:
                _path, amount = claim._get_decision_path()
                raise NotEntitledError(
                    self.env._(
                        "No approval tier covers %(amount)s of %(claim)s today. Ask "
                        "the head of department to complete the tiers.",
                        amount=claim.currency_id.format(amount),
                        claim=claim.display_name,
                    )
                )
            if not holders[claim.id]:
                raise NotAllowedError(
                    self.env._(
                        "%(claim)s is for “%(group)s” to decide now (%(tier)s).",
                        claim=claim.display_name,
                        group=tier.group_id.name,
                        tier=tier.name,
                    )
                )
            if not claim._pick_holder(holders[claim.id], parties[claim.id]):
                raise NotAllowedError(
                    self.env._(
                        "%(claim)s: who asked for the parts, works on the order, "
                        "verified the claim or set the emergency cannot decide it. "
                        "Another person must.",
                        claim=claim.display_name,
                    )
                )

    def _approve(self, tiers, at):
        """Record the step of each claim and move those whose last it was.

        :param dict tiers: next tier by claim id
        :param datetime at: when it was decided
        """
        decisions = []
        last = self.browse()
        candidates = self._get_tiers(at)
        parties, holders = self._get_parties(), self._get_holders(tiers)
        for claim in self:
            path, amount = claim._get_decision_path()
            tier = tiers[claim.id]
            holder = claim._pick_holder(holders[claim.id], parties[claim.id])
            is_last = tier == claim._get_steps(candidates)[-1:]
            if is_last:
                last |= claim
            decisions.append(
                {
                    "claim": claim,
                    "tier": tier,
                    "path": path,
                    "amount": amount,
                    "decision": "approved",
                    "principal": holder - self.env.user,
                    "at": at,
                    "informed": claim._get_informed(tier) if is_last else [],
                }
            )
        self.env["aftersales.approval"]._record(decisions)
        to_approve = last.filtered(lambda claim: claim.state == "verified")
        # sudo: approvers read claims, they do not write them
        to_approve.sudo()._set_state("approved", {"approved_on": at}, happened_on=at)
        self.env["aftersales.audit"]._log(
            self - to_approve, "approved_step", happened_on=at
        )
        for decision in decisions:
            decision["claim"]._inform(decision["informed"], decision["amount"])

    def _get_informed(self, tier):
        """Return the users a decision of ``tier`` is reported to (ESC-06)."""
        return (
            tier.inform_group_ids.all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and self.company_id in user.company_ids
                )
            )
            - self.env.user
        )

    def _inform(self, users, amount):
        """Tell users of a decision, once and after it."""
        if not users:
            return
        self.message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("Parts claim %s approved", self.name),
            body=Markup("<p>%s</p>")
            % self.env._(
                "%(user)s approved %(claim)s over %(amount)s (%(urgency)s). %(reason)s",
                user=self.env.user.name,
                claim=self.name,
                amount=self.currency_id.format(amount),
                urgency=dict(self._fields["urgency"]._description_selection(self.env))[
                    self.urgency
                ],
                reason=self.urgency_reason or "",
            ),
        )

    def action_reject(self, reason):
        """Refuse claims: the desk before, the tier's people after verification.

        :param str reason: goes to the requester and on record (PART-02)
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("read")
        self._lock()
        todo = self.filtered(lambda claim: claim.state != "rejected")
        (self - todo)._check_taken("rejected")
        stuck = todo.filtered(
            lambda claim: claim.state not in ("submitted", "verified")
        )
        if stuck:
            stuck._raise_stuck("rejected")
        verified = todo.filtered(lambda claim: claim.state == "verified")
        tiers = verified._get_next_tiers()
        verified._check_decider(tiers)
        (todo - verified)._check_desk_rejection()
        self.env["aftersales.approval"]._record(
            [
                {
                    "claim": claim,
                    "tier": tiers.get(claim.id),
                    "path": claim.urgency,
                    "amount": claim.amount_total,
                    "decision": "rejected",
                    "reason": reason,
                }
                for claim in todo
            ]
        )
        # sudo: approvers read claims, they do not write them
        todo.sudo()._set_state("rejected", reason=reason)
        for claim in todo.sudo():  # sudo: the note belongs to the decision
            claim._note_rejection(reason)
        return self

    def _check_desk_rejection(self):
        """Refuse rejections of submitted claims by others than the desk."""
        if not self:
            return
        self._check_role(DESK)
        if self.env.user in self.requested_by_id:
            raise AccessError(
                self.env._("You requested these parts. Cancel the claim instead.")
            )

    def _note_rejection(self, reason):
        """Write why, tell the requester and have the customer told."""
        self.message_post(
            body=self.env._("Rejected: %s", reason),
            partner_ids=self.requested_by_id.partner_id.ids,
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Tell the customer that the claim was rejected"),
            note=reason,
            user_id=(self.verified_by_id or self.requested_by_id).id,
        )

    def _supersede(self):
        """Take back decisions whose subject changed; they stay on record.

        An approved claim returns to the approvers, in a new round.
        """
        # sudo: the desk changes lines, approvals are read here for the decision
        decided = self.filtered(lambda claim: claim.sudo()._get_approvals())
        self.env["aftersales.approval"]._record(
            [
                {
                    "claim": claim,
                    "path": claim.urgency,
                    "amount": claim.amount_total,
                    "decision": "superseded",
                    "reason": self.env._("The parts of the claim changed."),
                }
                for claim in decided
            ]
        )
        for claim in decided:
            claim._unguarded().write({"round": claim.round + 1})
        approved = decided.filtered(lambda claim: claim.state == "approved")
        approved._cancel_open_transfers()
        approved._set_state("verified", {"approved_on": False}, reason="superseded")
        for claim in decided:
            claim.message_post(
                body=self.env._(
                    "The parts changed after a decision: it must be approved again."
                )
            )
