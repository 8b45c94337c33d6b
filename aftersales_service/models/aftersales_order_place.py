from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .. import arguments
from ..exceptions import ArgumentError, NotEntitledError
from .aftersales_fact_mixin import fact_action

PLACE_FIELDS = frozenset({"arrived_latitude", "arrived_longitude", "arrived_accuracy"})
ERASED_AT_ONCE = 500
PLACE_STATES = ("dispatched", "on_site", "done")


class AftersalesOrderWorker(models.Model):
    """Where a worker was when he arrived, if he agreed to say so."""

    _inherit = "aftersales.order.worker"

    arrived_latitude = fields.Float(
        string="Arrived: Latitude", digits=(10, 6), readonly=True, copy=False
    )
    arrived_longitude = fields.Float(
        string="Arrived: Longitude", digits=(10, 6), readonly=True, copy=False
    )
    arrived_accuracy = fields.Integer(
        string="Arrived: Accuracy (m)", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | PLACE_FIELDS

    @api.model
    def _cron_erase_places(self):
        """Erase places of arrival that are older than their company keeps them.

        A few hundred at a time, each in a transaction of its own, so that an
        interrupted night goes on with the next one.
        """
        crons = self.env["ir.cron"]
        domain = self._get_old_places_domain()
        crons._commit_progress(remaining=self.search_count(domain))
        while workers := self.search(domain, order="id", limit=ERASED_AT_ONCE):
            locked = workers.try_lock_for_update()
            locked._unguarded().write(dict.fromkeys(PLACE_FIELDS, False))
            if not locked or not crons._commit_progress(len(locked)):
                break

    @api.model
    def _get_old_places_domain(self):
        """Return the domain of places that are to be erased."""
        companies = self.env["res.company"].search([("aftersales_place_days", ">", 0)])
        old = Domain.FALSE
        for company in companies:
            limit = fields.Datetime.now() - timedelta(
                days=company.aftersales_place_days
            )
            old |= Domain("order_id.company_id", "=", company.id) & (
                Domain("arrived_on", "<", limit)
                | Domain("arrived_on", "=", False) & Domain("write_date", "<", limit)
            )
        stamped = Domain("arrived_latitude", "!=", 0) | Domain(
            "arrived_longitude", "!=", 0
        )
        return old & stamped


class AftersalesOrder(models.Model):
    """The place of arrival, only with consent."""

    _inherit = "aftersales.order"

    @fact_action
    def action_stamp_place(
        self, latitude, longitude, accuracy=0, at=None, request_key=None
    ):
        """Record where the technician is as he arrives (DISP-16).

        Each for himself; only where the company asks for it and he has agreed. The
        first place of a journey counts.

        :param float latitude: degrees, -90 to 90
        :param float longitude: degrees, -180 to 180
        :param accuracy: radius in metres
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same order
        :raise NotEntitledError: without the company's wish or his consent
        :raise TransitionError: before the dispatch, or after the work is closed
        """
        arguments.check_single(self)
        place = [
            self._as_degrees(value, limit)
            for value, limit in ((latitude, 90), (longitude, 180))
        ]
        accuracy = arguments.as_number(self.env, accuracy, self.env._("Accuracy"))
        own = self.worker_ids._get_own()
        self._check_place_agreed(own)
        self._check_step(PLACE_STATES, self.env._("Place"))
        if own.arrived_latitude or own.arrived_longitude:
            return self
        own._unguarded().write(
            {
                "arrived_latitude": place[0],
                "arrived_longitude": place[1],
                "arrived_accuracy": int(min(accuracy, 100000)),
            }
        )
        # That it was stamped stays on record; where, only as long as places are kept.
        self.env["aftersales.audit"]._log(self, "place", happened_on=at)
        return self

    def _forget_journey(self):
        """The next journey arrives at a place of its own."""
        result = super()._forget_journey()
        self._forget_place()
        return result

    def _clear_journey(self):
        result = super()._clear_journey()
        self._forget_place()
        return result

    def _forget_place(self):
        """Clear the places of arrival."""
        self.worker_ids._unguarded().write(dict.fromkeys(PLACE_FIELDS, False))

    def _check_place_agreed(self, own):
        """Refuse places that the company does not want or he did not agree to."""
        company_sudo = self.sudo().company_id  # sudo: only its setting
        if not (
            own
            and company_sudo.aftersales_place_stamps
            and self.env.user.aftersales_place_consent == "yes"
        ):
            raise NotEntitledError(
                self.env._("Places are kept only of technicians who agreed to it.")
            )

    def _as_degrees(self, value, limit):
        """Return a coordinate, refused when it is none."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -limit <= value <= limit:
            raise ArgumentError(self.env._("This is no place on earth."))
        return round(float(value), 6)
