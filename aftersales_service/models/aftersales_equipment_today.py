from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..calc.warranty import judge
from ..warranty_wording import WarrantyWording
from .aftersales_equipment_warranty import OUT_OF_USE

STATES = [
    ("covered", "In Warranty"),
    ("expired", "Expired"),
    ("undetermined", "Unknown"),
]

# What the state of the warranty as of today is read from.
TERM_COLUMNS = ("state", "site_id", "warranty_start", "warranty_end", "warranty_months")


class AftersalesEquipment(models.Model):
    """The warranty as of today: in words, as a filter and as a grouping.

    Today changes every night, so nothing of it is stored.  The three forms below
    say the same as ``calc.warranty.judge`` says without a cause and a part.
    """

    _inherit = "aftersales.equipment"

    warranty_state = fields.Selection(
        STATES,
        string="Warranty",
        compute="_compute_warranty_today",
        search="_search_warranty_state",
        help="As of today, by the unit's own term or the site's.",
    )
    warranty_text = fields.Char(
        string="Warranty in Words", compute="_compute_warranty_today"
    )

    @api.depends(
        "state",
        "warranty_basis",
        "warranty_months",
        "warranty_start",
        "warranty_end",
        "warranty_override_reason",
        "site_id.warranty_scope",
        "site_id.warranty_start",
        "site_id.warranty_end",
    )
    def _compute_warranty_today(self):
        wording = WarrantyWording(self.env)
        today = fields.Date.context_today(self)
        nothing = self.env["aftersales.code"], self.env["product.product"]
        for unit, words, facts in self._get_warranty_facts(today, *nothing):
            outcome = judge(facts)
            verdict = outcome.overall
            unit.warranty_state = "expired" if verdict == "void" else verdict
            unit.warranty_text = wording.explain(words, facts, outcome)

    @api.model
    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        covered = self._get_term_domain(today, "") | (
            self._get_term_domain(today, "site_id.")
            & Domain("site_id.warranty_scope", "!=", "labour")
        )
        unknown = (
            Domain("warranty_end", "=", False) & Domain("warranty_months", ">", 0)
        ) | (Domain("warranty_end", ">=", today) & Domain("warranty_start", ">", today))
        in_use = Domain("state", "not in", OUT_OF_USE)
        domains = {
            "covered": in_use & covered,
            "undetermined": in_use & unknown & ~covered,
            "expired": ~in_use | ~(covered | unknown),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.model
    def _get_term_domain(self, day, prefix):
        """Return the domain of units in a term, their own or their site's.

        :param date day: the day
        :param str prefix: path to the record that has the term
        """
        start = f"{prefix}warranty_start"
        return Domain(f"{prefix}warranty_end", ">=", day) & (
            Domain(start, "=", False) | Domain(start, "<=", day)
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Group and sort by the state of the warranty as of today."""
        if field_expr != "warranty_state":
            return super()._field_to_sql(alias, field_expr, query)
        parts = {
            name: super(AftersalesEquipment, self)._field_to_sql(alias, name, query)
            for name in TERM_COLUMNS
        }
        site = self.env["aftersales.site"]._fields
        return SQL(
            """
            CASE WHEN %(state)s IN %(out)s THEN 'expired'
                 WHEN %(warranty_end)s >= %(today)s
                      AND COALESCE(%(warranty_start)s, %(today)s) <= %(today)s
                      OR EXISTS (
                          SELECT 1 FROM aftersales_site term
                           WHERE term.id = %(site_id)s
                             AND %(site_end)s >= %(today)s
                             AND COALESCE(%(site_start)s, %(today)s) <= %(today)s
                             AND %(site_scope)s <> 'labour'
                      )
                      THEN 'covered'
                 WHEN %(warranty_end)s IS NULL AND %(warranty_months)s > 0
                      OR %(warranty_start)s > %(today)s
                         AND %(warranty_end)s >= %(today)s
                      THEN 'undetermined'
                 ELSE 'expired'
            END
            """,
            today=fields.Date.context_today(self),
            out=OUT_OF_USE,
            site_scope=SQL("term.warranty_scope", to_flush=site["warranty_scope"]),
            site_start=SQL("term.warranty_start", to_flush=site["warranty_start"]),
            site_end=SQL("term.warranty_end", to_flush=site["warranty_end"]),
            **parts,
        )
