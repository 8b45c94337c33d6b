from odoo import http
from odoo.http import request

from odoo.addons.aftersales_service.controllers.parameters import (
    LARGEST_ID,
    as_choice,
    as_text,
)
from odoo.addons.aftersales_service.controllers.service_acts import (
    SIGNATURE_BYTES,
    TEXT_LENGTH,
    AftersalesPortalActs,
)
from odoo.addons.aftersales_service.controllers.service_portal import FILTERS
from odoo.addons.portal.controllers.portal import pager

FINISHED = ("closed", "cancel")


class AftersalesRepairPortal(AftersalesPortalActs):
    """Units of the customer in the depot, and what he decides about them."""

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

    def _prepare_repair_values(self, page, filterby):
        """Return one page of the customer's own cases.

        :param int page: which one
        :param str filterby: key of ``FILTERS``
        """
        # sudo: as in _get_rma
        rmas_sudo = request.env["aftersales.rma"].sudo()
        domain = self._get_rma_domain(filterby)
        pages = pager(
            url="/my/service/repairs",
            url_args={"filterby": filterby},
            total=rmas_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        shown = rmas_sudo.search(
            domain, limit=self._items_per_page, offset=pages["offset"]
        )
        return {"repairs": shown._get_portal_rows(), "repair_pager": pages}

    def _prepare_service_values(self, page, filterby):
        values = super()._prepare_service_values(page, filterby)
        return {**values, **self._prepare_repair_values(1, filterby)}

    @http.route(
        ["/my/service/repairs", "/my/service/repairs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_repairs(self, page=1, filterby=None, **kw):
        """List the customer's units in the depot, page by page.

        :param int page: which page
        :param str filterby: open, done or all
        """
        filterby = as_choice(filterby, FILTERS, "open")
        values = self._prepare_portal_layout_values()
        values.update(
            self._prepare_repair_values(page, filterby),
            page_name="service_repairs",
            filterby=filterby,
            filters=self._get_filters(),
        )
        return request.render("aftersales_service_repair.portal_my_repairs", values)

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
        :param str done: which decision to give thanks for: sign or decline
        """
        rma_sudo = self._get_rma(rma_id)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="service_repair",
            repair=rma_sudo._get_portal_values(),
            visitor_name=request.env.user.name,
            done=as_choice(done, ("sign", "decline")),
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
        rma_sudo = self._get_rma(rma_id)
        seen = request.httprequest.args.get("seen")
        return self._answer_signature(
            lambda: rma_sudo._customer_authorise(name, signature, seen),
            f"/my/service/repair/{rma_sudo.id}?done=sign",
        )

    @http.route(
        "/my/service/repair/<int:rma_id>/decline",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_repair_decline(self, rma_id, reason=None, seen=None, **kw):
        """Decline extra work; what was authorised before goes on (DEPOT-08).

        :param int rma_id: id of the case
        :param str reason: why
        :param str seen: mark of the estimate that his page showed
        """
        rma_sudo = self._get_rma(rma_id)
        reason = as_text(reason, TEXT_LENGTH, required=True)
        page = f"/my/service/repair/{rma_sudo.id}"
        name = request.env.user.name
        return self._answer_form(
            lambda: rma_sudo._customer_decline(name, reason, seen),
            f"{page}?done=decline",
            page,
        )
