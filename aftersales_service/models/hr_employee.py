from odoo import fields, models
from odoo.tools import SQL

from .. import guard
from ..exceptions import MissingError


class HrEmployee(models.Model):
    """The technician's own stock location."""

    _inherit = "hr.employee"

    aftersales_location_id = fields.Many2one(
        "stock.location",
        string="Van Stock",
        groups="hr.group_hr_user",
        copy=False,
        readonly=True,
        help="Parts handed to this technician stand here.",
    )

    def _aftersales_get_location(self):
        """Return the technician's stock location, made when first needed.

        One per employee; an employee belongs to one company.

        :raise MissingError: when the company has no warehouse
        """
        self.ensure_one()
        employee_sudo = self.sudo()  # sudo: who issues parts reads no HR data
        if employee_sudo.aftersales_location_id:
            return employee_sudo.aftersales_location_id.sudo(self.env.su)
        self.env.cr.execute(
            SQL("SELECT id FROM hr_employee WHERE id = %s FOR UPDATE", self.id)
        )
        employee_sudo.invalidate_recordset(["aftersales_location_id"])
        if not employee_sudo.aftersales_location_id:
            employee_sudo._aftersales_create_location()
        return employee_sudo.aftersales_location_id.sudo(self.env.su)

    def _aftersales_create_location(self):
        """Create the location beside Stock; self is in superuser mode."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        if not warehouse:
            raise MissingError(
                self.env._(
                    "%(company)s has no warehouse. Create one before parts are issued.",
                    company=self.company_id.display_name,
                )
            )
        self.aftersales_location_id = (
            self.env["stock.location"]
            .with_context(**{guard.CONTEXT_KEY: guard.GUARD})
            .create(
                {
                    "name": self.name,
                    "location_id": warehouse.aftersales_technician_location_id.id,
                    "usage": "internal",
                    "company_id": self.company_id.id,
                    "aftersales_use": "technician",
                }
            )
        )
