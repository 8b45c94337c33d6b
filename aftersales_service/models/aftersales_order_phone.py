from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments, images
from ..exceptions import ArgumentError, MissingError
from .aftersales_claim import PAYERS
from .aftersales_fact_mixin import fact_action

# What the customer reads and signs, written on the order itself.
REPORT_FIELDS = (
    "solution",
    "customer_opinion",
    "charge_note",
    "test_run",
    "fix_confidence",
    "customer_verdict",
    "quality_grade",
    "attitude_grade",
    "is_electrical",
    "is_height",
)
UNIT_CODES = {"symptom_id": "symptom", "cause_id": "cause", "remedy_id": "remedy"}
PHOTOS_AT_ONCE = 10


class AftersalesOrder(models.Model):
    """Facts that a phone records: each at its time, each once."""

    _inherit = "aftersales.order"

    charge_note = fields.Text(
        string="Charged on Site",
        copy=False,
        help="What the customer was charged on the spot, and for what.",
    )

    @fact_action
    def action_record_findings(self, findings, at=None, request_key=None):
        """Record what was found and done; only the fields that are sent change.

        Workers on the order, dispatchers and heads, until the report is signed
        (DISP-30, DISP-44).

        :param dict findings: ``solution``, ``customer_opinion``, ``charge_note``
            (texts), ``test_run``, ``fix_confidence``, ``customer_verdict``,
            ``quality_grade``, ``attitude_grade`` (choices), ``is_electrical``,
            ``is_height`` (flags) and ``units``, a list of dicts with ``id`` of the
            served unit and ``symptom_id``, ``cause_id``, ``remedy_id``, ``result``
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same order
        :raise ArgumentError: for a field or value that is none of these
        """
        arguments.check_single(self)
        if not isinstance(findings, dict) or not findings:
            raise ArgumentError(self.env._("Say what was found."))
        findings = dict(findings)
        units = findings.pop("units", None) or []
        vals = {
            name: self._as_report_value(name, value) for name, value in findings.items()
        }
        if not isinstance(units, list):
            raise ArgumentError(self.env._("Say what was found on each unit."))
        self._get_acting_workers()
        for finding in units:
            self._record_unit(finding)
        if vals:
            self.write(vals)
        return self

    def _as_report_value(self, name, value):
        """Return a value of the report as it is stored."""
        if name not in REPORT_FIELDS:
            self._refuse_finding(name)
        field = self._fields[name]
        label = field._description_string(self.env)
        if field.type == "selection":
            choices = field._description_selection(self.env)
            return arguments.as_choice(self.env, value, choices, label)
        if field.type == "boolean":
            return arguments.as_flag(self.env, value, label)
        return arguments.as_text(self.env, value, label, required=False)

    def _record_unit(self, finding):
        """Write the findings on one unit of this order."""
        if not isinstance(finding, dict):
            raise ArgumentError(self.env._("Say what was found on each unit."))
        unit = arguments.as_record(self.env, "aftersales.order.unit", finding.get("id"))
        if not unit or unit.order_id != self:
            raise ArgumentError(
                self.env._("This unit is not served by %s.", self.display_name)
            )
        vals = {}
        for name, value in finding.items():
            if name == "id":
                continue
            if name == "result":
                field = unit._fields[name]
                label = field._description_string(self.env)
                choices = field._description_selection(self.env)
                vals[name] = arguments.as_choice(self.env, value, choices, label)
            elif name in UNIT_CODES:
                vals[name] = self._as_code(value, UNIT_CODES[name]).id
            else:
                self._refuse_finding(name)
        if vals:
            unit.write(vals)

    def _as_code(self, value, kind):
        """Return a code of the catalogue, of the kind that was asked for."""
        code = arguments.as_record(self.env, "aftersales.code", value)
        if code and code.kind != kind:
            raise ArgumentError(
                self.env._("“%(code)s” is of another kind.", code=code.name)
            )
        return code

    @api.model
    def _refuse_finding(self, name):
        raise ArgumentError(
            self.env._("“%(name)s” is no finding of a visit.", name=name)
        )

    @fact_action
    def action_request_parts(
        self,
        unit_id,
        parts,
        note=None,
        photos=None,
        payer="company",
        at=None,
        request_key=None,
    ):
        """Ask for parts: makes or extends the draft claim of a unit and submits it.

        Workers on the order, dispatchers and heads (PART-01, PART-14).

        :param int unit_id: the served unit
        :param list parts: dicts of ``product_id`` and ``quantity``
        :param str note: what is broken
        :param list photos: pictures of the damage in base64; the first request for
            a unit needs one
        :param str payer: company or customer
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the parts claim
        :raise MissingError: without a part, or without a photo
        """
        arguments.check_single(self)
        unit = arguments.as_record(self.env, "aftersales.order.unit", unit_id)
        if not unit or unit.order_id != self:
            raise ArgumentError(
                self.env._("This unit is not served by %s.", self.display_name)
            )
        payer = arguments.as_choice(self.env, payer, PAYERS[:2], self.env._("Paid By"))
        wanted = self._as_parts(parts)
        files = self._create_photos(photos)
        self._get_acting_workers()
        claim = self._get_draft_claim(unit.equipment_id)
        claim._add_wanted(wanted, payer, note, files)
        claim.action_submit(at)
        return claim

    def _get_draft_claim(self, equipment):
        """Return the draft claim of this order for a unit, made if there is none."""
        claims = self.env["aftersales.claim"]
        claim = claims.search(
            [
                ("order_id", "=", self.id),
                ("equipment_id", "=", equipment.id),
                ("state", "=", "draft"),
            ],
            order="id",
            limit=1,
        )
        return claim or claims.create(
            {
                "order_id": self.id,
                "equipment_id": equipment.id,
                "company_id": self.company_id.id,
            }
        )

    def _as_parts(self, parts):
        """Return the parts asked for: ``[(product, quantity)]``."""
        if not isinstance(parts, list) or not parts:
            raise MissingError(self.env._("Choose the parts you need."))
        wanted = []
        for part in parts:
            if not isinstance(part, dict):
                raise ArgumentError(self.env._("Choose the parts you need."))
            product = arguments.as_record(
                self.env, "product.product", part.get("product_id")
            )
            if not product:
                raise ArgumentError(self.env._("Choose the parts you need."))
            wanted.append(
                (product, arguments.as_quantity(self.env, part.get("quantity", 1.0)))
            )
        return wanted

    def _create_photos(self, photos):
        """Return fresh attachments of pictures that a client sent."""
        if photos in (None, False):
            photos = []
        if not isinstance(photos, list) or len(photos) > PHOTOS_AT_ONCE:
            raise ArgumentError(
                self.env._("Send at most %s photos at once.", PHOTOS_AT_ONCE)
            )
        label = self.env._("Photo")
        checked = [images.as_image(self.env, photo, label) for photo in photos]
        stem = self.name or "photo"
        return self.env["ir.attachment"].create(
            [
                {"name": f"{stem}-{number}.jpg", "datas": image}
                for number, image in enumerate(checked, 1)
            ]
        )

    @fact_action
    def action_add_photos(self, photos, note=None, at=None, request_key=None):
        """Keep photos of the visit with the order; anybody who sees it sees them.

        Workers on the order, dispatchers and heads (DISP-31).

        :param list photos: pictures in base64
        :param str note: what they show
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same order
        """
        arguments.check_single(self)
        note = arguments.as_text(self.env, note, self.env._("Note"), required=False)
        self._get_acting_workers()
        files = self._create_photos(photos)
        if not files:
            raise MissingError(self.env._("Take a photo first."))
        # sudo: technicians keep photos; the files were made and checked just now
        files.sudo()._aftersales_tie(self)
        self.message_post(body=note or self.env._("Photos"), attachment_ids=files.ids)
        return self

    @fact_action
    def action_add_colleague(self, employee_id, at=None, request_key=None):
        """Record that a second technician works on the order as well.

        The lead of the order, dispatchers and heads, until the report is signed.

        :param int employee_id: the colleague
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same order
        :raise AccessError: for a technician who does not lead the order
        """
        arguments.check_single(self)
        own = self._get_acting_workers()
        if not self._is_planner() and own.role != "lead":
            raise AccessError(
                self.env._("Ask the lead technician to add somebody to the order.")
            )
        self._check_not_frozen()
        allowed = {person["id"]: person for person in self._get_day_people()}
        if isinstance(employee_id, bool) or employee_id not in allowed:
            raise ArgumentError(self.env._("Choose one of the technicians."))
        if employee_id not in self.worker_ids.employee_id.ids:
            # sudo: the crew is planned by the desk; a helper on site is a fact
            self.env["aftersales.order.worker"].sudo()._unguarded().create(
                {"order_id": self.id, "employee_id": employee_id, "role": "member"}
            )
            self.env["aftersales.audit"]._log(
                self, "colleague_added", happened_on=at, employee=employee_id
            )
        return self


class AftersalesClaim(models.Model):
    """Parts asked for from the phone."""

    _inherit = "aftersales.claim"

    def _add_wanted(self, wanted, payer, note, files):
        """Add parts, words and photos to a draft claim."""
        lines = {(line.product_id, line.payer): line for line in self.line_ids}
        for product, quantity in wanted:
            line = lines.get((product, payer))
            if line:
                line.quantity += quantity
                continue
            lines[(product, payer)] = self.env["aftersales.claim.line"].create(
                {
                    "claim_id": self.id,
                    "product_id": product.id,
                    "quantity": quantity,
                    "payer": payer,
                }
            )
        label = self.env._("What Is Broken")
        note = arguments.as_text(self.env, note, label, required=False)
        vals = {}
        if note:
            vals["evidence_note"] = "\n".join(filter(None, [self.evidence_note, note]))
        if files:
            vals["evidence_ids"] = [fields.Command.link(file.id) for file in files]
        if vals:
            self.write(vals)


class AftersalesClaimLine(models.Model):
    """Old parts noted from the phone."""

    _inherit = "aftersales.claim.line"

    @fact_action
    def action_note_old_serial(self, serial, at=None, request_key=None):
        """Note the serial of the part taken out, while it is in the hand.

        :param str serial: what stands on the old part
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same line
        """
        arguments.check_single(self)
        self.claim_id._check_worker_or_desk()
        serial = arguments.as_text(self.env, serial, self.env._("Old Serial"))
        self.write({"old_serial": serial})
        return self


class AftersalesCheck(models.Model):
    """Reasons for what stays behind."""

    _inherit = "aftersales.check"

    @fact_action
    def action_explain(self, note, at=None, request_key=None):
        """Write why an item stays behind or fails (DISP-17).

        Workers on the order, dispatchers and heads, as long as it can be answered.

        :param str note: the reason
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same checks
        """
        self.write({"note": arguments.as_text(self.env, note, self.env._("Remark"))})
        return self
