from odoo import api, fields, models

from odoo.addons.aftersales_service.arguments import as_choice, as_text
from odoo.addons.aftersales_service.exceptions import MissingError
from odoo.addons.aftersales_service.images import as_image
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_rma import DEPOT, DESK, OLD_PARTS

WAYS = [
    ("signature", "Signature"),
    ("letter", "Letter"),
    ("phone", "By Phone, Extra Work Only"),
]


class AftersalesRma(models.Model):
    """The written repair authorisation, and consent to extra work (F60)."""

    _inherit = "aftersales.rma"

    ready_on = fields.Date(
        string="Promised Ready On", copy=False, help="As the customer was told it."
    )
    payment_note = fields.Char(string="Payment")
    delivery_note = fields.Char(string="Delivery")
    old_part = fields.Selection(OLD_PARTS, string="Old Parts", copy=False)
    amount_labour = fields.Monetary(
        string="Labour", compute="_compute_amounts", store=True
    )
    amount_parts = fields.Monetary(
        string="Parts", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="Customer Pays", compute="_compute_amounts", store=True
    )
    amount_open = fields.Monetary(
        string="To Authorise", compute="_compute_amounts", store=True
    )
    authorised_on = fields.Datetime(readonly=True, copy=False)
    authorised_by = fields.Char(readonly=True, copy=False)
    authorised_how = fields.Selection(WAYS, readonly=True, copy=False)
    authorised_signature = fields.Image(
        max_width=1024, max_height=1024, readonly=True, copy=False, attachment=True
    )

    @api.depends("line_ids.amount", "line_ids.kind", "line_ids.state")
    def _compute_amounts(self):
        for rma in self:
            live = rma.line_ids.filtered(lambda line: line.state != "declined")
            labour = live.filtered(lambda line: line.kind == "labour")
            rma.amount_labour = sum(labour.mapped("amount"))
            rma.amount_parts = sum((live - labour).mapped("amount"))
            rma.amount_total = rma.amount_labour + rma.amount_parts
            rma.amount_open = sum(
                live.filtered(lambda line: line.state == "proposed").mapped("amount")
            )

    def _missing_authorise(self):
        """What the customer must know before he signs (DEPOT-07, DEPOT-09)."""
        if not self.line_ids:
            yield "line_ids", self.env._("Estimate labour and parts.")
        for name, text in (
            ("ready_on", self.env._("Tell the customer when the unit is ready.")),
            ("payment_note", self.env._("Explain how it is paid.")),
            ("delivery_note", self.env._("Explain how the unit is handed back.")),
            ("old_part", self.env._("Ask what happens to the old parts.")),
        ):
            if not self[name]:
                yield name, text
        if self.coverage == "undetermined":
            yield (
                "coverage",
                self.env._(
                    "Whether the warranty covers the repair is with the manufacturer: "
                    "tell the customer why, and record the decision first."
                ),
            )

    @fact_action
    def action_authorise(
        self, name, how="signature", signature=None, at=None, request_key=None
    ):
        """Record that the customer authorised the estimate, or extra work.

        :param str name: who, on the customer's side
        :param str how: ``signature`` with the drawing, ``letter`` with the letter
            attached to the case, ``phone`` for extra work alone
        :param signature: PNG or JPEG in base64
        :param datetime at: when, UTC
        :return: self
        :raise MissingError: when the customer could not know what he agrees to
        """
        self._check_role(DEPOT, DESK)
        name = as_text(self.env, name, self.env._("Authorised By"))
        how = as_choice(self.env, how, WAYS, self.env._("Authorised How"))
        image = self._check_evidence(how, signature)
        todo = self.filtered(lambda rma: rma._has_proposals())
        late = (self - todo).filtered(lambda rma: not rma.authorised_on)
        late._check_missing("authorise")
        todo._check_missing("authorise")
        again = todo.filtered("authorised_on")
        first = todo - again
        first._set_state(
            "authorised",
            {
                "authorised_on": at,
                "authorised_by": name,
                "authorised_how": how,
                "authorised_signature": image,
                "told_on": at,
            },
            reason=name,
            happened_on=at,
        )
        again._resume(reason=name, at=at)
        todo._settle_lines("authorised", at)
        return self

    def _has_proposals(self):
        """Tell whether the customer still has something to decide on."""
        self.ensure_one()
        return "proposed" in self.line_ids.mapped("state")

    def _check_evidence(self, how, signature):
        """Return the signature; refuse a consent that nothing proves.

        :raise MissingError: no drawing, no letter, or a first consent by phone
        """
        if how == "signature":
            return as_image(self.env, signature, self.env._("Signature"))
        if how == "phone":
            if self.filtered(lambda rma: not rma.authorised_on):
                raise MissingError(
                    self.env._(
                        "The first authorisation is in writing. By phone the "
                        "customer agrees to extra work only."
                    )
                )
            return False
        for rma in self:
            # sudo: letters a colleague attached count as well
            letters = (
                rma.env["ir.attachment"]
                .sudo()
                .search_count(
                    [
                        ("res_model", "=", rma._name),
                        ("res_id", "=", rma.id),
                        ("id", "not in", rma.photo_ids.ids),
                    ],
                    limit=1,
                )
            )
            if not letters:
                raise MissingError(
                    self.env._("Attach the customer's letter to the case first.")
                )
        return False

    def _settle_lines(self, target, at):
        """Move what was proposed to the customer's decision."""
        lines = self.line_ids.filtered(lambda line: line.state == "proposed")
        lines._set_state(target, {"decided_on": at}, happened_on=at)
        if target == "authorised":
            lines._open_moves()

    def _resume(self, reason=None, at=None):
        """Go on where the work stood when something new was found."""
        # sudo: the desk has no stock rights
        running = self.sudo().filtered(
            lambda rma: rma.repair_id.state == "under_repair"
        )
        running = running.with_env(self.env)
        waiting = self.filtered(lambda rma: rma.state == "waiting")
        (waiting & running)._set_state("repair", reason=reason, happened_on=at)
        (waiting - running)._set_state("authorised", reason=reason, happened_on=at)

    @fact_action
    def action_decline_extra(self, reason, at=None, request_key=None):
        """Record that the customer does not want what was proposed (DEPOT-08).

        :param str reason: what the customer said
        :param datetime at: when, UTC
        :return: self
        """
        self._check_role(DEPOT, DESK)
        reason = as_text(self.env, reason, self.env._("Reason"))
        todo = self.filtered(lambda rma: rma._has_proposals())
        over = todo.filtered(lambda rma: rma.state in ("closed", "cancel"))
        if over:
            over._raise_stuck("authorised")
        todo._settle_lines("declined", at)
        todo._resume(reason=reason, at=at)
        self.env["aftersales.audit"]._log(
            todo, "declined", reason=reason, happened_on=at
        )
        return self

    def _after_estimate(self):
        """Stop for the customer where something new was proposed (DEPOT-08)."""
        new = self.filtered(lambda rma: rma.authorised_on and rma._has_proposals())
        new.filtered(lambda rma: rma.state in ("authorised", "repair"))._set_state(
            "waiting"
        )
        (self - new)._resume()
