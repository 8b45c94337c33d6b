from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service.arguments import as_text
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_rma import DEPOT

ACKNOWLEDGERS = (DEPOT, "aftersales_service.group_quality_vp")


class AftersalesRmaNote(models.Model):
    """Hand-over of a unit from after-sales to the quality department (F58)."""

    _name = "aftersales.rma.note"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Coordination Note"
    _order = "id desc"
    _rec_name = "subject"
    _guarded_fields = frozenset(
        {
            "rma_id",
            "company_id",
            "subject",
            "body",
            "sent_on",
            "sent_by_id",
            "acknowledged_on",
            "acknowledged_by_id",
            "reply",
        }
    )
    _state_transitions = {"sent": {"acknowledged"}, "acknowledged": set()}

    rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="rma_id.company_id", store=True)
    product_id = fields.Many2one(related="rma_id.product_id")
    serial = fields.Char(related="rma_id.serial")
    subject = fields.Char(required=True, readonly=True)
    body = fields.Text(readonly=True, help="As it stood when the unit was handed over.")
    sent_on = fields.Datetime(required=True, readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    acknowledged_on = fields.Datetime(readonly=True, copy=False)
    acknowledged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reply = fields.Text(readonly=True, copy=False)
    state = fields.Selection(
        [("sent", "Sent"), ("acknowledged", "Acknowledged")],
        default="sent",
        required=True,
        readonly=True,
        copy=False,
    )

    @fact_action(access="read")
    def action_acknowledge(self, reply="", at=None, request_key=None):
        """Take over units in the quality department, with an answer if need be.

        :param str reply: what after-sales should know
        :param datetime at: when, UTC
        :return: self (DEPOT-03)
        :raise AccessError: for who sent the note, or has no part in the depot
        """
        user = self.env.user
        if not self.env.su and not any(map(user.has_group, ACKNOWLEDGERS)):
            raise AccessError(
                self.env._("The quality department takes units over, not you.")
            )
        reply = as_text(self.env, reply, self.env._("Reply"), required=False)
        todo = self.filtered(lambda note: note.state == "sent")
        if any(note.sent_by_id == user for note in todo) and not self.env.su:
            raise AccessError(
                self.env._("You sent this note: somebody else takes the unit over.")
            )
        for note in todo:
            self._check_not_before(at, note.sent_on, self.env._("Sent On"))
        # sudo: the quality department reads notes, it does not write them
        todo.sudo()._set_state(
            "acknowledged",
            {
                "acknowledged_on": at,
                "acknowledged_by_id": user.id,
                "reply": reply or False,
            },
            happened_on=at,
        )
        return self


class AftersalesRma(models.Model):
    """Every depot repair is handed over with a note."""

    _inherit = "aftersales.rma"

    def _write_note(self):
        """Write the note of new cases: product, serial, symptom (DEPOT-03)."""
        notes = self.env["aftersales.rma.note"].sudo()._unguarded()
        # sudo: notes are written by rule, by nobody's hand
        notes.create([rma._prepare_note_vals() for rma in self])

    def _prepare_note_vals(self):
        """Return what after-sales tells the quality department."""
        self.ensure_one()
        rma = self.sudo()  # sudo: who announces a unit need not read all of its file
        symptom = rma.unit_id.symptom_id or rma.ticket_id.symptom_id
        lines = [
            (self.env._("Product"), rma.product_id.display_name),
            (self.env._("Serial Number"), rma.serial),
            (self.env._("Symptom"), symptom.name),
            (self.env._("Reason"), rma.reason),
        ]
        return {
            "rma_id": rma.id,
            "subject": self.env._("Depot repair of %s", rma.equipment_id.display_name),
            "body": "\n".join(f"{label}: {text}" for label, text in lines if text),
            "sent_on": fields.Datetime.now(),
            "sent_by_id": self.env.uid,
        }


class AftersalesRmaShipment(models.Model):
    """A unit at the manufacturer's or the supplier's, until it is answered."""

    _name = "aftersales.rma.shipment"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Manufacturer's Repair"
    _check_company_auto = True
    _order = "id desc"
    _rec_name = "reference"
    _guarded_fields = frozenset(
        {"rma_id", "company_id", "sent_on", "back_on", "result_note"}
    )
    _state_transitions = {"sent": {"back"}, "back": set()}

    rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="rma_id.company_id", store=True)
    serial = fields.Char(related="rma_id.serial")
    partner_id = fields.Many2one(
        "res.partner",
        string="Manufacturer or Supplier",
        required=True,
        index=True,
        check_company=True,
    )
    reference = fields.Char(required=True)
    sent_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    back_on = fields.Datetime(string="Answered On", readonly=True, copy=False)
    result_note = fields.Char(string="Answer", readonly=True, copy=False)
    state = fields.Selection(
        [("sent", "With the Manufacturer"), ("back", "Answered")],
        default="sent",
        required=True,
        readonly=True,
        copy=False,
    )

    _back_complete = models.Constraint(
        "CHECK (state <> 'back' OR (back_on IS NOT NULL AND result_note IS NOT NULL))",
        "An answer has a time and a text.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        shipments = super().create(vals_list)
        shipments.rma_id._check_role(DEPOT, "aftersales_service.group_dispatcher")
        return shipments

    @fact_action
    def action_back(self, result, at=None, request_key=None):
        """Record what the manufacturer did, or the supplier answered.

        :param str result: repaired, replaced, credited, refused … in words
        :param datetime at: when, UTC
        :return: self
        """
        self.rma_id._check_role(DEPOT, "aftersales_service.group_dispatcher")
        result = as_text(self.env, result, self.env._("Answer"))
        todo = self.filtered(lambda shipment: shipment.state == "sent")
        for shipment in todo:
            self._check_not_before(at, shipment.sent_on, self.env._("Sent On"))
        moved = todo._set_state(
            "back", {"back_on": at, "result_note": result}, happened_on=at
        )
        moved.rma_id._back_from_manufacturer()
        return self
