"""B15: the worker dies while a batch is generated; the user presses again."""

from b12_payslips import generate, prepare
from kit import databases
from kit.crash import CrashTest
from odoodb import STATE

TITLE = "kill -9 during the generation of a batch with penalties"
GOAL = "nothing lost, doubled or half done; pressing again is answered"
GATE = {"rounds": 13, "people": 10}
LONG = {"rounds": 51, "people": 30}
POINTS = [
    {"model": "hr.payslip", "method": "compute_sheet", "when": "before"},
    {"model": "hr.payslip", "method": "compute_sheet", "when": "after"},
    {"model": "cursor", "method": "commit", "when": "before"},
    {"model": "cursor", "method": "commit", "when": "after"},
]


def run(size):
    database = databases.fresh("b15_settlement")
    batches, people = prepare(database, size)
    fire = generate(people)

    def count(batch):
        return databases.rows(
            database,
            "SELECT COUNT(*), COUNT(DISTINCT employee_id),"
            " COUNT(*) FILTER (WHERE state <> 'verify') FROM hr_payslip"
            " WHERE payslip_run_id = %s",
            [batch],
        )[0]

    def check_atomic(batch):
        slips, *_rest = count(batch)
        return [] if slips in (0, len(people)) else [f"half done: {slips} slips"]

    def check_final(batch):
        found, expected = count(batch), (len(people), len(people), 0)
        return [] if found == expected else [f"batch {batch}: {found}"]

    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    test = CrashTest(database, "as_hr", POINTS, folder)
    result = test.run(batches, lambda c, b: fire(c, 0, b), check_atomic, check_final)
    result["violations"] += databases.broken_laws(database, ["L1", "L2", "L3", "L4"])
    databases.discard(database)
    return {**result, "ok": not result["violations"]}
