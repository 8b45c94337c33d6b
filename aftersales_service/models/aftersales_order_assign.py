from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..arguments import check_single
from ..calc import geo
from ..exceptions import NotEntitledError

# States in which an order still fills its technician's time.
BUSY_STATES = ("draft", "scheduled", "dispatched", "on_site")
PLANNED_STATES = (*BUSY_STATES, "done", "closed")


class Job(NamedTuple):
    """One employee's work on one order, as far as planning needs it."""

    order_id: int
    start: object
    end: object
    name: str
    label: str
    place: object
    is_busy: bool


class AftersalesOrder(models.Model):
    """What stands against the people and times of orders: known in few queries."""

    _inherit = "aftersales.order"

    licence_ids = fields.Many2many(
        "hr.skill",
        "aftersales_order_licence_rel",
        string="Licences Needed",
        domain=[("skill_type_id.is_certification", "=", True)],
        help="Beside those that the service type and its checklists demand.",
    )
    licence_waived_for_id = fields.Many2one(
        "hr.employee", string="Sent without Licence", readonly=True, copy=False
    )
    licence_waiver = fields.Char(
        string="Reason of the Waiver", readonly=True, copy=False
    )
    conflict_text = fields.Text(string="Conflicts", compute="_compute_conflict_text")
    has_conflict = fields.Boolean(compute="_compute_conflict_text")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "licence_waived_for_id",
            "licence_waiver",
        }

    @api.depends("planned_start", "planned_end", "lead_id", "state", "licence_ids")
    @api.depends_context("lang", "uid")
    def _compute_conflict_text(self):
        conflicts = {}
        if self._is_planner():
            conflicts = self._origin._get_conflicts()
        for order in self:
            found = conflicts.get(order._origin.id, [])
            order.conflict_text = "\n".join(item["text"] for item in found)
            order.has_conflict = bool(found)

    def _get_window(self, start=None, end=None):
        """Return planned start and end, of usual length where no end was planned."""
        check_single(self)
        start = start or self.planned_start
        if not end and start:
            length = self.planned_end and self.planned_end - self.planned_start
            hours = self.company_id.sudo().aftersales_visit_hours  # sudo: a setting
            end = start + (length or timedelta(hours=hours))
        return start, end

    def _get_conflicts(self, lead=None, start=None, end=None):
        """Return what stands against these orders' leads and times.

        :param lead: an employee considered instead of the leads the orders have
        :param datetime start: a time considered instead of the planned one
        :param datetime end: its end, if one is known
        :return: ``{order id: [{kind, text}]}``; kinds overlap, absence, licence
        """
        windows, leads = {}, {}
        for order in self:
            employee = lead or order.lead_id
            window = order._get_window(start, end)
            if employee and window[0] and order.state in BUSY_STATES:
                windows[order.id], leads[order.id] = window, employee
        checked = self.filtered(lambda order: order.id in windows)
        if not checked:
            return {}
        people = self.env["hr.employee"].union(*leads.values())
        facts = checked._load_facts(people, windows)
        conflicts = {}
        for order in checked:
            found = order._judge(leads[order.id], windows[order.id], facts)
            if found:
                conflicts[order.id] = found
        return conflicts

    def _load_facts(self, people, windows):
        """Load what is known of employees around some windows, in few queries.

        :param people: ``hr.employee`` records considered
        :param dict windows: ``{order id: (start, end)}``
        :return: dict of jobs and leaves by employee id, and licences
        """
        first = min(start for start, _end in windows.values()) - timedelta(days=1)
        last = max(end for _start, end in windows.values()) + timedelta(days=1)
        licence = self.env["aftersales.licence"]
        demanded = licence._get_demanded(self)
        skills = self.env["hr.skill"].sudo().union(*demanded.values())  # sudo: names
        return {
            "jobs": self._load_jobs(people, first, last),
            "leaves": self._load_leaves(people, first, last),
            "demanded": demanded,
            "held": licence._get_held(people, skills),
        }

    @api.model
    def _load_jobs(self, people, first, last):
        """Return the jobs of employees in a span: ``{employee id: [Job]}``."""
        workers = (
            self.env["aftersales.order.worker"]
            .sudo()  # sudo: the time of colleagues, whoever plans
            .search_fetch(
                [
                    ("employee_id", "in", people.ids),
                    ("order_id.planned_start", "<", last),
                    ("order_id.planned_start", ">", first - timedelta(days=1)),
                    ("order_id.state", "in", PLANNED_STATES),
                ],
                ["employee_id", "order_id", "left_on"],
            )
        )
        workers.order_id._fetch_jobs()
        jobs = defaultdict(list)
        for worker in workers:
            order = worker.order_id
            start, end = order._get_window()
            address = order.site_id.address_id or order.partner_id
            jobs[worker.employee_id.id].append(
                Job(
                    order_id=order.id,
                    start=start,
                    end=end,
                    name=order.name,
                    label=order.site_id.name or order.partner_id.name or "",
                    place=geo.as_place(
                        address.partner_latitude, address.partner_longitude
                    ),
                    is_busy=order.state in BUSY_STATES and not worker.left_on,
                )
            )
        for found in jobs.values():
            found.sort(key=lambda job: (job.start, job.order_id))
        return jobs

    def _fetch_jobs(self):
        """Read what planning needs of many orders, and nothing else of them."""
        self.fetch(
            [
                *("name", "state", "planned_start", "planned_end"),
                *("company_id", "site_id", "partner_id"),
            ]
        )
        self.site_id.fetch(["name", "address_id"])
        places = self.site_id.address_id | self.partner_id
        places.fetch(["name", "partner_latitude", "partner_longitude"])

    @api.model
    def _load_leaves(self, people, first, last):
        """Return the granted absences: ``{employee id: [(from, to)]}``, UTC."""
        leaves = (
            self.env["hr.leave"]
            .sudo()  # sudo: that somebody is away, never why
            .search_fetch(
                [
                    ("employee_id", "in", people.ids),
                    ("state", "=", "validate"),
                    ("date_from", "<", last),
                    ("date_to", ">", first),
                ],
                ["employee_id", "date_from", "date_to"],
            )
        )
        found = defaultdict(list)
        for leave in leaves:
            found[leave.employee_id.id].append((leave.date_from, leave.date_to))
        return found

    def _judge(self, employee, window, facts):
        """Return what stands against one employee on this order.

        :param employee: ``hr.employee``
        :param tuple window: planned start and end
        :param dict facts: of ``_load_facts``
        :return: list of ``{kind, text}``
        """
        self.ensure_one()
        start, end = window
        name = employee.sudo().name  # sudo: names are public
        found = [
            {
                "kind": "licence",
                "text": self.env._(
                    "%(name)s holds no valid licence “%(licence)s” on that day.",
                    name=name,
                    licence=skill.name,
                ),
            }
            for skill in self._get_lacking(employee, start, facts)
        ]
        for leave_from, leave_to in facts["leaves"].get(employee.id, ()):
            if leave_from < end and leave_to > start:
                found.append(
                    {
                        "kind": "absence",
                        "text": self.env._(
                            "%(name)s is absent until %(until)s.",
                            name=name,
                            until=self._show_moment(leave_to),
                        ),
                    }
                )
        for job in facts["jobs"].get(employee.id, ()):
            is_rival = job.is_busy and self._is_other(job)
            if is_rival and job.start < end and job.end > start:
                found.append(self._describe_overlap(name, job))
        return found

    def _is_other(self, job):
        """Tell whether a job belongs to another order than this one."""
        return job.order_id != self.id

    def _describe_overlap(self, name, job):
        """Return the conflict with another job of the same employee."""
        return {
            "kind": "overlap",
            "text": self.env._(
                "%(name)s is planned for %(order)s (%(place)s) from %(start)s to "
                "%(end)s.",
                name=name,
                order=job.name,
                place=job.label,
                start=self._show_moment(job.start),
                end=self._show_moment(job.end),
            ),
        }

    def _show_moment(self, moment):
        """Return a time as the dispatcher reads it, in the site's zone."""
        return format_datetime(
            self.env, moment, tz=self._get_tz(), dt_format="MM-dd HH:mm"
        )

    def _get_lacking(self, employee, start, facts):
        """Return the licences demanded that an employee does not hold that day."""
        self.ensure_one()
        licence = self.env["aftersales.licence"]
        demanded = facts["demanded"][self.id]
        if not demanded:
            return demanded
        day = self._get_day(start)
        return demanded.filtered(
            lambda skill: (
                not licence._is_valid(facts["held"].get((employee.id, skill.id)), day)
            )
        )

    def _get_day(self, moment):
        """Return the day of a time, in the zone of the site."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_tz()), moment
        ).date()

    # -- licences stop an assignment

    def _check_licences(self, start=None, lead=None, reason=None):
        """Refuse leads without a licence, unless a head says why (TRN-09).

        :param datetime start: the time considered instead of the planned one
        :param lead: the employee considered instead of the orders' leads
        :param str reason: why a head sends somebody all the same
        :raise NotEntitledError: naming who lacks what
        """
        lacking = self._find_lacking(start, lead)
        if not lacking:
            return
        is_head = self.env.su or self.env.user.has_group(
            "aftersales_service.group_head"
        )
        if not (reason and is_head):
            raise NotEntitledError(
                self.env._(
                    "%(conflicts)s\nChoose somebody else, or ask the head of "
                    "department to send him with a reason.",
                    conflicts="\n".join(
                        dict.fromkeys(
                            item["text"]
                            for _employee, items in lacking.values()
                            for item in items
                        )
                    ),
                )
            )
        for order in self.filtered(lambda order: order.id in lacking):
            order._unguarded().write(
                {
                    "licence_waived_for_id": lacking[order.id][0].id,
                    "licence_waiver": reason,
                }
            )
        waived = self.filtered(lambda order: order.id in lacking)
        self.env["aftersales.audit"]._log(waived, "licence_waived", reason=reason)

    def _find_lacking(self, start=None, lead=None):
        """Return ``{order id: (employee, conflicts)}`` where a licence lacks.

        The head's waiver holds for the employee it was given for.
        """
        licence = self.env["aftersales.licence"]
        if not any(licence._get_demanded(self).values()):
            return {}
        conflicts = self._get_conflicts(lead, start)
        lacking = {}
        for order in self:
            employee = lead or order.lead_id
            if order.licence_waived_for_id == employee:
                continue
            items = [
                item
                for item in conflicts.get(order.id, ())
                if item["kind"] == "licence"
            ]
            if items:
                lacking[order.id] = (employee, items)
        return lacking

    def _missing_dispatch(self):
        """A lead whose licence ran out since is not sent (TRN-09)."""
        yield from super()._missing_dispatch()
        lacking = self._find_lacking()
        for order in self:
            for item in lacking.get(order.id, (None, ()))[1]:
                yield order.id, "lead_id", item["text"]

    def _warn_conflicts(self):
        """Tell the planner on the screen what stands against what he planned."""
        conflicts = self._get_conflicts()
        texts = dict.fromkeys(
            item["text"] for items in conflicts.values() for item in items
        )
        if texts:
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "title": self.env._("Planned, but Look Again"),
                    "message": "\n".join(texts),
                },
            )


class AftersalesOrderWorker(models.Model):
    """The licence is asked for by every door to the lead."""

    _inherit = "aftersales.order.worker"

    @api.model_create_multi
    def create(self, vals_list):
        workers = super().create(vals_list)
        workers._check_lead_licence()
        return workers

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"employee_id", "role", "order_id"}:
            self._check_lead_licence()
        return result

    def _check_lead_licence(self):
        """Refuse leads without a licence, on orders whose day is known."""
        leads = self.filtered(lambda worker: worker.role == "lead")
        leads.order_id.filtered("planned_start")._check_licences()
