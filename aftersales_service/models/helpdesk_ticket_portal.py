import base64

from odoo import api, models
from odoo.tools import plaintext2html

from .. import images
from ..exceptions import ArgumentError

MAX_PHOTOS = 10  # files of one report (rule D10)
TITLE_LENGTH = 80


class HelpdeskTicket(models.Model):
    """Reports that customers send themselves, from the portal or a unit's code."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _report_fault(self, values, photos, channel):
        """Make the ticket of a report; it waits for the desk, like a call.

        :param dict values: ``text``, ``kind``, ``partner``, ``equipment``,
            ``company``, ``caller`` and ``phone``, all checked
        :param photos: pictures as bytes
        :param str channel: xmlid of the channel
        :return: the ticket, in the superuser's name
        """
        pictures = self._check_photos(photos)
        # sudo: customers create no tickets, this is the checked door for them
        ticket = self.sudo().create(self._prepare_report_vals(values, channel))
        self.env["ir.attachment"].sudo().create(  # sudo: private, of his own report
            [
                {
                    "name": f"photo-{number}.{'png' if is_png else 'jpg'}",
                    "datas": data,
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                    "public": False,
                }
                for number, (data, is_png) in enumerate(pictures, start=1)
            ]
        )
        return ticket

    @api.model
    def _prepare_report_vals(self, values, channel):
        """Return the values of the ticket of a customer's own report."""
        text = values["text"]
        unit, partner = values["equipment"], values["partner"]
        first_line = text.strip().splitlines()[0]
        vals = {
            "name": first_line[:TITLE_LENGTH],
            "description": plaintext2html(self._get_report_text(values)),
            "call_type": values["kind"],
            "channel_id": self.env.ref(channel).id,
            "company_id": values["company"].id,
            "partner_id": partner.id,
            "partner_name": values["caller"] or partner.name,
            "partner_email": partner.email,
            "equipment_id": unit.id,
            "site_id": unit.site_id.id,
        }
        given = {name: value for name, value in vals.items() if value}
        return {**given, "user_id": False}  # it waits for the desk

    @api.model
    def _get_report_text(self, values):
        """Return the words of a report, with who can be called back."""
        facts = {
            self.env._("Serial given"): values.get("serial"),
            self.env._("Caller"): values["caller"],
            self.env._("Phone"): values["phone"],
        }
        lines = [f"{label}: {value}" for label, value in facts.items() if value]
        return "\n".join([values["text"], "", *lines]) if lines else values["text"]

    @api.model
    def _check_photos(self, photos):
        """Return ``[(base64, is_png)]`` of pictures drawn again (rule D10)."""
        if len(photos) > MAX_PHOTOS:
            raise ArgumentError(
                self.env._("Send at most %s photos with one report.", MAX_PHOTOS)
            )
        label = self.env._("Photo")
        drawn = [
            images.as_image(self.env, base64.b64encode(data), label) for data in photos
        ]
        return [(data, data.startswith(b"iVBOR")) for data in drawn]
