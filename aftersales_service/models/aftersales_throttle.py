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
    def _hit(self, key, limit):
        """Count one more request of this hour.

        :param str key: who knocks, and at what
        :param int limit: how many an hour are let in; 0 lets nobody in
        :return: True when it is still within the limit
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
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
