"""Customer service calls back, twice."""

from pictures import signature


def first_call(stage):
    stage.scene("Three hours later")
    env = stage.act("lin.callback", "looks at the call-backs she owes", 1, "13:00")
    callback = stage.order.with_env(env).callback_ids
    stage.check(len(callback) == 1, "An unsure repair owes exactly one call-back.")
    stage.line("Call-back", f"{callback.name}, {callback.rule_id.name}")
    stage.line(
        "Window", f"{stage.wall(callback.opens_on)} to {stage.wall(callback.due_on)}"
    )
    stage.refused(
        "Call before the window opens",
        lambda: callback.action_record("satisfied", at=stage.at(1, "13:00")),
    )
    technician = stage.user("wang.technician")
    stage.refused(
        "The technician calls the customer himself",
        lambda: callback.with_env(technician).action_record(
            "satisfied", at=stage.at(1, "14:30")
        ),
    )
    stage.refused(
        "Dissatisfied, but with what?",
        lambda: callback.action_record("dissatisfied", at=stage.at(1, "14:30")),
    )
    stage.act("lin.callback", "calls Mei Lan", 1, "14:30")
    callback.action_record(
        "dissatisfied",
        note="Pressure drops to 5 bar again after an hour.",
        scores={"quality": 2, "attitude": 4, "speed": 3},
        aspect="quality",
        at=stage.at(1, "14:30"),
        request_key="story-callback",
    )
    stage.line("Result", f"{callback.result} ({callback.aspect}): {callback.note}")
    stage.line("Scores", scores(callback))
    stage.rework = callback.rework_order_id
    stage.check(stage.rework, "Dissatisfied must open a rework order.")
    stage.line("Rework order", f"{stage.rework.name}, {stage.rework.state}")


def rework(stage):
    stage.scene("The work is done again")
    env = stage.act("chen.dispatcher", "sends the technician again", 1, "14:45")
    order = stage.rework.with_env(env)
    start = stage.at(1, "16:00")
    order.action_schedule(start, planned_end=stage.at(1, "17:00"), promised_start=start)
    order.action_triage(
        analysis="Pressure falls after an hour: check joint and sensor.",
        repairable="yes",
    )
    order.action_dispatch()
    stage.line("Agreed with customer", stage.wall(order.promised_start))
    second_visit(stage)
    second_call(stage)


def second_visit(stage):
    env = stage.act("wang.technician", "goes back and seals the joint", 1, "15:30")
    order = stage.rework.with_env(env)
    tick(order, "departure_kit", stage.at(1, "15:25"))
    order.action_depart(at=stage.at(1, "15:30"))
    order.action_arrive(at=stage.at(1, "15:55"))
    stage.line(
        "Arrived", f"{stage.wall(order.arrived_on)}, late: {order.worker_ids.is_late}"
    )
    order.unit_ids.write(
        {
            "cause_id": env.ref("aftersales_service.code_cause_wiring").id,
            "remedy_id": env.ref("aftersales_service.code_remedy_adjusted").id,
            "result": "fixed",
        }
    )
    order.action_start_work(at=stage.at(1, "15:58"))
    order.write(
        {
            "solution": "Plug of the pressure sensor was loose: fixed and sealed.",
            "test_run": "passed",
            "fix_confidence": "sure",
            "customer_opinion": "Two hours at 7.5 bar without a drop.",
        }
    )
    tick(order, "closing", stage.at(1, "16:38"))
    order.action_sign("Mei Lan 梅兰", signature(), at=stage.at(1, "16:40"))
    order.action_call_headquarters(at=stage.at(1, "16:42"))
    order.action_leave(at=stage.at(1, "16:45"))
    order.action_done(at=stage.at(1, "16:45"))
    stage.line("Done", f"{stage.wall(order.done_on)}, {order.solution}")


def tick(order, purpose, at):
    """Tick all items of one list."""
    checks = order.check_ids.filtered(lambda check: check.purpose == purpose)
    checks.action_answer(True, at=at)


def second_call(stage):
    env = stage.act("lin.callback", "calls Mei Lan again", 1, "19:50")
    callback = stage.rework.with_env(env).callback_ids
    stage.check(len(callback) == 1, "The rework must owe a second call-back.")
    stage.line("Call-back", f"{callback.name}, round {callback.round}")
    stage.line(
        "Window", f"{stage.wall(callback.opens_on)} to {stage.wall(callback.due_on)}"
    )
    callback.action_record(
        "satisfied",
        note="Steady all evening.",
        scores={"quality": 5, "attitude": 5, "speed": 4},
        at=stage.at(1, "19:50"),
    )
    stage.line("Result", f"{callback.result}: {callback.note}")
    stage.line("Scores", scores(callback))
    stage.check(not callback.rework_order_id, "Satisfied must not open more work.")

    env = stage.act("gao.head", "ticks the case as tracked to the end", 2, "08:30")
    stage.rework.with_env(env).action_track()
    stage.line("Followed by", stage.rework.with_env(env).escalation_owner_id.name)

    env = stage.act("chen.dispatcher", "closes the rework order", 2, "08:40")
    order = stage.rework.with_env(env)
    order.action_close()
    ticket = stage.ticket.with_env(env)
    stage.line("Order, ticket", f"{order.state}, {ticket.stage_id.name}")


def scores(callback):
    return (
        f"quality {callback.score_quality}, attitude {callback.score_attitude}, "
        f"speed {callback.score_speed}"
    )
