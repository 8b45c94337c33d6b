from odoo import api, fields, models

from odoo.addons.aftersales_service.arguments import as_text
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action
from odoo.addons.aftersales_service.models.aftersales_warranty_check import VERDICTS

from .aftersales_rma import DEPOT, DESK, TECHNICIAN


class AftersalesRma(models.Model):
    """Taking a unit in: condition, photos, consent, warranty explained (F59)."""

    _inherit = "aftersales.rma"

    warranty_check_id = fields.Many2one(
        "aftersales.warranty.check",
        string="Warranty Verdict",
        compute="_compute_warranty_check_id",
        compute_sudo=True,
    )
    coverage = fields.Selection(
        VERDICTS,
        string="Warranty",
        compute="_compute_warranty_check_id",
        compute_sudo=True,
    )
    coverage_text = fields.Text(
        string="Why Covered or Not",
        compute="_compute_warranty_check_id",
        compute_sudo=True,
    )
    cause_id = fields.Many2one(
        "aftersales.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
        copy=False,
        tracking=True,
        check_company=True,
    )
    told_on = fields.Datetime(string="Customer Last Told", readonly=True, copy=False)
    idle_told_on = fields.Datetime(readonly=True, copy=False)

    commitment_ids = fields.Many2many(
        "aftersales.commitment",
        string="Promises",
        compute="_compute_commitment_ids",
        compute_sudo=True,
    )

    @api.depends("repair_ids.commitment_ids")
    def _compute_commitment_ids(self):
        for rma in self:
            rma.commitment_ids = rma.repair_ids.commitment_ids

    @api.depends("equipment_id", "unit_id")
    def _compute_warranty_check_id(self):
        checks = self.env["aftersales.warranty.check"].search(
            [("equipment_id", "in", self.equipment_id.ids)], order="id"
        )
        latest = {check.equipment_id: check for check in checks}
        for rma in self:
            check = latest.get(rma.equipment_id, checks.browse())
            rma.warranty_check_id = check
            rma.coverage = check.verdict
            rma.coverage_text = check.explanation

    def _missing_receive(self):
        """What the intake sheet lacks (DEPOT-05, DEPOT-06)."""
        for name, text in (
            ("reason", self.env._("Write why the unit comes to the depot.")),
            ("consent_by", self.env._("Name who agreed on the customer's side.")),
            (
                "condition_note",
                self.env._("Walk around the unit and write down its condition."),
            ),
            ("fault_note", self.env._("Describe the fault.")),
        ):
            if not (self[name] or "").strip():
                yield name, text
        # sudo: uploads may belong to a colleague
        if not self.photo_ids.sudo()._aftersales_images():
            yield "photo_ids", self.env._("Take a photo of the unit as it arrives.")

    @fact_action
    def action_receive(self, at=None, request_key=None):
        """Take units in by their sheet; depot, desk or the technician (DEPOT-06).

        The promise of the return starts, and the warranty is judged so that the
        customer is told at once what is covered (WARR-13).

        :param datetime at: when, UTC
        :return: self
        :raise MissingError: without condition, photo, fault or consent
        """
        self._check_role(DEPOT, DESK, TECHNICIAN)
        todo = self.filtered(lambda rma: rma.state == "draft")
        (self - todo).filtered(lambda rma: rma.state == "cancel")._set_state("received")
        todo._check_missing("receive")
        todo._set_state(
            "received",
            {"received_on": at, "received_by_id": self.env.uid, "told_on": at},
            happened_on=at,
        )
        # sudo: who takes units in need not manage the installed base
        units = todo.sudo().equipment_id
        units.filtered(
            lambda unit: unit.state in ("in_service", "in_transit")
        )._set_state("in_depot")
        todo._judge_warranty()
        todo._ensure_lots()
        # sudo: promises follow facts by anybody
        repairs = todo.sudo().repair_ids.filtered(lambda one: one.state != "cancel")
        self.env["aftersales.commitment"]._start(repairs, {"depot_return"}, at)
        return self

    def _judge_warranty(self):
        """Judge units nobody judged yet; a verdict on record stands."""
        # sudo: the verdict is the register's, whoever takes the unit in
        bare = self.sudo().filtered(lambda rma: not rma.warranty_check_id)
        for cause, rmas in bare.grouped(lambda rma: rma.unit_id.cause_id).items():
            rmas.equipment_id.check_warranty(cause_id=cause.id or None)
        self._forget_verdict()

    def _forget_verdict(self):
        """Look for the latest verdict again."""
        self.invalidate_recordset(["warranty_check_id", "coverage", "coverage_text"])

    def _ensure_lots(self):
        """Give tracked units the serial number that stock moves need."""
        # sudo: technicians take units in, and have no stock rights
        for rma in self.sudo():
            unit = rma.equipment_id
            if unit.product_id.tracking == "none" or not unit.serial:
                continue
            if not unit.lot_id:
                unit.lot_id = rma._find_lot(unit)
            rma.repair_id.lot_id = unit.lot_id

    def _find_lot(self, unit):
        """Return the serial number of a unit, made where it is new here."""
        lots = self.env["stock.lot"]
        return lots.search(
            [
                ("name", "=", unit.serial),
                ("product_id", "=", unit.product_id.id),
                ("company_id", "in", [False, unit.company_id.id]),
            ],
            limit=1,
        ) or lots.create({"name": unit.serial, "product_id": unit.product_id.id})

    def action_check_warranty(self):
        """Judge the warranty anew by the cause found since; desk and depot.

        :return: self (DEPOT-09)
        """
        self._check_role(DEPOT, DESK)
        self.check_access("write")
        # sudo: the verdict is the register's
        for cause, rmas in self.sudo().grouped("cause_id").items():
            rmas.equipment_id.check_warranty(cause_id=cause.id or None)
        self._forget_verdict()
        return self

    @fact_action
    def action_tell_customer(self, text, at=None, request_key=None):
        """Tell the customer how it stands; goes to him as a message (DEPOT-12).

        :param str text: what he is told
        :param datetime at: when, UTC
        :return: self
        """
        self._check_role(DEPOT, DESK)
        text = as_text(self.env, text, self.env._("Message"))
        for rma in self:
            rma.message_post(
                body=text,
                partner_ids=rma.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        self._unguarded().write({"told_on": at, "idle_told_on": False})
        self.env["aftersales.audit"]._log(self, "customer_told", happened_on=at)
        return self
