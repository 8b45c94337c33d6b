import functools
import inspect
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..exceptions import FactTimeError


def fact_action(method=None, *, access="write"):
    """Make a public method record a fact once, at a checked time.

    The method takes ``at=None, request_key=None`` as its last arguments.  It
    receives ``at`` as a naive UTC datetime that lies neither in the future nor
    before the company's back-dating limit.  The same ``request_key`` again
    returns what the first call returned and does nothing else.

    :param str access: the right on the records that the caller needs; approvers
        decide on documents that they read alone
    """
    if method is None:
        return functools.partial(fact_action, access=access)
    signature = inspect.signature(method)

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError as error:
            raise UserError(
                self.env._("Wrong arguments: %(error)s", error=str(error))
            ) from error
        bound.apply_defaults()
        return self._run_fact(method, bound, access)

    return wrapper


class AftersalesFactMixin(models.AbstractModel):
    """Time checks and exactly-once calls for documents that record facts."""

    _name = "aftersales.fact.mixin"
    _inherit = ["aftersales.guard.mixin"]
    _description = "After-Sales Fact Recorder"

    def _run_fact(self, method, bound, access):
        """Run a fact action under the rules of ``fact_action``.

        :param method: the undecorated method
        :param bound: its bound arguments, defaults applied
        :param str access: the right on the records that the caller needs
        :return: what the method returns, or returned the first time
        """
        self.check_access(access)
        key = bound.arguments.get("request_key")
        request = self.env["aftersales.request"]
        if key not in (None, False, ""):
            request, is_new = request._claim(self, method.__name__, key)
            if not is_new:
                return request._answer(self.env)
        self._take_turn()
        bound.arguments["at"] = self._check_fact_time(bound.arguments.get("at"))
        result = method(*bound.args, **bound.kwargs)
        if request:
            request._remember(result)
        return result

    @api.model
    def _parse_fact_time(self, value):
        """Return ``value`` as naive UTC datetime; refuse what is not a time.

        :param value: datetime, ISO string as clients send it, or empty for now
        :raise FactTimeError: when it is no time
        """
        if value is None or value is False or value == "":
            return fields.Datetime.now()
        try:
            if isinstance(value, str):
                value = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
            if isinstance(value, datetime) and value.tzinfo:
                value = value.astimezone(timezone.utc).replace(tzinfo=None)
        except (ValueError, OverflowError):
            value = str(value)
        if not isinstance(value, datetime):
            raise FactTimeError(
                self.env._(
                    "“%(value)s” is not a time. Give it in UTC as YYYY-MM-DD HH:MM:SS.",
                    value=value,
                )
            )
        return value.replace(microsecond=0)

    def _check_fact_time(self, value):
        """Return the time of a fact, checked against now and the limit back.

        :raise FactTimeError: in the future, or older than the company allows
        """
        at = self._parse_fact_time(value)
        now = fields.Datetime.now()
        if at > now:
            raise FactTimeError(
                self.env._(
                    "A fact cannot be recorded before it happens: %s.",
                    format_datetime(self.env, at),
                )
            )
        limit = self._get_backdate_days()
        may_backdate = self.env.su or self.env.user.has_group(
            "aftersales_service.group_head"
        )
        if at < now - timedelta(days=limit) and not may_backdate:
            raise FactTimeError(
                self.env._(
                    "%(at)s is more than %(days)s days ago. Ask the head of "
                    "department to record it.",
                    at=format_datetime(self.env, at),
                    days=limit,
                )
            )
        return at

    def _get_backdate_days(self):
        """Return how old a fact on these records may be: the strictest limit."""
        companies = self.env.company
        if self and "company_id" in self._fields:
            companies = self.sudo().company_id or companies  # sudo: only its setting
        return min(companies.mapped("aftersales_backdate_days"))

    @api.model
    def _check_not_before(self, at, previous, label):
        """Refuse a stamp that lies before the one it follows.

        :param datetime at: the new stamp
        :param previous: the earlier stamp, or empty
        :param str label: what the earlier stamp is called on screen
        """
        if previous and at < previous:
            raise FactTimeError(
                self.env._(
                    "%(at)s lies before “%(label)s” (%(previous)s). Correct the time.",
                    at=format_datetime(self.env, at),
                    label=label,
                    previous=format_datetime(self.env, previous),
                )
            )
