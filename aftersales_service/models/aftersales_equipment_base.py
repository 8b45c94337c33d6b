from odoo import api, fields, models
from odoo.tools import SQL

AGES = [
    ("0", "Under 1 Year"),
    ("1", "1 to 2 Years"),
    ("3", "3 to 4 Years"),
    ("5", "5 to 9 Years"),
    ("10", "10 Years and More"),
    ("unknown", "Unknown"),
]
# First year of each band, the oldest first.
BANDS = (10, 5, 3, 1, 0)


class AftersalesEquipment(models.Model):
    """The installed base by age: as of today, so nothing of it is stored (SITE-09)."""

    _inherit = "aftersales.equipment"

    age_since = fields.Date(
        string="In Use Since",
        compute="_compute_age_since",
        store=True,
        help="Installation; where it is not known: shipment, purchase, manufacture.",
    )
    age_band = fields.Selection(
        AGES, string="Age", compute="_compute_age_band", search="_search_age_band"
    )

    @api.depends("install_date", "shipment_date", "purchase_date", "manufacture_date")
    def _compute_age_since(self):
        for unit in self:
            unit.age_since = (
                unit.install_date
                or unit.shipment_date
                or unit.purchase_date
                or unit.manufacture_date
            )

    @api.depends("age_since")
    def _compute_age_band(self):
        limits = self._get_age_limits()
        for unit in self:
            unit.age_band = next(
                (
                    str(years)
                    for years, limit in limits
                    if unit.age_since and unit.age_since <= limit
                ),
                "0" if unit.age_since else "unknown",
            )

    @api.model
    def _get_age_limits(self):
        """Return (years, latest day in use) of each band, the oldest first."""
        today = fields.Date.context_today(self)
        return [
            (years, fields.Date.subtract(today, years=years))
            for years in BANDS
            if years
        ]

    @api.model
    def _search_age_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        found, newest = fields.Domain.FALSE, None
        for years, limit in self._get_age_limits():
            band = fields.Domain("age_since", "<=", limit)
            if newest:
                band &= fields.Domain("age_since", ">", newest)
            if str(years) in value:
                found |= band
            newest = limit
        if "0" in value:
            found |= fields.Domain("age_since", ">", newest)
        if {"unknown", False} & set(value):
            found |= fields.Domain("age_since", "=", False)
        return found

    def _field_to_sql(self, alias, field_expr, query=None):
        """Group and sort by age as of today."""
        if field_expr != "age_band":
            return super()._field_to_sql(alias, field_expr, query)
        since = super()._field_to_sql(alias, "age_since", query)
        return SQL(
            "CASE WHEN %s IS NULL THEN 'unknown' %s ELSE '0' END",
            since,
            SQL(" ").join(
                SQL("WHEN %s <= %s THEN %s", since, limit, str(years))
                for years, limit in self._get_age_limits()
            ),
        )
