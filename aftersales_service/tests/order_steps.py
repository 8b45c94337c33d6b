"""Every public action on a service order: who presses it, where, and what it needs.

Shared by the test that presses each action twice and from every state, and by the
proof that lets many press it at once, so that neither can forget one. Whatever
is added to the model must be added here.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .field_common import STATES, picture

OPEN = ("draft", "scheduled", "dispatched", "on_site")
PLANNED = ("draft", "scheduled")
UNDER_WAY = ("dispatched", "on_site")
FINISHED = ("done", "closed")
DESK = ("dispatcher", "head")
FIELD = ("technician", "dispatcher")
HEAD = ("head",)


@dataclass(frozen=True)
class Step:
    """One action.

    ``states``: where it is let through. ``people``: who presses, the first one
    alone where one is enough. ``ready``: function of (world, order) that brings
    about what the step needs besides its state, and returns its arguments.
    ``keyed``: to press again on purpose is a fact of its own, so that a client
    names its press by ``request_key``. ``on_model``: called on no record.
    """

    states: tuple
    people: tuple = DESK
    ready: Callable = lambda world, order: []
    keyed: bool = False
    on_model: bool = False


# -- bringing an order somewhere


def bring(world, order, state):
    """Bring an order of the superuser to a state the short way, facts filled in.

    :param world: what holds the fixtures of ``AftersalesCommon``
    :param order: a draft ``aftersales.order``
    :param str state: one of its states
    """
    rank = STATES.index(state) if state != "cancel" else 1
    now = fields.Datetime.now()
    if rank:
        start = now - timedelta(hours=3)
        order._unguarded().write({"planned_start": start})
    for each in STATES[1 : rank + 1]:
        if each == "done":
            report(world, order)
            sign(order)
        order._set_state(each)
    if state == "cancel":
        order._set_state(state)
    stamp(order, rank, now)


def stamp(order, rank, now):
    """Stamp what the lead did before a state, by its place in ``STATES``."""
    stamps = {}
    if rank >= STATES.index("on_site"):
        stamps["departed_on"] = now - timedelta(hours=2)
        stamps["arrived_on"] = now - timedelta(minutes=90)
    if rank >= STATES.index("done"):
        stamps["left_on"] = now - timedelta(minutes=5)
        done = now - timedelta(minutes=10)
        order._unguarded().write({"hq_called_on": done, "done_on": done})
    order.worker_ids._unguarded().write(stamps)


def report(world, order):
    """Fill in the report as the customer signs it."""
    order.unit_ids.write(
        {
            "cause_id": world.cause.id,
            "remedy_id": world.remedy.id,
            "result": "fixed",
        }
    )
    order.write(
        {
            "solution": "Valve cleaned",
            "customer_opinion": "Quick",
            "test_run": "passed",
            "fix_confidence": "sure",
        }
    )


def sign(order, **refusal):
    """Record a signature, or its refusal."""
    signed_on = fields.Datetime.now() - timedelta(minutes=20)
    order._unguarded().write(refusal or {"signed_by": "Li", "signed_on": signed_on})


def write(order, **values):
    """Write facts past the guard, as the step before would have."""
    order._unguarded().write(values)


def follow(order, **rules):
    """Let an order follow a policy of its own with these rules on."""
    code = uuid.uuid4().hex[:12]
    policy = order.policy_id.copy({"code": code, "name": code, **rules})
    write(order, policy_id=policy.id)


# -- what the steps need


def planned_start(world, order):
    return [fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=1))]


def departed(world, order):
    lead = order.worker_ids
    if not lead.departed_on:
        now = fields.Datetime.now()
        lead._unguarded().write({"departed_on": now - timedelta(minutes=40)})
    return []


def reason(world, order):
    return ["The customer said so"]


def no_access(world, order):
    departed(world, order)
    return ["Gate locked"]


def refuse_service(world, order):
    departed(world, order)
    return ["refused_visit", "Not needed any more"]


def reported(world, order):
    if order.state == "on_site":
        report(world, order)
    return []


def signed(world, order):
    if order.state == "on_site":
        report(world, order)
        sign(order)
    return []


def signature(world, order):
    reported(world, order)
    return ["Li Hua", picture()]


def refuse_signature(world, order):
    reported(world, order)
    return ["In a hurry"]


def countersign(world, order):
    reported(world, order)
    return [picture()]


def categorised(world, order):
    write(order, category="service")
    return []


def colleague(world, order):
    return [world.technician2.id]


def reassign(world, order):
    return [world.technician2.id, "Ill"]


def absent(world, order):
    day = fields.Datetime.now() + timedelta(days=order.id % 3000 + 10)
    if order.planned_start:
        write(order, planned_start=day)
    return [world.technician.id, str(day.date()), None, "Ill"]


def photos(world, order):
    return [[picture("red")], "The valve"]


def expected(world, order):
    return [fields.Datetime.to_string(fields.Datetime.now() + timedelta(hours=1))]


def application(world, order):
    follow(order, needs_application=True)
    order._unguarded().write(
        {
            "analysis": "Valve stuck",
            "damage_model": "CP",
            "damage_quantity": 1,
            "presumed_cause": "Dirt",
            "occurred_on": fields.Datetime.now() - timedelta(days=1),
            "damage_degree": "stopped",
            "production_date": "2025-01-01",
            "inspection_record": "None",
            "working_conditions": "Hot",
        }
    )
    return []


def decide_dispatch(world, order):
    application(world, order)
    if order.state in PLANNED:
        write(
            order,
            application_state="submitted",
            application_on=fields.Datetime.now(),
            application_by_id=world.dispatcher_user.id,
        )
    return [True]


def ask_technical(world, order):
    follow(order, technical_decision=True)
    return []


def decide_technical(world, order):
    ask_technical(world, order)
    return ["answered", "Told how to restart it"]


def parts_listed(world, order):
    write(order, part_ids=[Command.create({"product_id": world.valve.id})])
    return []


def confirm_customer(world, order):
    return ["Li Hua", *planned_start(world, order), "1 Cold Road, Kunming"]


def doubtful(world, order):
    if order.state in FINISHED:
        write(order, doubt="unsigned")
    return []


def incident(world, order):
    if order.state not in (*PLANNED, "cancel"):
        write(order, incident_on=fields.Datetime.now(), incident_reason="Threats")
    return ["Settled"]


def papers(world, order):
    write(order, memo="Memo", project_summary="Summary", check_note="Checked")
    return []


def urgent(world, order):
    other = order.create(
        {
            "partner_id": world.customer2.id,
            "company_id": order.company_id.id,
            "policy_id": order.policy_id.id,
        }
    )
    return [other.id, "critical", "Their cold store stands still", None, True]


def difficult(world, order):
    if order.state in OPEN:
        write(order, is_difficult=True, difficult_on=fields.Datetime.now())
    return ["Measured and compared"]


def findings(world, order):
    return [{"solution": "Valve cleaned"}]


def late(world, order):
    workers = order.worker_ids.filtered("arrived_on")
    workers._unguarded().write({"is_late": True})
    return ["traffic"]


def wanted_parts(world, order):
    parts = [{"product_id": world.valve.id, "quantity": 1}]
    return [order.unit_ids.id, parts, "Valve broken", [picture("blue")]]


def reschedule(world, order):
    [start] = planned_start(world, order)
    return [start, "Part is late", "Li Hua", "us", None, None, True]


def sign_link(world, order):
    reported(world, order)
    order.partner_id.email = "customer@example.com"
    follow(order)
    order.policy_id.message_line_ids = [
        Command.create({"event": "signature", "channel": "email"})
    ]
    return []


def place(world, order):
    order.company_id.aftersales_place_stamps = True
    world.technician_user.aftersales_place_consent = "yes"
    return [25.04, 102.71]


def tracked(world, order):
    write(order, escalated_on=fields.Datetime.now())
    return ["The customer is content"]


def triage(world, order):
    return ["Valve stuck, clean it", "yes", "yes", "onsite"]


def praised(world, order):
    if order.state in FINISHED:
        write(order, praise="Quick", praised_on=fields.Datetime.now())
    return reason(world, order)


def grade(world, order):
    return ["5", "Good"]


STEPS = {
    "action_add_colleague": Step(OPEN, FIELD, colleague),
    "action_add_photos": Step(STATES, FIELD, photos, keyed=True),
    "action_announce_arrival": Step(("scheduled", "dispatched"), FIELD, expected),
    "action_apply_dispatch": Step(PLANNED, DESK, application),
    "action_arrive": Step(UNDER_WAY, FIELD, departed),
    "action_ask_technical": Step(PLANNED, DESK, ask_technical),
    "action_call_ahead": Step(("dispatched",), FIELD),
    "action_call_headquarters": Step(("on_site", "done"), FIELD),
    "action_cancel": Step(("draft", "scheduled", "dispatched", "cancel"), DESK, reason),
    "action_claim_parts": Step(OPEN, DESK, parts_listed),
    "action_close": Step(FINISHED, DESK, categorised),
    "action_confirm_customer": Step(OPEN, FIELD, confirm_customer),
    "action_countersign": Step(("on_site", "done"), HEAD, countersign),
    "action_decide_dispatch": Step(PLANNED, ("sales_vp",), decide_dispatch),
    "action_decide_technical": Step(PLANNED, HEAD, decide_technical),
    "action_depart": Step(UNDER_WAY, FIELD),
    "action_dispatch": Step(("scheduled", "dispatched"), DESK),
    "action_done": Step(("on_site", "done"), FIELD, signed),
    "action_doubt": Step(FINISHED, HEAD, doubtful),
    "action_end_incident": Step(
        ("dispatched", "on_site", "done", "closed"), DESK, incident
    ),
    "action_file": Step(FINISHED, FIELD, papers),
    "action_file_report": Step(FINISHED, FIELD),
    "action_hand_out": Step(FINISHED, FIELD),
    "action_incident": Step((*UNDER_WAY, "done"), FIELD, reason),
    "action_interrupt": Step(("scheduled", *UNDER_WAY), DESK, urgent),
    "action_leave": Step(("on_site", "done"), FIELD),
    "action_mark_difficult": Step(OPEN, FIELD, reason),
    "action_no_access": Step(UNDER_WAY, FIELD, no_access),
    "action_open_claim_parts": Step(OPEN, DESK, parts_listed),
    "action_open_rework": Step(FINISHED, DESK),
    "action_open_sheet": Step(STATES, FIELD),
    "action_plan_solution": Step(OPEN, HEAD, difficult),
    "action_praise": Step(FINISHED, DESK, reason),
    "action_rate": Step(FINISHED, HEAD, grade),
    "action_reassign": Step(("draft", "scheduled", "dispatched"), DESK, reassign),
    "action_reassign_absence": Step(STATES, DESK, absent, on_model=True),
    "action_receive_sheet": Step(FINISHED, DESK),
    "action_record_findings": Step(OPEN, FIELD, findings),
    "action_refuse_service": Step(UNDER_WAY, FIELD, refuse_service),
    "action_refuse_signature": Step(("on_site",), FIELD, refuse_signature),
    "action_report_difficult": Step(OPEN, FIELD, difficult),
    "action_report_late": Step(("on_site", *FINISHED), FIELD, late),
    "action_request_parts": Step((*OPEN, "done"), FIELD, wanted_parts, keyed=True),
    "action_reschedule": Step(("scheduled", "dispatched"), DESK, reschedule),
    "action_rework": Step(FINISHED, DESK),
    "action_schedule": Step(("draft", "scheduled", "dispatched"), DESK, planned_start),
    "action_self_assess": Step(FINISHED, ("technician",), grade),
    "action_send_sign_link": Step(("on_site",), FIELD, sign_link),
    "action_sign": Step(("on_site",), FIELD, signature),
    "action_stamp_place": Step((*UNDER_WAY, "done"), ("technician",), place),
    "action_start_work": Step(("on_site",), FIELD),
    "action_track": Step((*FINISHED, "cancel"), HEAD, tracked),
    "action_triage": Step(PLANNED, DESK, triage),
    "action_withdraw_praise": Step(FINISHED, DESK, praised),
}
# Doors that only show something; pressing them changes nothing.
WINDOWS = "action_open_"
