from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.http import request
from odoo.tools import str2bool

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .parameters import LARGEST_ID, as_choice
from .rate_limit import count_lost_guess

RUNNING = ("draft", "scheduled", "dispatched", "on_site")
FINISHED = ("done", "closed")
RIGHTS = ("visit", "sign", "rate")
ACTS = ("confirm", "move", "sign", "rate")
FILTERS = {"open": RUNNING, "done": FINISHED, "all": (*RUNNING, *FINISHED, "cancel")}


class AftersalesPortal(CustomerPortal):
    """What a customer sees of the service he gets, under /my/service."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_count" in counters:
            values["service_count"] = self._count_service()
        return values

    def _count_service(self):
        """Return how many tickets and orders the customer has."""
        tickets = request.env["helpdesk.ticket"].search_count(self._get_ticket_domain())
        return tickets + self._get_orders().search_count(self._get_order_domain("all"))

    def _get_orders(self):
        """Return the model of orders, for searches with the customer's own domain."""
        # sudo: customers have no access row on orders; every search is limited by
        # _get_order_domain, every single order by _get_order
        return request.env["aftersales.order"].sudo()

    def _get_entity(self):
        """Return the commercial entity the user acts for."""
        return request.env.user.partner_id.commercial_partner_id

    def _get_ticket_domain(self, filterby="all"):
        """Return the domain of the customer's own tickets."""
        domain = [("partner_id", "child_of", self._get_entity().ids)]
        if filterby != "all":
            domain.append(("closed", "=", filterby == "done"))
        return domain

    def _get_order_domain(self, filterby):
        """Return the domain of the customer's own orders."""
        return [
            ("partner_id", "child_of", self._get_entity().ids),
            ("company_id", "in", request.env.user.company_ids.ids),
            ("state", "in", FILTERS[filterby]),
            # An unannounced visit shows itself when it begins.
            "|",
            ("is_unannounced", "=", False),
            ("state", "in", ("on_site", "done", "closed")),
        ]

    @http.route(
        ["/my/service", "/my/service/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_service(self, page=1, filterby=None, **kw):
        """List the tickets and visits of the customer's commercial entity.

        :param int page: page of the visits
        :param str filterby: open, done or all
        """
        filterby = as_choice(filterby, FILTERS, "open")
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_service_values(page, filterby))
        return request.render("aftersales_service.portal_my_service", values)

    def _get_filters(self):
        """Return what the lists may be limited to, as the customer reads it."""
        return {
            "open": request.env._("Open"),
            "done": request.env._("Finished"),
            "all": request.env._("All"),
        }

    def _prepare_service_values(self, page, filterby):
        """Return what the customer's list shows.

        :param int page: page of the visits
        :param str filterby: key of ``FILTERS``
        """
        orders = self._get_orders()
        domain = self._get_order_domain(filterby)
        pages = pager(
            url="/my/service",
            url_args={"filterby": filterby},
            total=orders.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        shown = orders.search(
            domain,
            limit=self._items_per_page,
            offset=pages["offset"],
            order="planned_start desc, id desc",
        )
        return {
            "page_name": "service",
            "default_url": "/my/service",
            "filterby": filterby,
            "filters": self._get_filters(),
            "orders": shown._get_portal_rows(),
            "tickets": request.env["helpdesk.ticket"].search(
                self._get_ticket_domain(filterby),
                limit=self._items_per_page,
                order="create_date desc, id desc",
            ),
            "pager": pages,
            # sudo: the number to call is for every customer
            "hotline": request.env.company.sudo()._get_aftersales_hotline(),
        }

    @http.route(
        "/my/service/order/<int:order_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],  # not readonly: a wrong token is counted
    )
    def portal_service_order(
        self,
        order_id,
        access_token=None,
        report_type=None,
        download=None,
        done=None,
        **kw,
    ):
        """Show one visit, or its service report once the work is done.

        :param int order_id: id of the order
        :param str access_token: token of a customer link, if any
        :param str report_type: pdf or html for the report
        :param str download: whether the report is saved instead of shown
        :param str done: which act to give thanks for
        """
        report_type = as_choice(report_type, ("pdf", "html"))
        done = as_choice(done, ACTS)
        order_sudo, link = self._get_order(order_id, access_token)
        if report_type:
            if order_sudo.state not in FINISHED:
                raise request.not_found()
            answer = self._show_report(
                model=order_sudo,
                report_type=report_type,
                report_ref="aftersales_service.action_report_order",
                download=str2bool(download or "", False),
            )
        else:
            answer = self._render_order(order_sudo, link, access_token, done)
        # The address holds the token: it must not travel on to other sites.
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def _render_order(self, order_sudo, link, access_token, done):
        """Return the page of one visit, with what this visitor may do there."""
        values = self._prepare_portal_layout_values()
        may = {purpose: self._may_act(order_sudo, link, purpose) for purpose in RIGHTS}
        user = request.env.user
        values.update(
            {
                "page_name": "service_order",
                "order": order_sudo._get_portal_values(),
                "acts": order_sudo._get_portal_acts(may),
                "visitor_name": "" if user._is_public() else user.name,
                "access_token": access_token if link else None,
                "query": f"?access_token={access_token}" if link else "",
                "done": done,
                "no_breadcrumbs": user._is_public(),
            }
        )
        return request.render("aftersales_service.portal_service_order", values)

    def _get_order(self, order_id, access_token=None):
        """Return an order that this visitor may see, in the superuser's name.

        His own commercial entity's, one that an internal user may read, or the one
        a live link opens.

        :param int order_id: id of the order
        :param str access_token: token of the link, if any
        :return: ``(order, link)``; the link is empty for whom needs none
        :raise NotFound: when it is none of his, whatever the reason
        :raise TooManyRequests: after too many wrong tokens from his address
        """
        if order_id > LARGEST_ID:
            raise request.not_found()
        orders_sudo = self._get_orders()
        user = request.env.user
        link = request.env["aftersales.link"]
        if not user._is_public():
            if own := orders_sudo.search(
                [("id", "=", order_id), *self._get_order_domain("all")]
            ):
                return own, link
            order = request.env["aftersales.order"].browse(order_id).exists()
            if user._is_internal() and order and order.has_access("read"):
                return order.sudo(), link  # sudo: read was checked just now
        if access_token:
            link = link._find(order_id, access_token)
            if not link and not count_lost_guess():
                raise TooManyRequests()
        if not link:
            raise request.not_found()
        return link.order_id, link

    def _may_act(self, order_sudo, link, purpose):
        """Tell whether this visitor may act on an order he sees.

        :param order_sudo: the order
        :param link: the link he came by, if any
        :param str purpose: visit, sign or rate
        """
        user = request.env.user
        if link:
            return link.purpose == purpose
        own = user.partner_id.commercial_partner_id
        return order_sudo.partner_id.commercial_partner_id == own
