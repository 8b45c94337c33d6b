"""The payroll without our addons: what the controls of the pay lines break."""

from . import databases

GROUPS = ("payroll.group_payroll_manager", "stock.group_stock_manager")


def make_officer(env):
    """Make the user ``officer``, who manages payroll and stock.

    :return: the user; the password is the one that ``Client`` guesses
    """
    people = env["res.users"].with_context(no_reset_password=True)
    return people.create(
        {
            "name": "Officer",
            "login": "officer",
            "password": "officer".ljust(8, "x"),
            "group_ids": [(4, env.ref(group).id) for group in GROUPS],
        }
    )


def make_employees(env, count):
    """Make employees with a contract, all of one structure."""
    structure = env["hr.payroll.structure"].search([], limit=1)
    if not structure:
        structure = env["hr.payroll.structure"].create({"name": "S", "code": "S"})
    return env["hr.employee"].create(
        [
            {
                "name": f"Paid {number}",
                "wage": 1000.0,
                "contract_date_start": "2025-01-01",
                "date_version": "2025-01-01",
                "struct_id": structure.id,
            }
            for number in range(count)
        ]
    )


def make_slips(env, count):
    """Make payslips of one employee, one a month; return their ids."""
    employee = make_employees(env, 1)
    slips = env["hr.payslip"].create(
        [
            {
                "name": f"Slip {number}",
                "employee_id": employee.id,
                "date_from": f"2026-{number + 1:02}-01",
                "date_to": f"2026-{number + 1:02}-28",
                "contract_id": employee.version_id.id,
                "struct_id": employee.struct_id.id,
            }
            for number in range(count)
        ]
    )
    return slips.ids


def count_notes(database, slips):
    """Return how many credit notes a round of slips was given."""
    found = databases.rows(
        database,
        "SELECT COUNT(*) FROM hr_payslip WHERE credit_note AND employee_id IN"
        " (SELECT employee_id FROM hr_payslip WHERE id = ANY(%s))",
        [slips],
    )
    return found[0][0]
