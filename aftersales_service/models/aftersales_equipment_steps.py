from odoo import Command, fields, models

from ..arguments import as_date, as_record, as_text
from ..exceptions import ArgumentError, FactTimeError, MissingError, TransitionError
from .aftersales_equipment_warranty import OUT_OF_USE


class AftersalesEquipment(models.Model):
    """The steps of a unit's life: arrive, move, be replaced, retire.

    Each keeps both ends of the story: the unit that left knows what came, and the
    site it left knows where it went.
    """

    _inherit = "aftersales.equipment"

    def action_put_in_service(self, on_date=None):
        """Confirm that units arrived at the customer's and run (SITE-08).

        :param on_date: installation date, kept where one is on file; today
            by default
        :return: the units
        """
        self._check_may_manage()
        on_date = as_date(self.env, on_date) or fields.Date.context_today(self)
        self._lock()
        self.filtered(lambda unit: not unit.install_date).write(
            {"install_date": on_date}
        )
        self._tell(on_date)._set_state("in_service")
        return self

    def action_take_in(self):
        """Record that units came to the depot.

        :return: the units
        """
        self._check_may_manage()
        self._set_state("in_depot")
        return self

    def action_retire(self, reason=None, on_date=None):
        """Take units out of the installed base; their history stays.

        :param str reason: why, for the file
        :param on_date: the day they went; today by default
        :return: the units
        """
        self._check_may_manage()
        reason = as_text(self.env, reason, self.env._("Reason"), required=False)
        day = self._as_past_day(on_date)
        moved = self._tell(day, reason)._set_state("retired", reason=reason or None)
        if reason and moved:
            moved._message_log_batch(bodies={unit.id: reason for unit in moved})
        return self

    def action_move(self, site_id, reason, on_date=None):
        """Move units, with all they consist of, to another site of the company.

        Work that was done stays with the site where it was done; plans of the old
        site no longer serve the units.

        :param site_id: the site they go to: an id or ``aftersales.site``
        :param str reason: why, for both files
        :param on_date: the day of the move; today by default
        :return: the units
        :raise TransitionError: for units that are no longer in use
        """
        self._check_may_manage()
        site = as_record(self.env, "aftersales.site", site_id)
        if not site:
            raise ArgumentError(self.env._("Choose the site that the units go to."))
        reason = as_text(self.env, reason, self.env._("Reason"))
        day = self._as_past_day(on_date)
        self._lock()
        self._check_in_use()
        moving = self.filtered(lambda unit: unit.site_id != site)._tell(day, reason)
        # What is built into a unit that moves goes along with it.
        outer = moving.filtered(lambda unit: unit.parent_id not in moving)
        outer.filtered("parent_id").write({"parent_id": False})
        outer.write({"site_id": site.id})
        moving.search([("id", "child_of", moving.ids)])._leave_plans()
        self.env["aftersales.audit"]._log(moving, "moved", reason=reason)
        return self

    def _replace_by(self, new, on_date, keep_term=True):
        """Write both ends of a replacement into the lives of both units."""
        reason = self._get_told().reason
        old = self._tell(on_date, reason)
        coming = new._tell(on_date, reason)
        result = super(AftersalesEquipment, old)._replace_by(coming, on_date, keep_term)
        if old.parent_id:
            coming.parent_id = old.parent_id
        self.env["aftersales.equipment.event"]._write_down(
            [
                {
                    "equipment_id": new.id,
                    "company_id": new.company_id.id,
                    "site_id": new.site_id.id,
                    "other_id": self.id,
                    "kind": "successor",
                    "happened_on": on_date,
                    "reason": reason,
                }
            ]
        )
        self._leave_plans(new)
        return result

    def _check_in_use(self):
        """Refuse units that were replaced or retired."""
        ended = self.filtered(lambda unit: unit.state in OUT_OF_USE)
        if ended:
            raise TransitionError(
                self.env._(
                    "%(units)s is no longer in use. Take it into the depot first.",
                    units=", ".join(ended[:5].mapped("display_name")),
                )
            )

    def _as_past_day(self, value):
        """Return the day of a step: today by default, never in the future."""
        today = fields.Date.context_today(self)
        day = as_date(self.env, value) or today
        if day > today:
            raise FactTimeError(
                self.env._("A step is recorded on its day, not before: %s.", day)
            )
        return day

    def _leave_plans(self, new=None):
        """Take units off the plans of sites where they no longer stand.

        :param new: the unit that the visits serve instead, if any
        """
        # sudo: the desk moves units, heads keep plans
        plans = (
            self.env["aftersales.plan"]
            .sudo()
            .search([("equipment_ids", "in", self.ids)])
        )
        for plan in plans:
            gone = plan.equipment_ids & self
            if not new:
                gone = gone.filtered(lambda unit, p=plan: unit.site_id != p.site_id)
            commands = [Command.unlink(unit.id) for unit in gone]
            if new and gone and new.site_id == plan.site_id:
                commands.append(Command.link(new.id))
            plan.write({"equipment_ids": commands})

    def action_open_step(self):
        """Open the window that asks what happened to these units, when and why.

        :return: a window action
        :raise MissingError: when no unit is chosen
        """
        self._check_may_manage()
        if not self:
            raise MissingError(self.env._("Choose the units first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Happened"),
            "res_model": "aftersales.equipment.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_equipment_ids": self.ids},
        }
