"""Pairs of acts on orders, tickets and call-backs."""

from .ends import Act, Form
from .pair_words import (
    CALLBACK,
    DESK,
    DESK2,
    FIELD,
    HEAD,
    HEAD2,
    ORDER,
    PICTURE,
    TICKET,
    Pair,
    act,
    change,
    on,
)

REQUEST = Act(
    FIELD,
    ORDER,
    "action_request_parts",
    lambda t: [[t["order"]], t["unit"], t["parts"], "Broken", [PICTURE]],
    keyed=True,
)
CANCEL = act(DESK, ORDER, "action_cancel", "order", "The customer said so")
SIGN = act(FIELD, ORDER, "action_sign", "order", "Li Hua", PICTURE)
ARRIVE = act(FIELD, ORDER, "action_arrive", "order")
DEPART = act(FIELD, ORDER, "action_depart", "order")
ORDERS = (
    Pair(
        "cancel an order, or ask for parts on it",
        on("order_for_parts", "scheduled"),
        CANCEL,
        REQUEST,
    ),
    Pair(
        "close an order, or ask for parts on it",
        on("order_for_parts", "done"),
        act(DESK, ORDER, "action_close", "order"),
        REQUEST,
    ),
    Pair("cancel or arrive", on("visit", "dispatched", "departed"), CANCEL, ARRIVE),
    Pair(
        "cancel or dispatch",
        on("visit", "scheduled"),
        CANCEL,
        act(DESK2, ORDER, "action_dispatch", "order"),
    ),
    Pair(
        "sign, or take a cause back",
        on("visit", "on_site", "reported"),
        SIGN,
        change(FIELD, "aftersales.order.unit", "unit", {"cause_id": False}),
    ),
    Pair(
        "sign, or refuse to sign",
        on("visit", "on_site", "reported"),
        SIGN,
        act(FIELD, ORDER, "action_refuse_signature", "order", "In a hurry"),
    ),
    Pair(
        "sign, or change the findings",
        on("visit", "on_site", "reported"),
        SIGN,
        act(
            *(FIELD, ORDER, "action_record_findings", "order"),
            {"solution": "Valve changed"},
        ),
    ),
    Pair(
        "leave, or end the work",
        on("visit", "on_site", "signed"),
        act(FIELD, ORDER, "action_leave", "order"),
        act(DESK, ORDER, "action_done", "order"),
    ),
    Pair(
        "reschedule or depart",
        on("visit", "dispatched"),
        Act(
            DESK,
            ORDER,
            "action_reschedule",
            lambda t: [[t["order"]], t["later"], "Part late", "Li", "customer"],
        ),
        DEPART,
    ),
    Pair(
        "give to another technician, or depart",
        on("visit", "dispatched"),
        Act(
            DESK,
            ORDER,
            "action_reassign",
            lambda t: [[t["order"]], t["colleague"], "Ill"],
        ),
        DEPART,
    ),
    Pair(
        "depart, or take something off the list",
        on("order_with_kit"),
        DEPART,
        act(FIELD, "aftersales.check", "action_untick", "check"),
    ),
    Pair(
        "find nobody there, or arrive",
        on("visit", "dispatched", "departed"),
        act(FIELD, ORDER, "action_no_access", "order", "Gate locked"),
        act(DESK, ORDER, "action_arrive", "order"),
    ),
    Pair(
        "close, or do the work again",
        on("visit", "done", "categorised"),
        act(DESK, ORDER, "action_close", "order"),
        act(HEAD, ORDER, "action_rework", "order"),
        risky=True,
    ),
    Pair(
        "agree to another time, or decline",
        on("order_with_change"),
        act(DESK, "aftersales.change", "action_accept", "change"),
        act(DESK2, "aftersales.change", "action_decline", "change", "Nobody free"),
    ),
    Pair(
        "agree to another time, or cancel the order",
        on("order_with_change"),
        act(DESK2, "aftersales.change", "action_accept", "change"),
        CANCEL,
    ),
    Pair(
        "agree to a return, or decline",
        on("order_with_return"),
        act(HEAD, "aftersales.order.return", "action_accept", "return", "Yes"),
        act(HEAD2, "aftersales.order.return", "action_decline", "return", "No"),
    ),
)
TICKETS = (
    Pair(
        "close a ticket, or open an order for it",
        on("ticket"),
        Act(
            DESK,
            TICKET,
            "write",
            lambda t: [[t["ticket"]], {"stage_id": t["closed"]}],
        ),
        act(DESK2, TICKET, "action_create_order", "ticket"),
        risky=True,
    ),
    Pair(
        "solve by phone, or open an order",
        on("ticket"),
        act(DESK, TICKET, "action_resolve_remotely", "ticket", "Restarted", keyed=True),
        act(DESK2, TICKET, "action_create_order", "ticket"),
    ),
    Pair(
        "end the work, or open another order",
        on("ticket_with_order"),
        act(FIELD, ORDER, "action_done", "order"),
        act(DESK2, TICKET, "action_create_order", "ticket"),
    ),
    Pair(
        "end the last two orders of a ticket",
        on("ticket_with_orders"),
        act(FIELD, ORDER, "action_done", "order"),
        act(DESK, ORDER, "action_done", "other"),
        risky=True,
    ),
)
CALLS = (
    Pair(
        "two people record the order of an enquiry",
        on("enquiry"),
        act(DESK, "aftersales.call", "action_create_order_call", "call"),
        act(DESK2, "aftersales.call", "action_create_order_call", "call"),
        risky=True,
    ),
    Pair(
        "satisfied or dissatisfied",
        on("order_with_callback"),
        act(DESK, CALLBACK, "action_record", "callback", "satisfied", keyed=True),
        act(
            *(DESK2, CALLBACK, "action_record", "callback", "dissatisfied"),
            *("Leaks", {"attitude": 4}, "quality"),
            keyed=True,
        ),
    ),
    Pair(
        "answered or not reached",
        on("order_with_callback"),
        act(DESK, CALLBACK, "action_record", "callback", "satisfied", keyed=True),
        act(DESK2, CALLBACK, "action_record", "callback", "unreachable", keyed=True),
    ),
    Pair(
        "answered, or dropped",
        on("order_with_callback"),
        act(DESK, CALLBACK, "action_record", "callback", "satisfied", keyed=True),
        act(HEAD, CALLBACK, "action_cancel", "callback", "Sold"),
    ),
    Pair(
        "answered by the customer's link, or by phone",
        on("order_with_callback"),
        Form(
            "as_portal_a",
            "/my/service/order/{order}/rate",
            lambda t: {"access_token": t["token"], "stars": "5", "comment": "Good"},
        ),
        act(DESK2, CALLBACK, "action_record", "callback", "satisfied", keyed=True),
    ),
)
