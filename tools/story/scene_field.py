"""On the road and on site: kit, departure, lateness, the end of the work."""

from pictures import signature
from scene_desk import show_promises


def departure(stage):
    stage.scene("Departure")
    env = stage.act("wang.technician", "checks his kit", 0, "09:30")
    order = stage.order.with_env(env)
    kit = order.check_ids.filtered(lambda check: check.purpose == "departure_kit")
    cloth = kit.filtered(lambda check: "cloth" in check.name.lower())
    stage.check(len(cloth) == 1, "The kit list has no cleaning cloth.")
    (kit - cloth).action_answer(True, at=stage.at(0, "09:30"))
    stage.refused(
        "Depart without the cleaning cloth",
        lambda: order.action_depart(at=stage.at(0, "09:40")),
    )
    other = stage.user("sun.technician")
    stage.refused(
        "A technician who is not on the order departs for it",
        lambda: order.with_env(other).action_depart(at=stage.at(0, "09:40")),
    )
    stage.refused(
        "Arrive before departing",
        lambda: order.action_arrive(at=stage.at(0, "09:40")),
    )
    cloth.action_answer(True, at=stage.at(0, "09:38"))
    stage.line("Kit", f"{order.kit_ready} of {order.kit_total} items ticked")
    for check in kit:
        stage.line(f"  {check.state}", check.name)

    env = stage.act("wang.technician", "departs", 0, "12:50")
    order.action_depart(at=stage.at(0, "12:50"), request_key="story-depart")
    order.action_depart(at=stage.at(0, "12:50"), request_key="story-depart")
    stage.line("Departed", stage.wall(order.departed_on))


def arrival(stage):
    stage.scene("Late arrival")
    env = stage.act("wang.technician", "arrives", 0, "14:05")
    order = stage.order.with_env(env)
    stage.refused(
        "Arrive tomorrow",
        lambda: order.action_arrive(at=stage.tomorrow()),
    )
    order.action_arrive(at=stage.at(0, "14:05"))
    worker = order.worker_ids
    stage.check(worker.is_late, "35 minutes after the appointment is late.")
    stage.line("Due on site", stage.wall(worker.due_on))
    stage.line(
        "Arrived", f"{stage.wall(worker.arrived_on)}, {worker.late_minutes} min late"
    )
    show_promises(stage, stage.ticket.commitment_ids | stage.order.commitment_ids)
    order.action_report_late("personal")
    stage.line("Reason he reports", worker.late_reason)
    stage.refused(
        "He confirms his own reason",
        lambda: worker.action_confirm_late("traffic"),
    )

    env = stage.act("chen.dispatcher", "confirms the reason", 0, "14:20")
    worker = worker.with_env(env)
    worker.action_confirm_late("personal")
    stage.line("Reason confirmed", worker.late_reason_confirmed)
    late = stage.adjustments("LATE", worker)
    stage.check(len(late) == 1, "Lateness must propose exactly one penalty.")
    stage.refused(
        "The same reason is confirmed twice",
        lambda: worker.action_confirm_late("personal"),
    )
    stage.line("* Penalty proposed", f"{late.name}, {late.amount:.2f}, {late.state}")
    stage.refused(
        "The dispatcher looks at the technician's pay",
        lambda: env["aftersales.adjustment"].browse(late.id).read(["amount"]),
    )


def finish(stage):
    stage.scene("The customer signs")
    env = stage.act("wang.technician", "writes his report", 1, "10:50")
    order = stage.order.with_env(env)
    stage.refused(
        "Sign before the report is written",
        lambda: order.action_sign("Mei Lan", signature(), at=stage.at(1, "10:55")),
    )
    for item in order.missing("sign"):
        stage.line("Missing", f"{item['label']}: {item['reason']}")
    order.write(
        {
            "solution": "Intake valve replaced, solenoid checked, set to 7.5 bar.",
            "test_run": "passed",
            "fix_confidence": "unsure",
            "customer_opinion": "Runs again. I hope it lasts this time.",
        }
    )
    order.unit_ids.write({"result": "fixed"})
    stage.line("Solution", order.solution)
    stage.line("Test run, sure?", f"{order.test_run}, {order.fix_confidence}")
    stage.refused(
        "Sign before the site is clean",
        lambda: order.action_sign("Mei Lan", signature(), at=stage.at(1, "10:55")),
    )
    closing = order.check_ids.filtered(lambda check: check.purpose == "closing")
    closing.action_answer(True, at=stage.at(1, "10:55"))
    stage.line("Before he leaves", ", ".join(closing.mapped("name")))
    stage.refused(
        "Done without a signature",
        lambda: order.action_done(at=stage.at(1, "10:55")),
    )
    order.action_sign("Mei Lan 梅兰", signature(), at=stage.at(1, "11:00"))
    stage.line("Signed", f"{order.signed_by}, {stage.wall(order.signed_on)}")
    stage.refused(
        "Change the report after the signature",
        lambda: order.write({"solution": "Nothing was broken."}),
    )
    leave(stage, order)


def leave(stage, order):
    order.action_call_headquarters(at=stage.at(1, "11:05"))
    order.action_leave(at=stage.at(1, "11:10"))
    order.action_done(at=stage.at(1, "11:15"))
    stage.line("Called headquarters", stage.wall(order.hq_called_on))
    stage.line("Left", stage.wall(order.left_on))
    stage.line("Done", f"{stage.wall(order.done_on)}, category {order.category}")
    stage.line("Report complete", order.report_complete)
    show_promises(stage, stage.ticket.commitment_ids | stage.order.commitment_ids)

    env = stage.act("chen.dispatcher", "receives the signed sheet", 1, "11:40")
    order = order.with_env(env)
    order.action_receive_sheet(at=stage.at(1, "11:40"))
    stage.line("Sheet received", stage.wall(order.sheet_received_on))
