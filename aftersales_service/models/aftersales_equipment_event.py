from odoo import api, fields, models

COLUMNS = (
    "equipment_id",
    "company_id",
    "site_id",
    "left_site_id",
    "other_id",
    "kind",
    "happened_on",
    "entered_on",
    "entered_by",
    "old_value",
    "new_value",
    "reason",
)
KINDS = [
    ("shipped", "Shipped"),
    ("placed", "Put into Service"),
    ("depot", "Came to the Depot"),
    ("moved", "Moved"),
    ("owner", "Changed Hands"),
    ("parent", "Built into Another Unit"),
    ("software", "Software Changed"),
    ("replaced", "Replaced"),
    ("successor", "Took Another Unit's Place"),
    ("retired", "Retired"),
]


class AftersalesEquipmentEvent(models.Model):
    """One page of a unit's life, written by what happened to it (SITE-02)."""

    _name = "aftersales.equipment.event"
    _inherit = ["aftersales.append.mixin"]
    _description = "Life of a Unit"
    _order = "happened_on desc, id desc"
    _rec_name = "kind"
    _log_access = False  # it would tie the rows to users

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    site_id = fields.Many2one(
        "aftersales.site", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    left_site_id = fields.Many2one(
        "aftersales.site",
        string="Left",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    other_id = fields.Many2one(
        "aftersales.equipment",
        string="Other Unit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    happened_on = fields.Date(string="Date", required=True, readonly=True)
    entered_on = fields.Datetime(required=True, readonly=True)
    entered_by = fields.Char(required=True, readonly=True)
    old_value = fields.Char(string="Before", readonly=True)
    new_value = fields.Char(string="After", readonly=True)
    reason = fields.Char(readonly=True)

    @api.model
    def _write_down(self, rows):
        """Append events.

        :param rows: list of dicts by column; the time and the name of who enters
            them are filled in here
        :return: the events
        """
        entered = {
            "entered_on": self.env.cr.now(),
            "entered_by": self.env.user.name,
        }
        events = self._append(
            COLUMNS,
            [
                tuple({**entered, **row}.get(name) or None for name in COLUMNS)
                for row in rows
            ],
        )
        self.env["aftersales.equipment"].invalidate_model(["event_ids"])
        return events
