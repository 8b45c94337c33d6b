from odoo import api, fields, models
from odoo.tools import SQL

# What stands where the name of a person was erased.
ERASED = "—"
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


# The name of a person may be erased, everything else stays as it was written.
TRIGGERS = """
CREATE OR REPLACE FUNCTION aftersales_event_refuse_update()
RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names text[] := ARRAY['entered_by', 'old_value', 'new_value'];
BEGIN
    IF to_jsonb(NEW) - names = to_jsonb(OLD) - names
        AND NEW.entered_by IN (OLD.entered_by, %(erased)s)
        AND COALESCE(NEW.old_value IN (OLD.old_value, %(erased)s),
                     OLD.old_value IS NULL AND NEW.old_value IS NULL)
        AND COALESCE(NEW.new_value IN (OLD.new_value, %(erased)s),
                     OLD.new_value IS NULL AND NEW.new_value IS NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Lives of units are on record and cannot be '
        'changed.' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER IF EXISTS append_only ON aftersales_equipment_event;
DROP TRIGGER IF EXISTS append_only_rows ON aftersales_equipment_event;
DROP TRIGGER IF EXISTS append_only_update
    ON aftersales_equipment_event;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE
    ON aftersales_equipment_event
    FOR EACH STATEMENT EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER append_only_update BEFORE UPDATE
    ON aftersales_equipment_event
    FOR EACH ROW EXECUTE FUNCTION aftersales_event_refuse_update();
ALTER TABLE aftersales_equipment_event
    ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE aftersales_equipment_event
    ENABLE ALWAYS TRIGGER append_only_update;
"""


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

    def _create_append_only_triggers(self):
        """Refuse every change, but let the name of a person be erased."""
        result = super()._create_append_only_triggers()
        self.env.cr.execute(SQL(TRIGGERS, erased=ERASED))
        return result

    @api.model
    def _erase_names(self, names):
        """Erase names of a person where they stand alone; nothing else changes.

        :param list names: texts that tell who the person is
        """
        columns = ("entered_by", "old_value", "new_value")
        self.env.cr.execute(
            SQL(
                "UPDATE aftersales_equipment_event SET %s WHERE %s",
                SQL(", ").join(
                    SQL(
                        "%(name)s = CASE WHEN %(name)s = ANY(%(names)s) "
                        "THEN %(erased)s ELSE %(name)s END",
                        name=SQL.identifier(column),
                        names=names,
                        erased=ERASED,
                    )
                    for column in columns
                ),
                SQL(" OR ").join(
                    SQL("%s = ANY(%s)", SQL.identifier(column), names)
                    for column in columns
                ),
            )
        )
        self.invalidate_model(columns)

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
