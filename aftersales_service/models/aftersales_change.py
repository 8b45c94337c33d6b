from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime

from .. import arguments
from ..exceptions import FactTimeError, TransitionError


class AftersalesChange(models.Model):
    """What a customer asks to change about a visit, with who, when and answer.

    A wish changes nothing by itself: the promise stays as it is until the desk
    accepts (DOC-13).
    """

    _name = "aftersales.change"
    _inherit = ["aftersales.state.mixin"]
    _description = "Customer's Change Request"
    _order = "asked_on desc, id desc"
    _rec_name = "order_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "asked_on",
            "asked_by_id",
            "wanted_start",
            "answer",
            "answered_on",
            "answered_by_id",
        }
    )
    _state_transitions = {
        "open": {"accepted", "declined", "cancel"},
        "accepted": set(),
        "declined": set(),
        "cancel": set(),
    }

    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, readonly=True, index=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    kind = fields.Selection(
        [("move", "Another Time"), ("other", "Something Else")],
        required=True,
        default="other",
    )
    wanted_start = fields.Datetime(string="Wanted Time", readonly=True)
    promised_start = fields.Datetime(
        related="order_id.promised_start", string="Agreed Time"
    )
    note = fields.Text(string="What the Customer Wants")
    asked_by = fields.Char(required=True, help="The name given.")
    asked_by_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
    )
    asked_on = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    answer = fields.Text(readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "To Answer"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("cancel", "Superseded"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
    )

    _one_move = models.UniqueIndex(
        "(order_id) WHERE kind = 'move' AND state = 'open'",
        "A wish for another time already waits for an answer.",
    )
    _move_has_time = models.Constraint(
        "CHECK (kind != 'move' OR wanted_start IS NOT NULL)",
        "Say which time is wanted instead.",
    )

    def write(self, vals):
        if vals.keys() & {"order_id", "kind", "note", "asked_by"}:
            self.filtered(lambda change: change.state != "open")._raise_answered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        raise TransitionError(
            self.env._("What a customer asked for stays on record. Decline it instead.")
        )

    def _raise_answered(self):
        if self:
            raise TransitionError(
                self.env._("This request is answered and stays as it was.")
            )

    def action_accept(self, answer=None):
        """Agree: a wish for another time becomes the appointment.

        Dispatchers and heads; open requests. Pressing twice is harmless.

        :param str answer: what the customer is told
        :return: the same requests
        :raise TransitionError: when the work has begun, or was answered otherwise
        """
        moved = self._answer("accepted", answer)
        for change in moved.filtered(lambda change: change.kind == "move"):
            change._check_still_ahead()
            change.order_id._agree_move(
                change.wanted_start, change.asked_by, change.note
            )
        return self

    def action_decline(self, answer=None):
        """Refuse with a reason that the customer can read; dispatchers and heads.

        :param str answer: why
        :return: the same requests
        """
        answer = arguments.as_text(self.env, answer, self.env._("Answer"))
        self._answer("declined", answer)
        return self

    def _answer(self, target, answer):
        """Record the answer of the desk; return the requests that were open."""
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("write")
        answer = arguments.as_text(self.env, answer, self.env._("Answer"), False)
        moved = self._set_state(
            target,
            {
                "answer": answer,
                "answered_on": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
            },
            reason=answer or None,
        )
        moved.order_id._finish_change_activities()
        return moved

    def _check_still_ahead(self):
        """Refuse to agree to a time that has passed."""
        if self.wanted_start <= fields.Datetime.now():
            raise FactTimeError(
                self.env._(
                    "The wanted time %s has passed. Decline it and agree on another.",
                    format_datetime(self.env, self.wanted_start),
                )
            )

    def action_open_decline(self):
        """Open the window that asks for the reason of a refusal.

        :return: a window action
        """
        if not self.env["aftersales.order"]._is_planner():
            raise AccessError(self.env._("Only the service desk answers customers."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decline"),
            "res_model": "aftersales.change.decline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_change_ids": self.ids},
        }
