"""B15: the worker dies while pay is settled; the user presses again."""

from dataclasses import replace

import db
from b12_payslips import LAWS, prepare
from kit import databases
from kit.alone import make_employees, make_officer
from kit.crash import CrashTest
from kit.world import make_pay_world
from odoodb import STATE

TITLE = "kill -9 while a batch is generated, slips are confirmed and refunded"
GOAL = "nothing lost, doubled or half done; pressing again is answered"
TAKES = 152
GATE = {"rounds": 13, "people": 10}
LONG = {"rounds": 51, "people": 30}
COMMITS = [
    {"model": "cursor", "method": "commit", "when": "before"},
    {"model": "cursor", "method": "commit", "when": "after"},
]


def points(*methods):
    """Return crash points before and after methods of the payslip, and the commit."""
    return [
        {"model": "hr.payslip", "method": method, "when": when}
        for method in methods
        for when in ("before", "after")
    ] + COMMITS


def make_wizards(database, login, batches, people):
    """Choose the people of each batch, as the user who will press the button.

    :return: pairs of batch and wizard
    """
    with databases.environment(database, commit=True) as env:
        user = env["res.users"].search([("login", "=", login)])
        wizards = env["hr.payslip.employees"].with_user(user)
        made = wizards.create([{"employee_ids": [(6, 0, people)]} for _b in batches])
        return list(zip(batches, made.ids, strict=True))


def press_generate(client, target):
    batch, wizard = target
    context = {"active_id": batch, "active_model": "hr.payslip.run"}
    return client.call(
        "hr.payslip.employees", "compute_sheet", [wizard], context=context
    )


def count_slips(database, batch):
    """Return slips, people and uncomputed slips of a batch."""
    return databases.rows(
        database,
        "SELECT COUNT(*), COUNT(DISTINCT employee_id),"
        " COUNT(*) FILTER (WHERE state <> 'verify') FROM hr_payslip"
        " WHERE payslip_run_id = %s",
        [batch],
    )[0]


def kill_generation(folder, size):
    """Kill workers that generate batches; a batch is there whole, or not at all."""
    database = databases.fresh("b15_settlement")
    batches, people = prepare(database, size)
    targets = make_wizards(database, "as_hr", batches, people)

    def check_atomic(target):
        slips, *_rest = count_slips(database, target[0])
        return [] if slips in (0, len(people)) else [f"half done: {slips} slips"]

    def check_final(target):
        found = count_slips(database, target[0])
        expected = (len(people), len(people), 0)
        return [] if found == expected else [f"batch {target[0]}: {found}"]

    test = CrashTest(database, "as_hr", points("compute_sheet"), folder)
    return finish(
        database, test.run(targets, press_generate, check_atomic, check_final)
    )


def control(folder, size):
    """Kill the payroll alone after the commit of a batch, and press again.

    :return: slips and people of the batch, when somebody has two; else None
    """
    database = databases.PREFIX + "b15_alone"
    db.fresh_base(database)
    with databases.environment(database, commit=True) as env:
        make_officer(env)
        people = make_employees(env, size["people"])
        runs = env["hr.payslip.run"].create(
            [
                {
                    "name": f"Batch {number}",
                    "date_start": f"2026-{number:02}-01",
                    "date_end": f"2026-{number:02}-28",
                    "struct_id": people[0].struct_id.id,
                }
                for number in (1, 2, 3)
            ]
        )
        people, batches = people.ids, runs.ids
    # The first batch calibrates, the second dies at random, the third at the point.
    targets = make_wizards(database, "officer", batches, people)
    test = CrashTest(database, "officer", COMMITS[1:], folder)
    test.run(targets, press_generate, lambda _t: [], lambda _t: [])
    slips, persons, _rest = count_slips(database, batches[2])
    databases.discard(database)
    return f"{slips} slips of {persons} people" if slips > persons else None


def prepare_slips(database, size, is_done):
    """Make a slip with two adjustments a round; return their ids."""
    with databases.environment(database, commit=True) as env:
        world = make_pay_world(env)
        ids = []
        for number in range(size["rounds"]):
            month = f"{2026 + number // 12}-{number % 12 + 1:02}"
            world._confirmed("LATE", on=f"{month}-05")
            world._confirmed("MEAL", on=f"{month}-06", quantity=2)
            slip = world._slip(month=month, days=28).sudo()
            slip.compute_sheet()
            if is_done:
                slip.action_payslip_done()
            ids.append(slip.id)
        return ids


def look_at(database, slip):
    """Return state, live posts, credit notes and settled adjustments of a slip."""
    return databases.rows(
        database,
        "SELECT s.state,"
        "       (SELECT COUNT(*) FROM aftersales_settlement p"
        "         WHERE p.payslip_id = s.id AND p.kind = 'post' AND NOT EXISTS"
        "         (SELECT 1 FROM aftersales_settlement c WHERE c.closes_id = p.id)),"
        "       (SELECT COUNT(*) FROM hr_payslip r"
        "         WHERE r.credit_note AND r.id = s.refunded_id),"
        "       (SELECT COUNT(DISTINCT a.id) FROM aftersales_settlement p"
        "          JOIN aftersales_adjustment a ON a.id = p.adjustment_id"
        "         WHERE p.payslip_id = s.id AND a.state = 'settled')"
        "  FROM hr_payslip s WHERE s.id = %s",
        [slip],
    )[0]


def kill_act(folder, size, method, before, after):
    """Kill workers in the middle of one act on slips.

    :param before: what ``look_at`` sees before, and ``after`` the act
    """
    database = databases.fresh("b15_settlement")
    slips = prepare_slips(database, size, before[0] == "done")

    def press(client, slip):
        reply = client.call("hr.payslip", method, [slip])
        # Who presses again after a lost answer is told that it was done.
        if reply.kind == "user" and look_at(database, slip) == after:
            reply = replace(reply, kind="ok")
        return reply

    def check_atomic(slip):
        found = look_at(database, slip)
        return [] if found in (before, after) else [f"half done: {found}"]

    def check_final(slip):
        found = look_at(database, slip)
        return [] if found == after else [f"slip {slip}: {found}"]

    test = CrashTest(database, "as_hr", points(method), folder)
    return finish(database, test.run(slips, press, check_atomic, check_final))


def finish(database, result):
    """Check the laws, drop the database and return the figures."""
    result["violations"] += databases.broken_laws(database, LAWS)
    databases.discard(database)
    return result


def run(size):
    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    reserved, paid = ("verify", 0, 0, 0), ("done", 2, 0, 2)
    results = {
        "generate": kill_generation(folder, size),
        "confirm": kill_act(folder, size, "action_payslip_done", reserved, paid),
        "refund": kill_act(folder, size, "refund_sheet", paid, ("done", 0, 1, 0)),
    }
    violations = [
        f"{name}: {text}"
        for name, result in results.items()
        for text in result.pop("violations")
    ]
    results["control, the payroll alone"] = found = control(folder, size)
    if not found:
        violations.append("control: the payroll alone held, so this line sees nothing")
    return {**results, "violations": violations, "ok": not violations}
