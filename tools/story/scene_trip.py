"""The trip: two meals and one overnight."""


def journey(stage):
    stage.scene("The trip")
    env = stage.act("wang.technician", "enters his trip", 2, "09:40")
    day, next_day = stage.date(0), stage.date(1)
    trip = env["aftersales.trip"].create(
        {
            "employee_id": stage.order.lead_id.id,
            "destination": "Kunming 昆明",
            "order_ids": [(6, 0, [stage.order.id, stage.rework.id])],
            "expected_days": 2.0,
        }
    )
    stage.trip = trip
    trip.action_depart(at=stage.at(0, "12:50"))
    trip.action_return(at=stage.at(1, "19:30"))
    trip.write(
        {
            "line_ids": [
                (0, 0, {"kind": "meal", "date": day, "quantity": 1}),
                (0, 0, {"kind": "lodging", "date": day, "quantity": 1}),
                (0, 0, {"kind": "meal", "date": next_day, "quantity": 1}),
            ]
        }
    )
    stage.line(
        "Trip",
        f"{trip.name}, {stage.wall(trip.departed_on)} to "
        f"{stage.wall(trip.returned_on)}",
    )
    trip.action_submit()
    stage.table(
        [[line.date, line.kind, f"{line.quantity:g}"] for line in trip.line_ids]
    )
    stage.refused("He confirms his own trip", trip.action_confirm)
    confirmation(stage)


def confirmation(stage):
    env = stage.act("gao.head", "confirms the trip", 2, "10:00")
    trip = stage.trip.with_env(env)
    trip.action_confirm()
    stage.line("Trip", trip.state)
