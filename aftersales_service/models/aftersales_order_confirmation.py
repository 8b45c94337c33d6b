from odoo import api, fields, models

from .. import arguments
from ..exceptions import TransitionError

CONFIRMABLE = ("draft", "scheduled", "dispatched", "on_site")


class AftersalesOrderConfirmation(models.Model):
    """What the customer confirmed on the phone before the visit (DISP-11).

    Frozen but for the decision on the corrections it proposes (DISP-13).
    """

    _name = "aftersales.order.confirmation"
    _inherit = ["aftersales.guard.mixin", "aftersales.frozen.mixin"]
    _description = "Confirmation with the Customer"
    _order = "id desc"
    _rec_name = "order_id"
    _check_company_auto = True
    _frozen_exempt = frozenset({"applied_on", "applied_by_id"})
    _guarded_fields = frozenset(
        {
            "order_id",
            "confirmed_with",
            "confirmed_start",
            "address",
            "model",
            "purchase_date",
            "symptom_id",
            "correction",
            "confirmed_on",
            "user_id",
            "applied_on",
            "applied_by_id",
        }
    )

    order_id = fields.Many2one(
        "aftersales.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    confirmed_with = fields.Char(string="Spoken With", required=True, readonly=True)
    confirmed_start = fields.Datetime(string="Time", required=True, readonly=True)
    address = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True)
    purchase_date = fields.Date(readonly=True)
    symptom_id = fields.Many2one("aftersales.code", required=True, readonly=True)
    correction = fields.Text(
        string="Differs from Our Data",
        readonly=True,
        help="What we had, and what the customer says.",
    )
    confirmed_on = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Confirmed By", required=True, readonly=True
    )
    applied_on = fields.Datetime(string="Unit Updated On", readonly=True)
    applied_by_id = fields.Many2one(
        "res.users", string="Unit Updated By", readonly=True
    )

    def action_apply(self):
        """Take model and purchase date over into the unit's file (DISP-13).

        Dispatchers and heads; once. The old values stay in the unit's log.

        :return: the same confirmations
        """
        self.check_access("read")
        self.order_id._ensure_planner()
        self.order_id._lock()
        self.invalidate_recordset()
        fresh = self.filtered(lambda one: not one.applied_on)
        for confirmation in fresh:
            unit = confirmation.order_id.unit_ids[:1].equipment_id
            vals = confirmation._prepare_unit_vals(unit)
            if vals:
                unit.write(vals)
                unit._message_log(body=confirmation.correction)
        fresh.sudo()._unguarded().write(  # sudo: nobody edits confirmations
            {"applied_on": fields.Datetime.now(), "applied_by_id": self.env.uid}
        )
        return self

    def _prepare_unit_vals(self, unit):
        """Return what the customer says about a unit and we did not know."""
        self.ensure_one()
        vals = {}
        if unit and self.model != unit._aftersales_model_text():
            vals["model"] = self.model
        if unit and self.purchase_date and self.purchase_date != unit.purchase_date:
            vals["purchase_date"] = self.purchase_date
        return vals


class AftersalesEquipment(models.Model):
    """How a unit is called on the phone."""

    _inherit = "aftersales.equipment"

    def _aftersales_model_text(self):
        """Return the model as people name it: its own, else the product's."""
        return self.model or self.product_id.name or ""


class AftersalesOrder(models.Model):
    """The call before the visit: five things confirmed, differences followed up."""

    _inherit = "aftersales.order"

    confirmation_ids = fields.One2many(
        "aftersales.order.confirmation", "order_id", string="Confirmations"
    )
    confirmed_on = fields.Datetime(
        string="Confirmed with the Customer",
        compute="_compute_confirmed_on",
        compute_sudo=True,
        store=True,
    )

    @api.depends("confirmation_ids.confirmed_on")
    def _compute_confirmed_on(self):
        for order, order_sudo in zip(self, self.sudo(), strict=True):
            # sudo: warehouse and approvers read the order, not what was said
            order.confirmed_on = max(
                order_sudo.confirmation_ids.mapped("confirmed_on"), default=False
            )

    @api.depends("confirmation_ids.address")
    def _compute_place(self):
        """The address confirmed for this visit stands before the one on file."""
        result = super()._compute_place()
        for order, order_sudo in zip(self, self.sudo(), strict=True):
            # sudo: the place of the visit, not what was said
            latest = order_sudo.confirmation_ids.sorted("id")[-1:]
            if latest and latest.correction:
                order.service_address = latest.address
        return result

    def action_confirm_customer(
        self,
        confirmed_with,
        start=None,
        address=None,
        model=None,
        purchase_date=None,
        symptom_id=None,
    ):
        """Record what the customer confirmed on the phone (DISP-11).

        Dispatchers, heads and the workers of the order, before or at the visit. What
        is not given is confirmed as we have it. A symptom that differs is corrected
        on the order at once; model and purchase date are proposed for the unit
        (DISP-13). The same data again makes no second record.

        :param str confirmed_with: who spoke for the customer
        :param start: the time confirmed, naive UTC or ISO text
        :param str address: where to go
        :param str model: what is to be repaired
        :param purchase_date: YYYY-MM-DD
        :param int symptom_id: the symptom
        :return: the same order
        :raise TransitionError: without a time, or once the work is over
        """
        arguments.check_single(self)
        self.check_access("write")
        if not self.worker_ids._get_own():
            self._ensure_planner()
        said = self._parse_confirmation(start, address, model, purchase_date)
        said |= self._parse_spoken(confirmed_with, symptom_id)
        self._lock()
        self._check_can_confirm(said)
        last = self.confirmation_ids.sorted("id")[-1:]
        if last and all(self._as_plain(last[name]) == said[name] for name in said):
            return self
        correction = self._describe_correction(said)
        self._record_confirmation(said, correction)
        self._follow_confirmation(said, correction)
        return self

    def _record_confirmation(self, said, correction):
        """Put on record what was said, and what it changes."""
        confirmations_sudo = self.env["aftersales.order.confirmation"].sudo()
        # sudo: nobody writes confirmations by hand
        confirmations_sudo._unguarded().create(
            {
                **said,
                "order_id": self.id,
                "correction": correction,
                "confirmed_on": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )

    @api.model
    def _as_plain(self, value):
        """Return a value as the confirmation was said: records by their id."""
        return value.id if isinstance(value, models.BaseModel) else value

    def _parse_confirmation(self, start, address, model, purchase_date):
        """Return what was said, filled up with what we have."""
        unit = self.unit_ids[:1].equipment_id
        text = arguments.as_text
        return {
            "confirmed_start": self._parse_planned(start)
            or self.promised_start
            or self.planned_start,
            "address": text(self.env, address, self.env._("Address"), required=False)
            or self.service_address
            or "",
            "model": text(self.env, model, self.env._("Model"), required=False)
            or unit._aftersales_model_text(),
            "purchase_date": arguments.as_date(self.env, purchase_date)
            or unit.purchase_date,
        }

    def _parse_spoken(self, confirmed_with, symptom_id):
        """Return who spoke for the customer, and of which symptom."""
        symptom = arguments.as_record(self.env, "aftersales.code", symptom_id)
        return {
            "confirmed_with": arguments.as_text(
                self.env, confirmed_with, self.env._("Spoken With")
            ),
            "symptom_id": (symptom or self.unit_ids[:1].symptom_id).id,
        }

    def _check_can_confirm(self, said):
        """Refuse what is too late to confirm, or too little.

        :param dict said: values of the confirmation
        """
        if self.state not in CONFIRMABLE:
            raise TransitionError(
                self.env._("%s: the work is over.", self.display_name)
            )
        lacking = [
            label
            for name, label in (
                ("confirmed_start", self.env._("the time of the visit")),
                ("address", self.env._("address")),
                ("model", self.env._("model")),
                ("symptom_id", self.env._("symptom")),
            )
            if not said[name]
        ]
        if lacking:
            raise TransitionError(
                self.env._(
                    "%(order)s: we do not know %(lacking)s. Ask the customer and fill "
                    "it in.",
                    order=self.display_name,
                    lacking=", ".join(lacking),
                )
            )

    def _describe_correction(self, said):
        """Return where the customer's words differ from our data, in words."""
        unit = self.unit_ids[:1]
        symptoms = self.env["aftersales.code"]
        pairs = (
            (self.env._("Address"), self.service_address, said["address"]),
            (
                self.env._("Model"),
                unit.equipment_id._aftersales_model_text(),
                said["model"],
            ),
            (
                self.env._("Purchase Date"),
                unit.equipment_id.purchase_date,
                said["purchase_date"],
            ),
            (
                self.env._("Symptom"),
                unit.symptom_id.name,
                symptoms.browse(said["symptom_id"]).name,
            ),
        )
        return "\n".join(
            self.env._(
                "%(label)s: %(old)s, now %(new)s",
                label=label,
                old=old or "–",
                new=new or "–",
            )
            for label, old, new in pairs
            if (old or "") != (new or "")
        )

    def _follow_confirmation(self, said, correction):
        """Serve by what the customer said, and keep the old values in the log."""
        unit = self.unit_ids[:1]
        if said["symptom_id"] and unit.symptom_id.id != said["symptom_id"]:
            unit.write({"symptom_id": said["symptom_id"]})
        self.env["aftersales.audit"]._log(
            self, "confirmed", correction=correction or ""
        )
        if correction:
            self._message_log(body=correction)
