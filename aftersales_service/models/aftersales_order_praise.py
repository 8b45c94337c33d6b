from odoo import api, fields, models

from ..arguments import as_text
from ..exceptions import MissingError, TransitionError
from .aftersales_fact_mixin import fact_action


class AftersalesOrder(models.Model):
    """A customer's praise rewards who did the work (REW-02)."""

    _inherit = "aftersales.order"

    praise = fields.Char(
        string="Customer's Praise", readonly=True, copy=False, tracking=True
    )
    praised_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"praise", "praised_on"}

    @fact_action
    def action_praise(self, text, at=None, request_key=None):
        """Record that a customer praised the work; a reward is proposed, once.

        Dispatchers and heads. A head verifies the reward of each worker.

        :param str text: what the customer said, and how it is known
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the orders
        :raise TransitionError: before somebody was there, or when praised before
        """
        self._ensure_planner()
        text = as_text(self.env, text, self.env._("Praise"))
        early = self.filtered(lambda order: order.state not in ("done", "closed"))
        if early or self.filtered("praise"):
            raise TransitionError(
                self.env._("Praise is recorded once, when the work is done.")
            )
        self._unguarded().write({"praise": text, "praised_on": at})
        self.env["aftersales.audit"]._log(self, "praised", reason=text, happened_on=at)
        self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": "PRAISE",
                    "employee": worker.employee_id,
                    "date": order._get_pay_date(at),
                    "event": order,
                    "source": order,
                    "facts": self.env._("The customer's praise: %s", text),
                }
                for order in self
                for worker in order.worker_ids
            ],
            again=True,
        )
        return self

    def action_withdraw_praise(self, reason):
        """Take back praise that was recorded by mistake, with its rewards.

        :param str reason: what was wrong
        :return: the orders
        :raise MissingError: when there is no praise
        """
        self.check_access("write")
        self._ensure_planner()
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        if not all(self.mapped("praise")):
            raise MissingError(self.env._("There is no praise to take back."))
        self._unguarded().write({"praise": False, "praised_on": False})
        self.env["aftersales.audit"]._log(self, "praise_withdrawn", reason=reason)
        self.env["aftersales.adjustment"]._withdraw_facts(self, reason, ["PRAISE"])
        return self

    def action_open_praise(self):
        """Ask what the customer said.

        :return: a window action
        """
        self._ensure_planner()
        return self._get_reason_action("praise", self.env._("Customer's Praise"))

    def action_open_withdraw_praise(self):
        """Ask why praise is taken back.

        :return: a window action
        """
        self._ensure_planner()
        return self._get_reason_action(
            "withdraw_praise", self.env._("Take Back the Praise")
        )
