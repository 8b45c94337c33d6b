"""From the facts to the payslip."""

from dateutil.relativedelta import relativedelta

from odoo.tests import Form


def adjustments(stage):
    stage.scene("What follows for the technician")
    mine = stage.adjustments_of_story()
    env = stage.act("wang.technician", "reads what is proposed", 3, "08:30")
    show(stage, mine.with_env(env))
    penalty = mine.filtered(lambda adjustment: adjustment.kind == "penalty")
    stage.refused("He verifies his own penalty", penalty.with_env(env).action_verify)
    env = stage.user("ma.hr")
    stage.refused(
        "HR confirms what the head has not verified",
        penalty.with_env(env).action_confirm,
    )

    env = stage.act("gao.head", "verifies the penalty", 3, "09:00")
    penalty = penalty.with_env(env)
    penalty.action_verify()
    stage.line("Verified", f"{penalty.name} by {penalty.verified_by_id.name}")
    stage.refused("The head confirms what he verified", penalty.action_confirm)

    env = stage.act("ma.hr", "confirms everything", 3, "10:00")
    mine = mine.with_env(env)
    mine.action_confirm()
    show(stage, mine)
    for adjustment in mine:
        stage.line(adjustment.name, " ".join((adjustment.facts or "").split()))
    stage.refused(
        "HR changes the amount of a confirmed penalty",
        lambda: penalty.with_env(env).write({"amount": 1.0}),
    )


def payslip(stage):
    stage.scene("Month end")
    env = stage.act("ma.hr", "makes the payslip in the form")
    first = stage.day.replace(day=1)
    last = first + relativedelta(months=1, days=-1)
    form = Form(env["hr.payslip"])
    form.employee_id = stage.trip.with_env(env).employee_id
    form.date_from = first
    form.date_to = last
    slip = form.save()
    stage.slip = slip
    stage.line("Payslip", f"{slip.name}, {slip.date_from} to {slip.date_to}")
    stage.line("Structure", slip.struct_id.name)
    slip.compute_sheet()
    once = lines(slip)
    inputs = [(line.code, line.amount) for line in slip.input_line_ids]
    slip.compute_sheet()
    stage.check(once == lines(slip), "Computing twice changed the payslip.")
    stage.check(
        inputs == [(line.code, line.amount) for line in slip.input_line_ids],
        "Computing twice changed the inputs.",
    )
    stage.line("Computed twice", "the same lines and inputs")
    stage.table([[code, name, f"{total:>10.2f}"] for code, name, total in lines(slip)])
    behind(stage, slip)
    confirm(stage, env, slip)


def confirm(stage, env, slip):
    slip.action_payslip_done()
    stage.check(slip.state == "done", "The payslip was not confirmed.")
    stage.line("Confirmed", f"{slip.number}, {slip.state}")
    for adjustment in stage.adjustments_of_story().with_env(env):
        stage.check(adjustment.state == "settled", f"{adjustment.name} is not settled.")
    stage.line("Adjustments", "all settled")
    stage.refused("Compute a payslip that is done", slip.compute_sheet)
    stage.refused(
        "Type a penalty into the payslip by hand",
        lambda: env["hr.payslip.input"].create(
            {
                "name": "By hand",
                "code": "AS_PENALTY",
                "amount": 500.0,
                "payslip_id": slip.id,
                "contract_id": slip.contract_id.id,
            }
        ),
    )


def lines(slip):
    """Return the lines of a payslip that carry something."""
    return [
        (line.code, line.name, line.total) for line in slip.line_ids.sorted("sequence")
    ]


def behind(stage, slip):
    """Print the adjustments behind the lines of a payslip."""
    for line in slip.aftersales_line_ids:
        adjustment = line.adjustment_id
        stage.line(
            f"  {line.payslip_code}",
            f"{line.amount:8.2f}  {adjustment.name}  {adjustment.rule_id.name}, "
            f"{adjustment.date}",
        )


def show(stage, adjustments):
    """Print adjustments with the way their amounts came about."""
    for adjustment in adjustments:
        stage.line(
            adjustment.name,
            f"{adjustment.kind} {adjustment.rule_id.name}, {adjustment.date}, "
            f"{adjustment.amount:.2f}, {adjustment.state}",
        )
        for part in adjustment.breakdown or []:
            stage.line(
                "",
                f"{part['label']}: {part['base']:g} x {part['rate']:g} = "
                f"{part['amount']:.2f}",
            )
