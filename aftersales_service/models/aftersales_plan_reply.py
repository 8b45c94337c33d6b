from odoo import api, fields, models

from .. import arguments
from ..exceptions import TransitionError
from .aftersales_plan_occurrence import OPEN_STATES

MODES = [("visit", "On-Site Visit"), ("phone", "Phone"), ("letter", "Letter")]
REPLIES = [mode for mode in MODES if mode[0] != "visit"]


class AftersalesPlanOccurrence(models.Model):
    """A customer visit may be settled by phone or letter: same plan (VIS-05)."""

    _inherit = "aftersales.plan.occurrence"

    contact_mode = fields.Selection(
        MODES,
        string="Settled by",
        readonly=True,
        copy=False,
        help="How the customer was served in this period.",
    )
    contact_note = fields.Text(string="What Was Said", readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"contact_mode", "contact_note"}

    def action_reply(self, mode, note):
        """Settle planned customer visits by phone or letter; heads only (VIS-05).

        The order made for the visit alone is cancelled. The same again changes
        nothing.

        :param str mode: phone or letter
        :param str note: what was asked and answered
        :return: the same occurrences
        :raise NotEntitledError: for anybody but a head of department
        :raise TransitionError: for other work than visits, or when it is under way
        """
        self._check_head()
        mode = arguments.as_choice(self.env, mode, REPLIES, self.env._("Settled by"))
        note = arguments.as_text(self.env, note, self.env._("What Was Said"))
        self._lock()
        moving = self.filtered(
            lambda one: not (one.state == "fulfilled" and one.contact_mode == mode)
        )
        moving._check_may_reply()
        orders = moving.order_id
        day = fields.Date.context_today(self)
        settled = moving._unguarded()
        settled.write({"contact_mode": mode, "contact_note": note})
        moving._fulfil(day)
        reason = self.env._("The customer was served by phone or letter.")
        orders.filtered(
            lambda order: (
                "generated"
                not in order.sudo().occurrence_ids.mapped("state")  # sudo: counted
            )
        ).action_cancel(reason)
        return self

    def _check_may_reply(self):
        """Refuse other work than visits, and visits that are done or under way."""
        for one in self:
            is_visit = one.kind == "visit" and one.service_type == "visit"
            begun = one.order_id and one.order_id.state not in ("draft", "scheduled")
            if not is_visit or one.state not in OPEN_STATES or begun:
                raise TransitionError(
                    self.env._(
                        "%(work)s: only a customer visit that has not begun is "
                        "settled by phone or letter.",
                        work=one.display_name,
                    )
                )

    def _fulfil(self, on_date, call=None):
        """Work done on site is a visit, unless somebody said otherwise."""
        moved = super()._fulfil(on_date, call)
        visits = moved.filtered(lambda one: one.kind == "visit")
        silent = visits.filtered(lambda one: not one.contact_mode)
        silent._unguarded().write({"contact_mode": "visit"})
        return moved
