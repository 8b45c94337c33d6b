"""P3: payslips with twenty adjustments each, against the same payslips without us."""

import random
from datetime import date

from base import SEED, figure, median, peaks, ratios, spread
from meter import Meter

TITLE = "payslips with 20 adjustments each against the same slips without our addon"
DATABASES = {"with": "product", "without": "base"}
SIZES = {"small": (50, 200), "full": (500, 2000)}
SLOW_TURNS = {"small": 5, "full": 2}
ADJUSTMENTS = 20
CAP = 5.0  # percent of gross: less than the penalties of nearly everybody
PERIOD = {"date_from": "2026-03-01", "date_to": "2026-03-31"}


def make_staff(env, count, structure):
    """Make employees with a contract each."""
    employees = env["hr.employee"].create(
        [{"name": f"Bench {number:05}"} for number in range(count)]
    )
    employees.version_id.write(
        {
            "contract_date_start": date(2025, 1, 1),
            "wage": 5200.0,
            "struct_id": structure.id,
        }
    )
    return employees


def copy_structure(source, target):
    """Make the structure of our addon in a database without it, rule for rule."""
    names = ["name", "code", "sequence", "amount_select", "amount_python_compute"]
    categories = {}
    structure = target["hr.payroll.structure"].create(
        {"name": "Bench", "code": "BENCH", "parent_id": False}
    )
    for rule in source.ref("aftersales_service.payroll_structure_field").rule_ids:
        code = rule.category_id.code
        if code not in categories:
            categories[code] = target["hr.salary.rule.category"].create(
                {"name": code, "code": code}
            )
        values = {name: rule[name] for name in names}
        structure.rule_ids += target["hr.salary.rule"].create(
            {**values, "category_id": categories[code].id}
        )
    return structure


def make_adjustments(env, employees):
    """Insert confirmed adjustments, a fixed mix of allowances and penalties."""
    rules = env["aftersales.pay.rule"].search([("code", "in", ["MEAL", "LATE"])])
    chooser, rows, number = random.Random(SEED), [], 0
    for employee in employees:
        for _each in range(ADJUSTMENTS):
            number += 1
            rule = chooser.choices(rules, weights=[1, 4])[0]
            rows.append(
                (
                    f"BENCH/{number:07}", employee.id, rule.id, rule.kind,
                    env.company.id, "confirmed", "base", "hr.employee", number,
                    date(2026, 3, chooser.randint(1, 28)),
                    chooser.choice([15.0, 50.0, 30.0]),
                )
            )  # fmt: skip
    env.cr.execute_values(
        """INSERT INTO aftersales_adjustment
           (name, employee_id, rule_id, kind, company_id, state, effect, event_model,
            event_id, date, amount, quantity, residual_amount, settled_amount,
            reserved_amount, work_step)
           VALUES %s""",
        [(*row, 1.0, row[-1], 0.0, 0.0, "payslip") for row in rows],
    )


def prepare(bench, databases, count):
    with bench.env(databases["with"], commit=True) as env:
        structure = env.ref("aftersales_service.payroll_structure_field")
        make_adjustments(env, make_staff(env, count, structure))
        with bench.env(databases["without"], commit=True) as bare:
            make_staff(bare, count, copy_structure(env, bare))


def make_slips(env, count):
    versions = env["hr.employee"].search([("name", "=like", "Bench %")], limit=count)
    structure = versions[:1].version_id.struct_id
    return env["hr.payslip"].create(
        [
            {
                "name": f"Bench {employee.id}",
                "employee_id": employee.id,
                "contract_id": employee.version_id.id,
                "struct_id": structure.id,
                **PERIOD,
            }
            for employee in versions
        ]
    )


def trial(bench, database, count, again=False):
    """Return the cost of computing new slips, or of computing them once more."""
    with bench.env(database) as env:
        slips = make_slips(env, count)
        if again:
            slips.compute_sheet()
        env.flush_all()
        env.invalidate_all()
        with Meter(env.cr) as meter:
            slips.compute_sheet()
            env.flush_all()
        if "aftersales_settlement_ids" in slips._fields:
            check(env, slips)
        return meter.cost


def check(env, slips):
    """Every adjustment stands on its slip exactly once, the sums agree."""
    env.cr.execute(
        """SELECT COUNT(*), COUNT(DISTINCT adjustment_id) FROM aftersales_settlement s
            WHERE kind = 'reserve' AND payslip_id = ANY(%s) AND NOT EXISTS (
                  SELECT 1 FROM aftersales_settlement c WHERE c.closes_id = s.id)""",
        [slips.ids],
    )
    entries, adjustments = env.cr.fetchone()
    expected = len(slips) * ADJUSTMENTS
    if env.company.aftersales_deduction_cap:  # what does not fit waits
        assert entries == adjustments and 0 < entries < expected
    else:
        assert (entries, adjustments) == (expected, expected)


def set_cap(bench, database, percent):
    """Switch the deduction guard on, or off with 0."""
    with bench.env(database, commit=True) as env:
        env.company.aftersales_deduction_cap = percent


def measure_first(bench, databases, count, what, goal):
    """Return the row of new slips, with and without our addon in turn."""
    costs = bench.compare(
        {
            name: lambda name=name: trial(bench, databases[name], count)
            for name in DATABASES
        }
    )
    overhead = ratios(costs["with"], costs["without"])
    return figure(
        f"first compute of {count} slips{what}, with / without",
        spread(overhead), f"≤ {goal}", overhead[0] <= goal,
        f"{median(costs['with']):.2f} s / {median(costs['without']):.2f} s, "
        f"{peaks(costs['with'], costs['without'])}",
    )  # fmt: skip


def measure_growth(bench, database, few, many):
    """Return the row of computing again: many slips against few."""
    costs = bench.compare(
        {
            "few": lambda: trial(bench, database, few, again=True),
            "many": lambda: trial(bench, database, many, again=True),
        }
    )
    growth, limit = ratios(costs["many"], costs["few"]), 1.125 * many / few
    return figure(
        f"compute again, {many} slips / {few} slips",
        spread(growth), f"≤ {limit:.1f}", growth[0] <= limit,
        f"{median(costs['many']):.2f} s, "
        f"{median(costs['few'], 'queries') / few:.1f} queries a slip",
    )  # fmt: skip


def measure_gain(bench, databases, count):
    """Return the row of computing again, without our addon and with it.

    The payroll alone takes minutes at 500: fewer turns, each beside one of ours.
    """
    costs = bench.compare(
        {
            name: lambda name=name: trial(bench, databases[name], count, again=True)
            for name in DATABASES
        },
        turns=SLOW_TURNS[bench.size],
    )
    gain = ratios(costs["without"], costs["with"])
    return figure(
        f"compute {count} slips again, without / with",
        spread(gain), "≥ 30 at 500", gain[0] >= 30,
        f"{median(costs['without']):.2f} s / {median(costs['with']):.2f} s, "
        f"{len(costs['with'])} turns",
    )  # fmt: skip


def run(bench, databases):
    few, many = SIZES[bench.size]
    prepare(bench, databases, many)
    yield measure_first(bench, databases, few, "", 1.15)
    yield measure_gain(bench, databases, few)
    yield measure_growth(bench, databases["with"], few, many)
    set_cap(bench, databases["with"], CAP)
    yield measure_first(bench, databases, few, ", deduction guard on", 1.6)
