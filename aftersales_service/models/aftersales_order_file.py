from odoo import api, fields, models

from ..exceptions import FrozenFactError
from .aftersales_fact_mixin import fact_action
from .aftersales_order_missing import FAULT_TYPES

# Causes that lie in the product: the maker wants to see them.
PRODUCT_PARTIES = ("supplier", "production", "design")
MEDIA_TYPES = ("image/%", "video/%", "audio/%", "application/pdf")
FILE_FIELDS = frozenset({"memo", "project_summary"})


class AftersalesOrder(models.Model):
    """Media of a fault, and the papers that are filed with it (DISP-31, DISP-36)."""

    _inherit = "aftersales.order"

    memo = fields.Text(copy=False, help="What the next colleague should know.")
    project_summary = fields.Text(
        copy=False, help="The case in a few sentences, for the file of the project."
    )
    filed_on = fields.Datetime(readonly=True, copy=False)
    media_count = fields.Integer(string="Media", compute="_compute_media_count")
    is_product_fault = fields.Boolean(compute="_compute_is_product_fault")
    report_missing = fields.Text(
        string="Report Still Needs", compute="_compute_report_missing"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"filed_on"}

    @api.depends("unit_ids.cause_id.liable_party")
    def _compute_is_product_fault(self):
        for order, order_sudo in zip(self, self.sudo(), strict=True):
            # sudo: the warehouse reads no causes, only whether the product failed
            parties = order_sudo.unit_ids.cause_id.mapped("liable_party")
            order.is_product_fault = bool(set(parties) & set(PRODUCT_PARTIES))

    @api.depends("message_attachment_count", "check_ids.photo")
    def _compute_media_count(self):
        counts = self._count_media()
        for order in self:
            order.media_count = counts.get(order._origin.id, 0)

    @api.depends("report_complete", "state")
    @api.depends_context("lang")
    def _compute_report_missing(self):
        """What the report lacks, field by field (DISP-30)."""
        # sudo: which lines are empty; who may not read causes opens the order too
        missing = self.sudo()._get_missing("report")
        for order in self:
            order.report_missing = "\n".join(
                f"{item['label']}: {item['reason']}"
                for item in missing.get(order.id, [])
            )

    def _count_media(self):
        """Return how many files show the fault, by order id.

        Files on the order itself, photos of its checks, and the evidence of its
        parts claims.
        """
        counts = dict.fromkeys(self.ids, 0)
        media = self.env["ir.attachment"].sudo()  # sudo: counted, not shown
        is_media = ["|"] * (len(MEDIA_TYPES) - 1) + [
            ("mimetype", "=like", pattern) for pattern in MEDIA_TYPES
        ]
        rows = media._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                # also those that fields hold: only the signature shows no fault
                "|",
                ("res_field", "=", False),
                ("res_field", "!=", "signature"),
                *is_media,
            ],
            ["res_id"],
            ["__count"],
        )
        for res_id, count in rows:
            counts[res_id] += count
        for order in self._origin.sudo():  # sudo: as above
            counts[order.id] += len(order.check_ids.filtered("photo"))
            counts[order.id] += len(order.claim_ids.evidence_ids)
        return counts

    def _get_blind_orders(self):
        """Return the orders about a fault of the product that nothing shows."""
        faults = self.filtered(
            lambda order: (
                order.is_product_fault
                and order.mode == "onsite"
                and order.sudo().policy_id.media_required  # sudo: a rule of the house
            )
        )
        if not faults:
            return faults
        counts = faults._count_media()
        return faults.filtered(lambda order: not counts[order.id])

    def _missing_done(self):
        """A fault of the product is shown by at least one file (DISP-31)."""
        yield from super()._missing_done()
        for order in self._get_blind_orders():
            yield (
                order.id,
                "media_count",
                self.env._("Add a photo, video or file of the fault."),
            )
        for order in self.filtered(lambda order: order.mode == "remote"):
            if order.service_type in FAULT_TYPES and any(
                not unit.result for unit in order.unit_ids
            ):
                yield (
                    order.id,
                    "result",
                    self.env._("Record the result: follow the customer's own repair."),
                )

    def _missing_file(self):
        """Memo, fault report and summary: three of three (DISP-36)."""
        yield from self._missing_report()
        for order in self:
            if not order.memo:
                yield order.id, "memo", self.env._("Write the memo.")
            if not order.project_summary:
                yield order.id, "project_summary", self.env._("Write the summary.")
            if not (order.check_note or order.is_refused):
                yield (
                    order.id,
                    "check_note",
                    self.env._("Describe check and analysis."),
                )

    @fact_action
    def action_file(self, at=None, request_key=None):
        """File the papers of finished orders, complete (DISP-36).

        Workers on the order, dispatchers and heads; when the work is done.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise MissingError: naming the papers that are missing
        """
        self._check_finished()
        self._get_acting_workers()
        waiting = self.filtered(lambda order: not order.filed_on)
        waiting._ensure_nothing_missing("file")
        waiting._unguarded().write({"filed_on": at})
        self.env["aftersales.audit"]._log(waiting, "filed", happened_on=at)
        return self

    def write(self, vals):
        if FILE_FIELDS & vals.keys():
            filed = self.filtered("filed_on")
            if filed:
                raise FrozenFactError(
                    self.env._(
                        "%(orders)s is filed and cannot change any more.",
                        orders=", ".join(filed.mapped("display_name")),
                    )
                )
        return super().write(vals)
