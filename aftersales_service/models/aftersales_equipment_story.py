from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_equipment_warranty import OUT_OF_USE

STORY_KEY = "aftersales_story"
# What changes a unit's place in the world, and how its event is called.
STORY_FIELDS = {
    "partner_id": "owner",
    "site_id": "moved",
    "parent_id": "parent",
    "software_version": "software",
}
STATE_EVENTS = {
    "in_transit": "shipped",
    "in_service": "placed",
    "in_depot": "depot",
    "replaced": "replaced",
    "retired": "retired",
}


class Story(NamedTuple):
    """When and why units change: a Python object, so that no client can send one."""

    day: object = None
    reason: str = ""
    kind: str = ""


class AftersalesEquipment(models.Model):
    """Units within units, and the life of each, written by what happens to it."""

    _inherit = "aftersales.equipment"

    parent_id = fields.Many2one(
        "aftersales.equipment",
        string="Part of",
        index="btree_not_null",
        check_company=True,
        copy=False,
        domain="[('id', '!=', id), ('site_id', '=', site_id)]",
        help="The unit or system that this one belongs to.",
    )
    child_ids = fields.One2many(
        "aftersales.equipment", "parent_id", string="Consists of"
    )
    child_count = fields.Integer(compute="_compute_child_count")
    software_version = fields.Char(copy=False, tracking=True)
    event_ids = fields.One2many("aftersales.equipment.event", "equipment_id")

    def _compute_child_count(self):
        counts = dict(
            self._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for unit in self:
            unit.child_count = counts.get(unit._origin, 0)

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A unit cannot be part of itself. Choose another one.")
            )

    @api.constrains("parent_id", "site_id")
    def _check_parent_site(self):
        for unit in self:
            if unit.parent_id and unit.parent_id.site_id != unit.site_id:
                raise ValidationError(
                    self.env._(
                        "“%(unit)s” is part of “%(parent)s”, which stands elsewhere. "
                        "Give both the same site, or take them apart.",
                        unit=unit.display_name,
                        parent=unit.parent_id.display_name,
                    )
                )

    # -- the story

    @api.model_create_multi
    def create(self, vals_list):
        parents = self.browse(
            {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        )
        sites = {parent.id: parent.site_id.id for parent in parents}
        return super().create(
            [
                {"site_id": sites[vals["parent_id"]], **vals}
                if vals.get("parent_id")
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if not vals.keys() & {*STORY_FIELDS, "state"}:
            return super().write(vals)
        before = self._get_story()
        result = super().write(vals)
        if "site_id" in vals:
            self._take_along(vals["site_id"])
        self._continue_story(before)
        return result

    def _take_along(self, site):
        """Move what these units consist of with them.

        :param site: the id of their site, or False
        """
        parts = self.child_ids.filtered(
            lambda part: part.state not in OUT_OF_USE and part.site_id.id != site
        )
        if parts:
            parts.write({"site_id": site})

    def _get_story(self):
        """Return what the story tells of each unit: ``{id: values}``."""
        return {
            unit.id: {name: unit[name] for name in (*STORY_FIELDS, "state")}
            for unit in self.sudo()  # sudo: the story names places and owners
        }

    def _get_told(self):
        """Return when and why, as the transition that writes says."""
        told = self.env.context.get(STORY_KEY)
        return told if isinstance(told, Story) else Story()

    def _tell(self, day=None, reason="", kind=""):
        """Return these units; what is written next happened then, and so."""
        return self.with_context(**{STORY_KEY: Story(day, reason, kind)})

    def _continue_story(self, before):
        """Append what differs from ``before`` to the life of each unit."""
        told, today, rows = self._get_told(), {}, []
        for unit in self.sudo():  # sudo: as above
            old = before.get(unit.id)
            if old is None:
                continue
            day = told.day or unit._get_today(today)
            rows += [
                {**row, "happened_on": day, "reason": told.reason}
                for row in unit._get_changes(old, told)
            ]
        self.env["aftersales.equipment.event"]._write_down(rows)

    def _get_changes(self, old, told):
        """Return the events of one unit since ``old``."""
        self.ensure_one()
        base = {
            "equipment_id": self.id,
            "company_id": self.company_id.id,
            "site_id": self.site_id.id,
        }
        rows = []
        if self.state != old["state"]:
            kind = told.kind or STATE_EVENTS[self.state]
            rows.append({**base, "kind": kind, "other_id": self.replaced_by_id.id})
        for name, kind in STORY_FIELDS.items():
            was, now = old[name], self[name]
            if was == now or (not was and not now):
                continue
            row = {**base, "kind": kind}
            if self._fields[name].relational:
                was, now = was.display_name, now.display_name
            if name == "site_id":
                row["left_site_id"] = old[name].id
            if name == "parent_id":
                row["other_id"] = (self.parent_id or old[name]).id
            rows.append({**row, "old_value": was or None, "new_value": now or None})
        return rows

    # -- ways in

    def action_open_children(self):
        """Open what these units consist of.

        :return: a window action
        """
        return {
            **self._open_linked(
                self._name,
                self.env._("Consists of"),
                [("parent_id", "in", self.ids)],
            ),
            "context": {"default_parent_id": self.id if len(self) == 1 else False},
        }


class AftersalesSite(models.Model):
    """A site that changes hands takes its units along, and their lives say so."""

    _inherit = "aftersales.site"

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        units = self.with_context(active_test=False).equipment_ids
        owned = units.filtered(lambda unit: unit.partner_id == unit.site_id.partner_id)
        result = super().write(vals)
        owned.filtered(lambda unit: unit.partner_id.id != vals["partner_id"]).write(
            {"partner_id": vals["partner_id"]}
        )
        return result
