from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..exceptions import FrozenFactError, TransitionError

HEAD = "aftersales_service.group_head"


class AftersalesOrderReturn(models.Model):
    """A unit that the customer wants to give back: the desk's work item (DISP-15)."""

    _name = "aftersales.order.return"
    _inherit = [
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Return Request"
    _order = "id desc"
    _rec_name = "order_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "order_id",
            "reason",
            "requested_on",
            "requested_by_id",
            "decided_on",
            "decided_by_id",
            "received_on",
        }
    )
    _state_transitions = {
        "open": {"accepted", "declined"},
        "accepted": {"received"},
        "declined": set(),
        "received": set(),
    }

    order_id = fields.Many2one(
        "aftersales.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    site_id = fields.Many2one(related="order_id.site_id")
    unit_ids = fields.One2many(related="order_id.unit_ids")
    reason = fields.Text(
        required=True, readonly=True, help="As the customer said it on site."
    )
    requested_on = fields.Datetime(required=True, readonly=True)
    requested_by_id = fields.Many2one("res.users", readonly=True)
    answer = fields.Text(
        help="What the customer is told: the terms of the return, or why there is none."
    )
    decided_on = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("received", "Unit Received"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _order_unique = models.UniqueIndex(
        "(order_id)", "There is a return request of this order already."
    )

    def write(self, vals):
        if "answer" in vals:
            self._check_answer_open()
        return super().write(vals)

    def _check_answer_open(self):
        """Keep what the customer was told."""
        decided = self.filtered(lambda request: request.state != "open")
        if decided:
            raise FrozenFactError(
                self.env._(
                    "%(requests)s is decided: what the customer was told stays.",
                    requests=", ".join(decided[:5].mapped("display_name")),
                )
            )

    def action_accept(self, answer=None):
        """Agree to take the units back; heads of department (DISP-15).

        :param str answer: what the customer is told; by default what is written
        :return: the same requests
        :raise ArgumentError: when nothing says what the customer is told
        """
        return self._decide("accepted", answer)

    def action_decline(self, answer=None):
        """Refuse to take the units back; heads of department (DISP-15).

        :param str answer: what the customer is told; by default what is written
        :return: the same requests
        :raise ArgumentError: when nothing says what the customer is told
        """
        return self._decide("declined", answer)

    def _decide(self, target, answer):
        """Take the decision on requests that are open."""
        if not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("The head of department decides on returns of units.")
            )
        self.check_access("write")
        self._lock()
        todo = self.filtered(lambda request: request.state != target)
        label = self.env._("Answer")
        texts = {
            request.id: arguments.as_text(
                self.env, request.answer if answer is None else answer, label
            )
            for request in todo
        }
        moved = todo._set_state(
            target,
            lambda request: {
                "answer": texts[request.id],
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            },
        )
        moved._finish_request()
        return self

    def _finish_request(self):
        """Take the notice off the orders, and tell their readers."""
        orders = self.order_id
        orders.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.activity_return_request"]
        )
        bodies = {
            request.order_id.id: self.env._(
                "Return request: %(state)s. %(answer)s",
                state=dict(self._fields["state"]._description_selection(self.env))[
                    request.state
                ],
                answer=request.answer,
            )
            for request in self
        }
        orders._message_log_batch(bodies=bodies)

    def action_receive(self):
        """Record that the units came back; dispatchers and heads (DISP-15).

        Units in service stand in the depot from then on.

        :return: the same requests
        :raise TransitionError: before the return was accepted
        """
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("write")
        self._lock()
        moved = self._set_state("received", {"received_on": fields.Datetime.now()})
        units_sudo = moved.sudo().unit_ids.equipment_id  # sudo: follows from the fact
        units_sudo.filtered(lambda unit: unit.state == "in_service")._set_state(
            "in_depot"
        )
        return self

    def action_open_order(self):
        """Open the order on which the customer asked for it.

        :return: a window action
        """
        self.check_access("read")
        arguments.check_single(self)
        return self.order_id._get_records_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_record(self):
        raise TransitionError(
            self.env._("Return requests stay on record. Decline what is not wanted.")
        )


class AftersalesOrder(models.Model):
    """Units that leave the customer: returns asked for, the way to the depot."""

    _inherit = "aftersales.order"

    return_ids = fields.One2many(
        "aftersales.order.return", "order_id", string="Return Requests"
    )

    def action_open_returns(self):
        """Open the return requests of these orders.

        :return: a window action
        """
        self.check_access("read")
        return self.return_ids._get_records_action(name=self.env._("Return Requests"))

    def _request_return(self, reason):
        """Open the work item beside the notice, once an order."""
        requests_sudo = self.env["aftersales.order.return"].sudo()
        # sudo: technicians make none by hand; it follows from what they record
        known = requests_sudo.search([("order_id", "in", self.ids)]).order_id
        requests_sudo._unguarded().create(
            [
                {
                    "order_id": order.id,
                    "reason": reason,
                    "requested_on": fields.Datetime.now(),
                    "requested_by_id": self.env.uid,
                }
                for order in self - known
            ]
        )
        return super()._request_return(reason)

    def _conclude(self):
        result = super()._conclude()
        self.filtered(
            lambda order: "needs_depot" in order.unit_ids.mapped("result")
        )._after_needs_depot()
        return result

    def _after_needs_depot(self):
        """Have the units fetched that cannot be repaired on site (DISP-20).

        Tells the head; where depot repair is installed, it takes the units in.
        """
        entries = []
        for order in self.sudo():  # sudo: who heads the department of the order
            head = order.company_id._aftersales_get_head(order.ticket_id.team_id)
            if not head:
                continue
            units = order.unit_ids.filtered(lambda unit: unit.result == "needs_depot")
            names = ", ".join(units.equipment_id.mapped("display_name"))
            summary = (
                self.env._("To the depot, with a loaner for the customer: %s", names)
                if order.needs_loaner
                else self.env._("To the depot: %s", names)
            )
            entries.append((order, head, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.activity_depot",
                scope="escalations",
            )
