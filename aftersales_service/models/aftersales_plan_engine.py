import logging
from datetime import timedelta

import pytz
from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from .. import bulk
from ..arguments import as_date
from ..calc import recurrence
from ..exceptions import NotAllowedError
from .aftersales_plan_occurrence import HEAD_GROUP

_logger = logging.getLogger(__name__)

# Plans handled in one go, and between two commits of the cron.
CHUNK_SIZE = 1000
# A chunk that lost a race starts again on what the winner left.
ATTEMPTS = 5
RACES = (SerializationFailure, DeadlockDetected)


class AftersalesPlan(models.Model):
    """The engine: what is due becomes orders and calls, once each (rule D2)."""

    _inherit = "aftersales.plan"

    def generate(self, date_to=None):
        """Make the work that is due, exactly once per plan and period; heads only.

        Called on no plan at all, it handles every plan that is due. Sites that are
        not in service pause. Of the periods that went by unnoticed only the last
        one is made up for. Plans that somebody else handles just now are left to
        him (INSP-09).

        :param date_to: last due day, a date or ``YYYY-MM-DD``; by default each
            plan's own horizon from today on
        :return: the ``aftersales.plan.occurrence`` records made
        :raise NotAllowedError: for anybody but a head of department
        """
        self._check_may_generate()
        date_to = as_date(self.env, date_to)
        plans = self.browse(self.ids or self._get_due_ids(date_to))
        made_ids = []
        for chunk in split_every(CHUNK_SIZE, plans.ids):
            # sudo: orders, calls and promises are made by rule
            made_ids += self.browse(chunk).sudo()._generate_chunk(date_to).ids
        return self.env["aftersales.plan.occurrence"].browse(made_ids)

    def _check_may_generate(self):
        """Refuse to all but heads of department."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(HEAD_GROUP):
            raise NotAllowedError(
                self.env._("Only the head of department runs plans. Ask there.")
            )

    @api.model
    def _get_due_ids(self, date_to=None):
        """Return the ids of plans that may be due, the plans of a site together.

        :param date date_to: last due day; by default each plan's horizon
        """
        # The latest day that it is anywhere; each plan then looks at its own.
        today = fields.Date.today() + timedelta(days=1)
        due = [("next_date", "<=", date_to)] if date_to else []
        due = due or [("generate_on", "<=", today), ("next_date", "!=", False)]
        return self.search(
            [*due, ("site_id.state", "=", "active"), ("site_id.active", "=", True)],
            order="site_id, id",
        ).ids

    @api.model
    def _cron_generate(self):
        """Make what is due, chunk by committed chunk (rule D4).

        A run that was killed leaves whole chunks behind; the next one goes on with
        the plans that are still due.
        """
        cron = self.env["ir.cron"]
        due_ids = self._get_due_ids()
        if not due_ids:
            return
        cron._commit_progress(remaining=len(due_ids))
        for chunk in split_every(CHUNK_SIZE, due_ids):
            plans = self.browse(chunk)
            if not plans._generate_safely():
                for plan in plans:
                    plan._generate_safely()
            if not cron._commit_progress(len(chunk)):
                return

    def _generate_safely(self):
        """Generate one chunk; an error undoes it and stops nothing else.

        :return: True unless it failed and was undone
        """
        for _attempt in range(ATTEMPTS):
            outcome = self._try_generate()
            if outcome is not None:
                return outcome
        return False

    def _try_generate(self):
        """Generate one chunk, or undo all of it.

        :return: True when it worked, False when it failed, None when it lost a
            race and can start again
        """
        try:
            self._generate_chunk()
            self.env.flush_all()
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
            if isinstance(error, RACES):
                return None
            _logger.exception("Plans %s made nothing", self.ids)
            return False
        return True

    def _generate_chunk(self, date_to=None):
        """Make the work of these plans that is due and free, in a few statements.

        :param date date_to: last due day; by default each plan's horizon
        :return: the occurrences made
        """
        plans = self._lock_due()
        today_in = _Today()
        rows, dates = [], []
        for plan in plans:
            today = today_in[plan.site_id.tz or plan.company_id._get_aftersales_tz()]
            until = date_to or today + timedelta(days=plan.horizon_days)
            periods, following = plan._get_due_periods(until, today)
            rows += [(plan, *period) for period in periods]
            dates.append(following)
        made = plans._insert_occurrences(rows)
        made._apply_work(made._make_work())
        moved = [
            (plan, day)
            for plan, day in zip(plans, dates, strict=True)
            if day != plan.next_date
        ]
        plans.browse(plan.id for plan, _day in moved)._write_next_dates(
            [day for _plan, day in moved]
        )
        return made

    def _lock_due(self):
        """Lock the plans that can run and that nobody else handles just now.

        Where plans are merged, the site is locked too: two runs must not send two
        orders to it.

        :return: the plans locked, those of a site together
        """
        self.env.flush_all()
        merging = self.env["res.company"].search_count(
            [("aftersales_plan_merge", "=", True)], limit=1
        )
        # Losing a race is no error: the caller starts again.
        self.env.cr.execute(
            SQL(
                """
                SELECT plan.id
                  FROM aftersales_plan plan
                  JOIN aftersales_site site ON site.id = plan.site_id
                 WHERE plan.id = ANY(%s)
                   AND plan.active AND site.active AND site.state = 'active'
                   AND plan.next_date IS NOT NULL
                 ORDER BY plan.site_id, plan.id
                   FOR NO KEY UPDATE OF %s SKIP LOCKED
                """,
                self.ids,
                SQL("plan, site") if merging else SQL("plan"),
            ),
            log_exceptions=False,
        )
        plans = self.browse(plan_id for (plan_id,) in self.env.cr.fetchall())
        plans.invalidate_recordset(flush=False)
        return plans

    def _get_due_periods(self, until, today):
        """Return the periods due, as (start, end, due), and the next due day.

        :param date until: last due day
        :param date today: in the zone of the site
        """
        self.ensure_one()
        rule = self._get_rule(self._get_base())
        periods, following = recurrence.due_periods(
            rule, self.next_date, min(until, self.date_end or until), today
        )
        spans = [
            (
                period.start,
                max(recurrence.period_end(rule, period), period.start),
                period.due,
            )
            for period in periods
        ]
        return spans, following and (self._within_run(following) or None)

    @api.model
    def _insert_occurrences(self, rows):
        """Insert occurrences; those that exist already are left out.

        :param rows: list of (plan, period start, period end, due day)
        """
        plans = [row[0] for row in rows]
        return bulk.insert(
            self.env["aftersales.plan.occurrence"],
            {
                "plan_id": [plan.id for plan in plans],
                "site_id": [plan.site_id.id for plan in plans],
                "company_id": [plan.company_id.id for plan in plans],
                "kind": [plan.kind for plan in plans],
                "service_type": [plan.service_type for plan in plans],
                "period_start": [row[1] for row in rows],
                "period_end": [row[2] for row in rows],
                "due_on": [row[3] for row in rows],
                "state": "planned",
                "is_on_time": False,
            },
            len(rows),
            conflict=SQL("ON CONFLICT (plan_id, period_start) DO NOTHING"),
        )

    def _write_next_dates(self, days):
        """Write when each plan comes up again.

        :param days: the next due day of each plan, None while it waits
        """
        bulk.update(
            self,
            {
                "next_date": days,
                "generate_on": [
                    day and day - timedelta(days=plan.horizon_days)
                    for plan, day in zip(self, days, strict=True)
                ],
            },
        )


class _Today(dict):
    """The local date by name of the zone, looked up once each."""

    def __missing__(self, tz):
        now = pytz.utc.localize(fields.Datetime.now())
        self[tz] = now.astimezone(pytz.timezone(tz)).date()
        return self[tz]
