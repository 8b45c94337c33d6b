from odoo import api, fields, models

from ..arguments import as_date, as_text
from ..exceptions import FactTimeError, FrozenFactError, NotAllowedError

STATES = [("missing", "Missing"), ("filed", "Filed"), ("waived", "Waived")]


class AftersalesMaterialKind(models.Model):
    """A kind of project material that belongs into every site file (SITE-14)."""

    _name = "aftersales.material.kind"
    _description = "Kind of Project Material"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")


class AftersalesSiteMaterial(models.Model):
    """One kind of material of one site: on file, missing, or waived with a reason."""

    _name = "aftersales.site.material"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Project Material"
    _order = "site_id, handover_id, sequence, id"
    _rec_name = "kind_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"filed_on", "filed_by_id", "waive_reason", "waived_on", "waived_by_id"}
    )

    kind_id = fields.Many2one(
        "aftersales.material.kind",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    sequence = fields.Integer(related="kind_id.sequence", store=True)
    handover_id = fields.Many2one(
        "aftersales.site.handover",
        string="Project Handover",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    note = fields.Char(
        string="Where It Lies", help="Shelf, folder, or what the files are."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    filed_on = fields.Date(readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waive_reason = fields.Char(string="Reason of the Waiver", readonly=True, copy=False)
    waived_on = fields.Date(readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    status = fields.Selection(STATES, compute="_compute_status", store=True, index=True)

    _site_unique = models.UniqueIndex(
        "(site_id, kind_id) WHERE site_id IS NOT NULL",
        "This kind of material is on the site's list already.",
    )
    _handover_unique = models.UniqueIndex(
        "(handover_id, kind_id) WHERE handover_id IS NOT NULL",
        "This kind of material is on the list already.",
    )
    _has_owner = models.Constraint(
        "CHECK (site_id IS NOT NULL OR handover_id IS NOT NULL)",
        "Material belongs to a site or to a project's handover.",
    )

    @api.depends("filed_on", "waived_on")
    def _compute_status(self):
        for line in self:
            line.status = (
                "filed" if line.filed_on else "waived" if line.waived_on else "missing"
            )

    def write(self, vals):
        if vals.keys() & {"kind_id", "site_id", "handover_id"} and not self.env.su:
            raise FrozenFactError(
                self.env._("A line of the list stays what it is. File or waive it.")
            )
        return super().write(vals)

    def action_file(self, on_date=None):
        """Record that material is on file; dispatchers and heads.

        :param on_date: the day it came in; today by default
        :return: the lines
        """
        self._check_desk()
        today = fields.Date.context_today(self)
        day = as_date(self.env, on_date) or today
        if day > today:
            raise FactTimeError(
                self.env._("Material is filed when it is there, not before.")
            )
        self._lock()
        self.filtered(lambda line: not line.filed_on)._unguarded().write(
            {"filed_on": day, "filed_by_id": self.env.uid}
        )
        return self

    def action_waive(self, reason=None):
        """Do without material, for a reason on record; heads of department alone.

        :param str reason: why the file is complete without it
        :return: the lines
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("Only the head of department waives material.")
            )
        reason = as_text(self.env, reason, self.env._("Reason of the Waiver"))
        self._lock()
        missing = self.filtered(lambda line: line.status == "missing")
        missing._unguarded().write(
            {
                "waived_on": fields.Date.context_today(self),
                "waived_by_id": self.env.uid,
                "waive_reason": reason,
            }
        )
        self.env["aftersales.audit"]._log(missing, "waived", reason=reason)
        return self

    def _check_desk(self):
        """Refuse to all but dispatchers and heads."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        ):
            raise NotAllowedError(
                self.env._("Site files are kept by the service desk. Ask there.")
            )

    def action_open_waive(self):
        """Open the window that asks why material is waived.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive"),
            "res_model": "aftersales.site.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_material_ids": self.ids},
        }

    @api.model
    def _list_for(self, fname, records):
        """Put every kind of material on the lists of sites or handovers.

        :param str fname: ``site_id`` or ``handover_id``
        :param records: the sites or handovers
        :return: the lines made; kinds that are listed already are left alone
        """
        kinds = self.env["aftersales.material.kind"].sudo()  # sudo: a rule of the house
        kinds = kinds.search([("company_id", "in", [False, *records.company_id.ids])])
        known = {
            (line[fname].id, line.kind_id.id)
            for line in self.search([(fname, "in", records.ids)])
        }
        return self.create(
            [
                {
                    fname: record.id,
                    "kind_id": kind.id,
                    "company_id": record.company_id.id,
                }
                for record in records
                for kind in kinds
                if kind.company_id.id in (False, record.company_id.id)
                and (record.id, kind.id) not in known
            ]
        )
