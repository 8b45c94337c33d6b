from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import FrozenFactError, NotAllowedError


class AftersalesPartDemand(models.Model):
    """How many of a part a model of equipment will need in a year (SITE-19).

    One row for each part and model: what was replaced in the months that the company
    looks back on, the units in use, and the parts on hand.
    """

    _name = "aftersales.part.demand"
    _description = "Suggested Parts Demand"
    _auto = False
    _order = "yearly_qty desc, id"
    _rec_name = "product_id"
    _depends = {
        "aftersales.claim.line": [
            "product_id",
            "equipment_id",
            "consumed_qty",
            "used_on",
            "company_id",
        ],
        "aftersales.equipment": ["model", "state", "company_id", "active"],
        "res.company": ["aftersales_demand_months"],
    }

    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    model = fields.Char(readonly=True)
    months = fields.Integer(string="Months Looked At", readonly=True)
    replaced_qty = fields.Float(string="Replaced", readonly=True, digits="Product Unit")
    unit_count = fields.Integer(string="Units in Use", readonly=True)
    yearly_qty = fields.Float(
        string="Suggested per Year",
        readonly=True,
        digits="Product Unit",
        help="Replaced pieces, brought to twelve months.",
    )
    qty_available = fields.Float(
        string="On Hand",
        compute="_compute_qty_available",
        digits="Product Unit",
        compute_sudo=True,  # who plans parts reads the figure, not the stock
        help="In the warehouses of the company, for all models together.",
    )
    explanation = fields.Char(compute="_compute_explanation")

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT MIN(line.id) AS id,
                   line.product_id,
                   line.company_id,
                   unit.model,
                   company.aftersales_demand_months AS months,
                   SUM(line.consumed_qty) AS replaced_qty,
                   (SELECT COUNT(*)
                      FROM aftersales_equipment other
                     WHERE other.model IS NOT DISTINCT FROM unit.model
                       AND other.company_id = line.company_id
                       AND other.active
                       AND other.state IN ('in_transit', 'in_service', 'in_depot')
                   ) AS unit_count,
                   SUM(line.consumed_qty) * 12 / company.aftersales_demand_months
                   AS yearly_qty
              FROM aftersales_claim_line line
              JOIN aftersales_equipment unit ON unit.id = line.equipment_id
              JOIN res_company company ON company.id = line.company_id
             WHERE line.consumed_qty > 0
               AND line.used_on > %(today)s
                   - make_interval(months => company.aftersales_demand_months)
               AND line.used_on <= %(today)s
             GROUP BY line.product_id, line.company_id, unit.model,
                      company.aftersales_demand_months
            """,
            today=today,
        )

    def _compute_qty_available(self):
        for company, rows in self.grouped("company_id").items():
            # A user works in one company or more; stock is counted in the row's own.
            products = rows.product_id.with_company(company).with_context(
                allowed_company_ids=company.ids
            )
            on_hand = {product.id: product.qty_available for product in products}
            for row in rows:
                row.qty_available = on_hand[row.product_id.id]

    @api.depends("replaced_qty", "unit_count", "months", "model")
    def _compute_explanation(self):
        for row in self:
            row.explanation = self.env._(
                "%(replaced)g replaced in %(months)s months on %(units)s units of "
                "%(model)s: %(yearly)g a year.",
                replaced=row.replaced_qty,
                months=row.months,
                units=row.unit_count,
                model=row.model or self.env._("no model"),
                yearly=row.yearly_qty,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: the figures are counted."""
        self._raise_read_only()
        return super().create(vals_list)

    def _raise_read_only(self):
        raise FrozenFactError(
            self.env._("Demand is counted from the parts replaced, not entered.")
        )

    def action_open_history(self):
        """Open the replaced parts behind these figures.

        :return: a window action
        :raise NotAllowedError: for people who do not read parts claims
        """
        self.check_access("read")
        if not self.env["aftersales.claim.line"].has_access("read"):
            raise NotAllowedError(self.env._("Parts claims are read by the desk."))
        today = fields.Date.context_today(self)
        since = today - relativedelta(months=max(self.mapped("months"), default=12))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts Replaced"),
            "res_model": "aftersales.claim.line",
            "view_mode": "list,pivot",
            "domain": [
                ("product_id", "in", self.product_id.ids),
                ("equipment_id.model", "in", self.mapped("model")),
                ("company_id", "in", self.company_id.ids),
                ("consumed_qty", ">", 0),
                ("used_on", ">", since),
            ],
        }
