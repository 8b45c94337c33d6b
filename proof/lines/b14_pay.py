"""B14: two acts on one payslip or adjustment, half of the clients each."""

import db
from b12_payslips import LAWS
from kit import databases
from kit.alone import count_notes, make_officer, make_slips
from kit.rounds import race
from kit.server import OdooServer
from kit.world import make_pay_world

TITLE = "conflicting pairs of acts on pay by 16 at once, half and half"
GOAL = "the end is that of one act after the other; the laws hold"
TAKES = 109
GATE = {"rounds": 3, "clients": 16, "workers": 2}
LONG = {"rounds": 20, "clients": 16, "workers": 8}
# Two acts as (login, model, method, arguments), and the ends that either order of
# them has: state of slip and adjustment, its appeal, credit notes and live posts.
ADJUSTMENT, SLIP = "aftersales.adjustment", "hr.payslip"
DONE = (SLIP, "action_payslip_done", ())
PAID = ("done", "settled", None, 0, 1)
PAIRS = {
    "appeal or confirm the slip": (
        ("as_technician", ADJUSTMENT, "action_appeal", ("I was not there",)),
        ("as_hr", *DONE),
        "verify",
        # The slip confirmed after the appeal is computed again, without it.
        {
            PAID,
            ("draft", "confirmed", "open", 0, 0),
            ("done", "confirmed", "open", 0, 0),
        },
    ),
    "cancel the penalty or confirm the slip": (
        ("as_hr2", ADJUSTMENT, "action_cancel", ("Wrong person",)),
        ("as_hr", *DONE),
        "verify",
        {PAID, ("draft", "cancel", None, 0, 0), ("done", "cancel", None, 0, 0)},
    ),
    "refund or cancel the slip": (
        ("as_hr2", SLIP, "refund_sheet", ()),
        ("as_hr", SLIP, "action_payslip_cancel", ()),
        "done",
        # A cancelled slip is not refunded, and one that was refunded stays.
        {("cancel", "confirmed", None, 0, 0), ("done", "confirmed", None, 1, 0)},
    ),
    "compute or confirm the slip": (
        ("as_hr2", SLIP, "compute_sheet", ()),
        ("as_hr", *DONE),
        "verify",
        {PAID},
    ),
    "reverse the penalty or refund the slip": (
        ("as_hr2", ADJUSTMENT, "action_reverse", ("Wrong person",)),
        ("as_hr", SLIP, "refund_sheet", ()),
        "done",
        {("done", "confirmed", None, 1, 0)},
    ),
}


def prepare(database, size):
    """Make a slip with one penalty a round and pair.

    :return: lists of (slip id, adjustment id) by pair
    """
    with databases.environment(database, commit=True) as env:
        world = make_pay_world(env)
        env["ir.config_parameter"].set_param("payroll.allow_cancel_payslips", "True")
        targets, number = {}, 0
        for name, (_one, _other, state, _ends) in PAIRS.items():
            targets[name] = []
            for _round in range(size["rounds"]):
                month = f"{2026 + number // 12}-{number % 12 + 1:02}"
                penalty = world._confirmed("LATE", on=f"{month}-05")
                slip = world._slip(month=month, days=28).sudo()
                slip.compute_sheet()
                if state == "done":
                    slip.action_payslip_done()
                targets[name].append((slip.id, penalty.id))
                number += 1
        return targets


def fire_half(one, other):
    def fire(client, k, target):
        _login, model, method, args = other if k % 2 else one
        return client.call(model, method, [target[model == ADJUSTMENT]], *args)

    return fire


def check_end(database, ends):
    def check(target, replies):
        slip, penalty = target
        (found,) = databases.rows(
            database,
            "SELECT s.state, a.state, a.appeal_state,"
            "       (SELECT COUNT(*) FROM hr_payslip r WHERE r.id = s.refunded_id),"
            "       (SELECT COUNT(*) FROM aftersales_settlement p"
            "         WHERE p.payslip_id = s.id AND p.adjustment_id = a.id"
            "           AND p.kind = 'post' AND NOT EXISTS"
            "         (SELECT 1 FROM aftersales_settlement c WHERE c.closes_id = p.id))"
            "  FROM hr_payslip s, aftersales_adjustment a"
            " WHERE s.id = %s AND a.id = %s",
            [slip, penalty],
        )
        return [] if found in ends else [f"slip {slip}: {found}"]

    return check


def control(size):
    """Refund and cancel slips of the payroll alone, half and half.

    :return: credit notes and slips, when one got more than one; else None
    """
    database = databases.PREFIX + "b14_alone"
    db.fresh_base(database)
    with databases.environment(database, commit=True) as env:
        make_officer(env)
        env["ir.config_parameter"].set_param("payroll.allow_cancel_payslips", "True")
        slips = make_slips(env, size["rounds"])
        env["hr.payslip"].browse(slips).write({"state": "done"})

    def fire(client, k, slip):
        act = "action_payslip_cancel" if k % 2 else "refund_sheet"
        return client.call(SLIP, act, [slip])

    with OdooServer(database, size["workers"]) as server:
        logins = ["officer"] * size["clients"]
        race(server, logins, slips, fire, lambda _slip, _replies: [])
        notes = count_notes(database, slips)
    databases.discard(database)
    return f"{notes} credit notes of {len(slips)} slips" if notes > len(slips) else None


def run(size):
    database = databases.fresh("b14_pay")
    targets = prepare(database, size)
    figures, violations = {}, []
    with OdooServer(database, size["workers"]) as server:
        for name, (one, other, _state, ends) in PAIRS.items():
            logins = [(one, other)[k % 2][0] for k in range(size["clients"])]
            result = race(
                server, logins, targets[name], fire_half(one, other),
                check_end(database, ends),
            )  # fmt: skip
            violations += [f"{name}: {text}" for text in result.pop("violations")]
            figures[name] = result
    violations += databases.broken_laws(database, LAWS)
    databases.discard(database)
    figures["control, the payroll alone"] = found = control(size)
    if not found:
        violations.append("control: the payroll alone held, so this line sees nothing")
    return {**figures, "violations": violations, "ok": not violations}
