from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text, check_single
from ..exceptions import MissingError
from .aftersales_callback import WAITING_STATES
from .aftersales_order_rights import FINISHED_STATES

HEAD = "aftersales_service.group_head"
DISSATISFIED = "aftersales_service.mail_activity_dissatisfied"


class AftersalesOrder(models.Model):
    """A dissatisfied customer's order: the head tracks it to the end (ESC-03)."""

    _inherit = "aftersales.order"

    escalated_on = fields.Datetime(readonly=True, copy=False)
    escalation_owner_id = fields.Many2one(
        "res.users",
        string="Followed by",
        readonly=True,
        copy=False,
        help="The head who tracks a dissatisfied customer's case to the end.",
    )
    tracked_on = fields.Datetime(string="Tracked to the End", readonly=True, copy=False)
    tracked_by_id = fields.Many2one(
        "res.users", string="Tick by", readonly=True, copy=False
    )
    needs_tracking = fields.Boolean(
        string="Head Still Follows", compute="_compute_needs_tracking", store=True
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "escalated_on",
            "escalation_owner_id",
            "tracked_on",
            "tracked_by_id",
        }

    @api.depends("escalated_on", "tracked_on")
    def _compute_needs_tracking(self):
        for order in self:
            order.needs_tracking = bool(order.escalated_on) and not order.tracked_on

    def _get_rework_chain(self):
        """Return the first order and all reworks that followed from it."""
        chain = self.sudo()  # sudo: the case is one, whoever did which visit
        while new := chain.rework_of_id - chain:
            chain |= new
        while new := chain.rework_ids - chain:
            chain |= new
        return chain

    def _escalate(self, head, note=""):
        """Make a head the follower and owner of a dissatisfied customer's case.

        :param head: one ``res.users``, or none where nobody heads the department
        :param str note: what the customer said
        """
        chain = self._get_rework_chain()
        open_orders = chain.filtered(lambda order: order.state != "closed") | self
        open_orders.sudo()._unguarded().write(  # sudo: a consequence of the call
            {
                "escalated_on": fields.Datetime.now(),
                "escalation_owner_id": head.id,
                "tracked_on": False,
                "tracked_by_id": False,
            }
        )
        if head:
            self.message_subscribe(partner_ids=head.partner_id.ids)
            self.env["mail.activity"]._aftersales_schedule(
                [(self, head, self.env._("Dissatisfied customer: follow to the end"))],
                DISSATISFIED,
                note=note,
                scope="escalations",
            )

    def action_track(self, note=""):
        """Tick a dissatisfied customer's case as tracked to the end (ESC-03).

        Heads of department; for the order and all its reworks at once.  Orders and
        tickets that waited for the tick can close.

        :param str note: how it ended; mandatory where the customer's last answer
            was not a satisfied or average one
        :return: self
        :raise MissingError: while work or a call is still owed
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("Only a head of department tracks a case to the end.")
            )
        note = as_text(self.env, note, self.env._("How It Ended"), required=False)
        self._lock()
        for order in self:
            order._track_chain(note)
        return self

    def action_open_track(self):
        """Open the dialog in which a head ticks a case as tracked to the end.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tracked to the End"),
            "res_model": "aftersales.order.track",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _track_chain(self, note):
        """Tick one case; see ``action_track``."""
        chain = self._get_rework_chain()
        waiting = chain.filtered("needs_tracking")
        if not waiting:
            return
        chain._check_trackable(note)
        waiting._unguarded().write(
            {"tracked_on": fields.Datetime.now(), "tracked_by_id": self.env.uid}
        )
        self.env["aftersales.audit"]._log(waiting, "tracked", reason=note)
        chain.activity_unlink([DISSATISFIED])
        chain.filtered(lambda order: order.state in ("done", "closed"))._settle_tickets(
            fields.Datetime.now()
        )

    def _check_trackable(self, note):
        """Refuse the tick while something of the case is still to come."""
        running = self.filtered(lambda order: order.state not in FINISHED_STATES)
        owed = self.callback_ids.filtered(lambda one: one.state in WAITING_STATES)
        if running or owed:
            raise MissingError(
                self.env._(
                    "The case is not at its end: %s is still to come.",
                    ", ".join((running.mapped("name") + owed.mapped("name"))[:5]),
                )
            )
        last = self.callback_ids.sorted("id")[-1:]
        if last.result not in ("satisfied", "average") and not note:
            raise MissingError(
                self.env._(
                    "The customer's last answer was not “satisfied”. Write down how "
                    "the case ended."
                )
            )

    def _missing_close(self):
        """The head has tracked a dissatisfied customer's case to the end."""
        yield from super()._missing_close()
        for order in self.filtered("needs_tracking"):
            yield (
                order.id,
                "tracked_on",
                self.env._(
                    "The customer was dissatisfied: the head of department ticks the "
                    "case as tracked to the end first."
                ),
            )
