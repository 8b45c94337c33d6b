from odoo import api, fields, models

from ..calc.warranty import last_covered_day


class AftersalesClaimLine(models.Model):
    """The repair warranty of a part that we built in."""

    _inherit = "aftersales.claim.line"

    repair_warranty_end = fields.Date(
        string="Repair Warranty Until",
        readonly=True,
        copy=False,
        help="Last day on which we answer for this part, whoever paid it.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"repair_warranty_end"}

    def _note_consumed(self, lot, at):
        result = super()._note_consumed(lot, at)
        self._set_repair_warranty()
        return result

    def _set_repair_warranty(self):
        """Fix until when we answer for these parts, from the day they were used."""
        for line in self._unguarded():
            line.repair_warranty_end = last_covered_day(
                line.used_on, line._get_repair_months()
            )

    def _get_repair_months(self):
        """Return how long we answer for this part; not at all for excluded ones."""
        self.ensure_one()
        part = self.product_id
        model = self.equipment_id.product_id
        if part.aftersales_warranty_excluded or part in model.aftersales_excluded_ids:
            return 0
        return part.aftersales_repair_months or self.company_id.aftersales_repair_months


class AftersalesEquipment(models.Model):
    """Which repair warranties run on a unit."""

    _inherit = "aftersales.equipment"

    def _get_repair_ends(self, product, on_date):
        """Return until when we answer for a part of these units, in one query.

        :param product: the part, or empty
        :param on_date: the day judged; parts built in later do not count
        :return: ``{equipment id: last covered day}``
        """
        if not product:
            return {}
        groups = self.env["aftersales.claim.line"]._read_group(
            [
                ("equipment_id", "in", self.ids),
                ("product_id", "=", product.id),
                ("consumed_qty", ">", 0),
                ("used_on", "<=", on_date or fields.Date.today()),
            ],
            ["equipment_id"],
            ["repair_warranty_end:max"],
        )
        return {unit.id: end for unit, end in groups if end}
