"""The phone rings: call, ticket, promises, analysis, warranty, order."""


def hotline(stage):
    stage.scene("The phone rings")
    site = stage.equipment.site_id
    number = site.address_id.phone

    env = stage.act("chen.dispatcher", "takes a call", 0, "08:40")
    calls = env["aftersales.call"]
    stage.line("Number on the display", number)
    matches = calls.lookup(number)
    for match in matches:
        stage.line("Found", match["label"])
    match = next((m for m in matches if m["site_id"] == site.id), None)
    stage.check(match, f"The number {number} does not lead to {site.name}.")
    unit = calls.lookup("CP-0007")[0]
    stage.line("Unit named", unit["label"])
    call = calls.create(
        {
            "phone": number,
            "caller_name": "Mei Lan 梅兰",
            "kind": "repair",
            "subject": "CP-0007 builds no pressure",
            "symptom_id": env.ref("aftersales_service.code_symptom_no_pressure").id,
            "called_on": stage.at(0, "08:40"),
            **{name: unit[name] for name in ("partner_id", "site_id", "equipment_id")},
        }
    )
    stage.line("Call", f"{call.name}, {call.subject}")
    last = call.known_order_ids
    stage.line("Last services", ", ".join(last.mapped("name")) or "none on this unit")
    open_ticket(stage, call)


def open_ticket(stage, call):
    technician = stage.user("wang.technician")
    stage.refused(
        "A technician opens a ticket from the call",
        lambda: call.with_env(technician).action_create_ticket(),
    )
    ticket = call.action_create_ticket()
    again = call.action_create_ticket()
    stage.check(ticket == again, "The same call made a second ticket.")
    stage.ticket = ticket
    stage.line("Ticket", f"{ticket.number} {ticket.name}, pressed twice: still one")
    stage.line("Policy", f"{ticket.policy_id.name}, version {ticket.policy_version}")
    show_promises(stage, ticket.commitment_ids)

    stage.act("chen.dispatcher", "promises to send somebody", 0, "08:46")
    ticket.action_reply(at=stage.at(0, "08:46"))
    stage.line("First reply", stage.wall(ticket.first_reply_on))


def triage(stage):
    stage.scene("Analysis and order")
    ticket = stage.ticket
    env = stage.act(
        "chen.dispatcher", "decides: on site, and opens the order", 0, "08:55"
    )
    order = ticket.action_create_order()
    stage.check(order == ticket.action_create_order(), "A second order was opened.")
    stage.order = order
    stage.line("Order", f"{order.name}, pressed twice: still one")
    stage.line("Technician of the site", order.lead_id.name)
    show_warranty(stage, order.unit_ids.warranty_check_id)

    start, end = stage.at(0, "13:30"), stage.at(0, "15:30")
    stage.refused(
        "Dispatch before there is a time",
        lambda: order.action_dispatch(),
    )
    order.action_schedule(start, planned_end=end, promised_start=start)
    stage.line("Agreed with customer", stage.wall(order.promised_start))
    stage.line("State", order.state)
    show_promises(stage, ticket.commitment_ids | order.commitment_ids)
    dispatch(stage, env, ticket, order)


def dispatch(stage, env, ticket, order):
    stage.refused(
        "Dispatch before the fault is analysed",
        lambda: order.action_dispatch(),
    )
    ticket.write(
        {
            "triage_note": "Probable cause: intake valve. Measures: check valve and "
            "solenoid. Parts: intake valve, solenoid valve."
        }
    )
    order.unit_ids.write(
        {"expected_cause_id": env.ref("aftersales_service.code_cause_intake_valve").id}
    )
    stage.line("Analysis", ticket.triage_note)
    order.action_triage(repairable="yes")
    stage.line(
        "Triage",
        f"in time: {order.triage_on_time}, repairable: {order.triage_repairable}, "
        f"where: {order.triage_place}",
    )

    env = stage.act("chen.dispatcher", "dispatches", 0, "09:05")
    order.action_dispatch()
    stage.check(order.state == "dispatched", "The order was not dispatched.")
    stage.line("State", order.state)
    kit = order.check_ids.filtered(lambda check: check.purpose == "departure_kit")
    stage.line("Kit list", f"{len(kit)} items for {order.lead_id.name}")
    before_visit(stage, order)


def before_visit(stage, order):
    """Call the customer before anybody travels."""
    stage.act("chen.dispatcher", "calls Mei Lan before the visit", 0, "09:10")
    order.action_confirm_customer("Mei Lan 梅兰")
    confirmation = order.confirmation_ids
    stage.line("Confirmed with", confirmation.confirmed_with)
    stage.line("Address", confirmation.address)


def show_promises(stage, promises):
    """Print each promise with its deadline and whether it was kept."""
    rows = []
    for promise in stage.show(promises).sorted("id"):
        kept = stage.wall(promise.fulfilled_on)
        rows.append(
            [
                "* promise",
                promise.milestone,
                f"by {stage.wall(promise.deadline)}",
                f"kept {kept}" if promise.fulfilled_on else "",
                promise.state,
            ]
        )
    stage.table(rows or [["* no promise runs"]])


def show_warranty(stage, check):
    """Print a verdict, test by test."""
    stage.line("Warranty", f"{check.verdict} on {check.on_date}")
    stage.table(
        [
            ["passed" if test.passed else "FAILED", test.code, test.name, test.value]
            for test in check.test_ids.sorted("sequence")
        ]
    )
    stage.check(check.verdict == "covered", "CP-0007 must be covered by its warranty.")
    for line in (check.explanation or "").splitlines():
        stage.line("Because", line)
