from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..arguments import NAME_LENGTH
from .parameters import as_choice, as_id, as_text
from .rate_limit import count_address, count_guess, count_report
from .service_acts import TEXT_LENGTH, AftersalesPortalActs

UPLOAD_BYTES = 64 * 1024 * 1024  # ten photos, and what a browser puts around them
SERIAL_LENGTH = 64
KINDS = ("repair", "complaint", "suggestion")


class AftersalesPortalReport(AftersalesPortalActs):
    """A customer's sites and units, and the report of a fault."""

    def _get_units(self):
        """Return the model of units, for searches with the customer's own domain."""
        # sudo: customers have no access row; every search uses _get_unit_domain
        return request.env["aftersales.equipment"].sudo()

    def _get_unit_domain(self):
        """Return the domain of the customer's own units in use."""
        entity = self._get_entity().ids
        return [
            "|",
            ("partner_id", "child_of", entity),
            "&",
            ("partner_id", "=", False),
            ("site_id.partner_id", "child_of", entity),
            ("company_id", "in", request.env.user.company_ids.ids),
            ("state", "not in", ("retired", "replaced")),
        ]

    @http.route(
        "/my/service/equipment", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_equipment(self, **kw):
        """List the customer's sites with their units and warranty in plain words."""
        units = self._get_units().search(
            self._get_unit_domain(), order="site_id, name, id", limit=500
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {"page_name": "service_equipment", "sites": units._get_portal_sites()}
        )
        return request.render("aftersales_service.portal_my_equipment", values)

    @http.route(
        "/my/service/report",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_report_form(self, equipment=None, kind=None, **kw):
        """Show the form of a fault report.

        :param str equipment: id of the unit it is about
        :param str kind: repair, complaint or suggestion
        """
        unit = self._get_unit(equipment)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "service_report",
                "kind": as_choice(kind, KINDS, "repair"),
                "chosen": unit.id,
                "units": self._get_units().search(
                    self._get_unit_domain(), order="name, id", limit=500
                ),
            }
        )
        return request.render("aftersales_service.portal_report_form", values)

    @http.route(
        "/my/service/report",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=UPLOAD_BYTES,
    )
    def portal_report_submit(
        self, equipment=None, serial=None, kind=None, text=None, phone=None, **kw
    ):
        """Make a ticket of the report, with its photos.

        :param str equipment: id of one of his own units
        :param str serial: or the serial number on the unit
        :param str kind: repair, complaint or suggestion
        :param str text: what is wrong
        :param str phone: where to call back
        """
        if not count_report(request.env.user.company_id):
            return self._too_many()
        unit = self._get_unit(equipment)
        serial = as_text(serial, SERIAL_LENGTH)
        if serial and not unit:
            unit = self._get_units().search(
                [("serial", "=ilike", _literal(serial)), *self._get_unit_domain()],
                limit=1,
            )
        user = request.env.user
        values = {
            "text": as_text(text, TEXT_LENGTH, required=True),
            "kind": as_choice(kind, KINDS, "repair"),
            "equipment": unit,
            "serial": "" if unit else serial,
            "partner": user.partner_id,
            "company": unit.company_id or user.company_id,
            "caller": user.name,
            "phone": as_text(phone, NAME_LENGTH),
        }
        ticket, refusal = self._report(
            values, "helpdesk_mgmt.helpdesk_ticket_channel_web", "/my/service/report"
        )
        if refusal:
            return refusal
        return request.redirect(f"/my/ticket/{ticket.id}", code=303)

    def _get_unit(self, value):
        """Return one of the customer's own units from a parameter, or none.

        :raise NotFound: for a unit that is not his
        """
        units = self._get_units()
        if not value:
            return units
        unit = units.search([("id", "=", as_id(value)), *self._get_unit_domain()])
        if not unit:
            raise request.not_found()
        return unit

    def _report(self, values, channel, back):
        """Make the ticket; return ``(ticket, None)`` or ``(None, refusal page)``."""
        photos = [
            file.read()
            for file in request.httprequest.files.getlist("photos")
            if file.filename
        ]
        try:
            with request.env.cr.savepoint():
                tickets = request.env["helpdesk.ticket"]
                return tickets._report_fault(values, photos, channel), None
        except UserError as error:
            return None, self._refuse(str(error), back, status=400)

    # -- the code on the unit

    @http.route(
        "/service/unit/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def unit_report_form(self, token, done=None, **kw):
        """Show the fault report of the unit whose code was read; no login.

        :param str token: the code on the unit
        :param str done: a report was just taken
        """
        unit, refusal = self._get_unit_by_code(token)
        if refusal:
            return refusal
        return self._no_store(
            request.render(
                "aftersales_service.unit_report_form",
                {
                    "unit": unit._get_public_values(),
                    "token": token,
                    "done": as_choice(done, ("1",)),
                },
            )
        )

    @http.route(
        "/service/unit/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=UPLOAD_BYTES,
    )
    def unit_report_submit(self, token, text=None, name=None, phone=None, **kw):
        """Take a fault report from whoever stands before the unit.

        :param str token: the code on the unit
        :param str text: what is wrong
        :param str name: who reports it
        :param str phone: where to call back
        """
        unit, refusal = self._get_unit_by_code(token)
        if refusal:
            return refusal
        values = {
            "text": as_text(text, TEXT_LENGTH, required=True),
            "caller": as_text(name, NAME_LENGTH, required=True),
            "phone": as_text(phone, NAME_LENGTH, required=True),
            "kind": "repair",
            "equipment": unit,
            "partner": unit.partner_id or unit.site_id.partner_id,
            "company": unit.company_id,
        }
        if not self._let_in(unit):
            return self._too_many()
        _ticket, refusal = self._report(
            values, "aftersales_service.helpdesk_channel_qr", f"/service/unit/{token}"
        )
        return refusal or request.redirect(f"/service/unit/{token}?done=1", code=303)

    def _get_unit_by_code(self, token):
        """Return ``(unit, None)``, or ``(None, page)`` for a wrong code.

        Wrong codes are counted, so that guessing ends soon.
        """
        unit = request.env["aftersales.equipment"]._find_by_code(token)
        if unit:
            return unit, None
        if not count_guess():
            return None, self._too_many()
        # Rendered, not raised: an error would take the count back.
        return None, self._no_store(request.render("http_routing.404", status=404))

    def _let_in(self, unit):
        """Tell whether one more report is taken for this unit, from this address."""
        # sudo: strangers count through the checked door alone
        throttle = request.env["aftersales.throttle"].sudo()
        per_unit = throttle._hit(
            f"unit:{unit.id}", unit.company_id.aftersales_qr_unit_limit
        )
        per_address = count_address("report", unit.company_id)
        return per_unit and per_address

    def _too_many(self):
        """Return the page that asks to wait or to call."""
        return self._no_store(
            request.render("aftersales_service.unit_report_busy", {}, status=429)
        )

    def _no_store(self, answer):
        """Keep the page out of caches and its address out of other sites."""
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _literal(text):
    """Return a text with the wildcards of ``ilike`` taken out of force."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text
