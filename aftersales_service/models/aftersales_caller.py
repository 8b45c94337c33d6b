import re

from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_call_lookup import MAX_MATCHES

# A row's id names its record: the rest of the division says of which model.
FIELDS = ("equipment_id", "site_id", "partner_id")


class AftersalesCaller(models.Model):
    """Who may be calling: units, sites and customers, found while one types."""

    _name = "aftersales.caller"
    _description = "Caller"
    _auto = False
    _order = "id"

    equipment_id = fields.Many2one("aftersales.equipment", readonly=True)
    site_id = fields.Many2one("aftersales.site", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id * 3 AS id, id AS equipment_id, site_id, partner_id, company_id
              FROM aftersales_equipment
             UNION ALL
            SELECT id * 3 + 1, NULL, id, partner_id, company_id
              FROM aftersales_site
             UNION ALL
            SELECT id * 3 + 2, NULL, NULL, id, company_id
              FROM res_partner
            """
        )

    @api.depends("equipment_id", "site_id", "partner_id")
    def _compute_display_name(self):
        for caller in self:
            records = (caller.partner_id, caller.site_id, caller.equipment_id)
            caller.display_name = " / ".join(
                record.display_name for record in records if record
            )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find by number, serial, unit, site or customer, as the hotline does.

        :param str name: what was typed
        :return: list of (id, label), the best match first
        """
        calls = self.env["aftersales.call"]
        calls._check_desk()
        matches = self._find_typed(name.strip() if isinstance(name, str) else "")
        return [(self._get_id(match), match["label"]) for match in matches[:limit]]

    @api.model
    def _find_typed(self, text):
        """Return the matches of what was typed so far.

        What a text finds, its beginning finds too: the client asks no more once a
        beginning found nothing.

        :param str text: what was typed
        """
        calls = self.env["aftersales.call"]
        matches = calls._find_matches(text)
        digits = re.sub(r"\D", "", text)
        if matches or not text:
            return matches
        if digits and re.fullmatch(r"[\d\s()+./-]+", text):
            return calls._add_partner_matches([], self._find_numbers(digits))
        units = self.env["aftersales.equipment"].search(
            ["|", ("serial", "ilike", text), ("name", "ilike", text)],
            limit=MAX_MATCHES,
        )
        return [calls._prepare_match(unit=unit) for unit in units]

    @api.model
    def _find_numbers(self, digits):
        """Return partners whose number contains what was typed of it.

        :param str digits: digits so far; country code and trunk zeros do not count
        """
        country = str(self.env.company.country_id.phone_code or "")
        typed = digits.lstrip("0").removeprefix(country).lstrip("0")
        self.env["res.partner"].flush_model(["phone"])
        rows = self.env.execute_query(
            SQL(
                r"""
                SELECT id FROM res_partner
                 WHERE active AND phone IS NOT NULL
                   AND regexp_replace(phone, '\D', '', 'g') LIKE %s
                 ORDER BY id LIMIT %s
                """,
                f"%{typed}%",
                MAX_MATCHES,
            )
        )
        return self.env["res.partner"].search([("id", "in", [row[0] for row in rows])])

    @api.model
    def _get_id(self, match):
        """Return the id of the row that is a match.

        :param dict match: see ``aftersales.call.lookup``
        """
        place = next(place for place, name in enumerate(FIELDS) if match[name])
        return match[FIELDS[place]] * len(FIELDS) + place

    def _get_match(self):
        """Return this caller as a look-up returns it."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "equipment_id": self.equipment_id.id,
            "label": self.display_name,
        }
