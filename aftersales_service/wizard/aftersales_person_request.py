from odoo import api, fields, models

from .. import arguments
from ..exceptions import MissingError


class AftersalesPersonRequest(models.TransientModel):
    """A person asks what is kept about him, or to be forgotten."""

    _name = "aftersales.person.request"
    _description = "Personal Data Request"

    employee_id = fields.Many2one(
        "hr.employee", domain="[('active', 'in', (True, False))]"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        domain="[('is_company', '=', False), ('active', 'in', (True, False))]",
    )
    reason = fields.Char(help="Who asked for it, when and why. It stays on record.")
    held = fields.Text(compute="_compute_held", string="What Is Kept")
    missing = fields.Text(compute="_compute_held", string="To Be Finished First")
    is_erased = fields.Boolean(compute="_compute_held")

    @api.depends("employee_id", "partner_id")
    def _compute_held(self):
        service = self.env["aftersales.person"]
        for request in self:
            request.update({"held": False, "missing": False, "is_erased": False})
            if not (request.employee_id or request.partner_id):
                continue
            person = request._get_person()
            found = service._find(service._get_identity(person))
            request.held = "\n".join(
                f"{service._get_kind(name)}: {len(records)}"
                for name, records in found.items()
            )
            request.missing = "\n".join(service._get_open_work(person))
            request.is_erased = service._is_erased(person)

    @api.onchange("employee_id")
    def _onchange_employee_id(self):
        if self.employee_id:
            self.partner_id = False

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.employee_id = False

    def _get_person(self):
        """Return the person in superuser mode, after the right was checked."""
        self.ensure_one()
        # sudo: all that is kept, checked in the next lines
        person = self.sudo().employee_id or self.sudo().partner_id  # sudo: as above
        if not person:
            raise MissingError(self.env._("Choose an employee or a contact."))
        self.env["aftersales.person"]._check_keeper(person)
        return person

    def action_export(self):
        """Download everything that is kept about the person as a workbook.

        :return: report action
        :raise AccessError: for others than HR and the general manager
        :raise ArgumentError: for a company, or a contact who is one of our people
        :raise MissingError: when nobody was chosen
        """
        arguments.check_single(self)
        person = self._get_person()
        self.env["aftersales.audit"]._log(person, "exported", reason=self.reason)
        report = self.env.ref("aftersales_service.action_report_person")
        return report.report_action(self)

    def action_erase(self):
        """Make the person nameless in everything; facts and amounts stay.

        It cannot be undone. The second time nothing happens.

        :return: window on the same request
        :raise AccessError: for others than HR and the general manager
        :raise NotEntitledError: for oneself, and while work is unfinished
        :raise MissingError: without a person or a reason
        """
        arguments.check_single(self)
        person = self._get_person()
        if not (self.reason or "").strip():
            raise MissingError(self.env._("Say who asked for it, and why."))
        self.env["aftersales.person"]._erase(person, self.reason.strip())
        self.invalidate_recordset()
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
