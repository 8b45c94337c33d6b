from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import plaintext2html

from ..arguments import check_single
from ..exceptions import MissingError
from ..models.aftersales_complaint_mixin import COPIED_FACTS

TYPES = {
    "quality_fault": "complaint",
    "repair": "repair",
    "consultation": "consultation",
}


class AftersalesApplication(models.TransientModel):
    """What sales fills in when a customer reports a fault to his salesman (HOT-23)."""

    _name = "aftersales.application"
    _inherit = ["aftersales.complaint.mixin"]
    _description = "Service Application"

    application_type = fields.Selection(
        [
            ("quality_fault", "Quality Fault"),
            ("repair", "Repair"),
            ("consultation", "Technical Question"),
        ],
        required=True,
        default="quality_fault",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    contact_name = fields.Char(required=True)
    contact_phone = fields.Char(required=True)
    subject = fields.Char(string="What the Customer Reports", required=True)

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.contact_name = self.contact_name or self.partner_id.name
        self.contact_phone = self.contact_phone or self.partner_id.phone

    def action_submit(self):
        """Hand the applications to the service desk.

        The applicant follows his ticket; the desk completes what is missing.

        :return: the tickets, one per application
        """
        self._check_sales()
        self.check_access("write")
        for application in self:
            application._check_own_company()
            application._check_complete()
        tickets = self.env["helpdesk.ticket"].sudo()  # sudo: sales opens no tickets
        made = tickets._unguarded().create(
            [application._prepare_ticket_vals() for application in self]
        )
        made.message_subscribe(partner_ids=self.env.user.partner_id.ids)
        return self.env["helpdesk.ticket"].browse(made.ids)

    @api.model
    def _check_sales(self):
        """Refuse who is not of sales."""
        if not self.env.user.has_group("aftersales_service.group_sales"):
            raise AccessError(self.env._("Only sales staff fills in applications."))

    def _check_own_company(self):
        """Refuse an application for a company the user does not work in."""
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._("Hand the application in for a company you work in.")
            )

    def _check_complete(self):
        """Refuse a quality fault that does not say what is wrong with what."""
        names = ("complaint_object", "complaint_cause")
        missing = [name for name in names if not (self[name] or "").strip()]
        if self.application_type == "quality_fault" and missing:
            labels = self.fields_get(missing, ["string"])
            raise MissingError(
                self.env._(
                    "Fill in: %(fields)s.",
                    fields=", ".join(labels[name]["string"] for name in missing),
                )
            )

    def _prepare_ticket_vals(self):
        """Return the values of the ticket for this application."""
        facts = {name: self[name] for name in COPIED_FACTS if name != "complaint_staff"}
        if self.application_type == "quality_fault":
            facts["complaint_kind"] = "product"
        return {
            "name": self.subject,
            "description": plaintext2html(self.complaint_cause or self.subject),
            "call_type": TYPES[self.application_type],
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "partner_name": self.contact_name,
            "partner_email": self.partner_id.email,
            "contact_phone": self.contact_phone,
            "applied_by_id": self.env.uid,
            "user_id": False,
            "channel_id": self.env.ref(
                "aftersales_service.helpdesk_ticket_channel_sales"
            ).id,
            **facts,
        }

    def action_send(self):
        """Hand the application in and show the ticket, for the form's button.

        :return: window
        """
        check_single(self)
        return self.action_submit()._get_records_action()
