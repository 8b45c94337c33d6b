from odoo import api, fields, models

from .. import arguments

STEPS = [
    ("application", "Application"),
    ("schedule", "Schedule"),
    ("dispatch", "Dispatch"),
    ("depart", "Departure"),
    ("arrive", "Arrival"),
    ("start", "Start of the Work"),
    ("report", "Service Report"),
    ("sign", "Signature"),
    ("leave", "Leaving"),
    ("done", "Done"),
    ("close", "Close"),
    ("file", "File"),
]
# Work on a fault: symptom and cause are part of it.
FAULT_TYPES = ("repair", "rework")
FINISHED_CLAIM_STATES = ("closed", "rejected", "cancel")


class AftersalesOrder(models.Model):
    """What still blocks the next step of an order."""

    _inherit = "aftersales.order"

    report_complete = fields.Boolean(
        compute="_compute_report_complete",
        store=True,
        help="Cause, solution, parts used and the customer's opinion are recorded.",
    )

    @api.depends(
        "service_type",
        "mode",
        "solution",
        "customer_opinion",
        "unit_ids.cause_id",
        "unit_ids.result",
        "unit_ids.remedy_id.changes_part",
        "claim_ids.equipment_id",
        "claim_ids.line_ids.consumed_qty",
    )
    def _compute_report_complete(self):
        blank = self.filtered(lambda order: order._is_report_blank())
        others = self - blank
        incomplete = {
            order_id for order_id, _field, _reason in others._missing_report()
        }
        for order in self:
            order.report_complete = order in others and order.id not in incomplete

    def _is_report_blank(self):
        """Tell at a glance, without units and parts, that a report is incomplete.

        Parts move while a visit is still under way: most often nothing else has to
        be read.
        """
        self.ensure_one()
        return self.mode == "onsite" and not self.customer_opinion

    def missing(self, step):
        """Return what still blocks a step, for screens and clients.

        :param str step: application, schedule, dispatch, depart, arrive, start,
            report, sign, leave, done, close or file
        :return: list of ``{field, label, reason}``, empty when nothing does, as for
            steps that no fact blocks but the state alone
        """
        self.check_access("read")
        step = arguments.as_choice(self.env, step, STEPS, self.env._("Step"))
        missing = self._get_missing(step)
        return [item for order in self for item in missing.get(order.id, [])]

    def _get_missing(self, step):
        """Return ``{order id: [{field, label, reason}]}`` for the orders blocked."""
        missing = {}
        found = dict.fromkeys(getattr(self, f"_missing_{step}", tuple)())
        names = {field for _order_id, field, _reason in found} & self._fields.keys()
        labels = self.fields_get(sorted(names), ["string"]) if names else {}
        for order_id, field, reason in found:
            missing.setdefault(order_id, []).append(
                {
                    "field": field,
                    "label": labels.get(field, {}).get("string", field),
                    "reason": reason,
                }
            )
        return missing

    def _missing_dispatch(self):
        """Time and lead; for faults the symptom and the analysis (SITE-07, DISP-10)."""
        for order in self:
            if not order._get_leads():
                yield order.id, "lead_id", self.env._("Choose the lead technician.")
            if not order.unit_ids:
                yield order.id, "unit_ids", self.env._("Name the unit to serve.")
            if order.service_type not in FAULT_TYPES:
                continue
            if any(not unit.symptom_id for unit in order.unit_ids):
                yield order.id, "symptom_id", self.env._("Fill in the symptom.")
            if order.ticket_id and not order.ticket_id.triage_note:
                yield (
                    order.id,
                    "analysis",
                    self.env._(
                        "Write the analysis on the ticket: probable cause, measures, "
                        "parts."
                    ),
                )

    def _missing_depart(self):
        """Mandatory kit items ticked, a reason for others left behind (DISP-17)."""
        for check in self.check_ids.filtered(
            lambda check: check.purpose == "departure_kit" and check.state != "passed"
        ):
            if check.is_required:
                yield (
                    check.order_id.id,
                    "check_ids",
                    self.env._("Take along and tick: %s.", check.name),
                )
            elif check.state == "failed" and not check.note:
                yield (
                    check.order_id.id,
                    "check_ids",
                    self.env._("Write why this stays behind: %s.", check.name),
                )

    def _missing_report(self):
        """Cause, solution, parts by name, customer's opinion (DISP-30)."""
        for order in self:
            if order.service_type in FAULT_TYPES and order._has_open_cause():
                yield order.id, "cause_id", self.env._("Record the cause found.")
            if not order.solution:
                yield order.id, "solution", self.env._("Describe the solution.")
            if order._has_unnamed_parts():
                yield (
                    order.id,
                    "claim_ids",
                    self.env._("Name the parts used: book them on the parts claim."),
                )
            if order.mode == "onsite" and not order.customer_opinion:
                yield (
                    order.id,
                    "customer_opinion",
                    self.env._("Ask the customer for an opinion."),
                )

    def _has_open_cause(self):
        """Tell whether a unit with a fault has no cause yet."""
        return not self.unit_ids or any(
            not unit.cause_id and unit.result != "no_fault" for unit in self.unit_ids
        )

    def _has_unnamed_parts(self):
        """Tell whether a remedy changed a part that no claim line names."""
        changed = self.unit_ids.filtered(lambda unit: unit.remedy_id.changes_part)
        return bool(changed.equipment_id - self._get_used_lines().claim_id.equipment_id)

    def _missing_sign(self):
        """What the customer must see before signing.

        In the field the report must be complete; the office may enter a paper
        sheet as it is, and the report fine follows from it (DISP-30, PEN-03).
        """
        if not self._is_planner():
            yield from self._missing_report()
        for order in self:
            if not order.test_run:
                yield order.id, "test_run", self.env._("Record the test run.")
            if not order.fix_confidence:
                yield (
                    order.id,
                    "fix_confidence",
                    self.env._("Say whether the fault is fixed for sure."),
                )

    def _missing_done(self):
        """The findings, and on site the signature or its refusal (DISP-25)."""
        yield from self._missing_sign()
        for order in self:
            if (
                order.mode == "onsite"
                and not order.signed_on
                and not order.sign_refused
            ):
                yield (
                    order.id,
                    "signature",
                    self.env._("Get the customer's signature, or record its refusal."),
                )

    def _missing_close(self):
        """One of the six categories, and no parts claim open (DISP-43, WARR-10)."""
        for order in self:
            if not order.category:
                yield order.id, "category", self.env._("Choose the service category.")
            elif order.category == "part_under_year" and not order._is_under_a_year():
                yield (
                    order.id,
                    "category",
                    self.env._(
                        "The unit is older than a year: choose another category."
                    ),
                )
        for claim in self._get_open_claims():
            yield (
                claim.order_id.id,
                "claim_ids",
                self.env._("Parts claim %s is still open.", claim.name),
            )

    def _get_open_claims(self):
        """Return the parts claims of these orders that are not settled."""
        # sudo: who closes an order need not see parts, but must not lose them
        return (
            self.env["aftersales.claim"]
            .sudo()
            .search(
                [
                    ("order_id", "in", self.ids),
                    ("state", "not in", FINISHED_CLAIM_STATES),
                ],
                order="id",
            )
        )

    def _get_used_lines(self):
        """Return the claim lines of which a part went into a unit."""
        # sudo: the report names parts also to those who may not read claims
        return self.sudo().claim_ids.line_ids.filtered(
            lambda line: line.consumed_qty > 0
        )
