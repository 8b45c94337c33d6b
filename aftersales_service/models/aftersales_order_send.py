from odoo import api, fields, models

from .. import arguments
from ..exceptions import NotAllowedError, TransitionError


class AftersalesOrder(models.Model):
    """Whether staff is sent: who decides, and what follows (DISP-33, DISP-34)."""

    _inherit = "aftersales.order"

    can_decide_dispatch = fields.Boolean(compute="_compute_can_decide_dispatch")

    @api.depends("application_state")
    @api.depends_context("uid")
    def _compute_can_decide_dispatch(self):
        holders = self._get_send_holders()
        for order in self:
            order.can_decide_dispatch = order.application_state == "submitted" and bool(
                holders[order.id]
            )

    def _get_send_holders(self):
        """Return in whose right the user may decide: ``{order id: users}``.

        Himself, or those he stands for today; never who applied.
        """
        principals = self.env["aftersales.deputy"]._get_principals(
            self.env.user, "approvals", self.company_id
        )
        holders = {}
        for order in self:
            group = order._get_send_group()
            users = self.env.user | principals.get(
                order.company_id.id, self.env["res.users"]
            )
            is_applicant = order.application_by_id == self.env.user
            holders[order.id] = (
                users.browse()
                if is_applicant
                # sudo: the groups of those he stands for
                else users.filtered(
                    lambda user, order=order, group=group: (
                        group in user.sudo().all_group_ids
                        and user != order.application_by_id
                    )
                )
            )
        return holders

    def action_decide_dispatch(self, send, reason=None):
        """Decide whether staff is sent (DISP-33).

        The sales vice president, or whom the policy names, or a deputy; never the
        applicant. Without staff the order goes on by phone, and the customer is
        called back with priority (DISP-34). The same decision again changes nothing.

        :param bool send: whether somebody travels
        :param str reason: why; demanded where nobody is sent
        :return: the same orders
        :raise NotAllowedError: for anybody else
        :raise TransitionError: when nobody applied, or it was decided otherwise
        """
        if not isinstance(send, bool):
            arguments.as_flag(self.env, send or "?", self.env._("Send Staff"))
        reason = arguments.as_text(
            self.env, reason, self.env._("Reason"), required=not send
        )
        self.check_access("read")
        self._lock()
        holders = self._get_send_holders()
        if not all(holders[order.id] for order in self):
            raise NotAllowedError(
                self.env._(
                    "Whether staff is sent is decided by: %(groups)s. Never by who "
                    "applied.",
                    groups=", ".join(
                        {order._get_send_group().sudo().name for order in self}
                    ),  # sudo: names of groups
                )
            )
        target = "approved" if send else "declined"
        todo = self.filtered(lambda order: order.application_state != target)
        todo._check_is_submitted()
        # sudo: who decides reads orders; the right was checked above
        todo.sudo()._decide_dispatch(target, reason, holders)
        return self

    def _check_is_submitted(self):
        """Refuse to decide what nobody applied for, or what is decided."""
        stuck = self.filtered(lambda order: order.application_state != "submitted")
        if stuck:
            raise TransitionError(
                self.env._(
                    "%(orders)s: no application waits for a decision.",
                    orders=", ".join(stuck[:5].mapped("display_name")),
                )
            )

    def _decide_dispatch(self, target, reason, holders):
        """Write a decision down and let it take effect; self is superuser mode."""
        self._unguarded().write(
            {
                "application_state": target,
                "send_decided_on": fields.Datetime.now(),
                "send_decided_by_id": self.env.uid,
                "send_reason": reason,
            }
        )
        details = {}
        for order in self:
            users = holders[order.id]
            principal = users.browse() if self.env.user in users else users[:1]
            details[order.id] = {"for": principal.login or ""}
        self.env["aftersales.audit"]._log(
            self, f"application_{target}", reason=reason, details=details
        )
        self.activity_unlink(["aftersales_service.activity_application"])
        if target == "declined":
            self._stay_remote(self.env._("Nobody is sent: %s", reason))
        else:
            self._go_on_site()

    def _stay_remote(self, reason):
        """Let orders go on by phone; the customer is called back with priority."""
        self._unguarded().write({"mode": "remote"})
        self.ticket_id.write({"resolution_path": "remote"})
        self.env["aftersales.commitment"]._cancel(self, ["arrive"], reason=reason)
        partners = self.partner_id.commercial_partner_id
        partners.write({"is_aftersales_priority": True})
        self._message_log_batch(bodies=dict.fromkeys(self.ids, reason))

    def _go_on_site(self):
        """Send staff after all where an earlier application was declined."""
        back = self.filtered(lambda order: order.mode == "remote")
        back._unguarded().write({"mode": "onsite"})
        back.ticket_id.write({"resolution_path": "onsite"})
