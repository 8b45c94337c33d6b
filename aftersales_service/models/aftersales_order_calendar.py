from datetime import timedelta

from odoo import api, fields, models

from ..calc import ical

DAYS_PAST = 30
DAYS_AHEAD = 60
# Length of a visit whose end nobody planned.
VISIT = timedelta(hours=1)
STATES = ("scheduled", "dispatched", "on_site", "done", "closed")


class AftersalesOrder(models.Model):
    """A technician's visits for the calendar on his phone."""

    _inherit = "aftersales.order"

    @api.model
    def _get_calendar(self, user):
        """Return the visits of a technician as a calendar file.

        His own orders of the last 30 and the next 60 days, a constant number of
        queries; self is in superuser mode.

        :param user: the technician
        """
        now = fields.Datetime.now()
        orders = self.search(
            [
                ("worker_ids.employee_id.user_id", "=", user.id),
                ("company_id", "in", user.company_ids.ids),
                ("state", "in", STATES),
                ("planned_start", ">=", now - timedelta(days=DAYS_PAST)),
                ("planned_start", "<=", now + timedelta(days=DAYS_AHEAD)),
            ],
            order="planned_start, id",
        )
        return ical.calendar(
            self.env._("After-Sales: %s", user.name),
            [order._get_calendar_event() for order in orders],
        )

    def _get_calendar_event(self):
        """Return one visit as an event; self is in superuser mode."""
        kinds = dict(self._fields["service_type"]._description_selection(self.env))
        hides_phone = self.company_id.aftersales_calendar_no_phone
        details = [
            self.name,
            ", ".join(self.unit_ids.equipment_id.mapped("display_name")),
            ", ".join(self.unit_ids.symptom_id.mapped("name")),
            "" if hides_phone else self.partner_phone,
        ]
        end = self.planned_end
        if not end or end <= self.planned_start:
            end = self.planned_start + VISIT
        return {
            "uid": f"aftersales-order-{self.id}",
            "start": self.planned_start,
            "end": end,
            "changed": self.write_date,
            "summary": f"{kinds.get(self.service_type, '')}: "
            f"{self.partner_id.display_name}",
            "location": self.service_address or "",
            "description": "\n".join(filter(None, details)),
            "status": "TENTATIVE" if self.state == "scheduled" else "CONFIRMED",
        }
