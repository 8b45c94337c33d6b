from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

SHOWN = 15  # entries of the timeline on the page itself
ROW = Markup(
    '<tr><td class="text-nowrap">%(day)s</td><td class="text-nowrap">%(kind)s</td>'
    "<td>%(name)s</td><td>%(what)s</td></tr>"
)


class AftersalesTimeline(models.Model):
    """The latest entries of a page, as text."""

    _inherit = "aftersales.timeline"

    @api.model
    def _get_latest(self, fname, records):
        """Return the latest entries of each record: ``{id: entries}``.

        :param str fname: ``site_id`` or ``equipment_id``
        :param records: the sites or units
        """
        if not records.ids:
            return {}
        if len(records.ids) == 1:  # the page of one: one query
            own = Domain(fname, "in", records.ids)
            latest = self.search_fetch(own, self._get_row_fields(), limit=SHOWN)
            return {records.ids[0]: latest}
        rows = self._rank(fname, records)
        entries = self.search_fetch(
            [(fname, "in", records.ids), ("id", "in", [row[0] for row in rows])],
            self._get_row_fields(),
        )
        known = set(entries.ids)
        grouped = defaultdict(list)
        for entry_id, owner in rows:
            if entry_id in known:
                grouped[owner].append(entry_id)
        # One prefetch for all: what entries name is read together.
        result = {
            owner: self.browse(ids).with_prefetch(entries.ids)
            for owner, ids in grouped.items()
        }
        return result

    @api.model
    def _rank(self, fname, records):
        """Return (id, id of its record) of the latest entries of each record."""
        ranked = self._search(Domain(fname, "in", records.ids))
        place = SQL.identifier(ranked.table, fname)
        return self.env.execute_query(
            SQL(
                "SELECT id, owner FROM (%s) AS ranked WHERE place <= %s ORDER BY place",
                ranked.select(
                    SQL.identifier(ranked.table, "id"),
                    SQL("%s AS owner", place),
                    SQL(
                        "row_number() OVER (PARTITION BY %s ORDER BY %s DESC, %s DESC)"
                        " AS place",
                        place,
                        SQL.identifier(ranked.table, "happened_on"),
                        SQL.identifier(ranked.table, "id"),
                    ),
                ),
                SHOWN,
            )
        )

    @api.model
    def _get_row_fields(self):
        return [
            "happened_on",
            "kind",
            "name",
            "equipment_id",
            "product_id",
            "code_id",
            "detail",
            "old_value",
            "new_value",
            "result",
        ]

    def _get_row(self, tz):
        """Return one entry as a table row.

        :param str tz: zone in which times are shown
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        results = dict(self._fields["result"]._description_selection(self.env))
        change = " → ".join(filter(None, (self.old_value, self.new_value)))
        if self.old_value and not self.new_value:
            change = f"{self.old_value} → —"
        what = [
            self.product_id.display_name,
            self.equipment_id.name if self.equipment_id.name != self.name else None,
            self.code_id.name,
            change,
            self.detail,
            results.get(self.result),
        ]
        moment = self.happened_on
        is_day = not (moment.hour or moment.minute or moment.second)
        return ROW % {
            "day": (
                format_date(self.env, moment.date())
                if is_day
                else format_datetime(self.env, moment, tz=tz, dt_format="short")
            ),
            "kind": kinds.get(self.kind, ""),
            "name": self.name or "",
            "what": ", ".join(filter(None, what)),
        }
