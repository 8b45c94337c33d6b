from datetime import date

from werkzeug.exceptions import BadRequest

from odoo import http

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from .parameters import as_choice


class AftersalesTicketList(CustomerPortalHelpdesk):
    """helpdesk_mgmt's list of tickets breaks on parameters it does not know."""

    @http.route()
    def portal_my_tickets(
        self,
        page=1,
        date_begin=None,
        date_end=None,
        sortby=None,
        filterby=None,
        search=None,
        search_in=None,
        groupby=None,
        **kw,
    ):
        """Show the customer's tickets; what no list can be made of is a 400 page."""
        as_choice(sortby, self._ticket_get_searchbar_sortings())
        as_choice(groupby, self._ticket_get_searchbar_groupby())
        as_choice(search_in, self._ticket_get_searchbar_inputs())
        for day in (date_begin, date_end):
            self._check_date(day)
        return super().portal_my_tickets(
            page=page,
            date_begin=date_begin,
            date_end=date_end,
            sortby=sortby,
            filterby=filterby,
            search=(search or "").replace("\x00", "") or None,
            search_in=search_in,
            groupby=groupby,
            **kw,
        )

    @staticmethod
    def _check_date(value):
        """Refuse what is neither empty nor a day.

        :raise BadRequest: for any other value
        """
        try:
            date.fromisoformat((value or "2000-01-01")[:10])
        except ValueError as error:
            raise BadRequest("Not a day.") from error
