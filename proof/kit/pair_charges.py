"""Pairs of acts on what the customer pays, and on units in the depot."""

from dataclasses import replace

from .ends import Act
from .pair_words import (
    CHARGE,
    DESK,
    DESK2,
    FIELD,
    MANAGER,
    PICTURE,
    RMA,
    SHELF,
    Pair,
    act,
    make,
    on,
)


def collect(login):
    return Act(login, CHARGE, "action_collect", lambda t: [[t["charge"]], t["due"]])


COLLECT = Pair(
    "two people take the same money",
    on("charge", "approved"),
    collect(FIELD),
    collect(DESK),
    risky=True,
)
MONEY = (
    COLLECT,
    Pair(
        "offer, or add a line",
        on("charge"),
        act(DESK, CHARGE, "action_quote", "charge"),
        make(
            *(FIELD, "aftersales.charge.line"),
            lambda t: {"charge_id": t["charge"], "product_id": t["labour"]},
        ),
    ),
    Pair(
        "approve by letter, or take the offer back",
        on("charge", "quoted"),
        act(DESK, CHARGE, "action_approve_letter", "charge", "Li Hua"),
        act(DESK2, CHARGE, "action_take_back", "charge", "Wrong price"),
    ),
    Pair(
        "approve by letter, or decline",
        on("charge", "quoted"),
        act(DESK, CHARGE, "action_approve_letter", "charge", "Li Hua"),
        act(FIELD, CHARGE, "action_decline", "charge", "Too dear"),
    ),
    Pair(
        "offer or withdraw",
        on("charge"),
        act(DESK, CHARGE, "action_quote", "charge"),
        act(DESK2, CHARGE, "action_cancel", "charge", "By mistake"),
    ),
    Pair(
        "two people take the money in",
        on("receipt"),
        *(
            Act(
                login,
                "aftersales.collection",
                "action_hand_in",
                lambda t: [[t["receipt"]], t["due"]],
            )
            for login in (DESK, "as_accountant")
        ),
    ),
    Pair(
        "sign two tariffs for one day",
        on("tariffs"),
        act(MANAGER, "aftersales.tariff", "action_approve", "tariff"),
        act(MANAGER, "aftersales.tariff", "action_approve", "other"),
    ),
    Pair(
        "authorise or withdraw",
        on("rma"),
        act(DESK, RMA, "action_authorise", "rma", "Li Hua", "signature", PICTURE),
        act(DESK2, RMA, "action_cancel", "rma", "By mistake"),
    ),
    Pair(
        "authorise or decline",
        on("rma"),
        act(DESK, RMA, "action_authorise", "rma", "Li Hua", "signature", PICTURE),
        act(DESK2, RMA, "action_decline_extra", "rma", "Too dear", keyed=True),
    ),
    Pair(
        "begin the repair, or give it up",
        on("rma", "authorised"),
        act(SHELF, RMA, "action_start", "rma"),
        act(DESK, RMA, "action_finish", "rma", "not_repaired", "Sold"),
    ),
    Pair(
        "lend, or release",
        on("loan"),
        act(SHELF, "aftersales.loan", "action_issue", "loan"),
        act(DESK, "aftersales.loan", "action_cancel", "loan"),
    ),
    Pair(
        "reserve one loaner for two cases",
        on("rmas_for_loaner"),
        make(
            *(SHELF, "aftersales.loan"),
            lambda t: {"rma_id": t["rma"], "lot_id": t["lot"]},
        ),
        make(
            *(DESK, "aftersales.loan"),
            lambda t: {"rma_id": t["other"], "lot_id": t["lot"]},
        ),
    ),
    Pair(
        "exchange two units for one",
        on("rmas_for_spare"),
        Act(SHELF, RMA, "action_exchange", lambda t: [[t["rma"]], t["lot"]]),
        Act(SHELF, RMA, "action_exchange", lambda t: [[t["other"]], t["lot"]]),
    ),
)
# What breaks when the turnstile is switched off.
CONTROL = replace(COLLECT, name="control")
