from werkzeug.exceptions import NotFound, TooManyRequests

from odoo import http
from odoo.http import request

from .rate_limit import RateLimit

# Calendar programs ask a few times an hour.
LIMIT = RateLimit(calls=30, seconds=60)


class CalendarFeed(http.Controller):
    """The calendar a technician subscribes to on his phone."""

    @http.route(
        "/aftersales/calendar/<string:key>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def calendar(self, key):
        """Return the technician's own visits; 404 for a key that nobody has.

        :param str key: the secret of a personal address
        """
        if not LIMIT.allows(request.httprequest.remote_addr or ""):
            raise TooManyRequests
        user = request.env["res.users"]._find_by_calendar_key(key)
        if not user:
            raise NotFound
        # sudo: the key stands for its technician; the search is limited to him
        orders_sudo = request.env["aftersales.order"].sudo()
        text = orders_sudo.with_context(lang=user.lang, tz=user.tz)._get_calendar(user)
        return request.make_response(
            text,
            [
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Cache-Control", "private, no-store"),
                ("X-Robots-Tag", "noindex"),
            ],
        )
