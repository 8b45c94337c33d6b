from datetime import timedelta

from markupsafe import Markup

from odoo import models

from ..calc import clock


class AftersalesPlanOccurrence(models.Model):
    """What was done already counts; what another plan covers is left out."""

    _inherit = "aftersales.plan.occurrence"

    def _skip_replaced(self):
        """Leave out monthly work of a month that a quarterly visit covers (AMB-61).

        Only where the company says so; both are owed by default.

        :return: values of the occurrences left out, by id
        """
        monthly = self.filtered(
            lambda one: (
                one.company_id.aftersales_plan_quarter_replaces_month
                and one.kind == "visit"
                and (one.plan_id.anchor, one.plan_id.interval_unit)
                == ("calendar", "month")
            )
        )
        quarterly = self.env["aftersales.plan"].search(
            [
                ("site_id", "in", monthly.site_id.ids),
                ("kind", "=", "visit"),
                ("anchor", "=", "calendar"),
                ("interval", "=", 1),
                ("interval_unit", "=", "quarter"),
            ]
        )
        covering = {(plan.site_id, plan.service_type) for plan in quarterly}
        reason = self.env._("The quarterly visit of this month replaces it.")
        return {
            one.id: {"state": "skipped", "skip_reason": reason}
            for one in monthly
            if (one.site_id, one.service_type) in covering
            and one.period_end.month % 3 == 0
        }

    # -- calls

    def _count_calls_made(self):
        """Let calls that were made in the period count (CB-08).

        :return: values of the occurrences fulfilled by a call, by id
        """
        if not self:
            return {}
        first = min(self.mapped("period_start")) - timedelta(days=1)
        last = max(self.mapped("period_end")) + timedelta(days=1)
        calls = self.env["aftersales.call"].search(
            [
                *self._get_call_domain(),
                ("called_on", ">=", first),
                ("called_on", "<=", last),
                "|",
                ("site_id", "in", self.site_id.ids),
                "&",
                ("site_id", "=", False),
                ("partner_id", "in", self.partner_id.ids),
            ],
            order="called_on, id",
        )
        by_place = {}
        for call in calls:
            by_place.setdefault(call.site_id or call.partner_id, []).append(call)
        result = {}
        for one in self:
            made = by_place.get(one.site_id, []) + by_place.get(one.partner_id, [])
            for call in made:
                day = one._get_local_day(call.called_on)
                if one.period_start <= day <= one.period_end:
                    result[one.id] = {
                        "state": "fulfilled",
                        "call_id": call.id,
                        "fulfilled_on": day,
                    }
                    break
        return result

    def _get_call_domain(self):
        """Return which calls count: ours to the customer, and answered."""
        return [("direction", "=", "out"), ("result", "in", ("answered", "ticket"))]

    def _fulfil_by_calls(self, calls):
        """Fulfil owed calls by calls just made, and drop their call-backs.

        :param calls: ``aftersales.call`` records
        """
        counting = calls.filtered_domain(self._get_call_domain())
        if not counting:
            return
        waiting = self.search(
            [
                ("kind", "=", "call"),
                ("state", "in", ("planned", "generated")),
                "|",
                ("site_id", "in", counting.site_id.ids),
                ("partner_id", "in", counting.partner_id.ids),
            ]
        )
        for occurrence_id, vals in waiting._count_calls_made().items():
            one = self.browse(occurrence_id)
            callback = one.callback_id
            one._fulfil(
                vals["fulfilled_on"],
                self.env["aftersales.call"].browse(vals["call_id"]),
            )
            callback.filtered(
                lambda callback: callback.state not in ("done", "cancel")
            )._set_state("cancel", reason=self.env._("A call already made counts."))

    # -- visits

    def _count_visits_made(self):
        """Let a quarterly inspection count as customer visit (VIS-08).

        :return: values of the occurrences fulfilled by it, by id
        """
        visits = self.filtered(
            lambda one: (
                one.company_id.aftersales_plan_inspection_is_visit
                and one.service_type == "visit"
            )
        )
        if not visits:
            return {}
        inspections = self.search(
            [
                *self._get_quarterly_domain(),
                ("site_id", "in", visits.site_id.ids),
                ("state", "=", "fulfilled"),
                ("fulfilled_on", ">=", min(visits.mapped("period_start"))),
            ],
            order="fulfilled_on, id",
        )
        result = {}
        for one in visits:
            for done in inspections.filtered(
                lambda done, one=one: done.site_id == one.site_id
            ):
                if one.period_start <= done.fulfilled_on <= one.period_end:
                    result[one.id] = {
                        "state": "fulfilled",
                        "order_id": done.order_id.id,
                        "fulfilled_on": done.fulfilled_on,
                    }
                    break
        return result

    def _get_quarterly_domain(self):
        """Return which occurrences are quarterly inspections with the leader."""
        return [
            ("service_type", "=", "inspection"),
            ("kind", "=", "visit"),
            ("plan_id.interval_unit", "=", "quarter"),
        ]

    def _count_as_visits(self):
        """Let inspections just done fulfil the customer visit of their period."""
        done = self.filtered(
            lambda one: one.company_id.aftersales_plan_inspection_is_visit
        ).filtered_domain(self._get_quarterly_domain())
        if not done:
            return
        waiting = self.search(
            [
                ("service_type", "=", "visit"),
                ("kind", "=", "visit"),
                ("site_id", "in", done.site_id.ids),
                ("state", "in", ("planned", "generated")),
            ]
        )
        for occurrence_id, vals in waiting._count_visits_made().items():
            one = self.browse(occurrence_id)
            order = one.order_id
            one._fulfil(vals["fulfilled_on"])
            order.filtered(
                lambda order: (
                    order.state in ("draft", "scheduled")
                    and "generated" not in order.occurrence_ids.mapped("state")
                )
            ).action_cancel(self.env._("The quarterly inspection counts as visit."))

    # -- words

    def _get_local_day(self, moment):
        """Return the day of a moment at the site.

        :param datetime moment: naive UTC
        """
        return clock.to_local(moment, self._get_tz()).date()

    def _get_origin_note(self):
        """Return the note on an order: from which plans, for which period."""
        lines = [
            self.env._(
                "From the plan “%(plan)s”, %(start)s to %(end)s, due %(due)s.",
                plan=one.plan_id.name,
                start=one.period_start.isoformat(),
                end=one.period_end.isoformat(),
                due=one.due_on.isoformat(),
            )
            for one in self
        ]
        return str(Markup("<br/>").join(lines))
