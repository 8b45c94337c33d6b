from odoo import api, models
from odoo.tools import SQL

from .aftersales_import_mixin import HEADINGS


class AftersalesEquipment(models.Model):
    """Equipment from a file: bought elsewhere, without serial, or our own make."""

    _name = "aftersales.equipment"
    _inherit = ["aftersales.equipment", "aftersales.import.mixin"]
    _import_columns = (
        ("site_id", "S00001"),
        ("partner_id", ""),
        ("product_id", "CP-37"),
        ("brand", ""),
        ("model", ""),
        ("serial", "SN-0001"),
        ("manufacture_date", "2026-01-05"),
        ("shipment_date", "2026-02-10"),
        ("purchase_date", "2026-02-01"),
        ("install_date", "2026-02-20"),
        ("warranty_basis", ""),
        ("warranty_months", "24"),
        ("software_version", "2.1"),
        ("name", ""),
    )
    _import_keys = {
        "site_id": ("code", "name"),
        "partner_id": ("ref", "name"),
        "product_id": ("default_code", "barcode", "name"),
        "parent_id": ("serial", "name"),
    }

    @api.model
    def _check_import(self, rows, problems):
        """Refuse units without a name, twice in the file, or on file already."""
        seen, serials = {}, {}
        wrong = {problem["record"] for problem in problems}
        for index, row in enumerate(rows):
            if index in wrong or row.get("id") or row.get(".id"):
                continue
            if not any(
                self._is_given(row, name)
                for name in ("product_id", "brand", "model", "name")
            ):
                message = self.env._(
                    "Say what it is: a product, or brand and model, or a name."
                )
                problems.append(self._problem(index, message))
                continue
            self._check_import_months(index, row, problems)
            key = self._get_import_key(row)
            if not key:
                continue
            if key in seen:
                message = self.env._(
                    "Serial number %(serial)s stands in the file twice; first in row "
                    "%(row)s.",
                    serial=row["serial"],
                    row=seen[key] + HEADINGS,
                )
                problems.append(self._problem(index, message))
            seen.setdefault(key, index)
            serials.setdefault(key[-1], []).append((index, key, row["serial"]))
        self._check_import_known(serials, problems)

    @api.model
    def _check_import_months(self, index, row, problems):
        """Refuse a warranty term that is no number of months."""
        text = str(row.get("warranty_months") or "0").strip()
        if not text.removesuffix(".0").isdigit():
            message = self.env._(
                "“%s” is not a number of months. Give 0 for no warranty.", text[:30]
            )
            problems.append(self._problem(index, message))

    @api.model
    def _get_import_key(self, row):
        """Return what makes the unit of a row one unit; None without a serial."""
        serial = str(row.get("serial") or "").strip().lower()
        if not serial or (
            self._is_given(row, "product_id") and not row.get("product_id")
        ):
            return None
        if row.get("product_id"):
            return (row["product_id"], serial)
        maker = [
            str(row.get(name) or "").strip().lower() for name in ("brand", "model")
        ]
        return (*maker, serial)

    @api.model
    def _check_import_known(self, serials, problems):
        """Refuse serial numbers that are registered already: one query."""
        if not serials:
            return
        self.flush_model(["company_id", "product_id", "brand", "model", "serial"])
        known = self.env.execute_query(
            SQL(
                """
                SELECT product_id, lower(COALESCE(brand, '')),
                       lower(COALESCE(model, '')), lower(serial), name
                  FROM aftersales_equipment
                 WHERE company_id = %s AND lower(serial) = ANY(%s)
                """,
                self.env.company.id,
                list(serials),
            )
        )
        for product, brand, model, serial, name in known:
            own = (product, serial) if product else (brand, model, serial)
            for index, key, text in serials[serial]:
                if key == own:
                    message = self.env._(
                        "Serial number %(serial)s is on file already: %(unit)s.",
                        serial=text,
                        unit=name,
                    )
                    problems.append(self._problem(index, message))


class AftersalesSite(models.Model):
    """Sites from a file."""

    _name = "aftersales.site"
    _inherit = ["aftersales.site", "aftersales.import.mixin"]
    _import_columns = (
        ("name", "Cold store 1, Kunming"),
        ("partner_id", "Yunnan Cold Chain"),
        ("technician_id", "Wang Lei"),
        ("team_id", ""),
        ("territory_id", ""),
        ("policy_id", ""),
        ("handover_date", "2026-01-15"),
        ("warranty_start", "2026-01-15"),
        ("warranty_end", "2028-01-14"),
    )
    _import_keys = {
        "partner_id": ("ref", "name"),
        "technician_id": ("barcode", "name"),
        "team_id": ("name",),
        "territory_id": ("name",),
        "policy_id": ("code", "name"),
    }

    @api.model
    def _check_import(self, rows, problems):
        """Refuse sites without name or customer, and the same site twice."""
        wrong = {problem["record"] for problem in problems}
        names = {str(row.get("name") or "").strip() for row in rows} - {""}
        known = {
            (site.partner_id.id, site.name.strip().lower())
            for site in self.search_fetch(
                [("name", "in", list(names)), ("company_id", "=", self.env.company.id)],
                ["name", "partner_id"],
            )
        }
        for index, row in enumerate(rows):
            if index in wrong or row.get("id") or row.get(".id"):
                continue
            name = str(row.get("name") or "").strip()
            if not name or not self._is_given(row, "partner_id"):
                message = self.env._("A site has a name and a customer. Fill in both.")
                problems.append(self._problem(index, message))
                continue
            key = (row.get("partner_id"), name.lower())
            if key[0] and key in known:
                message = self.env._(
                    "“%s” of this customer is on file already, or stands in the file "
                    "twice.",
                    name,
                )
                problems.append(self._problem(index, message))
            known.add(key)
