from datetime import timedelta

from odoo import fields, models
from odoo.tools.mail import generate_tracking_message_id

from .. import bulk
from ..calc import clock

# Stored computed fields of an order that nobody has worked on.
EMPTY_ON_NEW_ORDERS = frozenset(
    {
        "departed_on",
        "arrived_on",
        "left_on",
        "symptom_id",
        "cause_id",
        "remedy_id",
        "result",
        "coverage",
        "rating_last_value",
    }
)
CALLBACK_COLUMNS = (
    "name",
    "company_id",
    "partner_id",
    "plan_id",
    "user_id",
    "opens_on",
    "due_on",
)
# The strongest of what is merged into one visit stands on its order.
TYPE_RANK = ("visit", "inspection", "maintenance")


class AftersalesPlanOccurrence(models.Model):
    """How periods become orders and calls, in a few statements for a thousand."""

    _inherit = "aftersales.plan.occurrence"

    def _make_work(self):
        """Make the orders and calls of occurrences that are to plan.

        :return: values of each occurrence, by its id
        """
        result = self._skip_replaced()
        calls = self.filtered(lambda one: one.kind == "call" and one.id not in result)
        visits = self.filtered(lambda one: one.kind == "visit" and one.id not in result)
        result.update(calls._count_calls_made())
        result.update(visits._count_visits_made())
        result.update(calls.filtered(lambda one: one.id not in result)._make_calls())
        result.update(visits.filtered(lambda one: one.id not in result)._make_orders())
        return result

    def _apply_work(self, result):
        """Write what became of new occurrences, as part of their birth.

        :param dict result: values by occurrence id
        """
        names = ("state", "order_id", "callback_id", "call_id", "fulfilled_on")
        columns = {
            name: [result[one.id].get(name) for one in self]
            for name in (*names, "skip_reason")
        }
        columns["is_on_time"] = [
            bool(done) and done <= one.due_on
            for one, done in zip(self, columns["fulfilled_on"], strict=True)
        ]
        bulk.update(self, columns)
        for name in ("fulfilled", "skipped"):
            ended = self.filtered(lambda one, name=name: one.state == name)
            ended._restart_floating(
                {one.id: one.fulfilled_on or one.due_on for one in ended}
            )

    # -- orders

    def _make_orders(self):
        """Make service orders: one for each, or for each group that is merged.

        :return: values of each occurrence, by its id
        """
        leads = self._get_leads()
        running, groups = self._group_visits(leads)
        orders = self.env["aftersales.order"]._insert_planned(groups, leads)
        by_occurrence = dict(running)
        for order, occurrences in zip(orders, groups, strict=True):
            by_occurrence.update(dict.fromkeys(occurrences.ids, order.id))
        return {
            occurrence_id: {"state": "generated", "order_id": order_id}
            for occurrence_id, order_id in by_occurrence.items()
        }

    def _group_visits(self, leads):
        """Return which visits join an order that exists, and which go together.

        Merged are visits of one site by one person that are due within the days
        that the company sets (AMB-61).

        :param dict leads: employee by occurrence id
        :return: order id by occurrence id, and a list of recordsets
        """
        merging = self.filtered("company_id.aftersales_plan_merge")
        groups = [one for one in self - merging]
        running = {}
        open_orders = merging._get_open_orders()
        latest = {}
        for one in merging.sorted(lambda one: (one.due_on, one.id)):
            lead = leads.get(one.id)
            key = (one.site_id, lead, one.plan_id.is_unannounced)
            days = timedelta(days=one.company_id.aftersales_plan_merge_days)
            order = next(
                (
                    order
                    for order, due in open_orders.get(key, ())
                    if abs(one.due_on - due) <= days
                ),
                None,
            )
            group = latest.get(key)
            if order:
                running[one.id] = order.id
            elif group is not None and one.due_on - groups[group][0].due_on <= days:
                groups[group] |= one
            else:
                latest[key] = len(groups)
                groups.append(one)
        return running, groups

    def _get_open_orders(self):
        """Return planned orders not sent yet, as (order, due) by site and lead."""
        found = {}
        others = self.search(
            [
                ("site_id", "in", self.site_id.ids),
                ("state", "=", "generated"),
                ("order_id.state", "in", ("draft", "scheduled")),
            ]
        )
        for other in others:
            key = (other.site_id, other.order_id.lead_id, other.plan_id.is_unannounced)
            found.setdefault(key, []).append((other.order_id, other.due_on))
        return found

    def _get_leads(self):
        """Return who does the work, by occurrence id (INSP-01, INSP-02)."""
        users, teams = {}, {}
        for one in self:
            if one.plan_id.assignee == "site_technician":
                continue
            key = (one.company_id, one.team_id, one.plan_id.assignee)
            if key not in teams:
                head = one.company_id._aftersales_get_head(one.team_id)
                leader = one.team_id.user_id if key[2] == "team_leader" else head
                teams[key] = leader or head
            users[one.id] = teams[key]
        wanted = {user.id for user in users.values()}
        employees = {
            (employee.user_id.id, employee.company_id): employee
            for employee in self.env["hr.employee"].search(
                [("user_id", "in", list(wanted))]
            )
        }
        none = self.env["hr.employee"]
        return {
            one.id: employees.get((users[one.id].id, one.company_id), none)
            if one.id in users
            else one.site_id.technician_id
            for one in self
        }

    # -- calls

    def _make_calls(self):
        """Make the call-backs of call plans, due when their period is.

        :return: values of each occurrence, by its id
        """
        columns = {name: [] for name in CALLBACK_COLUMNS}
        leads = self._get_leads()
        desk = self.env.ref("aftersales_service.group_dispatcher").all_user_ids
        now = fields.Datetime.now()
        numbers = self.env["aftersales.callback"]._next_numbers_for(
            [{"company_id": one.company_id.id} for one in self]
        )
        ends = _DayEnds()
        for one in self:
            user = leads[one.id].user_id
            due = ends[one.due_on, one._get_tz()]
            opens = ends[one.period_start - timedelta(days=1), one._get_tz()]
            columns["name"].append(next(numbers))
            columns["company_id"].append(one.company_id.id)
            columns["partner_id"].append(one.partner_id.id)
            columns["plan_id"].append(one.plan_id.id)
            columns["user_id"].append(user.id if user in desk else None)
            columns["opens_on"].append(min(max(opens, now), due))
            columns["due_on"].append(due)
        made = bulk.insert(
            self.env["aftersales.callback"],
            {**columns, "state": "planned", "round": 1, "is_late": False},
            len(self),
        )
        return {
            one.id: {"state": "generated", "callback_id": callback.id}
            for one, callback in zip(self, made, strict=True)
        }


class AftersalesOrder(models.Model):
    """Orders that plans make, row by row in one statement."""

    _inherit = "aftersales.order"

    def _insert_planned(self, groups, leads):
        """Insert one order for each group of occurrences, with what it owes.

        :param groups: list of occurrences that go into one order
        :param dict leads: employee by occurrence id
        :return: the orders, in the order of the groups
        """
        firsts = [group[0] for group in groups]
        policies = self._get_planned_policies(firsts)
        units = [group.plan_id._get_units() for group in groups]
        columns = self._get_planned_columns(groups, firsts, leads)
        orders = bulk.insert(
            self.browse(),
            {
                **columns,
                "policy_id": [policy.id or None for policy in policies],
                "policy_version": [policy.version or None for policy in policies],
                "equipment_id": [some.id if len(some) == 1 else None for some in units],
                "mode": "onsite",
                "state": "draft",
                "is_late": False,
                "is_late_open": False,
                "report_complete": False,
                "sign_refused": False,
            },
            len(groups),
            known_empty=EMPTY_ON_NEW_ORDERS,
        )
        orders._insert_workers([leads[one.id] for one in firsts])
        orders._insert_units(units)
        orders._insert_promises(groups, policies)
        orders._insert_notes(groups)
        orders.invalidate_recordset(flush=False)
        return orders

    def _get_planned_columns(self, groups, firsts, leads):
        """Return what the occurrences say of their orders, column by column.

        :param groups: list of occurrences that go into one order
        :param firsts: the first of each group
        :param dict leads: employee by occurrence id
        """
        numbers = self._next_numbers_for(
            [{"company_id": one.company_id.id} for one in firsts]
        )
        return {
            "name": list(numbers),
            "company_id": [one.company_id.id for one in firsts],
            "partner_id": [one.partner_id.id for one in firsts],
            "site_id": [one.site_id.id for one in firsts],
            "service_type": [
                max(group.mapped("service_type"), key=TYPE_RANK.index)
                for group in groups
            ],
            "lead_id": [leads[one.id].id or None for one in firsts],
            "is_unannounced": [one.plan_id.is_unannounced for one in firsts],
        }

    def _get_planned_policies(self, occurrences):
        """Return the policy of each occurrence's order; equal cases look once."""
        known = {}
        policies = []
        for one in occurrences:
            tier = one.partner_id.commercial_partner_id.aftersales_tier
            key = (one.company_id, one.site_id.policy_id, tier)
            if key not in known:
                known[key] = self.env["aftersales.policy"]._resolve(
                    one.company_id, partner=one.partner_id, site=one.site_id
                )
            policies.append(known[key])
        return policies

    def _insert_workers(self, leads):
        """Give each order its lead."""
        rows = [(order, lead) for order, lead in zip(self, leads, strict=True) if lead]
        bulk.insert(
            self.env["aftersales.order.worker"],
            {
                "order_id": [order.id for order, _lead in rows],
                "employee_id": [lead.id for _order, lead in rows],
                "company_id": [order.company_id.id for order, _lead in rows],
                "role": "lead",
                "share": 100.0,
                "is_late": False,
            },
            len(rows),
        )

    def _insert_units(self, units):
        """Give each order the units that its plans name."""
        rows = [
            (order, unit)
            for order, some in zip(self, units, strict=True)
            for unit in some
        ]
        bulk.insert(
            self.env["aftersales.order.unit"],
            {
                "order_id": [order.id for order, _unit in rows],
                "equipment_id": [unit.id for _order, unit in rows],
                "company_id": [order.company_id.id for order, _unit in rows],
                "sequence": 10,
            },
            len(rows),
        )

    def _insert_promises(self, groups, policies):
        """Promise the work by the end of its due day; the watch tells (ESC-12)."""
        now = fields.Datetime.now()
        ends = _DayEnds()
        dues = [min(group, key=lambda one: one.due_on) for group in groups]
        deadlines = [ends[one.due_on, one._get_tz()] for one in dues]
        warn = [
            deadline - timedelta(days=one.company_id.aftersales_plan_warn_days)
            for one, deadline in zip(dues, deadlines, strict=True)
        ]
        bulk.insert(
            self.env["aftersales.commitment"],
            {
                "order_id": self.ids,
                "site_id": [one.site_id.id for one in dues],
                "company_id": [one.company_id.id for one in dues],
                "policy_id": [policy.id or None for policy in policies],
                "deadline": deadlines,
                "warn_on": warn,
                "milestone": "resolve",
                "started_on": now,
                "state": "open",
            },
            len(self),
        )

    def _insert_notes(self, groups):
        """Write into each order's log where it comes from."""
        author_id, email_from = self.env["mail.thread"]._message_compute_author()
        reply_to = self.env["mail.thread"]._notify_get_reply_to(
            default=email_from, author_id=author_id
        )[False]
        bodies = [group._get_origin_note() for group in groups]
        bulk.insert(
            self.env["mail.message"],
            {
                "res_id": self.ids,
                "body": bodies,
                "model": self._name,
                "author_id": author_id or None,
                "email_from": email_from or None,
                "reply_to": reply_to or None,
                "message_type": "notification",
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(
                    "mail.mt_note"
                ),
                "message_id": generate_tracking_message_id("message-notify"),
                "is_internal": True,
                "email_add_signature": False,
                "date": fields.Datetime.now(),
            },
            len(self),
        )


class AftersalesPlan(models.Model):
    """The units that a plan's visits serve."""

    _inherit = "aftersales.plan"

    def _get_units(self):
        """Return the units in service at the site of these plans."""
        return self.equipment_ids.filtered(
            lambda unit: unit.state == "in_service" and unit.site_id in self.site_id
        )


class _DayEnds(dict):
    """The end of a local day as naive UTC, by day and zone, looked up once each."""

    def __missing__(self, key):
        self[key] = clock.end_of_day(*key)
        return self[key]
