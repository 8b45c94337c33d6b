from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_number, as_text
from ..calc import quiet
from ..exceptions import ArgumentError, MissingError, NotAllowedError, NotEntitledError
from .aftersales_approval import COLUMNS
from .aftersales_fact_mixin import fact_action

RESOLUTIONS = [
    ("explanation", "Explanation"),
    ("apology", "Apology"),
    ("repair", "Repair"),
    ("replacement", "Replacement"),
    ("settlement", "Monetary Settlement"),
]
PATH = "regular"


class HelpdeskTicket(models.Model):
    """The answer to a complaint: what was offered, approved, booked, called back."""

    _inherit = "helpdesk.ticket"

    resolution_type = fields.Selection(
        RESOLUTIONS, string="Answer", readonly=True, copy=False, tracking=True
    )
    resolution_note = fields.Text(string="What Was Offered", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    settlement_amount = fields.Monetary(
        readonly=True,
        copy=False,
        groups="aftersales_service.group_dispatcher,"
        "aftersales_service.group_quality_vp,aftersales_service.group_sales_vp,"
        "aftersales_service.group_general_manager",
    )
    settlement_round = fields.Integer(readonly=True, copy=False)
    settlement_approved_on = fields.Datetime(
        string="Settlement Approved", readonly=True, copy=False
    )
    settlement_booked_on = fields.Datetime(
        string="Settlement Booked", readonly=True, copy=False
    )
    settlement_reference = fields.Char(
        string="Booking Reference", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "resolution_type",
            "resolution_note",
            "answered_on",
            "answered_by_id",
            "settlement_amount",
            "settlement_round",
            "settlement_approved_on",
            "settlement_booked_on",
            "settlement_reference",
        }

    # -- answer

    @fact_action
    def action_answer_complaint(
        self, resolution, note, amount=0.0, at=None, request_key=None
    ):
        """Record the answer to complaints; its call-back is owed (HOT-25, CB-13).

        A settlement needs an amount and is approved before the complaint closes.
        Another answer replaces it: what was approved before counts no more.

        :param str resolution: explanation, apology, repair, replacement, settlement
        :param str note: what was offered, in words
        :param float amount: of a settlement, in the company's currency
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_desk()
        as_choice(self.env, resolution, RESOLUTIONS, self.env._("Answer"))
        note = as_text(self.env, note, self.env._("What Was Offered"))
        amount = as_number(self.env, amount, self.env._("Settlement Amount"))
        if (resolution == "settlement") != bool(amount):
            raise ArgumentError(
                self.env._("A settlement has an amount, and no other answer has one.")
            )
        self._check_answerable(at)
        self._write_answer(resolution, note, amount, at)
        self.env["aftersales.audit"]._log(
            self, "answered", reason=note, happened_on=at, amount=amount
        )
        self._record_reply(at)
        self._owe_complaint_callback(at)
        return self

    def _write_answer(self, resolution, note, amount, at):
        """Keep an answer; what was approved of the one before counts no more."""
        for ticket in self:
            ticket._unguarded().write(
                {
                    "resolution_type": resolution,
                    "resolution_note": note,
                    "answered_on": at,
                    "answered_by_id": self.env.uid,
                    "settlement_amount": amount,
                    "settlement_round": ticket.settlement_round + 1,
                    "settlement_approved_on": False,
                }
            )

    def _check_answerable(self, at):
        """Refuse to answer what is no open complaint, or is booked already."""
        for ticket in self:
            if ticket.call_type != "complaint" or ticket.closed:
                raise MissingError(
                    self.env._("%s is no open complaint.", ticket.display_name)
                )
            if ticket.settlement_booked_on:
                raise MissingError(
                    self.env._(
                        "The settlement of %s is booked already.", ticket.display_name
                    )
                )
            self._check_not_before(
                at, ticket.received_on, self._fields["received_on"].string
            )

    def _owe_complaint_callback(self, at):
        """Make the call-back that every answered complaint owes (CB-13).

        By the policy's rule for complaints; where it has none, within the hours
        that the company sets.

        :param datetime at: when the answer was given, naive UTC
        """
        callbacks = self.env["aftersales.callback"]
        cases = self.filtered("partner_id")
        callbacks._create_for(cases, {one.id: {"complaint"} for one in cases}, at)
        owed = callbacks.sudo().search(  # sudo: owed by the house
            [
                ("ticket_id", "in", cases.ids),
                "|",
                ("rule_id", "=", False),
                ("rule_id.trigger", "=", "complaint"),
                "|",
                ("state", "in", ("planned", "open", "missed")),
                ("result", "in", ("satisfied", "average")),
            ]
        )
        bare = cases - owed.ticket_id
        callbacks.sudo()._unguarded().create(  # sudo: as above
            [ticket._prepare_complaint_callback(at) for ticket in bare]
        )

    def _prepare_complaint_callback(self, at):
        """Return the values of the call-back of an answered complaint."""
        opens, due = quiet.callback_window(
            at,
            0.0,
            self.company_id.aftersales_complaint_callback_hours,
            # sudo: quiet hours hold for who may not read the policy as well
            self.policy_id.sudo()._get_quiet_hours() if self.policy_id else (),
            self.env["aftersales.commitment"]._get_tz(self),
        )
        return {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "opens_on": opens,
            "due_on": due,
        }

    # -- settlement

    def _get_settlement_steps(self):
        """Return the approval tiers that this settlement takes, in their order."""
        self.ensure_one()
        tiers = self.env["aftersales.approval.tier"]._get_candidates(
            self._name, self.company_id, fields.Date.context_today(self)
        )
        amount = self.sudo().settlement_amount  # sudo: the tiers judge it
        return tiers._pick(self.company_id, PATH, amount)

    def _get_settlement_approvals(self):
        """Return the approvals of the settlement as it stands now."""
        self.ensure_one()
        return (
            self.env["aftersales.approval"]
            .sudo()
            .search(  # sudo: anybody's step
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("round", "=", self.settlement_round),
                    ("decision", "=", "approved"),
                ]
            )
        )

    @fact_action(access="read")
    def action_approve_settlement(self, at=None, request_key=None):
        """Approve settlements, each step by the group of its tier (HOT-25).

        Who offered it does not approve it.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise NotEntitledError: when no tier or not this user's
        """
        for ticket in self:
            ticket._approve_settlement(at)
        return self

    def _approve_settlement(self, at):
        """Take the next step of one settlement."""
        if self.resolution_type != "settlement" or self.settlement_approved_on:
            raise MissingError(
                self.env._("No settlement of %s waits.", self.display_name)
            )
        steps = self._get_settlement_steps()
        taken = self._get_settlement_approvals()
        waiting = steps.filtered(
            lambda tier: tier.sequence not in taken.mapped("sequence")
        )
        if not waiting:
            raise NotEntitledError(
                self.env._(
                    "No approval tier covers this amount. Ask the head to add one."
                )
            )
        tier = waiting[0]
        # sudo: whether the user is in the tier's group
        if self.env.user not in tier.sudo().group_id.all_user_ids:
            raise AccessError(
                self.env._(
                    "This step is taken by: %s.", tier.sudo().group_id.display_name
                )
            )
        self._check_settlement_parties(taken)
        self.env["aftersales.approval"].sudo()._append(  # sudo: append-only
            COLUMNS, [self._prepare_settlement_approval(tier, at)]
        )
        if waiting == tier:
            # sudo: approvers read tickets alone
            self.sudo()._unguarded().write({"settlement_approved_on": at})
        self.env["aftersales.audit"]._log(self, "settlement_approved", happened_on=at)

    def _check_settlement_parties(self, taken):
        """Refuse who offered it, took a step of it, or is complained about.

        :param taken: approvals of this settlement so far
        """
        if self.env.user == self.answered_by_id:
            raise NotAllowedError(
                self.env._("You offered the settlement. Somebody else approves it.")
            )
        if self.env.user in taken.user_id:
            raise NotAllowedError(
                self.env._(
                    "You took a step of this settlement. Somebody else takes the next."
                )
            )
        named = self.sudo().complaint_employee_ids  # sudo: only whether it is he
        if self.env.user in named.user_id:
            raise NotAllowedError(
                self.env._("The complaint is about you. Somebody else approves it.")
            )

    def _prepare_settlement_approval(self, tier, at):
        """Return one row of the approvals, in the order of their columns."""
        now = fields.Datetime.now()
        values = {
            "model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
            "tier_id": tier.id,
            "path": PATH,
            "sequence": tier.sequence,
            "round": self.settlement_round,
            "amount": self.sudo().settlement_amount,  # sudo: the amount judged
            "decision": "approved",
            "user_id": self.env.uid,
            "decided_on": at,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        return tuple(values.get(name) for name in COLUMNS)

    @fact_action
    def action_book_settlement(self, reference, at=None, request_key=None):
        """Note where the cost of approved settlements is booked; heads only.

        :param str reference: number of the voucher
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_head()
        reference = as_text(self.env, reference, self.env._("Booking Reference"))
        for ticket in self:
            if not ticket.settlement_approved_on or ticket.settlement_booked_on:
                raise MissingError(
                    self.env._(
                        "No approved settlement of %s waits to be booked.",
                        ticket.display_name,
                    )
                )
        self._unguarded().write(
            {"settlement_booked_on": at, "settlement_reference": reference}
        )
        self.env["aftersales.audit"]._log(
            self, "settlement_booked", reason=reference, happened_on=at
        )
        return self

    def _get_missing_settlement(self):
        """Return what a settlement still lacks, by field name."""
        if self.resolution_type != "settlement":
            return {}
        if not self.settlement_approved_on:
            return {
                "settlement_approved_on": self.env._("The settlement is not approved.")
            }
        if not self.settlement_booked_on:
            return {"settlement_booked_on": self.env._("The cost is not booked.")}
        return {}
