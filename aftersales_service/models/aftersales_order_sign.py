from dateutil.relativedelta import relativedelta

from odoo import fields, models

from .. import arguments, images
from .aftersales_fact_mixin import fact_action
from .aftersales_order_missing import FAULT_TYPES
from .aftersales_order_rights import FINISHED_STATES

UNFIXED_RESULTS = ("part_missing", "wrong_part", "needs_depot")


class AftersalesOrder(models.Model):
    """The customer's signature, the end of the work, and closing the order."""

    _inherit = "aftersales.order"

    @fact_action
    def action_sign(self, name, image, at=None, request_key=None):
        """Take the customer's signature; the report cannot change any more.

        Workers on the order, dispatchers and heads; on site (INSP-01, DISP-25).

        :param str name: who signs
        :param image: the signature, a PNG or JPEG picture in base64
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise MissingError: when the report the customer signs is not complete
        """
        name = arguments.as_text(self.env, name, self.env._("Name"))
        image = images.as_image(self.env, image, self.env._("Signature"))
        self._prepare_signing(at)
        self._unguarded().write(
            {
                "signature": image,
                "signature_hash": images.fingerprint(image),
                "signed_by": name,
                "signed_on": at,
            }
        )
        # Who signed stands on the order; the trail cannot forget a name.
        self.env["aftersales.audit"]._log(self, "signed", happened_on=at)
        return self

    @fact_action
    def action_refuse_signature(self, reason=None, at=None, request_key=None):
        """Record that the customer does not sign; nobody is forced (DISP-25).

        :param str reason: what the customer said
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders, which now owe the customer a call
        """
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        self._prepare_signing(at)
        self._unguarded().write({"sign_refused": True, "sign_refused_reason": reason})
        self.env["aftersales.audit"]._log(
            self, "signature_refused", reason=reason, happened_on=at
        )
        return self

    def _prepare_signing(self, at):
        """Refuse a signature too early, twice, or under an incomplete report."""
        self._check_step(("on_site",), self.env._("Sign"))
        self._check_not_frozen()
        self._ensure_nothing_missing("sign")
        for order in self:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))

    @fact_action
    def action_done(self, at=None, request_key=None):
        """Record the work as done; what is owed to the customer follows from it.

        Workers on the order, dispatchers and heads; from on site, or at once for
        remote work. Makes the call-backs of the policy, keeps the promise of the
        solution and closes the ticket when the fault is fixed.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise MissingError: naming what the report still needs
        """
        moving = self.filtered(lambda order: order.state != "done")
        moving._ensure_can_reach("done")
        waiting = moving.filtered(
            lambda order: order.mode == "onsite" and order.state != "on_site"
        )
        if waiting:
            waiting._raise_stuck("done")
        moving._ensure_nothing_missing("done")
        for order in moving:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))
            order._check_not_before(at, order.signed_on, self.env._("Signed"))
        moved = moving._set_state("done", {"done_on": at}, happened_on=at)
        moved.filtered("report_complete")._unguarded().write({"reported_on": at})
        moved._finish_dispatch_activities()
        moved._conclude()
        moved._note_doubts()
        moved._open_attitude_cases()
        moved._propose_category()
        moved._owe_callbacks(at)
        moved._settle_tickets(at)
        return self

    def action_close(self):
        """Check and close orders; dispatchers and heads; from done.

        An incomplete report proposes its fine, once per report (PEN-03).

        :return: the same orders
        :raise MissingError: without category, or while a parts claim is open
        """
        self._ensure_planner()
        self.check_access("write")
        self._lock()
        self._ensure_can_reach("closed")
        moving = self.filtered(lambda order: order.state != "closed")
        moving._ensure_nothing_missing("close")
        moved = moving._set_state("closed")
        moved.filtered(lambda order: not order.report_complete)._propose_report_fine()
        return self

    def _owe_callbacks(self, at):
        """Make the call-backs that follow from how the work ended (CB-01 to 03)."""
        facts = {
            "visit": lambda order: order.mode == "onsite",
            "repair": lambda order: order.service_type in FAULT_TYPES,
            "installation": lambda order: order.service_type == "installation",
            "no_test_run": lambda order: order.test_run == "no_time",
            "unsure": lambda order: order.fix_confidence == "unsure",
            "unsigned": lambda order: order.sign_refused,
        }
        triggers = {
            order.id: {name for name, is_so in facts.items() if is_so(order)}
            for order in self
        }
        callbacks = self.env["aftersales.callback"]
        callbacks._create_for(self, triggers, done_on=at)
        callbacks._fulfil_by_visit(self, at)

    def _is_fixed(self):
        """Tell whether the fault is gone, as far as the facts say.

        A unit without a result counts as fixed unless its test run failed; the
        technician's doubt opens a call-back, it does not undo the work.
        """
        self.ensure_one()
        return self.test_run != "failed" and not any(
            unit.result in UNFIXED_RESULTS for unit in self.unit_ids
        )

    def _settle_tickets(self, at):
        """Keep the promise of the solution, and close tickets with no work left."""
        fixed = self.filtered(lambda order: order.ticket_id and order._is_fixed())
        if not fixed:
            return
        tickets_sudo = fixed.sudo().ticket_id  # sudo: facts move the customer's case
        # Two who end the last orders at once would each see the other's open.
        tickets_sudo.filtered(lambda ticket: len(ticket.order_ids) > 1)._take_turn()
        busy = tickets_sudo.order_ids.filtered(
            lambda order: order.state not in FINISHED_STATES
        )
        finished = tickets_sudo - busy.ticket_id
        self._fulfil_promise(
            fixed.filtered(lambda order: order.ticket_id in finished), "resolve", at
        )
        finished.filtered(lambda ticket: not ticket.closed)._close_as_solved(at)

    def _reopen_tickets(self):
        """Put closed tickets back to work, because theirs is done again."""
        # sudo: rework moves the customer's case
        self.sudo().ticket_id._reopen_case()

    def _propose_category(self):
        """Fill in the service category the facts speak for, where none is given."""
        open_orders = self.filtered(lambda order: not order.category)
        for category, orders in open_orders.grouped(
            lambda order: order._get_likely_category()
        ).items():
            orders._unguarded().write({"category": category})

    def _get_likely_category(self):
        """Return the category the facts speak for (DISP-43, WARR-10).

        Misuse before everything; then what is out of warranty is paid; rework and
        installation are modification; a part changed within a year; another
        maker's unit without charge; else after-sales repair.
        """
        self.ensure_one()
        units_sudo = self.sudo().unit_ids  # sudo: the rule reads the unit's file
        if any(unit.cause_id.voids_warranty for unit in units_sudo):
            return "misuse"
        if self.coverage in ("expired", "void"):
            return "paid"
        if self.service_type in ("rework", "installation"):
            return "rework"
        if self._get_used_lines() and self._is_under_a_year():
            return "part_under_year"
        if units_sudo and not units_sudo.equipment_id.product_id:
            return "free_repair"
        return "service"

    def _is_under_a_year(self):
        """Tell whether the units were bought within a year before the work."""
        self.ensure_one()
        work_day = self._get_pay_date(self.done_on or fields.Datetime.now())
        bought = [
            unit.purchase_date or unit.manufacture_date
            for unit in self.sudo().unit_ids.equipment_id  # sudo: the unit's file
        ]
        return bool(bought) and all(
            day and work_day < day + relativedelta(years=1) for day in bought
        )

    def _propose_report_fine(self):
        """Propose the fine for an incomplete report to the lead, once per report."""
        missing = self._get_missing("report")
        self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": "REPORT",
                    "employee": order.lead_id,
                    "date": order._get_pay_date(order.done_on),
                    "event": order,
                    "source": order,
                    "facts": self.env._(
                        "The service report is incomplete: %s",
                        " ".join(item["reason"] for item in missing.get(order.id, [])),
                    ),
                }
                for order in self
                if order.lead_id
            ]
        )
