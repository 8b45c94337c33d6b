from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from .. import arguments
from ..exceptions import FactTimeError, MissingError, TransitionError

BEFORE_WORK = ("scheduled", "dispatched")


class AftersalesOrder(models.Model):
    """What the customer does about his visit: confirm, move, sign, rate.

    Controllers check who he is and call these on the order in the superuser's
    name; what the methods allow, they check themselves.
    """

    _inherit = "aftersales.order"

    expected_on = fields.Datetime(
        string="Expected Arrival",
        readonly=True,
        copy=False,
        help="Announced to the customer when it differs from the appointment.",
    )
    customer_confirmed_on = fields.Datetime(
        string="Confirmed by the Customer", readonly=True, copy=False
    )
    change_ids = fields.One2many("aftersales.change", "order_id")
    change_count = fields.Integer(compute="_compute_change_count")
    link_ids = fields.One2many("aftersales.link", "order_id")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"expected_on", "customer_confirmed_on"}

    @api.depends("change_ids.state")
    def _compute_change_count(self):
        for order in self:
            # sudo: how many wait, not what they say
            open_changes = order.sudo().change_ids.filtered(
                lambda change: change.state == "open"
            )
            order.change_count = len(open_changes)

    # -- arrival

    def _get_expected_arrival(self):
        """Return when the customer may expect the technician, or False."""
        self.ensure_one()
        return self.expected_on or self.promised_start or self.planned_start

    def _write_schedule(self, start, end, promise):
        """A new time is neither announced late nor confirmed yet."""
        result = super()._write_schedule(start, end, promise)
        self._unguarded().write({"expected_on": False, "customer_confirmed_on": False})
        return result

    def action_announce_arrival(self, expected):
        """Tell the customer when the technician will really come.

        Workers on the order, dispatchers and heads; before the arrival. The promise
        itself is not touched (DISP-08).

        :param expected: naive UTC datetime or ISO text, not in the past
        :return: the same orders
        """
        self.check_access("write")
        self._check_step(BEFORE_WORK, self.env._("Announce Arrival"))
        self._get_acting_workers()
        if not expected:
            raise FactTimeError(self.env._("Say when the technician will come."))
        expected = self._parse_fact_time(expected)
        if expected < fields.Datetime.now() - timedelta(minutes=1):
            raise FactTimeError(self.env._("The announced arrival lies in the past."))
        self._lock()
        changed = self.filtered(lambda order: order.expected_on != expected)
        changed._unguarded().write({"expected_on": expected})
        self.env["aftersales.audit"]._log(
            changed, "arrival_announced", expected=str(expected)
        )
        return self

    def action_open_announce(self):
        """Open the window that asks when the technician will come.

        :return: a window action
        """
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Announce Arrival"),
            "res_model": "aftersales.order.announce",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_ids": self.ids},
        }

    # -- appointment

    def _can_confirm(self):
        """Tell whether the customer may still confirm the appointment."""
        return (
            self.state in BEFORE_WORK
            and bool(self.promised_start)
            and not self.customer_confirmed_on
        )

    def _can_move(self):
        """Tell whether the customer may still ask for another time."""
        policy = self.policy_id
        if self.state not in BEFORE_WORK or self.departed_on:
            return False
        start = self.promised_start or self.planned_start
        notice = timedelta(hours=policy.move_notice_hours)
        return bool(
            policy.can_move_visit and start and start - notice >= fields.Datetime.now()
        )

    def _customer_confirm(self, name):
        """Record that the customer confirmed his appointment, once."""
        self._lock()
        if not self._can_confirm():
            raise TransitionError(
                self.env._("There is no appointment to confirm any more.")
            )
        self._unguarded().write({"customer_confirmed_on": fields.Datetime.now()})
        self.env["aftersales.audit"]._log(self, "customer_confirmed")
        # The name stands where it can be erased, not in the trail.
        self._message_log(body=self.env._("%s confirmed the appointment.", name))
        return self

    def _customer_ask_move(self, wanted, name, note=""):
        """Record a wish for another time; the desk answers it.

        :param datetime wanted: naive UTC
        :param str name: who asks
        :param str note: why, in the customer's words
        :return: the request
        """
        self._lock()
        self._check_wanted_time(wanted)
        same = self.change_ids.filtered(
            lambda change: change.kind == "move" and change.state == "open"
        )
        if same.wanted_start == wanted:
            return same
        same._set_state("cancel", reason=self.env._("Asked again"))
        change = (
            self.env["aftersales.change"]
            ._unguarded()
            .create(
                {
                    "order_id": self.id,
                    "kind": "move",
                    "wanted_start": wanted,
                    "note": note,
                    "asked_by": name,
                }
            )
        )
        self._tell_change(change)
        return change._guarded_again()

    def _check_wanted_time(self, wanted):
        """Refuse a wish that comes too late, or for a time too far ahead."""
        now = fields.Datetime.now()
        if not self._can_move():
            raise TransitionError(
                self.env._(
                    "It is too late to move this appointment here. Please call us."
                )
            )
        latest = now + timedelta(days=self.policy_id.move_days_ahead)
        if not now < wanted <= latest:
            raise FactTimeError(
                self.env._(
                    "Choose a time between now and %s.",
                    format_datetime(self.env, latest, tz=self._get_tz()),
                )
            )

    def _tell_change(self, change):
        """Give the desk the work item: an activity for who heads the team."""
        head = self.company_id._aftersales_get_head(self.ticket_id.team_id)
        owner = self.ticket_id.user_id or head
        if owner:
            summary = self.env._(
                "%(name)s asks for another time: %(time)s",
                name=change.asked_by,
                time=self._show_time(change.wanted_start),
            )
            self.env["mail.activity"]._aftersales_schedule(
                [(self, owner, summary)],
                "aftersales_service.mail_activity_change",
                scope="escalations",
            )

    def _finish_change_activities(self):
        """Take the notice away once nothing is left to answer."""
        answered = self.filtered(lambda order: not order.change_count)
        answered.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.mail_activity_change"]
        )

    def _missing_dispatch(self):
        """With the policy's setting, every wish is answered first (DOC-13)."""
        yield from super()._missing_dispatch()
        for order in self:
            if order.policy_id.confirm_changes and order.change_count:
                yield (
                    order.id,
                    "change_ids",
                    self.env._("Answer what the customer asked to change."),
                )

    # -- signature and rating

    def _can_customer_sign(self):
        """Tell whether the report is ready for the customer's signature."""
        self.ensure_one()
        return (
            self.state == "on_site"
            and self.mode == "onsite"
            and not self._get_frozen_orders()
            and not self._get_missing("report")
            and not self._get_missing("sign")
        )

    def _customer_sign(self, name, image):
        """Take the signature the customer drew himself (DISP-25)."""
        name = arguments.as_text(self.env, name, self.env._("Name"))
        if not self._can_customer_sign():
            raise MissingError(
                self.env._(
                    "The report is not ready to be signed, or is signed already."
                )
            )
        return self.action_sign(name[:120], image)

    def _can_rate(self):
        """Tell whether the customer may rate: work done, not rated yet."""
        self.ensure_one()
        return self.state in ("done", "closed") and not self._get_customer_rating()

    def _get_customer_rating(self):
        """Return the rating the customer gave this order, if any."""
        return self.rating_ids.filtered("consumed")[:1]

    def _customer_rate(self, stars, comment, partner):
        """Store the customer's rating, once (DISP-25).

        :param int stars: 1 to 5
        :param str comment: his words
        :param partner: who rates
        """
        self._lock()
        if not self._can_rate():
            raise TransitionError(self.env._("Thank you: this visit is rated already."))
        token = self._rating_get_access_token(partner)
        self.rating_apply(stars, token=token, feedback=comment)
        self.env["aftersales.audit"]._log(self, "rated", stars=stars)
        return self
