from odoo import http
from odoo.http import request

from .rate_limit import count_guess

PRIVATE = [("Cache-Control", "private, no-store"), ("X-Robots-Tag", "noindex")]


class CalendarFeed(http.Controller):
    """The calendar a technician subscribes to on his phone."""

    @http.route(
        "/aftersales/calendar/<string:key>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def calendar(self, key):
        """Return the technician's own visits; 404 for a key that nobody has.

        Wrong keys are counted like wrong codes of units, so that guessing ends soon.

        :param str key: the secret of a personal address
        """
        user = request.env["res.users"]._find_by_calendar_key(key)
        if not user:
            # Returned, not raised: an error would take the count back.
            status = 404 if count_guess() else 429
            return request.make_response("", PRIVATE, status=status)
        # sudo: the key stands for its technician; the search is limited to him
        orders_sudo = request.env["aftersales.order"].sudo()
        text = orders_sudo.with_context(lang=user.lang, tz=user.tz)._get_calendar(user)
        return request.make_response(
            text,
            [("Content-Type", "text/calendar; charset=utf-8"), *PRIVATE],
        )
