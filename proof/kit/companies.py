"""A house of two companies whose people work in both, and its main steps.

The second company differs in everything that a session could take from the wrong one:
currency, time zone, working hours, numbers, policy, pay rates, warehouse.
"""

import re

from odoo.fields import Command
from odoo.models import BaseModel

from odoo.addons.aftersales_service.tests.common_history import HistoryCommon
from odoo.addons.aftersales_service.tests.field_common import picture

ROLES = (
    *("technician", "technician2", "dispatcher", "callback", "head", "quality_vp"),
    *("sales_vp", "gm", "hr", "hr2", "head2", "warehouse"),
)
FINDINGS = {
    "result": "fixed",
    "solution": "Filter changed",
    "customer_opinion": "Quick",
    "test_run": "passed",
    "fix_confidence": "unsure",
}


class TwoCommon(HistoryCommon):
    """The company of the tests, ``second`` with its own register, and a third one."""

    @classmethod
    def _make_world(cls):
        super()._make_world()
        cls.company3 = cls.env["res.company"].create({"name": "Third Test Service"})
        people = cls.env["res.users"].union(
            *(getattr(cls, f"{role}_user") for role in ROLES)
        )
        people.company_ids |= cls.company2
        cls._number_apart()
        cls.second = cls._make_second()

    @classmethod
    def _number_apart(cls):
        """Give the second company numbers of its own."""
        for sequence in cls.env["ir.sequence"].search(
            [("company_id", "=", False), ("code", "=like", "%aftersales%")]
        ) | cls.env["ir.sequence"].search([("code", "=", "helpdesk.ticket.sequence")]):
            sequence.copy(
                {"company_id": cls.company2.id, "prefix": f"W/{sequence.prefix or ''}"}
            )

    @classmethod
    def _make_second(cls):
        """Return the fixtures of the second company, of the same names."""
        company = cls.company2
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        second = type("Second", (cls,), {"env": env, "company": company.with_env(env)})
        currency = env.ref("base.USD")
        currency.active = True
        company.currency_id = currency
        company.resource_calendar_id = env["resource.calendar"].create(
            {"name": "West", "company_id": company.id, "tz": "Europe/Berlin"}
        )
        company.aftersales_claim_finding = False
        if "aftersales_charge_required" in company._fields:
            company.aftersales_charge_required = False
        warehouses = env["stock.warehouse"]
        second.warehouse = warehouses.search(
            [("company_id", "=", company.id)], limit=1
        ) or warehouses.create({"company_id": company.id, "code": "WEST"})
        second.technician = second._create_employee("West 1", cls.technician_user)
        second.technician2 = second._create_employee("West 2", cls.technician2_user)
        second.team = env["helpdesk.ticket.team"].create(
            {"name": "West", "company_id": company.id}
        )
        second._setup_policy()
        second.policy.milestone_ids.filtered(
            lambda line: line.milestone == "reply"
        ).value = 90
        second.territory = env["aftersales.territory"].create(
            {
                "name": "West",
                "company_id": company.id,
                "is_catch_all": True,
                "technician_ids": [Command.set(second.technician.ids)],
            }
        )
        second._setup_equipment()
        second._setup_pay(env)
        second.order = second._create_order(second)
        return second

    @classmethod
    def _setup_pay(cls, env):
        """Let a late arrival cost more here than elsewhere."""
        cls.structure = env.ref("aftersales_service.payroll_structure_field").copy(
            {"company_id": cls.company.id}
        )
        cls.versions = (cls.technician | cls.technician2).version_id
        cls.versions.struct_id = cls.structure
        cls.contract = cls.technician.version_id
        rule = env["aftersales.pay.rule"].search([("code", "=", "LATE")], limit=1)
        own = rule.copy({"company_id": cls.company.id, "code": "LATE"})
        own.rate_ids.write({"amount": 80.0})


def session(fixtures, allowed, user=None):
    """Return a company's fixtures as seen in a session.

    :param fixtures: a class of fixtures
    :param list allowed: ids of companies, as a client sends them
    :param user: whose session it is, the superuser's without
    """
    env = fixtures.env(context={**fixtures.env.context, "allowed_company_ids": allowed})
    if user:
        env = env(user=user.id, su=False)
    records = {
        name: value.with_env(env)
        for class_ in reversed(fixtures.__mro__)
        for name, value in vars(class_).items()
        if isinstance(value, BaseModel)
    }
    return type("Session", (fixtures,), {**records, "env": env})("_make_world")


class Play:
    """The main steps of one company in one session, by people of both companies."""

    def __init__(self, fixtures, allowed, month):
        self.house = session(fixtures, allowed)
        self.desk = session(fixtures, allowed, fixtures.dispatcher_user)
        self.head = session(fixtures, allowed, fixtures.head_user)
        self.month = month

    def run(self):
        """Play all steps; return what came of them: ``{what: value}``."""
        steps = (self._work, self._parts, self._finish, self._pay, self._others)
        facts = {}
        for step in steps:
            facts |= step()
        return facts

    def _work(self):
        desk = self.desk
        ticket = desk._create_ticket(triage_note="Valve, change it")
        self.order = order = ticket.action_create_order()
        order.action_schedule("2026-03-02 05:00:00", employee_id=desk.technician.id)
        order.action_dispatch()
        field = order.with_user(self.house.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart()
        field.action_arrive()
        promises = (ticket.sudo() | order.sudo().ticket_id).commitment_ids
        return {
            **said(ticket, "company_id", "policy_id", "team_id", number="number"),
            **said(order, "company_id", "policy_id", "site_id", number="name"),
            "promises": sorted(
                (line.milestone, str(line.deadline), line.company_id.id)
                for line in promises
            ),
        }

    def _parts(self):
        house = self.house
        house.order = self.order.with_env(house.env)
        house._stock(house.filter_part, 5)
        claim = house._approved(house.filter_part)
        picking = claim.with_user(house.warehouse_user).action_issue()
        house._validate(picking)
        claim.line_ids.with_user(house.technician_user).action_consume(1)
        moves = claim.sudo().picking_ids
        return {
            **said(claim, "company_id", "currency_id", "location_id", number="name"),
            "steps of approval": claim.sudo().approval_ids.tier_id.ids,
            "transfers": sorted(
                (
                    move.picking_type_id.id,
                    move.location_id.id,
                    move.location_dest_id.id,
                    move.company_id.id,
                )
                for move in moves
            ),
        }

    def _finish(self):
        house, order = self.house, self.order
        field = order.with_user(house.technician_user)
        field.write(
            {"cause_id": house.cause.id, "remedy_id": house.remedy.id, **FINDINGS}
        )
        field.action_sign("Li Hua", picture())
        field.action_call_headquarters()
        field.action_leave()
        field.action_done()
        calls = order.sudo().callback_ids
        return {
            "call-backs": sorted(
                (str(call.opens_on), str(call.due_on), call.company_id.id)
                for call in calls
            ),
            **said(calls[:1], "company_id", number="name"),
        }

    def _pay(self):
        house = self.house
        adjustment = house._confirmed("LATE", on=f"{self.month}-05")
        slip = house._slip(month=self.month, days=28)
        slip.compute_sheet()
        slip.action_payslip_done()
        lines = adjustment.sudo().settlement_ids
        return {
            **said(
                adjustment,
                *("company_id", "currency_id", "rule_id", "amount"),
                number="name",
            ),
            "payslip": sorted(house._totals(slip).items()),
            "ledger": sorted(
                (line.kind, line.amount, line.company_id.id) for line in lines
            ),
        }

    def _others(self):
        house, desk, head = self.house, self.desk, self.head
        plan = head.env["aftersales.plan"].create(
            {"site_id": house.site.id, "date_start": "2026-03-01"}
        )
        made = plan.generate("2026-04-30").sudo()
        call = desk.env["aftersales.call"].create(
            {
                "company_id": house.company.id,
                "caller_name": "Li",
                "phone": "13900001111",
                "partner_id": house.customer.id,
                "place": "Hall 2",
                "subject": "No pressure",
            }
        )
        opened = call.action_create_ticket()
        trip = self._travel()
        van = self._fill_van()
        return {
            "periods": sorted((str(one.due_on), one.company_id.id) for one in made),
            **said(made.order_id[:1], "company_id", "policy_id", number="name"),
            **said(call, "company_id", number="name"),
            "ticket of the call": (opened.company_id.id, opened.policy_id.id),
            **said(trip, "company_id", number="name"),
            **said(van, "company_id", "warehouse_id"),
        }

    def _travel(self):
        house = self.house
        trips = house.env["aftersales.trip"].with_user(house.technician_user)
        trip = trips.create(
            {"destination": "Kunming", "employee_id": house.technician.id}
        )
        trip.action_depart()
        trip.action_return()
        return trip

    def _fill_van(self):
        house = self.house
        carrier = house._create_employee("Carrier")
        return self.desk.env["aftersales.van"].create(
            {"employee_id": carrier.id, "company_id": house.company.id}
        )


def said(record, *names, number=None):
    """Return what a document says of its company; of its number, the series."""
    record = record.sudo()
    facts = {}
    for name in names:
        value = record[name]
        if isinstance(value, BaseModel):
            value = value.ids
        facts[f"{record._name} {name}"] = value
    if number:
        facts[f"{record._name} number"] = re.sub(r"\d+$", "", record[number] or "")
    return facts
