"""B12: a batch generated, a slip confirmed and refunded by many at once."""

from kit import databases
from kit.rounds import race
from kit.server import OdooServer
from kit.world import make_pay_world

LAWS = ["L1", "L2", "L3", "L4", "L5"]
TITLE = "one batch generated, one payslip confirmed and refunded by 16 at once"
GOAL = "one slip a person, each amount posted once, one credit note"
GATE = {"rounds": 5, "clients": 16, "workers": 2, "people": 10}
LONG = {"rounds": 60, "clients": 16, "workers": 8, "people": 30}


def prepare(database, size):
    """Make the people, a penalty each and a batch and a slip a round."""
    with databases.environment(database, commit=True) as env:
        world = make_pay_world(env)
        people = env["hr.employee"]
        for number in range(size["people"]):
            people |= world._create_employee(f"Person {number}")
        people.version_id.struct_id = world.structure
        for person in people:
            world._confirmed("LATE", employee=person, on="2026-01-05")
        batches = [
            env["hr.payslip.run"].create(
                {
                    "name": f"Batch {number}",
                    "date_start": f"{2026 + number // 12}-{number % 12 + 1:02}-01",
                    "date_end": f"{2026 + number // 12}-{number % 12 + 1:02}-28",
                    "struct_id": world.structure.id,
                    "company_id": world.company.id,
                }
            )
            for number in range(size["rounds"])
        ]
        return [batch.id for batch in batches], people.ids


def generate(people):
    def fire(client, k, batch):
        wizard = client.call(
            "hr.payslip.employees", "create", [{"employee_ids": [[6, 0, people]]}]
        )
        if wizard.kind != "ok":
            return wizard
        context = {"active_id": batch, "active_model": "hr.payslip.run"}
        ids = wizard.value if isinstance(wizard.value, list) else [wizard.value]
        return client.call(
            "hr.payslip.employees", "compute_sheet", ids, context=context
        )

    return fire


def slips_of(database, people):
    def check(batch, replies):
        found = databases.rows(
            database,
            "SELECT COUNT(*), COUNT(DISTINCT employee_id) FROM hr_payslip"
            " WHERE payslip_run_id = %s",
            [batch],
        )
        expected = [(len(people), len(people))]
        return [] if found == expected else [f"batch {batch}: {found}"]

    return check


def confirm_and_refund(client, k, slip):
    method = "action_payslip_done" if k % 2 else "refund_sheet"
    return client.call("hr.payslip", method, [slip])


def ledger_of(database):
    def check(slip, replies):
        (refunds, live), *_rest = databases.rows(
            database,
            "SELECT (SELECT COUNT(*) FROM hr_payslip r WHERE r.credit_note"
            "         AND r.id = s.refunded_id),"
            "       (SELECT COUNT(*) FROM aftersales_settlement p"
            "         WHERE p.payslip_id = s.id AND p.kind = 'post' AND NOT EXISTS"
            "         (SELECT 1 FROM aftersales_settlement c WHERE c.closes_id = p.id))"
            "  FROM hr_payslip s WHERE s.id = %s",
            [slip],
        )
        held = (refunds, live) in ((0, 0), (0, 1), (1, 0))
        return [] if held else [f"slip {slip}: {refunds} refunds, {live} live posts"]

    return check


def run(size):
    database = databases.fresh("b12_payslips")
    batches, people = prepare(database, size)
    logins = ["as_hr"] * size["clients"]
    with OdooServer(database, size["workers"]) as server:
        made = race(
            server, logins, batches, generate(people), slips_of(database, people)
        )
        slips = [
            slip
            for (slip,) in databases.rows(
                database,
                "SELECT id FROM hr_payslip WHERE payslip_run_id = %s ORDER BY id",
                [batches[0]],
            )
        ]
        paid = race(
            server, logins, slips[: size["rounds"]], confirm_and_refund,
            ledger_of(database),
        )  # fmt: skip
    broken = databases.broken_laws(database, LAWS)
    databases.discard(database)
    violations = made["violations"] + paid["violations"] + broken
    return {
        "generate": made,
        "confirm and refund": paid,
        "violations": violations,
        "ok": not violations,
    }
