from odoo import fields, models

from odoo.addons.aftersales_service.arguments import (
    as_choice,
    as_record,
    as_text,
    check_single,
)
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_rma import DEPOT, DESK

RESULTS = [
    ("repaired", "Repaired"),
    ("no_fault", "No Fault Found"),
    ("not_repaired", "Not Repaired"),
    ("exchanged", "Exchanged"),
    ("returned", "Taken Back"),
]
# Results a person states; the others follow from what is done.
STATED = [("no_fault", "No Fault Found"), ("not_repaired", "Not Repaired")]


class AftersalesRma(models.Model):
    """The work, the manufacturer, the way back to the customer."""

    _inherit = "aftersales.rma"

    done_on = fields.Datetime(string="Ready Since", readonly=True, copy=False)
    result = fields.Selection(RESULTS, readonly=True, copy=False, tracking=True)
    closed_on = fields.Datetime(readonly=True, copy=False)
    handed_to = fields.Char(readonly=True, copy=False)

    def _open_repair(self):
        """Make the work order of cases that have none."""
        # sudo: the desk and technicians have no stock rights
        bare = self.sudo().filtered(lambda rma: not rma.repair_id)
        for rma in bare:
            # Repairs older than depot cases go on under theirs.
            known = rma.unit_id.repair_ids.filtered(
                lambda repair: repair.state != "cancel"
            )
            known.aftersales_rma_id = rma
        bare.invalidate_recordset(["repair_id"])
        bare = bare.filtered(lambda rma: not rma.repair_id)
        bare.env["repair.order"].create([rma._prepare_repair_vals() for rma in bare])

    def _prepare_repair_vals(self):
        """Return the values of the work order of one case."""
        self.ensure_one()
        unit = self.equipment_id
        return {
            "product_id": unit.product_id.id,
            "lot_id": unit.lot_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "aftersales_rma_id": self.id,
            "aftersales_unit_id": self.unit_id.id,
            "under_warranty": self.unit_id.coverage == "covered",
            "repair_request": self.unit_id.symptom_id.name,
        }

    def action_start(self):
        """Begin the repair that the customer authorised; depot.

        :return: self
        :raise TransitionError: before the authorisation (DEPOT-07)
        """
        self._check_role(DEPOT)
        self.check_access("write")
        self._lock()
        todo = self.filtered(lambda rma: rma.state != "repair")
        todo.filtered(lambda rma: rma.state != "authorised")._set_state("repair")
        for repair in todo.repair_id:
            repair.action_repair_start()
        return self

    @fact_action
    def action_send(self, partner_id, reference, at=None, request_key=None):
        """Send units on to the manufacturer; the customer agreed at intake.

        :param partner_id: the manufacturer, id or ``res.partner``
        :param str reference: the number of the way bill or the order there
        :param datetime at: when, UTC
        :return: the shipments (DEPOT-01, DEPOT-10)
        """
        self._check_role(DEPOT, DESK)
        maker = as_record(self.env, "res.partner", partner_id)
        reference = as_text(self.env, reference, self.env._("Reference"))
        self.filtered(lambda rma: rma.kind == "repair")._set_state(
            "manufacturer", happened_on=at
        )
        shipments = self.env["aftersales.rma.shipment"]._unguarded()
        out = shipments.create(
            [
                {
                    "rma_id": rma.id,
                    "partner_id": maker.id,
                    "reference": reference,
                    "sent_on": at,
                }
                for rma in self
            ]
        )
        return out._guarded_again()

    def _back_from_manufacturer(self):
        """Go on with the customer's authorisation, or with the estimate."""
        back = self.filtered(lambda rma: rma.state == "manufacturer")
        agreed = back.filtered("authorised_on")
        (back - agreed)._set_state("received")
        agreed._set_state("authorised")

    def _finish(self, result, at=None):
        """Have units ready for their customers: keeps the promise, tells the desk.

        :param str result: key of ``RESULTS``
        :param datetime at: when, now by default
        """
        at = at or fields.Datetime.now()
        moved = self._set_state(
            "ready", {"result": result, "done_on": at}, happened_on=at
        )
        # sudo: promises follow facts by anybody
        repairs = moved.sudo().repair_ids.filtered(lambda one: one.state != "cancel")
        self.env["aftersales.commitment"]._fulfil(repairs, "depot_return", at)
        entries = [
            (rma, rma.user_id, self.env._("Ready: tell the customer"))
            for rma in moved
            if rma.user_id
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service_repair.mail_activity_rma"
            )
        return moved

    @fact_action
    def action_finish(self, result, note, at=None, request_key=None):
        """End a case without a repair: no fault, or the customer wants none.

        :param str result: ``no_fault`` or ``not_repaired``
        :param str note: what was found, or what the customer said
        :param datetime at: when, UTC
        :return: self
        """
        self._check_role(DEPOT, DESK)
        result = as_choice(self.env, result, STATED, self.env._("Result"))
        note = as_text(self.env, note, self.env._("Note"))
        todo = self.filtered(lambda rma: rma.state != "ready")
        moved = todo._finish(result, at)
        # sudo: the desk has no stock rights
        moved.sudo().repair_id.filtered(
            lambda repair: repair.state != "done"
        ).action_repair_cancel()
        moved._message_log_batch(bodies={rma.id: note for rma in moved})
        return self

    def _missing_close(self):
        """What is still between us and the customer (DEPOT-02, DEPOT-11)."""
        # sudo: the desk reads no stock documents behind loaners
        out = self.sudo().loan_ids.filtered(
            lambda loan: loan.state == "out" and not loan.waived_on
        )
        if out:
            yield (
                "loan_ids",
                self.env._(
                    "The customer still has %s. Take it back, or let the head of "
                    "department waive it.",
                    ", ".join(out.mapped("display_name")),
                ),
            )
        if self._has_proposals():
            yield "line_ids", self.env._("The customer has not decided on every line.")
        yield from self._missing_refund()

    @fact_action
    def action_close(self, name, at=None, request_key=None):
        """Hand the unit back and end the case; desk and depot.

        :param str name: who received it on the customer's side
        :param datetime at: when, UTC
        :return: self
        :raise MissingError: while a loaner is out (DEPOT-02)
        """
        self._check_role(DEPOT, DESK)
        name = as_text(self.env, name, self.env._("Handed To"))
        todo = self.filtered(lambda rma: rma.state != "closed")
        todo.filtered(lambda rma: rma.state != "ready")._set_state("closed")
        todo._check_missing("close")
        for rma in todo:
            rma._check_not_before(at, rma.done_on, self.env._("Ready Since"))
        moved = todo._set_state(
            "closed", {"closed_on": at, "handed_to": name}, reason=name, happened_on=at
        )
        # sudo: the depot has no right on the installed base; the state follows
        moved.sudo().equipment_id.filtered(
            lambda unit: unit.state == "in_depot"
        )._set_state("in_service")
        moved.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service_repair.mail_activity_rma"]
        )
        return self

    def action_cancel(self, reason):
        """Withdraw a case before the customer agreed to anything; the desk.

        :param str reason: why
        :return: self
        """
        self._check_role(DESK)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._lock()
        moved = self._set_state("cancel", reason=reason)
        # sudo: the desk has no stock rights; units and work orders follow
        moved.sudo().repair_id.action_repair_cancel()
        moved.sudo().equipment_id.filtered(
            lambda unit: unit.state == "in_depot"
        )._set_state("in_service")
        repairs = moved.sudo().repair_ids  # sudo: as above
        self.env["aftersales.commitment"]._cancel(repairs, reason=reason)
        return self

    def action_open_repair(self):
        """Open the work order of this case.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        self.env["repair.order"].check_access("read")
        return self.repair_id.with_env(self.env)._get_records_action()

    def action_open_order(self):
        """Open the service order the unit came from.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        return self.order_id._get_records_action()
