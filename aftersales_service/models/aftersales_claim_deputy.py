from datetime import timedelta

from odoo import api, fields, models

from ..exceptions import NotAllowedError


class AftersalesClaim(models.Model):
    """Decisions that wait: deputies who take them, reminders (ESC-09, ROLE-04)."""

    _name = "aftersales.claim"
    _inherit = ["aftersales.claim", "aftersales.watch.mixin"]

    approval_reminded_on = fields.Datetime(
        string="Approvers Reminded On", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"approval_reminded_on"}

    # -- deputies

    def _get_holders(self, tiers):
        """Return in whose right the user could take the next steps.

        :param dict tiers: next tier by claim id, or all that decided it
        :return: ``{claim id: users}``: himself first, then those he stands for today
        """
        principals = self.env["aftersales.deputy"]._get_principals(
            self.env.user, "approvals", self.company_id
        )
        holders = {}
        for claim in self:
            group = tiers[claim.id].group_id
            users = self.env.user | principals.get(
                claim.company_id.id, self.env["res.users"]
            )
            holders[claim.id] = users.filtered(
                # sudo: the groups of those he stands for
                lambda user, group=group: group & user.sudo().all_group_ids
            )
        return holders

    def _pick_holder(self, holders, parties):
        """Return in whose right the user takes the next step, or nobody.

        Neither he nor the person he stands for may be a party to the claim, or
        have taken an earlier step of it.

        :param holders: users, see ``_get_holders``
        :param parties: users who may never decide this claim
        """
        self.ensure_one()
        user = self.env.user
        if user in parties or self._is_decided_by(user):
            return holders.browse()
        free = holders - parties - self._get_deciders()
        return (free & user) or free[:1]

    def _get_deciders(self):
        """Return all in whose right an earlier step was taken."""
        approvals = self._get_approvals()
        return (
            approvals.principal_id
            | approvals.filtered(lambda approval: not approval.principal_id).user_id
        )

    def _check_taken(self, decision):
        """Refuse who had no right to a decision that stands already (ROLE-02).

        Who took part in it, or could have, learns that it is taken.

        :param str decision: ``approved`` or ``rejected``
        :raise NotAllowedError: for everybody else
        """
        if self.env.su:
            return
        taken = {
            claim.id: claim.sudo().approval_ids.filtered(  # sudo: whose decision
                lambda approval, claim=claim: (
                    approval.round == claim.round and approval.decision == decision
                )
            )
            for claim in self
        }
        others = self.filtered(
            lambda claim: self.env.user not in taken[claim.id].user_id
        )
        by_desk = others.filtered(
            lambda claim: decision == "rejected" and not taken[claim.id].tier_id
        )
        by_desk._check_desk_rejection()
        others -= by_desk
        parties = others._get_parties()
        holders = others._get_holders(
            {claim.id: taken[claim.id].tier_id for claim in others}
        )
        for claim in others:
            free = holders[claim.id] - parties[claim.id]
            if self.env.user in parties[claim.id] or not free:
                raise NotAllowedError(
                    self.env._(
                        "%s is decided already, and was not for you to decide.",
                        claim.display_name,
                    )
                )

    # -- reminders

    def _approve(self, tiers, at):
        result = super()._approve(tiers, at)
        # sudo: approvers read claims; the next step waits anew
        self.sudo()._unguarded().write({"approval_reminded_on": False})
        return result

    @api.model
    def _cron_remind(self):
        """Remind of claims whose decision is overdue, once a step (ESC-09)."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].search(
            [("aftersales_approval_hours", ">", 0)]
        )
        for company in companies._aftersales_at_work():
            since = now - timedelta(hours=company.aftersales_approval_hours)
            self._watch(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "verified"),
                    ("approval_reminded_on", "=", False),
                    ("verified_on", "<=", fields.Datetime.to_string(since)),
                ],
                "_remind_approvers",
            )

    def _remind_approvers(self):
        """Tell who may take the next step of these claims, or their deputies."""
        now = fields.Datetime.now()
        waiting = self.filtered(lambda claim: claim._waits_too_long(now))
        tiers = waiting._get_next_tiers()
        parties = waiting._get_parties()
        acting = self.env["aftersales.deputy"]._get_acting(
            "approvals", waiting.company_id
        )
        entries = []
        for claim in waiting:
            group = tiers[claim.id].group_id
            users = group.all_user_ids.filtered(
                lambda user, claim=claim: (
                    user.active and claim.company_id in user.company_ids
                )
            )
            users -= parties[claim.id] | claim._get_deciders()
            summary = self.env._("Waits for your decision: %s", claim.display_name)
            entries += [
                (claim, user, summary)
                for user in acting.replace(users, claim.company_id)
            ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_approval_waits"
        )
        waiting._unguarded().write({"approval_reminded_on": now})

    def _waits_too_long(self, now):
        """Tell whether the next step of a claim waits longer than it may."""
        self.ensure_one()
        since = max([self.verified_on, *self._get_approvals().mapped("decided_on")])
        hours = self.company_id.aftersales_approval_hours
        return since <= now - timedelta(hours=hours)
