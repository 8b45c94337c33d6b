from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.portal.controllers.portal import CustomerPortal

from .parameters import as_id


class AftersalesTicketController(HelpdeskTicketController):
    """helpdesk_mgmt closes any ticket for anybody who asks, by GET; this does not."""

    @http.route(methods=["POST"], website=True)
    def support_ticket_close(self, **kw):
        """Close one's own ticket from the portal (rule D8).

        By POST with a CSRF token; only a ticket of the user's own commercial entity,
        or one that an internal user may edit; only to a stage that the ticket's team
        lets customers choose.
        """
        ticket_sudo = self._get_closable_ticket(as_id(kw.get("ticket_id")))
        stages = ticket_sudo.team_id._get_applicable_stages()
        stage_id = as_id(kw.get("stage_id"))
        stage = stages.filtered(
            lambda stage: stage.id == stage_id and stage.close_from_portal
        )
        if stage and not ticket_sudo.closed:
            try:
                with request.env.cr.savepoint():
                    ticket_sudo.stage_id = stage
            except UserError as error:
                return request.render(
                    "aftersales_service.portal_ticket_not_closed",
                    {"ticket_id": ticket_sudo.id, "reason": str(error)},
                    status=409,
                )
        return request.redirect(f"/my/ticket/{ticket_sudo.id}", code=302)

    def _get_closable_ticket(self, ticket_id):
        """Return a ticket that this user may close, in the superuser's name.

        :param int ticket_id: id of the ticket
        :raise NotFound: when it is none of his
        """
        try:
            ticket_sudo = CustomerPortal()._document_check_access(
                "helpdesk.ticket", ticket_id
            )
        except (AccessError, MissingError) as error:
            raise request.not_found() from error
        user = request.env.user
        if user._is_internal():
            may_close = ticket_sudo.with_user(user).has_access("write")
        else:
            own = user.partner_id.commercial_partner_id
            may_close = ticket_sudo.partner_id.commercial_partner_id == own
        if not may_close:
            raise request.not_found()
        return ticket_sudo.with_user(user).sudo()  # sudo: customers write no tickets
