"""Technicians with licences, absences and addresses, for the tests of dispatch."""

from odoo.tests import freeze_time

from .field_common import FieldCommon

TOMORROW = "2026-03-03 "  # a Tuesday


@freeze_time("2026-03-02 12:00:00")
class DispatchCommon(FieldCommon):
    """Three technicians in one territory; it is noon UTC on 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician3 = cls._create_employee("Sun Hao")
        cls.territory.technician_ids |= cls.technician2 | cls.technician3
        cls.site2 = cls.site.copy(
            {"name": "Dali Store", "partner_id": cls.customer2.id}
        )
        cls.site2._set_state("active")
        cls.licence_type = cls.env["hr.skill.type"].create(
            {
                "name": "Permits",
                "is_certification": True,
                "skill_ids": [(0, 0, {"name": "Electrician"})],
                "skill_level_ids": [
                    (
                        0,
                        0,
                        {"name": "Held", "level_progress": 100, "default_level": True},
                    )
                ],
            }
        )
        cls.electrician = cls.licence_type.skill_ids

    def _tomorrow(self, clock):
        """Return a time of tomorrow, from the clock in Shanghai."""
        return self._local(TOMORROW + clock)

    def _hold(self, employee, valid_from="2026-01-01", valid_to=False):
        """Give an employee the electrician's licence."""
        return self.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": self.licence_type.id,
                "skill_id": self.electrician.id,
                "skill_level_id": self.licence_type.skill_level_ids.id,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
        )

    def _demand(self, service_type="repair"):
        """Let a type of service demand the electrician's licence."""
        return self.env["aftersales.licence"].create(
            {"service_type": service_type, "skill_id": self.electrician.id}
        )

    def _absent(self, employee, first="2026-03-03", last=None):
        """Put a granted absence on record."""
        kind = self.env["hr.leave.type"].create(
            {"name": "Sick", "requires_allocation": False, "company_id": False}
        )
        leave = (
            self.env["hr.leave"]
            .with_context(leave_skip_date_check=True, mail_create_nosubscribe=True)
            .create(
                {
                    "employee_id": employee.id,
                    "holiday_status_id": kind.id,
                    "request_date_from": first,
                    "request_date_to": last or first,
                }
            )
        )
        if leave.state != "validate":
            leave._action_validate()
        return leave

    def _planned(self, clock="10:00", employee=None, until=None, **values):
        """Return an order scheduled for tomorrow."""
        order = self._order(**values)
        return order.action_schedule(
            self._tomorrow(clock),
            self._tomorrow(until) if until else None,
            (employee or self.technician).id,
        )
