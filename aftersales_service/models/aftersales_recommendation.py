from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..exceptions import FrozenFactError

TABLE = Markup(
    '<table class="table table-sm o_aftersales_recommendations"><thead><tr>'
    "<th>%(day)s</th><th>%(unit)s</th><th>%(what)s</th></tr></thead>"
    "<tbody>%(rows)s</tbody></table>"
)
ROW = Markup("<tr><td>%(day)s</td><td>%(unit)s</td><td>%(what)s</td></tr>")


class AftersalesRecommendation(models.Model):
    """What we recommend for a unit, until the customer has decided (SITE-18)."""

    _name = "aftersales.recommendation"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Recommendation"
    _order = "recommended_on desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"recommended_by_id", "decided_on", "decided_by_id"})
    _state_transitions = {
        "open": {"accepted", "declined"},
        "accepted": set(),
        "declined": {"accepted"},
    }
    _content_fields = frozenset({"name", "equipment_id", "product_id"})

    name = fields.Char(string="What We Recommend", required=True, tracking=True)
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True, readonly=True
    )
    site_id = fields.Many2one(related="equipment_id.site_id")
    partner_id = fields.Many2one(related="equipment_id.partner_id", string="Customer")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        help="Where it is a part that we sell.",
        check_company=True,
    )
    note = fields.Text(string="Why")
    recommended_on = fields.Date(required=True, default=fields.Date.context_today)
    recommended_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user, copy=False
    )
    decided_on = fields.Date(readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", string="Decision Noted By", readonly=True, copy=False
    )
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("declined", "Declined")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    def write(self, vals):
        if vals.keys() & self._content_fields:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open()

    def _check_open(self):
        """Refuse to change what the customer has decided about."""
        if self.filtered(lambda one: one.state != "open"):
            raise FrozenFactError(
                self.env._(
                    "The customer has decided about this recommendation. Make a new "
                    "one."
                )
            )

    def action_accept(self):
        """Note that the customer wants what we recommend.

        :return: the recommendations
        """
        return self._decide("accepted")

    def action_decline(self):
        """Note that the customer does not want it; he may still change his mind.

        :return: the recommendations
        :raise TransitionError: when it was accepted already
        """
        return self._decide("declined")

    def _decide(self, state):
        self.check_access("write")
        self._set_state(
            state,
            {
                "decided_on": fields.Date.context_today(self),
                "decided_by_id": self.env.uid,
            },
        )
        return self

    @api.model
    def _get_open_table(self, units):
        """Return the open recommendations for some units as a table of text.

        :param units: ``aftersales.equipment``
        :return: ``{unit id: markup}``; a unit without any has no entry
        """
        found = self.search([("equipment_id", "in", units.ids), ("state", "=", "open")])
        labels = {
            "day": self.env._("Recommended"),
            "unit": self.env._("Unit"),
            "what": self.env._("What"),
        }
        return {
            unit.id: TABLE
            % {**labels, "rows": Markup().join(one._get_row() for one in some)}
            for unit, some in found.grouped("equipment_id").items()
        }

    def _get_row(self):
        """Return one recommendation as a table row."""
        self.ensure_one()
        parts = (self.name, self.product_id.display_name, self.note)
        return ROW % {
            "day": format_date(self.env, self.recommended_on),
            "unit": self.equipment_id.display_name,
            "what": ", ".join(filter(None, parts)),
        }


class AftersalesEquipment(models.Model):
    """What is recommended for a unit."""

    _inherit = "aftersales.equipment"

    recommendation_ids = fields.One2many(
        "aftersales.recommendation", "equipment_id", string="Recommendations"
    )
    recommendation_count = fields.Integer(compute="_compute_recommendation_count")

    def _compute_recommendation_count(self):
        counts = {}
        if self.env["aftersales.recommendation"].has_access("read"):
            counts = dict(
                self.env["aftersales.recommendation"]._read_group(
                    [("equipment_id", "in", self.ids), ("state", "=", "open")],
                    ["equipment_id"],
                    ["__count"],
                )
            )
        for unit in self:
            unit.recommendation_count = counts.get(unit._origin, 0)

    def action_open_recommendations(self):
        """Open what is recommended for these units, or recommend something.

        :return: a window action
        """
        action = self._open_linked(
            "aftersales.recommendation",
            self.env._("Recommendations"),
            [("equipment_id", "in", self.ids)],
        )
        return {
            **action,
            "context": {**action["context"], "search_default_open": 1},
        }


class AftersalesOrder(models.Model):
    """What is open for the units that an order serves, for who goes there."""

    _inherit = "aftersales.order"

    open_recommendations = fields.Html(
        compute="_compute_open_recommendations",
        sanitize=False,  # sanitize: made of escaped values, never stored
    )

    @api.depends("unit_ids.equipment_id")
    @api.depends_context("lang")
    def _compute_open_recommendations(self):
        # sudo: text about the unit, whoever recommended it
        recommendations_sudo = self.env["aftersales.recommendation"].sudo()
        tables = recommendations_sudo._get_open_table(self.unit_ids.equipment_id)
        for order in self:
            order.open_recommendations = Markup().join(
                tables.get(unit.id, "") for unit in order.unit_ids.equipment_id
            )

    def action_open_recommendations(self):
        """Open what is recommended for the units of these orders.

        :return: a window action
        """
        self.check_access("read")
        return self.unit_ids.equipment_id.action_open_recommendations()
