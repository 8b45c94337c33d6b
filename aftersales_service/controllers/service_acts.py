from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..arguments import NAME_LENGTH
from .parameters import as_choice, as_local_time, as_text
from .service_portal import AftersalesPortal

TEXT_LENGTH = 4000
SIGNATURE_BYTES = 4 * 1024 * 1024
STARS = ("1", "2", "3", "4", "5")


class AftersalesPortalActs(AftersalesPortal):
    """What a customer does about his visit; each by POST with a CSRF token."""

    @http.route(
        "/my/service/order/<int:order_id>/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_order_confirm(self, order_id, access_token=None, name=None, **kw):
        """Confirm the appointment.

        :param int order_id: id of the order
        :param str access_token: token of a link made to see the visit
        :param str name: who confirms, when he has no login
        """
        order_sudo, link = self._get_order_for(order_id, access_token, "visit")
        name = self._get_visitor_name(name)
        return self._act(
            order_sudo,
            link,
            access_token,
            "confirm",
            lambda: order_sudo._customer_confirm(name),
        )

    @http.route(
        "/my/service/order/<int:order_id>/move",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_order_move(
        self, order_id, access_token=None, name=None, wanted=None, note=None, **kw
    ):
        """Ask for another time; the desk answers, the promise stays until then.

        :param int order_id: id of the order
        :param str access_token: token of a link made to see the visit
        :param str name: who asks, when he has no login
        :param str wanted: wanted time on the clock of the site
        :param str note: why
        """
        order_sudo, link = self._get_order_for(order_id, access_token, "visit")
        name = self._get_visitor_name(name)
        wanted = as_local_time(wanted, order_sudo._get_tz())
        note = as_text(note, TEXT_LENGTH)
        return self._act(
            order_sudo,
            link,
            access_token,
            "move",
            lambda: order_sudo._customer_ask_move(wanted, name, note),
        )

    @http.route(
        "/my/service/order/<int:order_id>/rate",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_order_rate(
        self, order_id, access_token=None, stars=None, comment=None, **kw
    ):
        """Rate the service, once.

        :param int order_id: id of the order
        :param str access_token: token of a link made to rate
        :param str stars: 1 to 5
        :param str comment: what he has to say
        """
        order_sudo, link = self._get_order_for(order_id, access_token, "rate")
        stars = int(as_choice(stars, STARS, "0"))
        comment = as_text(comment, TEXT_LENGTH)
        if not stars:
            raise request.not_found()
        partner = link.partner_id or request.env.user.partner_id
        return self._act(
            order_sudo,
            link,
            access_token,
            "rate",
            lambda: order_sudo._customer_rate(stars, comment, partner),
        )

    @http.route(
        "/my/service/order/<int:order_id>/sign",
        type="jsonrpc",
        auth="public",
        website=True,
        max_content_length=SIGNATURE_BYTES,
    )
    def portal_order_sign(self, order_id, name=None, signature=None, **kw):
        """Sign the service report; what the browser's signature field calls.

        :param int order_id: id of the order
        :param str name: who signs
        :param str signature: the drawing, a picture in base64
        :return: dict with ``error``, or where to go next
        """
        access_token = request.httprequest.args.get("access_token")
        order_sudo, link = self._get_order_for(order_id, access_token, "sign")

        def act():
            order_sudo._customer_sign(name, signature)
            link._mark_used()

        url = self._get_order_url(order_sudo, link, access_token, "sign")
        return self._answer_signature(act, url)

    def _answer_signature(self, act, url):
        """Do what a drawn signature is for; answer as the signature field expects.

        :param act: what to do, once the CSRF token of the address is checked
        :param str url: where the customer goes next
        :return: dict with ``error``, or where to go next
        """
        if not request.validate_csrf(request.httprequest.args.get("csrf_token")):
            return {"error": request.env._("Load the page again, then sign.")}
        try:
            with request.env.cr.savepoint():
                act()
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": url}

    def _get_order_for(self, order_id, access_token, purpose):
        """Return the order and link of somebody who may act on it for a purpose.

        :raise NotFound: when he may not see it, or not do this
        """
        order_sudo, link = self._get_order(order_id, access_token)
        if not self._may_act(order_sudo, link, purpose):
            raise request.not_found()
        return order_sudo, link

    def _get_visitor_name(self, name):
        """Return who acts: the user, or the name given with a link."""
        user = request.env.user
        if not user._is_public():
            return user.name
        return as_text(name, NAME_LENGTH, required=True)

    def _get_order_url(self, order_sudo, link, access_token, done):
        """Return the address of the visit's page after an act."""
        token = f"&access_token={access_token}" if link else ""
        return f"/my/service/order/{order_sudo.id}?done={done}{token}"

    def _act(self, order_sudo, link, access_token, done, act):
        """Do what the customer asked for about his visit, and use up his link."""

        def act_once():
            act()
            link._mark_used()

        return self._answer_form(
            act_once,
            self._get_order_url(order_sudo, link, access_token, done),
            self._get_order_url(order_sudo, link, access_token, ""),
        )

    def _answer_form(self, act, url, back):
        """Do what a form asks for; say why where it is refused.

        :param act: what to do
        :param str url: where the customer goes next
        :param str back: where he goes when it was refused
        """
        try:
            with request.env.cr.savepoint():
                act()
        except UserError as error:
            return self._refuse(str(error), back)
        return request.redirect(url, code=303)

    def _refuse(self, reason, back, status=409):
        """Return the page that says why something was not done."""
        return request.render(
            "aftersales_service.portal_service_refused",
            {"reason": reason, "back": back},
            status=status,
        )
