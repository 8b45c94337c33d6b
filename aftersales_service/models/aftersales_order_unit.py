from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .. import guard

RESULTS = [
    ("fixed", "Fixed"),
    ("part_missing", "Part Missing"),
    ("wrong_part", "Wrong Part"),
    ("needs_depot", "Needs the Depot"),
    ("no_fault", "No Fault Found"),
]
# What a worker on the order may write; the rest of a unit is planning.
FINDING_FIELDS = frozenset({"symptom_id", "cause_id", "remedy_id", "result"})


class AftersalesOrderUnit(models.Model):
    """One piece of equipment served by an order."""

    _name = "aftersales.order.unit"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Served Unit"
    _order = "order_id, sequence, id"
    _rec_name = "equipment_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    equipment_id = fields.Many2one(
        "aftersales.equipment", required=True, index=True, check_company=True
    )
    symptom_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "symptom")], check_company=True
    )
    expected_cause_id = fields.Many2one(
        "aftersales.code",
        domain=[("kind", "=", "cause")],
        help="What the desk expects; compared with the cause found (DISP-44).",
        check_company=True,
    )
    cause_id = fields.Many2one(
        "aftersales.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
        copy=False,
    )
    remedy_id = fields.Many2one(
        "aftersales.code",
        domain=[("kind", "=", "remedy")],
        copy=False,
        check_company=True,
    )
    warranty_check_id = fields.Many2one(
        "aftersales.warranty.check", readonly=True, copy=False
    )
    coverage = fields.Selection(string="Warranty", related="warranty_check_id.verdict")
    coverage_text = fields.Text(string="Why", related="warranty_check_id.explanation")
    result = fields.Selection(RESULTS, copy=False)
    triage_accuracy = fields.Float(
        string="Expected Right (%)",
        compute="_compute_triage_accuracy",
        store=True,
        aggregator="avg",
        help="100 when the cause found is the one the desk expected (DISP-44).",
    )

    _equipment_unique = models.UniqueIndex(
        "(order_id, equipment_id)", "An order lists each unit once."
    )

    @api.depends("expected_cause_id", "cause_id")
    def _compute_triage_accuracy(self):
        for unit in self:
            is_right = unit.cause_id and unit.cause_id == unit.expected_cause_id
            unit.triage_accuracy = 100.0 if is_right else 0.0

    @api.constrains("warranty_check_id", "equipment_id")
    def _check_warranty_unit(self):
        for unit in self:
            judged = unit.sudo().warranty_check_id.equipment_id  # sudo: only compared
            if judged and judged != unit.equipment_id:
                raise ValidationError(
                    self.env._("The warranty check belongs to another unit.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "order_id")
        units = super().create(vals_list)
        if not guard.is_open(self.env):
            units.order_id._check_not_frozen()
        units.filtered("cause_id")._check_warranty()
        return units

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_may_write(vals.keys())
        result = super().write(vals)
        if "cause_id" in vals:
            self.filtered("cause_id")._check_warranty()
        return result

    def _check_may_write(self, names):
        """Refuse planning by technicians, and changes of what was signed.

        :param names: the fields somebody wants to write
        :raise AccessError: a technician writes more than his findings
        :raise FrozenFactError: the order is signed, done or cancelled
        """
        self._refuse_guarded({"warranty_check_id"} & names)
        self.order_id._take_turn()
        if names - FINDING_FIELDS and not self.order_id._is_planner():
            raise AccessError(
                self.env._(
                    "Technicians record symptom, cause, remedy and result. Ask the "
                    "dispatcher to change which unit is served."
                )
            )
        self.order_id._check_not_frozen()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self.order_id._take_turn()._check_not_frozen()

    def action_check_warranty(self):
        """Judge the warranty of each unit and keep the verdict on record.

        Workers on the order and dispatchers; the day judged is the day of the
        fault report (WARR-12).

        :return: the same units
        :raise FrozenFactError: when the order is signed or finished
        """
        self.check_access("write")
        self.order_id._take_turn()._check_not_frozen()
        self._check_warranty()
        return self

    def _check_warranty(self):
        """Link a new verdict to each unit, one call for each day and cause."""
        groups = self.grouped(lambda unit: (unit._get_fault_date(), unit.cause_id.id))
        for (on_date, cause_id), units in groups.items():
            # sudo: technicians record causes; the register writes the verdict
            checks_sudo = units.equipment_id.sudo().check_warranty(
                on_date=on_date, cause_id=cause_id or None
            )
            by_equipment = {check.equipment_id: check.id for check in checks_sudo}
            for unit in units._unguarded():
                unit.warranty_check_id = by_equipment.get(unit.equipment_id)

    def _get_fault_date(self):
        """Return the day of the fault report, in the zone of the site."""
        self.ensure_one()
        order = self.order_id
        ticket_sudo = order.ticket_id.sudo()  # sudo: technicians read no tickets
        reported = ticket_sudo.received_on or order.promised_start
        reported = reported or order.planned_start or fields.Datetime.now()
        return fields.Datetime.context_timestamp(
            order.with_context(tz=order._get_tz()), reported
        ).date()
