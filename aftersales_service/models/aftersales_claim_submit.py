from odoo import fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_text, check_single
from ..exceptions import MissingError, NotEntitledError, TransitionError
from .aftersales_claim import DESK
from .aftersales_fact_mixin import fact_action

STEPS = [
    ("submit", "Submit"),
    ("verify", "Verify"),
    ("approve", "Approve"),
    ("issue", "Issue"),
    ("close", "Close"),
]


class AftersalesClaim(models.Model):
    """The claim's way to the approvers: evidence, warranty, verification."""

    _inherit = "aftersales.claim"

    def missing(self, step):
        """List what still blocks a step.

        :param str step: ``submit, verify, approve, issue`` or ``close``
        :return: list of ``{field, label, reason}``, empty when nothing blocks it
        """
        self.check_access("read")
        check_single(self)
        as_choice(self.env, step, STEPS, self.env._("Step"))
        return getattr(self, f"_missing_{step}")()

    def _missing_item(self, field, reason):
        label = self.fields_get([field], ["string"])[field]["string"]
        return {"field": field, "label": label, "reason": reason}

    def _check_missing(self, step):
        """Raise what blocks a step, in one message.

        :raise MissingError: when a claim of self is blocked
        """
        for claim in self:
            blockers = claim.missing(step)
            if blockers:
                raise MissingError(
                    self.env._(
                        "%(claim)s is not complete:\n%(reasons)s",
                        claim=claim.display_name,
                        reasons="\n".join(f"• {item['reason']}" for item in blockers),
                    )
                )

    def _missing_submit(self):
        """What blocks submitting: parts and the evidence of PART-01."""
        items = []
        if not self.line_ids:
            items.append(
                self._missing_item("line_ids", self.env._("Add the parts needed."))
            )
        # sudo: only the state; approvers may not read the order
        if self.order_id.sudo().state in ("closed", "cancel"):
            items.append(
                self._missing_item(
                    "order_id", self.env._("The service order is closed or cancelled.")
                )
            )
        # sudo: uploads may belong to a colleague
        files = self.evidence_ids.sudo()
        if not files:
            reason = (
                self.env._("Attach the customer's letter.")
                if self.evidence == "letter"
                else self.env._("Attach the damage report with its photos.")
            )
            items.append(self._missing_item("evidence_ids", reason))
        elif self.evidence == "report" and not files._aftersales_images():
            items.append(
                self._missing_item(
                    "evidence_ids", self.env._("A damage report needs a photo.")
                )
            )
        return items

    def _missing_verify(self):
        """What blocks verifying: the claim was handed in, and is still complete."""
        items = self._missing_submit()
        if self.state not in ("submitted", "verified"):
            items.append(
                self._missing_item(
                    "state", self.env._("The claim is not submitted yet.")
                )
            )
        return items

    @fact_action
    def action_submit(self, at=None, request_key=None):
        """Hand the claim to the desk (PART-01, WARR-06).

        :param datetime at: when, UTC
        :return: self
        :raise MissingError: without parts or evidence
        :raise NotEntitledError: when the company's warranty does not cover a part
        """
        self._check_worker_or_desk()
        todo = self.filtered(lambda claim: claim.state != "submitted")
        todo._check_can_reach("submitted")
        todo._check_missing("submit")
        todo._check_warranty()
        todo._refresh_estimate()
        todo._set_state(
            "submitted",
            {
                "requested_by_id": self.env.uid,
                "submitted_on": at,
            },
            happened_on=at,
        )
        return self

    def _refresh_estimate(self):
        """Price the parts anew at their cost of today."""
        self.env.add_to_compute(self._fields["amount_total"], self)
        self.flush_recordset(["amount_total"])

    def _check_warranty(self):
        """Refuse company-paid parts that the warranty does not cover (WARR-06)."""
        for claim in self:
            lines = claim.line_ids.filtered(lambda line: line.payer == "company")
            for product, same in lines.grouped("product_id").items():
                check = claim._get_warranty_check(product)
                claim._check_part_covered(product, check)
                same._unguarded().write({"warranty_check_id": check.id})

    def _check_part_covered(self, product, check):
        """Refuse one part unless the unit's warranty covers it.

        :raise NotEntitledError: expired, void or undetermined
        """
        verdict = check.verdict_parts or "undetermined"
        if verdict == "covered":
            return
        if verdict == "undetermined":
            raise NotEntitledError(
                self.env._(
                    "Whether %(unit)s is under warranty is not decided. Let the head "
                    "of department decide it before a part is claimed.",
                    unit=self.equipment_id.display_name,
                )
            )
        raise NotEntitledError(
            self.env._(
                "The company does not pay %(part)s for %(unit)s: the warranty is "
                "%(verdict)s. Set “Paid By” to Customer and make him an offer.\n"
                "%(explanation)s",
                part=product.display_name,
                unit=self.equipment_id.display_name,
                verdict=self.env._("void")
                if verdict == "void"
                else self.env._("expired"),
                explanation=check.explanation or "",
            )
        )

    def _get_warranty_check(self, product):
        """Return the verdict that counts for a part: the order's, or a new one.

        A verdict that somebody decided on the record stands for its order.
        """
        unit = self.order_id.unit_ids.filtered(
            lambda unit: unit.equipment_id == self.equipment_id
        )[:1]
        if unit.warranty_check_id.is_override:
            return unit.warranty_check_id
        return self.equipment_id.check_warranty(
            on_date=self._get_fault_date(),
            cause_id=unit.cause_id.id,
            product_id=product.id,
        )

    def _get_fault_date(self):
        """Return the day the fault was reported, on the site's clock."""
        order = self.sudo().order_id  # sudo: technicians read no tickets
        moment = order.ticket_id.received_on or order.planned_start or self.create_date
        zone = self.site_id.tz or self.company_id._get_aftersales_tz()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), moment
        ).date()

    def _check_after(self, at, name):
        """Refuse a time before the stamp that came before it.

        :param datetime at: the new stamp
        :param str name: field of the earlier stamp
        """
        label = self._fields[name]._description_string(self.env)
        for claim in self:
            self._check_not_before(at, claim[name], label)

    def action_send_back(self, reason):
        """Give a submitted claim back to its technician to complete it.

        :param str reason: what is to be corrected
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("write")
        self._check_role(DESK)
        moved = self._set_state("draft", {"submitted_on": False}, reason=reason)
        for claim in moved:
            claim.message_post(
                body=self.env._("Sent back: %s", reason),
                partner_ids=claim.requested_by_id.partner_id.ids,
            )
        return self

    @fact_action
    def action_verify(self, at=None, request_key=None):
        """Confirm that letter or report is true (PART-02): the desk, not the asker.

        :param datetime at: when, UTC
        :return: self
        :raise AccessError: when the user asked for the part or works on the order
        """
        self._check_role(DESK)
        workers = self._get_workers()
        for claim in self:
            if self.env.user in claim.requested_by_id | workers[claim.id]:
                raise AccessError(
                    self.env._(
                        "%(claim)s was requested by you or is for your own order. "
                        "Another person must verify it.",
                        claim=claim.display_name,
                    )
                )
        todo = self.filtered(lambda claim: claim.state != "verified")
        # An approved claim goes back to "verified" when its amount changes, not here.
        stuck = todo.filtered(lambda claim: claim.state != "submitted")
        if stuck:
            stuck._raise_stuck("verified")
        todo._check_after(at, "submitted_on")
        todo._check_missing("submit")
        todo._refresh_estimate()
        todo._set_state(
            "verified",
            {"verified_by_id": self.env.uid, "verified_on": at},
            happened_on=at,
        )
        return self

    def action_set_emergency(self, reason):
        """Put claims on the emergency path (AMB-19): desk, with a reason.

        :param str reason: why it cannot wait for the regular path
        :return: self
        """
        reason = as_text(self.env, reason, self.env._("Reason of the Emergency"))
        self.check_access("write")
        self._check_role(DESK)
        self._lock()
        late = self.filtered(
            lambda claim: claim.state not in ("draft", "submitted", "verified")
        )
        if late:
            raise TransitionError(
                self.env._(
                    "%s is decided already; it cannot become an emergency now.",
                    ", ".join(late.mapped("display_name")),
                )
            )
        todo = self.filtered(lambda claim: claim.urgency != "emergency")
        todo._unguarded().write(
            {
                "urgency": "emergency",
                "urgency_reason": reason,
                "urgency_by_id": self.env.uid,
            }
        )
        self.env["aftersales.audit"]._log(todo, "emergency", reason=reason)
        return self

    @fact_action
    def action_record_customer_approval(self, name, at=None, request_key=None):
        """Record that the customer agreed to pay (WARR-01).

        :param str name: who agreed on the customer's side
        :param datetime at: when, UTC
        :return: self
        """
        name = as_text(self.env, name, self.env._("Customer Agreed By"))
        self._check_worker_or_desk()
        self._check_agreement()
        for claim in self:
            if claim.state in ("closed", "rejected", "cancel"):
                raise TransitionError(
                    self.env._("%s has ended already.", claim.display_name)
                )
        todo = self.filtered(lambda claim: not claim.customer_approved_on)
        todo._unguarded().write(
            {"customer_approved_on": at, "customer_approved_by": name}
        )
        self.env["aftersales.audit"]._log(
            todo, "customer_approved", reason=name, happened_on=at
        )
        return self

    def _check_agreement(self):
        """Refuse a word where the house wants more; addons that sell say so."""
