from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_datetime

LAST_SERVICES = 5
ROW = Markup(
    "<tr><td>%(day)s</td><td>%(order)s</td><td>%(kind)s</td>"
    "<td>%(unit)s</td><td>%(found)s</td><td>%(who)s</td></tr>"
)
TABLE = Markup(
    '<table class="table table-sm o_aftersales_services"><thead><tr>'
    "<th>%(day)s</th><th>%(order)s</th><th>%(kind)s</th><th>%(unit)s</th>"
    "<th>%(found)s</th><th>%(who)s</th></tr></thead><tbody>%(rows)s</tbody></table>"
)


class AftersalesOrderUnit(models.Model):
    """The last services of a unit or a site, for whoever serves it next."""

    _inherit = "aftersales.order.unit"

    @api.model
    def _get_last_services(self, fname, records):
        """Return the last five finished services as a table of text.

        Text, not records: a technician reads what colleagues did to the unit in
        front of him, but does not open their orders (SITE-17, SITE-18).

        :param str fname: ``equipment_id`` or ``site_id``
        :param records: the units of equipment, or the sites
        :return: dict of markup by record id; without services no entry
        """
        grouped = defaultdict(list)
        for record_id, unit in self._find_last_services(fname, records):
            grouped[record_id].append(unit._get_service_row())
        labels = {
            "day": self.env._("Date"),
            "order": self.env._("Order"),
            "kind": self.env._("Kind"),
            "unit": self.env._("Unit"),
            "found": self.env._("Symptom, cause, remedy"),
            "who": self.env._("By"),
        }
        return {
            record_id: TABLE % {**labels, "rows": Markup().join(rows)}
            for record_id, rows in grouped.items()
        }

    @api.model
    def _find_last_services(self, fname, records):
        """Return pairs of record id and served unit, newest first, five each."""
        if not records.ids:
            return []
        self.env["aftersales.order"].flush_model()
        self.flush_model()
        column = SQL.identifier("service" if fname == "site_id" else "unit", fname)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT record_id, id FROM (
                    SELECT %(column)s AS record_id, unit.id, row_number() OVER (
                        PARTITION BY %(column)s
                        ORDER BY service.done_on DESC, unit.id DESC
                    ) AS place
                      FROM aftersales_order_unit unit
                      JOIN aftersales_order service ON service.id = unit.order_id
                     WHERE %(column)s = ANY(%(ids)s)
                       AND service.state IN ('done', 'closed')
                ) AS ranked
                 WHERE place <= %(limit)s
                 ORDER BY record_id, place
                """,
                column=column,
                ids=records.ids,
                limit=LAST_SERVICES,
            )
        )
        units = self.browse(unit_id for _record_id, unit_id in rows)
        return [(row[0], unit) for row, unit in zip(rows, units, strict=True)]

    def _get_service_row(self):
        """Return one service as a table row."""
        self.ensure_one()
        order = self.order_id
        kinds = dict(order._fields["service_type"]._description_selection(self.env))
        codes = (self.symptom_id, self.cause_id, self.remedy_id)
        leads = order.worker_ids.sorted("role").employee_id
        place = order.site_id
        tz = place._get_tz() if place else order.company_id._get_aftersales_tz()
        return ROW % {
            "day": format_datetime(self.env, order.done_on, tz=tz, dt_format="short"),
            "order": order.name or "",
            "kind": kinds.get(order.service_type, ""),
            "unit": self.equipment_id.display_name,
            "found": ", ".join(code.name for code in codes if code),
            "who": ", ".join(leads.mapped("name")),
        }
