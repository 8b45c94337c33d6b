from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .aftersales_order_outcome import REFUSALS

TECHNICIAN = "aftersales_service.group_technician"
# How far ahead the phone knows the technician's plan.
DAYS_AHEAD = 14
# Promises that the desk keeps; the technician keeps the others.
DESK_MILESTONES = ("reply", "commit")
# Facts of an order that the phone shows as they are.
SHOWN_TEXTS = (
    "solution",
    "customer_opinion",
    "charge_note",
    "test_run",
    "fix_confidence",
    "customer_verdict",
    "quality_grade",
    "attitude_grade",
    "outcome_reason",
    "signed_by",
    "sign_refused_reason",
)
SHOWN_MOMENTS = (
    "called_ahead_on",
    "work_started_on",
    "hq_called_on",
    "signed_on",
    "reported_on",
    "done_on",
)


class AftersalesOrder(models.Model):
    """The technician's day, in one answer for his phone.

    Everything a job needs is in it, so that the phone works where no network is.
    The number of queries does not depend on the number of jobs.
    """

    _inherit = "aftersales.order"

    @api.model
    def get_my_day(self):
        """Return the jobs of the technician who asks, and what he needs for them.

        Technicians, each his own. Jobs of today (and older ones that are open), of
        the next 14 days, what he owes, codes and people (DISP-17, DISP-24, DISP-27,
        DISP-30, PART-17).

        :return: dict of ``now`` (UTC), ``today``, ``tz``, ``me``, ``orders`` in
            order of time, ``codes``, ``people``, ``owed`` and ``settings``
        :raise AccessError: for anybody without the role of a technician
        """
        if not self.env.user.has_group(TECHNICIAN):
            raise AccessError(
                self.env._("This page is for technicians. Ask for that role.")
            )
        today, until = self._get_day_limits()
        orders = self.search(
            self._get_day_domain(today, until), order="planned_start, id"
        )
        return {
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "today": fields.Date.to_string(self._get_my_today()),
            "tz": self.env.company._get_aftersales_tz(),
            "me": self.env.user.name,
            "orders": orders._get_day_rows(until),
            "codes": self._get_day_codes(),
            "people": self._get_day_people(),
            "owed": self._get_owed(),
            "settings": self._get_day_settings(),
        }

    @api.model
    def _get_my_today(self):
        """Return today's date on the company's clock."""
        zone = self.env.company._get_aftersales_tz()
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        return now.date()

    @api.model
    def _get_day_limits(self):
        """Return begin and end of the company's today, naive UTC."""
        zone = self.env.company._get_aftersales_tz()
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        offset = now.utcoffset() or timedelta()
        begin = start.replace(tzinfo=None) - offset
        return begin, begin + timedelta(days=1)

    @api.model
    def _get_day_domain(self, begin, until):
        """Return which orders stand on the phone."""
        last = until + timedelta(days=DAYS_AHEAD)
        return [
            ("is_mine", "=", True),
            ("company_id", "in", self.env.companies.ids),
            "|",
            "|",
            ("state", "in", ("dispatched", "on_site")),
            "&",
            ("state", "=", "scheduled"),
            ("planned_start", "<", last),
            "&",
            ("state", "in", ("done", "closed")),
            ("done_on", ">=", begin),
        ]

    def _get_day_rows(self, until):
        """Return these orders as the phone shows them.

        :param datetime until: end of today, naive UTC
        """
        self._read_ahead()
        open_orders = self.filtered(
            lambda order: order.state in ("dispatched", "on_site")
        )
        missing = {
            step: open_orders._get_missing(step)
            for step in ("depart", "start", "sign", "done")
        }
        parts = self._get_day_parts()
        photos = self._count_photos()
        rows = []
        for order in self:
            row = order._get_day_row()
            is_later = (
                order.state in ("scheduled", "dispatched")
                and order.planned_start
                and order.planned_start >= until
            )
            row["day"] = "next" if is_later else "today"
            row["missing"] = {
                step: found.get(order.id, []) for step, found in missing.items()
            }
            row["photos"] = photos.get(order.id, 0)
            row.update(parts[order.id])
            rows.append(row)
        return rows

    def _read_ahead(self):
        """Read promises and plans of all these orders at once, not one by one."""
        order_sudo = self.sudo()  # sudo: technicians read no promises
        promises = order_sudo.commitment_ids | order_sudo.ticket_id.commitment_ids
        promises.mapped("due_on")
        # What is missing looks each plan up by the id of its order.
        self.mapped("occurrence_count")

    def _get_day_row(self):
        """Return what the phone shows of one order."""
        order = self.sudo()  # sudo: names behind his own order: customer, unit, desk
        labels = self._get_day_labels()
        show = fields.Datetime.to_string
        return {
            "id": order.id,
            "name": order.name or "",
            "state": order.state,
            "kind": labels["service_type"].get(order.service_type, ""),
            "is_remote": order.mode == "remote",
            "planned_start": show(order.planned_start),
            "planned_end": show(order.planned_end),
            "agreed_on": show(order.promised_start),
            "due": show(order._get_arrival_due(shown=True)),
            "promises": order._get_day_promises(),
            "customer": order.partner_id.display_name or "",
            "site": order.site_id.name or "",
            "address": order.service_address or "",
            "phone": order.partner_phone or "",
            "route": order.navigate_url or "",
            "problem": order.ticket_id.name or "",
            "analysis": order.ticket_id.triage_note or "",
            "history": Markup().join(
                filter(None, (self.open_recommendations, self.recent_services))
            ),
            "workers": order._get_day_workers(),
            "checks": order._get_day_checks(),
            "is_planned": bool(order.occurrence_ids),
            "diary_note": order.diary_note or "",
            "is_frozen": self.is_frozen,
            **{name: order[name] or "" for name in SHOWN_TEXTS},
            "sign_refused": order.sign_refused,
            "is_refused": order.is_refused,
            "is_electrical": order.is_electrical,
            "is_height": order.is_height,
            "needs_start": order._needs_start(),
            "has_incident": order.has_incident,
            **{name: show(order[name]) for name in SHOWN_MOMENTS},
        }

    @api.model
    def _get_day_labels(self):
        """Return the labels of the selections that the phone shows."""
        return {
            "service_type": dict(
                self._fields["service_type"]._description_selection(self.env)
            )
        }

    def _get_day_promises(self):
        """Return the running promises to the customer; self is in superuser mode."""
        promises = (self.commitment_ids | self.ticket_id.commitment_ids).filtered(
            lambda promise: (
                promise.state in ("open", "missed")
                and not promise.fulfilled_on
                and promise.milestone not in DESK_MILESTONES
            )
        )
        labels = dict(promises._fields["milestone"]._description_selection(self.env))
        return [
            {
                "milestone": promise.milestone,
                "label": labels.get(promise.milestone, ""),
                "deadline": fields.Datetime.to_string(
                    promise.new_deadline or promise.deadline
                ),
                "warn_on": fields.Datetime.to_string(promise.warn_on),
            }
            for promise in promises.sorted("deadline")
        ]

    def _get_day_workers(self):
        """Return who works on an order, the asker first; self is in superuser mode."""
        show = fields.Datetime.to_string
        workers = [
            {
                "id": worker.id,
                "name": worker.employee_id.name,
                "phone": worker.employee_id.work_phone or "",
                "is_me": worker.employee_id.user_id.id == self.env.uid,
                "is_lead": worker.role == "lead",
                "departed_on": show(worker.departed_on),
                "arrived_on": show(worker.arrived_on),
                "left_on": show(worker.left_on),
                "has_place": bool(worker.arrived_latitude or worker.arrived_longitude),
                "late_minutes": worker.late_minutes if worker.is_late else 0,
                "late_reason": worker.late_reason_confirmed or worker.late_reason or "",
            }
            for worker in self.worker_ids
        ]
        return sorted(workers, key=lambda worker: not worker["is_me"])

    def _get_day_checks(self):
        """Return the items to answer on an order; self is in superuser mode."""
        ids_by_item = {check.item_id: check.id for check in self.check_ids}
        return [
            {
                "id": check.id,
                "name": check.name,
                "section": check.section or "",
                "purpose": check.purpose,
                "type": check.answer_type,
                "choices": [
                    choice.strip()
                    for choice in (check.item_id.choices or "").split(",")
                    if choice.strip()
                ],
                "uom": check.item_id.uom_name or "",
                "is_required": check.is_required,
                "state": check.state,
                "value": check.value or "",
                "note": check.note or "",
                **check._get_day_extras(ids_by_item),
            }
            for check in self.check_ids
        ]

    def _count_photos(self):
        """Return how many photos each of these orders has."""
        # sudo: a number; who opens a photo needs the right on its order
        files_sudo = self.env["ir.attachment"].sudo()
        return dict(
            files_sudo._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("res_field", "=", False),
                    ("mimetype", "=like", "image/%"),
                ],
                ["res_id"],
                ["__count"],
            )
        )

    @api.model
    def _get_day_codes(self):
        """Return the catalogue of symptoms, causes and remedies, to search offline."""
        codes = self.env["aftersales.code"].search_fetch(
            [("company_id", "in", [*self.env.companies.ids, False])],
            ["kind", "code", "name", "parent_id", "changes_part"],
        )
        return [
            {
                "id": code.id,
                "kind": code.kind,
                "code": code.code,
                "name": code.name,
                "parent": code.parent_id.id or False,
                "changes_part": code.changes_part,
            }
            for code in codes
        ]

    @api.model
    def _get_day_people(self):
        """Return the colleagues who can lend a hand: other technicians."""
        group = self.env.ref(TECHNICIAN)
        # sudo: names of colleagues, HR alone reads employees
        employees_sudo = self.env["hr.employee"].sudo()
        found = employees_sudo.search_fetch(
            [
                ("company_id", "in", self.env.companies.ids),
                ("user_id.all_group_ids", "in", group.ids),
                ("user_id", "!=", self.env.uid),
            ],
            ["name"],
            order="name, id",
        )
        return [{"id": person.id, "name": person.name} for person in found]

    @api.model
    def _get_day_settings(self):
        """Return what company and user decided about the phone."""
        company = self.env.company.sudo()  # sudo: its settings and phone number
        user = self.env.user
        reasons = self.env["aftersales.order.worker"]._fields["late_reason"]
        results = self.env["aftersales.order.unit"]._fields["result"]
        return {
            "hq_phone": company.phone or "",
            "wants_place": company.aftersales_place_stamps,
            "place_consent": user.aftersales_place_consent or "",
            "calendar_since": fields.Datetime.to_string(
                user.sudo().aftersales_calendar_since  # sudo: beside the secret
            ),
            "refusals": [
                choice
                for choice in self._get_choices("outcome")
                if choice[0] in dict(REFUSALS)
            ],
            "verdicts": self._get_choices("customer_verdict"),
            "grades": self._get_choices("quality_grade"),
            "late_reasons": reasons._description_selection(self.env),
            "results": results._description_selection(self.env),
        }

    @api.model
    def _get_choices(self, name):
        """Return the choices of a selection in the user's language."""
        return self._fields[name]._description_selection(self.env)
