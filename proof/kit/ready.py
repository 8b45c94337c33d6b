"""What a step needs besides its state: documents as people make them, and arguments.

A document without a maker is a specimen. The states, people and arguments of an order
come from ``tests/order_steps.py``.
"""

from datetime import timedelta

from odoo import Command, fields

from odoo.addons.aftersales_service.tests import order_steps
from odoo.addons.aftersales_service.tests.field_common import picture
from odoo.addons.aftersales_service.tests.order_steps import Step

CASE = {
    "determination": "Mounted without a gasket.",
    "loss_kind": "economic",
    "loss_amount": 7300.0,
    "outcome": "accident",
}
SHEET = {
    "reason": "Cannot be taken apart on site",
    "consent_by": "Li Hua",
    "condition_note": "Scratch",
    "concern_note": "Oil on the floor",
    "fault_note": "No pressure",
}


def ago(**span):
    return fields.Datetime.now() - timedelta(**span)


def ahead(**span):
    return fields.Datetime.to_string(fields.Datetime.now() + timedelta(**span))


# -- documents: functions of (world, state)


def claim(world, state):
    """Return a claim for a filter; an issued one with its part used up."""
    world._stock(world.filter_part, 5)
    if state not in ("issued", "closed"):
        made = world._claim(world.filter_part).sudo()
        made._unguarded().write(
            {
                "urgency": "emergency",
                "urgency_reason": "Cold store",
                "requested_by_id": world.technician_user.id,
            }
        )
        return made
    made = world._claim(world.filter_part)
    made.line_ids.old_part = "customer"
    made.action_submit()
    desk = made.with_user(world.dispatcher_user)
    desk.action_set_emergency("Cold store")
    desk.action_verify()
    made.with_user(world.head_user).action_approve()
    world._validate(made.with_user(world.warehouse_user).action_issue())
    made.line_ids.with_user(world.technician_user).action_consume(1)
    made.with_user(world.quality_vp_user).action_find_responsible("unknown", "Wear")
    return made


def adjustment(world, state):
    made = world._propose("LATE")
    if state in ("proposed", "cancel"):
        return made
    made._unguarded().write(
        {"verified_by_id": world.head_user.id, "verified_on": ago(hours=1)}
    )
    return made


def case(world, state):
    return world.env["aftersales.case"].create(
        {
            "subject": "Flooded cold store",
            "facts": "The valve leaked.",
            "happened_on": "2026-03-02",
            "kind": "accident",
            "company_id": world.company.id,
            "breached_rule_id": world.env.ref("aftersales_service.pay_rule_loss").id,
            "member_ids": [Command.set(world.employee_user.ids)],
            "share_ids": [
                Command.create({"percent": 100, "employee_id": world.technician.id})
            ],
            **CASE,
        }
    )


def trip(world, state):
    trips = world.env["aftersales.trip"].with_user(world.technician_user)
    made = trips.create(
        {"destination": "Kunming", "employee_id": world.technician.id}
    ).sudo()
    stamps = {"departed_on": ago(days=2)}
    if state not in ("open", "cancel"):
        stamps["returned_on"] = ago(hours=1)
    made._unguarded().write(stamps)
    return made


def week_plan(world, state):
    plans = world.env["aftersales.week.plan"].with_user(world.technician_user)
    # One a week: each further one is of the next.
    monday = fields.Date.to_date("2026-03-02") + timedelta(weeks=plans.search_count([]))
    return plans.create(
        {
            "employee_id": world.technician.id,
            "date_from": monday,
            "line_ids": [Command.create({"date": monday, "task": "Tidy up"})],
        }
    )


def rma(world, state):
    photo = world._photo(world.dispatcher_user)
    cases = world.env["aftersales.rma"].with_user(world.dispatcher_user)
    made = cases.create(
        {
            "equipment_id": world.equipment.copy({"serial": f"D-{state}"}).id,
            "photo_ids": [Command.set(photo.ids)],
            **SHEET,
        }
    )
    if state != "draft":
        made.action_receive()
        made.write(
            {
                "ready_on": "2036-03-13",
                "payment_note": "Invoice",
                "delivery_note": "Delivered",
                "old_part": "customer",
                "line_ids": [
                    Command.create(
                        {
                            "kind": "labour",
                            "name": "Labour",
                            "price_unit": 200.0,
                            "payer": "customer",
                        }
                    )
                ],
            }
        )
    return made


def charge(world, state):
    if not world.env["aftersales.tariff"].search([("state", "=", "valid")]):
        tariff(world, "draft").with_user(world.gm_user).action_approve()
    order = world._create_order().with_user(world.dispatcher_user)
    order.action_tell_cost(150.0, "Li Hua")
    order.action_schedule(fields.Datetime.now())
    order.action_dispatch()
    field = order.with_user(world.technician_user)
    field.check_ids.action_answer(True)
    field.action_depart()
    field.action_arrive()
    order.unit_ids.cause_id = world.cause
    field.action_open_charge()
    job = order.charge_ids.with_user(world.technician_user)
    job.action_show_tariff()
    job.env["aftersales.charge.line"].create(
        {
            "charge_id": job.id,
            "product_id": world.env.ref("aftersales_service_sale.product_labour").id,
        }
    )
    return job


def tariff(world, state):
    labour = world.env.ref("aftersales_service_sale.product_labour")
    line = {"code": "L1", "kind": "labour", "product_id": labour.id, "price": 150.0}
    return (
        world.env["aftersales.tariff"]
        .with_user(world.head_user)
        .create(
            {
                "name": "Tariff",
                "company_id": world.company.id,
                "date_from": "2026-01-01",
                "terms": "We say what it costs before.",
                "line_ids": [Command.create(line)],
            }
        )
    )


def campaign(world, state):
    return world.env["aftersales.plan.campaign"].create(
        {
            "name": "Year End",
            "company_id": world.company.id,
            "due_on": fields.Date.today() + timedelta(days=9),
        }
    )


def secondment(world, state):
    lent = world.env["aftersales.secondment"].search_count([])
    day = fields.Date.to_date("2026-03-02") + timedelta(days=lent)
    return world.env["aftersales.secondment"].create(
        {
            "company_id": world.company.id,
            "department_id": world.env["hr.department"]
            .create({"name": "Lab", "company_id": world.company.id})
            .id,
            "date_from": day,
            "date_to": day,
            "employee_ids": [Command.set(world.technician.ids)],
        }
    )


def repeated(world, state):
    """Return a ticket of a fault that came back after a finished repair."""
    first = world._create_ticket()
    order_steps.bring(world, world._create_order(ticket_id=first.id), "done")
    again = world._create_ticket()
    again._unguarded().write({"repeat_of_id": first.id})
    return again


def complaint(world, state):
    return world._create_ticket(call_type="complaint", complaint_kind="service")


def excess(world, state):
    """Return the line of a night above the standard, on a journey handed in."""
    journey = trip(world, "returned")
    made = journey.line_ids.create(
        {
            "trip_id": journey.id,
            "kind": "lodging",
            "date": fields.Date.today() - timedelta(days=1),
            "quantity": 1,
            "amount_asked": 900.0,
        }
    )
    journey._unguarded().write({"state": "submitted"})
    return made


def off_tariff(world, state):
    line = charge(world, "draft").line_ids[:1].with_user(world.dispatcher_user)
    line.price_unit = 999.0
    return line


def handover(world, state):
    shift = world.env["aftersales.shift"].create(
        {
            "name": "Day",
            "hour_from": 8,
            "hour_to": 17,
            "leader_id": world.head_user.id,
            "company_id": world.company.id,
        }
    )
    handovers = world.env["aftersales.handover"].with_user(world.dispatcher_user)
    made = handovers.create({"shift_id": shift.id, "company_id": world.company.id})
    made.action_collect()
    return made


MAKERS = {
    ("helpdesk.ticket", "action_judge_repeat"): repeated,
    ("helpdesk.ticket", "action_verify_complaint"): complaint,
    "aftersales.charge.line": off_tariff,
    "aftersales.handover": handover,
    "aftersales.trip.line": excess,
    "aftersales.adjustment": adjustment,
    "aftersales.case": case,
    "aftersales.charge": charge,
    "aftersales.claim": claim,
    "aftersales.plan.campaign": campaign,
    "aftersales.rma": rma,
    "aftersales.secondment": secondment,
    "aftersales.tariff": tariff,
    "aftersales.trip": trip,
    "aftersales.week.plan": week_plan,
}

# -- columns by model, or by model and action: values, or functions of (world, state)


def appealed(world, state):
    result = "lapsed" if state == "cancel" else "open"
    return {"appeal_state": result, "appeal_text": "No", "appeal_on": ago(hours=1)}


def longer(world, state):
    return {"expected_days": 1, "departed_on": ago(days=9)}


def due(world, state):
    return {"opens_on": ago(hours=1), "due_on": fields.Datetime.now() + timedelta(1)}


READY = {
    "aftersales.callback": due,
    "aftersales.appraisal": {"score": 5.0, "note": "Good"},
    "aftersales.commitment": lambda world, state: {"deadline": ago(hours=1)},
    "aftersales.order.return": {"reason": "Not needed"},
    "aftersales.order.worker": {"late_reason": "customer", "is_late": True},
    ("aftersales.adjustment", "action_decide_appeal"): appealed,
    ("aftersales.trip", "action_approve_days"): longer,
    ("aftersales.trip", "action_depart"): {"departed_on": None},
    ("aftersales.claim", "action_submit"): {"requested_by_id": None},
}

# -- arguments by model and action: dicts, or functions of (world, record)

ARGUMENTS = {
    ("aftersales.adjustment", "action_decide_appeal"): (
        {"granted": True, "note": "Right"},
        {"granted": False, "note": "Wrong"},
    ),
    ("aftersales.callback", "action_postpone"): lambda world, record: {
        "until": ahead(hours=20)
    },
    ("aftersales.callback", "action_record"): (
        {"result": "satisfied"},
        {"result": "unreachable"},
    ),
    ("aftersales.check", "action_answer"): ({"value": True}, {"value": False}),
    ("aftersales.claim", "action_find_responsible"): {
        "party": "unknown",
        "note": "Wear",
    },
    ("aftersales.claim", "action_schedule"): {"due_on": "2036-03-02"},
    ("aftersales.equipment", "action_override_warranty"): {
        "date": "2036-03-02",
        "reason": "Goodwill",
    },
    ("aftersales.loan", "action_extend"): {"due_on": "2036-03-02", "reason": "Late"},
    ("aftersales.loan", "action_return"): {"condition": "As lent"},
    ("aftersales.plan.occurrence", "action_reply"): {"mode": "phone", "note": "Done"},
    ("aftersales.recovery", "action_settle"): {"amount": 10.0},
    ("aftersales.rma", "action_authorise"): {"name": "Li Hua", "signature": picture()},
    ("aftersales.rma", "action_finish"): {"result": "no_fault", "note": "Runs"},
    ("aftersales.rma", "action_send"): lambda world, record: {
        "partner_id": world.customer2.id,
        "reference": "R-1",
    },
    ("aftersales.site", "action_issue_log_book"): {"receiver": "Li Hua"},
    ("aftersales.order.worker", "action_confirm_late"): {"reason": "personal"},
    ("helpdesk.ticket", "action_judge_repeat"): {"reason": "customer", "note": "So"},
    ("helpdesk.ticket", "action_verify_complaint"): {
        "verdict": "communicative",
        "reason": "Asked for help",
    },
    ("aftersales.charge", "action_approve_letter"): {"name": "Li Hua"},
    ("aftersales.charge", "action_record_opinion"): (
        {"opinion": "repair", "name": "Li Hua"},
        {"opinion": "decline", "name": "Li Hua", "text": "Too dear"},
    ),
    ("aftersales.charge", "action_collect"): {"amount": 10.0},
    ("aftersales.collection", "action_hand_in"): {"counted": 1.0, "note": "All"},
    ("aftersales.equipment", "action_move"): lambda world, record: {
        "site_id": world.env["aftersales.site"].search([], order="id desc", limit=1).id,
        "reason": "Moved",
    },
}
# Actions that further addons give an order.
MORE_STEPS = {
    "action_tell_cost": Step(
        ("scheduled",), ("dispatcher",), lambda world, order: [150.0, "Li Hua"]
    ),
    "action_decline_part": Step(
        ("on_site",),
        ("technician",),
        lambda world, order: [world.filter_part.id, "Runs hot", "Li", picture()],
    ),
}
