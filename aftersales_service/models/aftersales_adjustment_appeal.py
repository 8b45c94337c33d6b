from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text
from ..exceptions import ArgumentError, TransitionError

QUALITY_VP = "aftersales_service.group_quality_vp"


class AftersalesAdjustment(models.Model):
    """The employee appeals; who never verified it decides."""

    _inherit = "aftersales.adjustment"

    appeal_text = fields.Text(readonly=True, copy=False)
    appeal_on = fields.Datetime(readonly=True, copy=False)
    appeal_state = fields.Selection(
        [
            ("open", "Open"),
            ("upheld", "Penalty Upheld"),
            ("granted", "Granted"),
            ("lapsed", "No Longer Needed"),
        ],
        string="Appeal",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    appeal_note = fields.Text(string="Decision", readonly=True, copy=False)
    appeal_decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    can_appeal = fields.Boolean(compute="_compute_can_appeal")

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for adjustment, adjustment_sudo in zip(self, self.sudo(), strict=True):
            # sudo: the user behind an employee is no public field
            adjustment.is_mine = adjustment_sudo.employee_id.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        own = (
            self.env["hr.employee"]
            .sudo()
            ._search(  # sudo: own employee records
                [("user_id", "=", self.env.uid)]
            )
        )
        return [("employee_id", "in", own)]

    @api.depends_context("uid")
    def _compute_can_appeal(self):
        for adjustment in self:
            adjustment.can_appeal = (
                adjustment.is_mine and not adjustment._get_appeal_obstacle()
            )

    def _get_appeal_obstacle(self):
        """Return why no appeal can be lodged, or an empty text."""
        self.ensure_one()
        if not self._may_be_appealed():
            return self.env._("Only a penalty can be appealed.")
        if self.appeal_state:
            return self.env._("It was appealed already.")
        if (
            self.state not in ("proposed", "verified", "confirmed")
            or self.settled_amount
        ):
            return self.env._("It is settled or cancelled. Ask HR for a reversal.")
        if self.appeal_until and self.appeal_until < fields.Datetime.now():
            return self.env._("The time for an appeal is over.")
        return ""

    def action_appeal(self, text):
        """Appeal against one's own penalties, before they are settled.

        A payslip not confirmed yet that carries one goes back to draft.

        :param str text: what the employee has to say
        :return: the adjustments
        :raise AccessError: for other people's adjustments
        :raise TransitionError: out of time, appealed before, or settled
        """
        self.check_access("read")
        text = as_text(self.env, text, self.env._("Appeal"))
        self._lock()
        if not all(self.mapped("is_mine")):
            raise AccessError(self.env._("Only the employee himself can appeal."))
        for adjustment in self:
            if obstacle := adjustment._get_appeal_obstacle():
                raise TransitionError(f"{adjustment.name}: {obstacle}")
        own = self.sudo()  # sudo: employees only read their adjustments
        own._withdraw_from_payslips()
        own._unguarded().write(
            {
                "appeal_text": text,
                "appeal_on": fields.Datetime.now(),
                "appeal_state": "open",
            }
        )
        self.env["aftersales.audit"]._log(own, "appealed", reason=text)
        return self

    def action_decide_appeal(self, granted, note):
        """Decide open appeals (quality vice president, never who verified).

        A granted one cancels the penalty, or reverses it where it was paid.

        :param bool granted: True takes the penalty back, False upholds it
        :param str note: the grounds
        :return: the adjustments
        :raise AccessError: for others
        :raise TransitionError: when no appeal is open
        """
        self.check_access("write")
        if not isinstance(granted, bool):
            raise ArgumentError(self.env._("Say whether the appeal is granted."))
        note = as_text(self.env, note, self.env._("Grounds"))
        self._require(
            QUALITY_VP,
            self.env._("Only the quality vice president decides appeals."),
        )
        self._lock()
        self._check_appeal_decidable()
        self._unguarded().write(
            {
                "appeal_state": "granted" if granted else "upheld",
                "appeal_note": note,
                "appeal_decided_by_id": self.env.uid,
            }
        )
        event = "appeal_granted" if granted else "appeal_upheld"
        self.env["aftersales.audit"]._log(self, event, reason=note)
        if granted:
            paid = self.filtered("settled_amount")
            (self - paid)._cancel(note)
            if paid:
                paid._reverse(note)._confirm()
        return self

    def _check_appeal_decidable(self):
        """Refuse closed appeals, and deciding about one's own work or money."""
        self._check_not_beneficiary()
        closed = self.filtered(lambda record: record.appeal_state != "open")
        if closed:
            raise TransitionError(
                self.env._("%s has no open appeal.", ", ".join(closed.mapped("name")))
            )
        if not self.env.su and self.filtered(
            lambda record: record.verified_by_id == self.env.user
        ):
            raise AccessError(
                self.env._("Who verified a penalty does not decide its appeal.")
            )

    def _lapse_appeals(self, reason):
        """Close the open appeals of penalties that were cancelled without a decision.

        :param str reason: why they were cancelled
        """
        appealed = self.filtered(lambda record: record.appeal_state == "open")
        if appealed:
            appealed._unguarded().write({"appeal_state": "lapsed"})
            self.env["aftersales.audit"]._log(appealed, "appeal_lapsed", reason=reason)

    def action_open_appeal(self):
        """Open the dialog in which the employee writes his appeal.

        :return: window action
        """
        return self._open_explain("appeal")

    def action_open_grant(self):
        """Open the dialog that grants an appeal.

        :return: window action
        """
        return self._open_explain("grant")

    def action_open_uphold(self):
        """Open the dialog that upholds a penalty.

        :return: window action
        """
        return self._open_explain("uphold")
