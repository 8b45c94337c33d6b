from odoo import fields, models

from ..exceptions import NotAllowedError, TransitionError


class AftersalesChecklist(models.Model):
    """A list of questions in one version."""

    _name = "aftersales.checklist"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Checklist"
    _order = "name, version desc, id"
    _rec_names_search = ["name", "code"]
    _guarded_fields = frozenset({"version"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    purpose = fields.Selection(
        [
            ("inspection", "Inspection"),
            ("maintenance", "Maintenance"),
            ("departure_kit", "Departure Kit"),
            ("conduct", "Conduct"),
            ("readiness", "Readiness"),
        ],
        required=True,
        default="departure_kit",
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    item_ids = fields.One2many("aftersales.checklist.item", "checklist_id", copy=True)
    item_count = fields.Integer(compute="_compute_item_count")
    is_used = fields.Boolean(
        compute="_compute_is_used",
        help="Orders ask these questions; changes need a new version.",
    )

    _code_version_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code, version)",
        "This version of the checklist exists already.",
    )

    def _compute_item_count(self):
        counts = dict(
            self.env["aftersales.checklist.item"]._read_group(
                [("checklist_id", "in", self.ids)], ["checklist_id"], ["__count"]
            )
        )
        for checklist in self:
            checklist.item_count = counts.get(checklist._origin, 0)

    def _compute_is_used(self):
        used = (
            self.env["aftersales.check"]
            .sudo()  # sudo: that somebody answered is no secret, the answers are
            ._read_group([("checklist_id", "in", self.ids)], ["checklist_id"])
        )
        used_ids = {checklist.id for (checklist,) in used}
        for checklist in self:
            checklist.is_used = checklist._origin.id in used_ids

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "code" in (default or {}):
            return vals_list
        return [
            {**vals, "code": self.env._("%s copy", vals["code"])} for vals in vals_list
        ]

    def action_new_version(self):
        """Start the next version of checklists that are in use (heads).

        The old version is archived and stays on the orders that ask it; policies
        follow the new one.

        :return: the new checklists
        :raise NotAllowedError: for anybody but a head of department
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("Only the head of department changes checklists.")
            )
        self._lock()
        outdated = self.filtered(lambda checklist: not checklist.active)
        if outdated:
            raise TransitionError(
                self.env._(
                    "%(checklists)s was already replaced. Open its latest version.",
                    checklists=", ".join(outdated[:5].mapped("display_name")),
                )
            )
        vals_list = [
            {**vals, "code": old.code, "version": old.version + 1}
            for old, vals in zip(self, self.copy_data(), strict=True)
        ]
        result = self._unguarded().create(vals_list)._guarded_again()
        self.write({"active": False})
        newest = dict(zip(self, result, strict=True))
        for field in self._get_policy_fields():
            policies = self.env["aftersales.policy"].search([(field, "in", self.ids)])
            for old, followers in policies.grouped(field).items():
                followers[field] = newest[old]
        return result

    def _get_policy_fields(self):
        """Return the policy fields that name a checklist."""
        return ["kit_checklist_id"]
