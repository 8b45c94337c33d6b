"""Pairs of acts on claims, on what is judged of them, and on units."""

from .ends import Act
from .pair_words import (
    CASE,
    CLAIM,
    DESK,
    DESK2,
    EQUIPMENT,
    FIELD,
    HEAD,
    HEAD2,
    LINE,
    MANAGER,
    QUALITY,
    SHELF,
    TRIP,
    Pair,
    act,
    change,
    make,
    on,
)

CLAIMS = (
    Pair(
        "verify, or send back",
        on("claim", "submitted"),
        act(DESK, CLAIM, "action_verify", "claim"),
        act(DESK2, CLAIM, "action_send_back", "claim", "No photo"),
    ),
    Pair(
        "approve or cancel",
        on("claim", "verified"),
        act(HEAD, CLAIM, "action_approve", "claim"),
        act(DESK, CLAIM, "action_cancel", "claim", "Sold"),
    ),
    Pair(
        "approve or reject",
        on("claim", "verified"),
        act(HEAD, CLAIM, "action_approve", "claim"),
        act(HEAD2, CLAIM, "action_reject", "claim", "Repairable"),
    ),
    Pair(
        "approve, or change the quantity",
        on("claim", "verified"),
        act(HEAD, CLAIM, "action_approve", "claim"),
        change(DESK, LINE, "line", {"quantity": 2}),
    ),
    Pair(
        "take the first of two steps, or change the quantity",
        on("claim_two_steps"),
        act("as_sales_vp", CLAIM, "action_approve", "claim"),
        change(DESK, LINE, "line", {"quantity": 2}),
        risky=True,
    ),
    Pair(
        "hand out or cancel",
        on("claim", "approved"),
        act(SHELF, CLAIM, "action_issue", "claim"),
        act(DESK, CLAIM, "action_cancel", "claim", "Sold"),
    ),
    Pair(
        "hand out, or change the quantity",
        on("claim", "approved"),
        act(SHELF, CLAIM, "action_issue", "claim"),
        change(DESK, LINE, "line", {"quantity": 2}),
    ),
    Pair(
        "use a part, or bring it back",
        on("claim", "issued"),
        act(FIELD, LINE, "action_consume", "line", 1.0),
        act(SHELF, LINE, "action_return_unused", "line", 1.0),
    ),
    Pair(
        "use a part, or lose it",
        on("claim", "issued"),
        act(FIELD, LINE, "action_consume", "line", 1.0),
        act(SHELF, LINE, "action_report_lost", "line", 1.0, "Gone"),
    ),
    Pair(
        "withdraw what was handed in, or receive it",
        on("claim_handed_in"),
        act(FIELD, LINE, "action_withdraw_hand_in", "line"),
        act(SHELF, "stock.picking", "button_validate", "picking"),
        risky=True,
    ),
    Pair(
        "end a claim, or find a lost part again",
        on("claim_lost"),
        act(DESK, CLAIM, "action_close", "claim"),
        act(SHELF, "aftersales.claim.loss", "action_found", "loss"),
    ),
    Pair(
        "the old part comes, or will not come",
        on("claim_used"),
        act(SHELF, LINE, "action_return_old", "line", 1.0),
        act(SHELF, LINE, "action_report_old_lost", "line", 1.0, "Scrapped"),
    ),
    Pair(
        "send one old part to the supplier twice",
        on("recoveries"),
        act(SHELF, "aftersales.recovery", "action_send", "recovery"),
        act(DESK, "aftersales.recovery", "action_send", "other"),
    ),
)
JUDGEMENTS = (
    Pair(
        "determine, or add a share",
        on("case"),
        act(QUALITY, CASE, "action_determine", "case"),
        make(
            *(QUALITY, "aftersales.case.share"),
            lambda t: {
                "case_id": t["case"],
                "employee_id": t["third"],
                "percent": 30.0,
            },
        ),
        risky=True,
    ),
    Pair(
        "determine, or change a share",
        on("case"),
        act(QUALITY, CASE, "action_determine", "case"),
        change(QUALITY, "aftersales.case.share", "share", {"percent": 30.0}),
    ),
    Pair(
        "decide or dismiss",
        on("case", "reviewed"),
        act(MANAGER, CASE, "action_decide", "case", "As found"),
        act(MANAGER, CASE, "action_dismiss", "case", "No loss"),
    ),
    Pair(
        "decide, or send back",
        on("case", "reviewed"),
        act(MANAGER, CASE, "action_decide", "case", "As found"),
        act(MANAGER, CASE, "action_return", "case", "Look again"),
    ),
    Pair(
        "hand a trip in, or take back what a receipt says",
        on("trip"),
        act(FIELD, TRIP, "action_submit", "trip"),
        change(FIELD, "aftersales.trip.line", "cost", {"amount_asked": 0.0}),
    ),
    Pair(
        "the customer wants it, or does not",
        on("recommendation"),
        act(DESK, "aftersales.recommendation", "action_accept", "recommendation"),
        act(DESK2, "aftersales.recommendation", "action_decline", "recommendation"),
    ),
    Pair(
        "put one unit in the place of two",
        on("units"),
        Act(
            DESK,
            EQUIPMENT,
            "action_replace",
            lambda t: [[t["unit"]], t["new"], "Broken"],
        ),
        Act(
            DESK2,
            EQUIPMENT,
            "action_replace",
            lambda t: [[t["other"]], t["new"], "Broken"],
        ),
    ),
    Pair(
        "install one serial at two sites",
        on("serial"),
        make(DESK, EQUIPMENT, lambda t: t["here"]),
        make(DESK2, EQUIPMENT, lambda t: t["there"]),
    ),
)
