from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.aftersales_service.controllers.parameters import LARGEST_ID, as_choice
from odoo.addons.aftersales_service.controllers.service_acts import (
    NAME_LENGTH,
    SIGNATURE_BYTES,
)
from odoo.addons.aftersales_service.controllers.service_portal import AftersalesPortal

FINISHED = ("closed", "cancel")


class AftersalesRepairPortal(AftersalesPortal):
    """Units of the customer in the depot, and his authorisation (DEPOT-07)."""

    def _get_rma_domain(self, filterby="all"):
        """Return the domain of the customer's own cases."""
        domain = [
            ("partner_id", "child_of", self._get_entity().ids),
            ("company_id", "in", request.env.user.company_ids.ids),
        ]
        if filterby != "all":
            operator = "in" if filterby == "done" else "not in"
            domain.append(("state", operator, FINISHED))
        return domain

    def _get_rma(self, rma_id):
        """Return one of the customer's own cases, in the superuser's name.

        :param int rma_id: id of the case
        :raise NotFound: when it is none of his, whatever the reason
        """
        # sudo: customers have no access row on cases; the domain is their own entity
        rmas_sudo = request.env["aftersales.rma"].sudo()
        if rma_id <= LARGEST_ID and (
            own := rmas_sudo.search([("id", "=", rma_id), *self._get_rma_domain()])
        ):
            return own
        raise request.not_found()

    def _prepare_service_values(self, page, filterby):
        values = super()._prepare_service_values(page, filterby)
        # sudo: as in _get_rma
        rmas_sudo = request.env["aftersales.rma"].sudo()
        shown = rmas_sudo.search(
            self._get_rma_domain(filterby), limit=self._items_per_page
        )
        return {**values, "repairs": shown._get_portal_rows()}

    @http.route(
        "/my/service/repair/<int:rma_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_service_repair(self, rma_id, done=None, **kw):
        """Show one case: condition, estimate with labour and parts apart, terms.

        :param int rma_id: id of the case
        :param str done: ``sign`` to give thanks
        """
        rma_sudo = self._get_rma(rma_id)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="service_repair",
            repair=rma_sudo._get_portal_values(),
            visitor_name=request.env.user.name,
            done=as_choice(done, ("sign",)),
        )
        return request.render("aftersales_service_repair.portal_service_repair", values)

    @http.route(
        "/my/service/repair/<int:rma_id>/authorise",
        type="jsonrpc",
        auth="user",
        website=True,
        max_content_length=SIGNATURE_BYTES,
    )
    def portal_repair_authorise(self, rma_id, name=None, signature=None, **kw):
        """Authorise the estimate; what the browser's signature field calls.

        :param int rma_id: id of the case
        :param str name: who signs
        :param str signature: the drawing, a picture in base64
        :return: dict with ``error``, or where to go next
        """
        arguments = request.httprequest.args
        if not request.validate_csrf(arguments.get("csrf_token")):
            return {"error": request.env._("Load the page again, then sign.")}
        rma_sudo = self._get_rma(rma_id)
        if not isinstance(name, str) or not name.strip():
            return {"error": request.env._("Write your name.")}
        try:
            with request.env.cr.savepoint():
                rma_sudo._customer_authorise(
                    name.strip()[:NAME_LENGTH], signature, arguments.get("seen")
                )
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": f"/my/service/repair/{rma_sudo.id}?done=sign",
        }
