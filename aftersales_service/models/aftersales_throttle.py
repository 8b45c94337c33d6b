from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesThrottle(models.Model):
    """How often somebody knocked, counted in the database for all workers (B10)."""

    _name = "aftersales.throttle"
    _description = "Counter of Requests without Login"
    _order = "id desc"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True, index=True)
    hits = fields.Integer(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(key, hour)", "Counted already.")

    @api.model
    def _hit(self, key, limit, minutes=60):
        """Count one more request of this hour, or of a part of it.

        :param str key: who knocks, and at what
        :param int limit: how many are let in; 0 lets nobody in
        :param int minutes: how long they are counted together, at most an hour
        :return: True when it is still within the limit
        """
        now = fields.Datetime.now()
        begun = now.minute - now.minute % minutes
        hour = now.replace(minute=begun, second=0, microsecond=0)
        ((hits,),) = self.env.execute_query(
            SQL(
                "INSERT INTO aftersales_throttle (key, hour, hits) "
                "VALUES (%s, %s, 1) ON CONFLICT (key, hour) "
                "DO UPDATE SET hits = aftersales_throttle.hits + 1 RETURNING hits",
                key,
                hour,
            )
        )
        return hits <= limit

    @api.autovacuum
    def _gc_throttle(self, limit=10000):
        """Forget counters of hours long gone."""
        past = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=1))
        rows = self.search([("hour", "<", past)], limit=limit)
        rows.unlink()
        return len(rows), self.search_count([("hour", "<", past)], limit=limit)
