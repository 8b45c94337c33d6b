from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..exceptions import TransitionError

PENALTY_NOTICE = "aftersales_service.mail_activity_type_penalty"


class AftersalesAdjustment(models.Model):
    """The employee puts on record that he has read the notice of a penalty."""

    _inherit = "aftersales.adjustment"

    acknowledged_on = fields.Datetime(readonly=True, copy=False)
    can_acknowledge = fields.Boolean(compute="_compute_can_acknowledge")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"acknowledged_on"}

    @api.depends("acknowledged_on", "state", "kind", "effect")
    @api.depends_context("uid")
    def _compute_can_acknowledge(self):
        for adjustment in self:
            adjustment.can_acknowledge = (
                adjustment.is_mine and adjustment._waits_for_acknowledgement()
            )

    def _waits_for_acknowledgement(self):
        """Tell whether a notice was given that nobody has confirmed reading."""
        return (
            self._may_be_appealed()
            and not self.acknowledged_on
            and self.state in ("verified", "confirmed", "settled")
        )

    def action_acknowledge(self):
        """Put on record that one has read the notice of one's own penalties.

        It takes no right away: the appeal stays open as long as it is.

        :return: the adjustments
        :raise AccessError: for other people's adjustments
        :raise TransitionError: before a head has verified one
        """
        self.check_access("read")
        self._lock()
        if not all(self.mapped("is_mine")):
            raise AccessError(
                self.env._("Only the employee himself acknowledges a penalty.")
            )
        own = self.sudo().filtered(  # sudo: employees only read their adjustments
            lambda adjustment: not adjustment.acknowledged_on
        )
        early = own.filtered(lambda entry: not entry._waits_for_acknowledgement())
        if early:
            raise TransitionError(
                self.env._(
                    "There is no notice of %s to acknowledge.",
                    ", ".join(early.mapped("name")),
                )
            )
        own._unguarded().write({"acknowledged_on": fields.Datetime.now()})
        own.activity_unlink([PENALTY_NOTICE])
        self.env["aftersales.audit"]._log(own, "acknowledged")
        return self

    @api.model
    def get_my_month(self):
        """Return the asker's month, and the notices he has not answered yet.

        Notices of earlier months stand there as well, until they are read.

        :return: as before, with ``notices``: rows like ``adjustments``
        """
        month = super().get_my_month()
        waiting = self.search(
            [
                ("is_mine", "=", True),
                ("company_id", "=", self.env.company.id),
                ("kind", "=", "penalty"),
                ("effect", "!=", "reversal"),
                ("acknowledged_on", "=", False),
                ("state", "in", ["verified", "confirmed", "settled"]),
                ("date", "<", month["month"]),
            ]
        )
        return {**month, "notices": [entry._get_month_row() for entry in waiting]}

    def _get_month_row(self):
        return {
            **super()._get_month_row(),
            "can_appeal": self.can_appeal,
            "can_acknowledge": self.can_acknowledge,
            "acknowledged_on": fields.Datetime.to_string(self.acknowledged_on),
            "appeal_state": self.appeal_state or "",
        }
