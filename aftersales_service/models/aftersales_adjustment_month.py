from odoo import api, fields, models
from odoo.exceptions import AccessError

TECHNICIAN = "aftersales_service.group_technician"


class AftersalesAdjustment(models.Model):
    """What a technician earned beside his wage, for his phone."""

    _inherit = "aftersales.adjustment"

    @api.model
    def get_my_month(self):
        """Return the adjustments and trips of the asker in the current month.

        Technicians, each his own (PEN-22). Cancelled ones are left out; a
        constant number of queries.

        :return: dict of ``month`` (first day), ``currency``, ``total`` of what is
            not cancelled, ``adjustments`` and ``trips``, newest first
        :raise AccessError: for anybody without the role of a technician
        """
        if not self.env.user.has_group(TECHNICIAN):
            raise AccessError(
                self.env._("This page is for technicians. Ask for that role.")
            )
        today = self.env["aftersales.order"]._get_my_today()
        first = today.replace(day=1)
        adjustments = self.search(
            [
                ("is_mine", "=", True),
                ("company_id", "=", self.env.company.id),
                ("date", ">=", first),
                ("state", "!=", "cancel"),
            ]
        )
        currency = self.env.company.currency_id
        return {
            "month": fields.Date.to_string(first),
            "currency": currency.id,
            "total": currency.round(sum(adjustments.mapped("signed_amount"))),
            "adjustments": [adjustment._get_month_row() for adjustment in adjustments],
            "trips": [trip._get_month_row() for trip in self._get_my_trips(first)],
        }

    @api.model
    def _get_my_trips(self, first):
        """Return the asker's trips that are open or ended on a day or after it."""
        return self.env["aftersales.trip"].search(
            [
                ("is_mine", "=", True),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "cancel"),
                "|",
                ("date_to", ">=", first),
                ("state", "=", "open"),
            ]
        )

    def _get_month_row(self):
        """Return one adjustment as the phone shows it."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name or "",
            "rule": self.rule_id.name,
            "kind": self.kind,
            "date": fields.Date.to_string(self.date),
            "amount": self.signed_amount,
            "state": self.state,
            "state_label": states[self.state],
            "source": self.source_name or "",
            "reason": "\n".join(filter(None, [self.facts, self.reason])),
            "breakdown": self.breakdown_text or "",
        }


class AftersalesTrip(models.Model):
    """A journey as the phone shows it."""

    _inherit = "aftersales.trip"

    def _get_month_row(self):
        """Return one trip as the phone shows it."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name or "",
            "destination": self.destination or "",
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "nights": self.nights,
            "state": self.state,
            "state_label": states[self.state],
        }
