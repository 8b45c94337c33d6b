from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_text
from ..exceptions import ArgumentError, MissingError, NotAllowedError
from .aftersales_complaint_mixin import GROUNDS
from .aftersales_fact_mixin import fact_action

VERDICTS = [
    ("pending", "To Be Verified"),
    ("valid", "Valid"),
    ("communicative", "Communicative"),
    ("unsubstantiated", "Unsubstantiated"),
]
VISITED_STATES = ("done", "closed")
CRITICAL, TOP_PRIORITY = "critical", "3"


class HelpdeskTicket(models.Model):
    """The complaint: its facts, its verdict, and what closing it takes."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "aftersales.complaint.mixin", "hr.mixin"]

    complaint_ground = fields.Selection(
        GROUNDS, string="Ground", copy=False, tracking=True
    )
    complaint_employee_ids = fields.Many2many(
        "hr.employee",
        string="Employees Complained About",
        copy=False,
        check_company=True,
        groups="aftersales_service.group_head,aftersales_service.group_quality_vp,"
        "aftersales_service.group_general_manager,hr.group_hr_user",
    )
    complaint_department_id = fields.Many2one(
        "hr.department", string="Responsible Department", copy=False, check_company=True
    )
    identity_confirmed = fields.Boolean(copy=False)
    payment_status = fields.Selection(
        [("paid", "Paid"), ("owing", "Payment Owed"), ("unknown", "Unknown")],
        copy=False,
    )
    verified = fields.Selection(
        VERDICTS, string="Verdict", readonly=True, copy=False, tracking=True, index=True
    )
    verified_on = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_reason = fields.Text(
        string="Reason of the Verdict", readonly=True, copy=False
    )
    duty_outcome = fields.Text(
        string="Outcome in the Duty Log", copy=False, help="Form F62."
    )
    uses_duty_log = fields.Boolean(related="company_id.aftersales_duty_log")
    reopen_count = fields.Integer(string="Reopened", readonly=True, copy=False)
    severity = fields.Selection(
        [("normal", "Normal"), ("serious", "Serious"), (CRITICAL, "Critical")],
        default="normal",
        copy=False,
        tracking=True,
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "verified",
            "verified_on",
            "verified_by_id",
            "verified_reason",
            "reopen_count",
        }

    # -- beginning

    @api.model
    def _prepare_complaint_vals(self, vals):
        """Return values completed for what is grave: an injury is critical (HOT-07).

        :param dict vals: values given by the caller
        """
        if not vals.get("injury"):
            return vals
        return {**vals, "severity": CRITICAL, "priority": TOP_PRIORITY}

    def _enter_complaint(self):
        """Open the verdict of complaints and tell the functions, once each."""
        fresh = self.filtered(
            lambda ticket: ticket.call_type == "complaint" and not ticket.verified
        )
        if fresh:
            fresh._unguarded().write({"verified": "pending"})
        waiting = self.filtered(lambda ticket: not ticket.closed)
        told = self._get_told_events(waiting)
        for event in ("injury", "product", "service"):
            waiting.filtered(
                lambda ticket, event=event: (
                    ticket._get_complaint_event() == event
                    and (ticket.id, event) not in told
                )
            )._tell_functions(event)

    def _get_complaint_event(self):
        """Return the event of the routing that this ticket is, or False.

        An injury goes its own way: those who send people are told at once.
        """
        self.ensure_one()
        if self.injury:
            return "injury"
        return self.call_type == "complaint" and self.complaint_kind

    @api.model
    def _get_told_events(self, tickets):
        """Return the (ticket id, event) pairs that somebody was already told of."""
        judged = tickets.filtered(lambda ticket: ticket._get_complaint_event())
        if not judged:
            return set()
        rows = self.env["aftersales.escalation"]._read_group(
            [("ticket_id", "in", judged.ids), ("level", "=", 1)],
            ["ticket_id", "event"],
        )
        return {(ticket.id, event) for ticket, event in rows}

    # -- injury

    def _check_injury_unchanged(self, vals):
        """Refuse to lower what is grave before somebody was there (HOT-07)."""
        lowered = {"injury": False, "severity": CRITICAL, "priority": TOP_PRIORITY}
        if not vals.keys() & lowered.keys():
            return
        for ticket in self.filtered("injury"):
            if ticket._has_visit():
                continue
            if (
                not vals.get("injury", True)
                or vals.get("severity", CRITICAL) != CRITICAL
                or vals.get("priority", TOP_PRIORITY) != TOP_PRIORITY
            ):
                raise MissingError(
                    self.env._(
                        "Somebody was hurt: %s stays critical until a visit to the "
                        "customer is on record.",
                        ticket.display_name,
                    )
                )

    def _has_visit(self):
        """Tell whether somebody was with the customer about this ticket."""
        orders = self.sudo().order_ids  # sudo: anybody's visit counts
        return any(
            order.mode == "onsite" and order.state in VISITED_STATES for order in orders
        )

    # -- verdict

    @fact_action
    def action_verify_complaint(
        self, verdict, reason, ground=None, employees=None, at=None, request_key=None
    ):
        """Say what a complaint is: valid, communicative or unsubstantiated (HOT-18).

        Heads only, and nobody about himself.  The verdict may change later, with a
        reason; the trail keeps every one.  Only valid complaints have consequences
        for pay.

        :param str verdict: valid, communicative or unsubstantiated
        :param str reason: why
        :param str ground: quarrel, demand, not_in_time or other
        :param employees: list of ids of the employees it is about; None keeps them
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when mandatory facts of the complaint are missing
        """
        self._check_head()
        as_choice(self.env, verdict, VERDICTS[1:], self.env._("Verdict"))
        reason = as_text(self.env, reason, self.env._("Reason"))
        if ground:
            as_choice(self.env, ground, GROUNDS, self.env._("Ground"))
        people = self._as_employees(employees)
        self._check_verifiable(verdict, people, at)
        before = {ticket.id: ticket.verified for ticket in self}
        self._unguarded().write(
            self._prepare_verdict(verdict, reason, ground, people, at)
        )
        self.env["aftersales.audit"]._log(
            self, verdict, states=before, reason=reason, happened_on=at
        )
        self._message_log_batch(dict.fromkeys(self.ids, reason))
        self._after_complaint_verified(before)
        return self

    def _prepare_verdict(self, verdict, reason, ground, people, at):
        """Return the values of a verdict; ground and people stay if none are given."""
        vals = {
            "verified": verdict,
            "verified_on": at,
            "verified_by_id": self.env.uid,
            "verified_reason": reason,
        }
        if ground:
            vals["complaint_ground"] = ground
        if people is not None:
            vals["complaint_employee_ids"] = [fields.Command.set(people.ids)]
        return vals

    def _after_complaint_verified(self, before):
        """Hook: a verdict was given; consequences for pay belong in here.

        Called once per act, after the verdict is written, in its transaction.  An
        addon compares ``verified`` with ``before``: what became ``valid`` counts for
        its ``complaint_employee_ids`` in the month of ``received_on``, what was
        ``valid`` and is no more is taken back.

        :param dict before: the verdict before, by ticket id
        """

    @api.model
    def _check_head(self):
        """Refuse who is no head of department."""
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department decides about complaints.")
            )

    @api.model
    def _as_employees(self, value):
        """Return employees from a list of ids or records; None stays None.

        :raise ArgumentError: for anything else
        """
        people = self.env["hr.employee"].sudo()  # sudo: named, not read
        if value is None:
            return None
        if isinstance(value, models.BaseModel):
            value = value.ids if value._name in _EMPLOYEES else [None]
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, int) and not isinstance(one, bool) for one in value
        ):
            raise ArgumentError(self.env._("Name the employees by a list of ids."))
        found = people.browse(value).exists()
        if len(found) != len(set(value)) or found.company_id - self.company_id:
            raise ArgumentError(
                self.env._("One of these employees is not of this company.")
            )
        return found

    def _check_verifiable(self, verdict, people, at):
        """Refuse verdicts on what is no complaint, too little, or about oneself."""
        for ticket in self:
            if ticket.call_type != "complaint":
                raise MissingError(
                    self.env._("%s is no complaint.", ticket.display_name)
                )
            self._check_not_before(
                at, ticket.received_on, self._fields["received_on"].string
            )
            ticket._check_not_about_user(people)
            missing = ticket._get_missing_complaint()
            if verdict == "valid" and missing:
                labels = self.fields_get(missing, ["string"])
                raise MissingError(
                    self.env._(
                        "Complete the complaint first: %(fields)s.",
                        fields=", ".join(labels[name]["string"] for name in missing),
                    )
                )

    def _check_not_about_user(self, people=None):
        """Refuse a user whom these complaints are about (ROLE-02).

        :param people: ``hr.employee`` records to be named besides those named now
        """
        if self.env.su:
            return
        named = self.sudo().complaint_employee_ids  # sudo: only whether it is he
        if people:
            named |= people.sudo()  # sudo: as above
        if self.env.user in named.user_id:
            raise NotAllowedError(
                self.env._("The complaint is about you. Another head verifies it.")
            )

    # -- closing

    def _is_held(self):
        """Tell whether a fact may not close this ticket yet."""
        self.ensure_one()
        if self.injury and not self._has_visit():
            return True
        if self.call_type != "complaint" or not self.complaint_kind:
            return False
        return self.verified == "pending" or self._lacks_answer()

    def _lacks_answer(self):
        """Tell whether a valid complaint still misses its call-back (CB-13)."""
        self.ensure_one()
        if self.verified != "valid":
            return False
        return not self._get_answering_callbacks().filtered(
            lambda callback: (
                callback.state == "done" and callback.result in ("satisfied", "average")
            )
        )

    def _get_answering_callbacks(self):
        """Return the calls that ask how the customer takes the answer."""
        ticket = self.sudo()  # sudo: anybody's call counts
        # The second call after a rework hangs on the order, and answers too.
        again = ticket.order_ids.callback_ids.filtered(lambda one: one.round > 1)
        return (ticket.callback_ids | again).filtered(
            lambda callback: callback.rule_id.trigger in (False, "complaint")
        )

    def _get_missing_complaint_close(self):
        """Return why a complaint or an injury cannot be closed, by field name."""
        reasons = {}
        if self.injury and not self._has_visit():
            reasons["injury"] = self.env._("No visit to the customer is on record.")
        if self.call_type != "complaint" or not self.complaint_kind:
            return reasons
        if self.verified == "pending":
            reasons["verified"] = self.env._("A head has not verified it yet.")
        for name in self._get_missing_complaint():
            reasons[name] = self.env._("The complaint must say it.")
        if self.uses_duty_log and not (self.duty_outcome or "").strip():
            reasons["duty_outcome"] = self.env._("The duty log has no outcome.")
        if self._lacks_answer():
            reasons["callback_ids"] = self.env._(
                "No call-back with a result tells how the customer takes the answer."
            )
        return {**reasons, **self._get_missing_settlement()}

    def _check_solvable_by_phone(self):
        """Refuse to close on the phone what needs a verdict, a call-back, a visit."""
        held = self.filtered(lambda ticket: not ticket.closed and ticket._is_held())
        if held:
            raise MissingError(
                self.env._(
                    "%s is not closed on the phone. Record the answer to the "
                    "complaint; a head verifies and closes it.",
                    held[0].display_name,
                )
            )

    def _check_complaint_closing(self, by_desk):
        """Refuse to close complaints that are not through, by any door (HOT-19).

        :param bool by_desk: closed by a person of the house
        """
        for ticket in self:
            complaint = ticket.call_type == "complaint" and ticket.complaint_kind
            if complaint and by_desk and not ticket._may_close_complaint():
                raise AccessError(
                    self.env._(
                        "Complaints are closed by a head of department. Record the "
                        "answer; the rest takes its way."
                    )
                )
            if (ticket.injury and not ticket._has_visit()) or (
                complaint and ticket._lacks_answer()
            ):
                ticket._check_missing("close")

    @api.model
    def _may_close_complaint(self):
        """Tell whether the user may close complaints (HOT-02)."""
        return self.env.su or self.env.user.has_group("aftersales_service.group_head")

    def _note_reopened_complaint(self):
        """Count reopening; a communicative complaint may be a valid one (HOT-18)."""
        for ticket in self:
            ticket._unguarded().write({"reopen_count": ticket.reopen_count + 1})
        limits = {
            company: company.aftersales_communicative_reopens
            for company in self.company_id
        }
        doubtful = self.filtered(
            lambda ticket: (
                ticket.verified == "communicative"
                and 0 < limits[ticket.company_id] <= ticket.reopen_count
            )
        )
        entries = [
            (ticket, head, self.env._("Reopened again: is the complaint valid?"))
            for ticket in doubtful
            if (head := ticket.company_id._aftersales_get_head(ticket.team_id))
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.mail_activity_complaint",
                scope="escalations",
            )


_EMPLOYEES = ("hr.employee", "hr.employee.public")
