from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_order_unit import RESULTS
from .aftersales_order_worker import LATE_REASONS
from .aftersales_warranty_check import VERDICTS


class AftersalesOrder(models.Model):
    """What an order takes from its site, its lead and its single unit."""

    _inherit = "aftersales.order"

    lead_id = fields.Many2one(
        "hr.employee",
        string="Lead Technician",
        compute="_compute_lead_id",
        inverse="_inverse_lead_id",
        store=True,
        index="btree_not_null",
    )
    departed_on = fields.Datetime(
        string="Departed", compute="_compute_stamps", store=True
    )
    arrived_on = fields.Datetime(
        string="Arrived", compute="_compute_stamps", store=True
    )
    left_on = fields.Datetime(string="Left", compute="_compute_stamps", store=True)
    is_late = fields.Boolean(string="Late", compute="_compute_late", store=True)
    is_late_open = fields.Boolean(
        string="Late Reason to Confirm", compute="_compute_late", store=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        compute="_compute_unit",
        store=True,
        index="btree_not_null",
        help="The unit served; empty when the order serves several.",
    )
    symptom_id = fields.Many2one(
        "aftersales.code",
        domain=[("kind", "=", "symptom")],
        compute="_compute_unit",
        inverse="_inverse_symptom_id",
        store=True,
        check_company=True,
    )
    expected_cause_id = fields.Many2one(
        "aftersales.code",
        domain=[("kind", "=", "cause")],
        compute="_compute_unit_expectation",
        inverse="_inverse_expected_cause_id",
    )
    warranty_check_id = fields.Many2one(
        "aftersales.warranty.check", compute="_compute_unit_expectation"
    )
    late_reason = fields.Selection(
        LATE_REASONS, string="Reason Reported", compute="_compute_late_reason"
    )
    late_reason_confirmed = fields.Selection(
        LATE_REASONS, string="Reason Confirmed", compute="_compute_late_reason"
    )
    cause_id = fields.Many2one(
        "aftersales.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
        compute="_compute_unit",
        inverse="_inverse_cause_id",
        store=True,
    )
    remedy_id = fields.Many2one(
        "aftersales.code",
        domain=[("kind", "=", "remedy")],
        compute="_compute_unit",
        inverse="_inverse_remedy_id",
        store=True,
        check_company=True,
    )
    result = fields.Selection(
        RESULTS, compute="_compute_unit", inverse="_inverse_result", store=True
    )
    coverage = fields.Selection(
        VERDICTS, string="Warranty", compute="_compute_coverage", store=True
    )
    unit_count = fields.Integer(compute="_compute_unit_count")

    @api.depends("site_id")
    def _compute_partner_id(self):
        for order in self:
            if not order.partner_id:
                order.partner_id = order.site_id.partner_id

    @api.depends("ticket_id")
    def _compute_site_id(self):
        for order in self:
            if not order.site_id:
                order.site_id = order.ticket_id.site_id

    @api.depends("company_id", "partner_id", "site_id", "ticket_id", "unit_ids")
    def _compute_policy_id(self):
        """The ticket's policy, else the one that applies; kept once it is found."""
        policies = self.env["aftersales.policy"]
        for order in self:
            if not order.policy_id:
                order.policy_id = order.ticket_id.policy_id or policies._resolve(
                    order.company_id,
                    partner=order.partner_id,
                    site=order.site_id,
                    equipment=order.unit_ids[:1].equipment_id,
                )

    @api.depends("policy_id")
    def _compute_policy_version(self):
        for order in self:
            order.policy_version = order.policy_id.version

    @api.depends("worker_ids.role", "worker_ids.employee_id")
    def _compute_lead_id(self):
        for order in self:
            order.lead_id = order._get_leads().employee_id

    @api.depends(
        "worker_ids.role",
        "worker_ids.departed_on",
        "worker_ids.arrived_on",
        "worker_ids.left_on",
    )
    def _compute_stamps(self):
        for order in self:
            lead = order._get_leads()
            order.departed_on = lead.departed_on
            order.arrived_on = lead.arrived_on
            order.left_on = lead.left_on

    @api.depends("worker_ids.is_late", "worker_ids.late_reason_confirmed")
    def _compute_late(self):
        for order in self:
            late = order.worker_ids.filtered("is_late")
            order.is_late = bool(late)
            order.is_late_open = any(
                not worker.late_reason_confirmed for worker in late
            )

    @api.depends(
        "unit_ids.equipment_id",
        "unit_ids.symptom_id",
        "unit_ids.cause_id",
        "unit_ids.remedy_id",
        "unit_ids.result",
    )
    def _compute_unit(self):
        """The values of the unit, when there is exactly one."""
        for order in self:
            unit = order.unit_ids if len(order.unit_ids) == 1 else order.unit_ids[:0]
            order.equipment_id = unit.equipment_id
            order.symptom_id = unit.symptom_id
            order.cause_id = unit.cause_id
            order.remedy_id = unit.remedy_id
            order.result = unit.result

    @api.depends("unit_ids.expected_cause_id", "unit_ids.warranty_check_id")
    def _compute_unit_expectation(self):
        for order in self:
            unit = order.unit_ids if len(order.unit_ids) == 1 else order.unit_ids[:0]
            order.expected_cause_id = unit.expected_cause_id
            order.warranty_check_id = unit.warranty_check_id

    @api.depends(
        "worker_ids.role",
        "worker_ids.late_reason",
        "worker_ids.late_reason_confirmed",
    )
    def _compute_late_reason(self):
        for order in self:
            lead = order._get_leads()
            order.late_reason = lead.late_reason
            order.late_reason_confirmed = lead.late_reason_confirmed

    @api.depends("unit_ids.warranty_check_id.verdict")
    def _compute_coverage(self):
        """The verdict all judged units share; undetermined when they differ."""
        for order in self:
            verdicts = {check.verdict for check in order.unit_ids.warranty_check_id}
            order.coverage = (
                "undetermined" if len(verdicts) > 1 else next(iter(verdicts), False)
            )

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        for order in self:
            order.unit_count = len(order.unit_ids)

    def _inverse_symptom_id(self):
        self._write_single_unit("symptom_id")

    def _inverse_expected_cause_id(self):
        self._write_single_unit("expected_cause_id")

    def _inverse_cause_id(self):
        self._write_single_unit("cause_id")

    def _inverse_remedy_id(self):
        self._write_single_unit("remedy_id")

    def _inverse_result(self):
        self._write_single_unit("result")

    def _write_single_unit(self, name):
        """Write an order's finding onto its unit.

        :param str name: the field, of the same name on both
        :raise UserError: when the order does not serve exactly one unit
        """
        field = self._fields[name]
        for value, orders in self.grouped(name).items():
            orders = orders.filtered(
                lambda order: order.unit_ids[:1][name] != order[name]
            )
            several = orders.filtered(lambda order: len(order.unit_ids) != 1)
            if several:
                raise UserError(
                    self.env._(
                        "%(orders)s: record the findings on each unit, because the "
                        "order does not serve exactly one.",
                        orders=", ".join(several.mapped("display_name")),
                    )
                )
            orders.unit_ids.write(
                {name: field.convert_to_write(value, self) if value else False}
            )

    def _get_leads(self):
        """Return the worker records of the leads of these orders."""
        return self.worker_ids.filtered(lambda worker: worker.role == "lead")

    def _get_tz(self):
        """Return the name of the zone in which this order's days are counted."""
        self.ensure_one()
        order_sudo = self.sudo()  # sudo: a technician may not read every site
        site_sudo = order_sudo.site_id
        if site_sudo:
            return site_sudo._get_tz()
        return order_sudo.company_id._get_aftersales_tz()

    def _rating_get_operator(self):
        """The customer rates who did the work."""
        lead = self.lead_id.sudo()  # sudo: HR alone reads employees
        return lead.user_id.partner_id or lead.work_contact_id
