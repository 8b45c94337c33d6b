"""The part: claim, emergency, approval, transfer, use, and the old one back."""

from pictures import broken_valve


def claim(stage):
    stage.scene("A part is needed")
    env = stage.act("wang.technician", "finds the intake valve broken", 0, "14:40")
    order = stage.order.with_env(env)
    order.unit_ids.write(
        {
            "cause_id": env.ref("aftersales_service.code_cause_intake_valve").id,
            "remedy_id": env.ref("aftersales_service.code_remedy_part_changed").id,
        }
    )
    order.action_start_work(at=stage.at(0, "14:42"))
    stage.line("Work begun", stage.wall(order.work_started_on))
    valve = env.ref("aftersales_service.product_valve_intake_demo")
    claim = env["aftersales.claim"].create(
        {
            "order_id": order.id,
            "equipment_id": stage.equipment.id,
            "evidence": "report",
            "evidence_note": "Valve plate cracked from the rim to the middle.",
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": valve.id,
                        "quantity": 1.0,
                        "payer": "company",
                        "old_part": "return",
                        "old_serial": "IV-2025-44871",
                    },
                )
            ],
        }
    )
    stage.claim = claim
    stage.line("Claim", f"{claim.name}, {valve.display_name}")
    submit(stage, env, claim)


def submit(stage, env, claim):
    stage.refused("Submit without a photo", claim.action_submit)
    photo = env["ir.attachment"].create(
        {
            "name": "valve.jpg",
            "datas": broken_valve(),
            "res_model": "aftersales.claim",
            "res_id": claim.id,
        }
    )
    claim.write({"evidence_ids": [(4, photo.id)]})
    claim.action_submit(at=stage.at(0, "14:50"))
    stage.line("Submitted", f"{stage.wall(claim.submitted_on)}, {claim.state}")
    stage.line("Estimate", money(stage, claim.amount_total))
    stage.refused("He verifies his own claim", claim.action_verify)
    stage.refused(
        "He makes it an emergency himself",
        lambda: claim.action_set_emergency("I am in a hurry"),
    )


def approval(stage):
    stage.scene("Emergency and approval")
    keeper = stage.user("luo.warehouse")
    stage.refused(
        "The warehouse issues before approval",
        lambda: stage.claim.with_env(keeper).action_issue(),
    )
    env = stage.act("chen.dispatcher", "verifies it as an emergency", 0, "15:00")
    claim = stage.claim.with_env(env)
    stage.refused(
        "An emergency without a reason",
        lambda: claim.action_set_emergency(""),
    )
    claim.action_set_emergency("Cold store warms up, the flowers are lost by noon")
    claim.action_verify(at=stage.at(0, "15:00"))
    stage.line("Urgency", f"{claim.urgency}: {claim.urgency_reason}")
    stage.line("Verified", f"{stage.wall(claim.verified_on)}, {claim.state}")
    stage.refused("The dispatcher approves what he verified", claim.action_approve)
    stage.refused("The dispatcher has it issued before approval", claim.action_issue)
    technician = stage.user("wang.technician")
    stage.refused(
        "The technician approves his own claim",
        stage.claim.with_env(technician).action_approve,
    )

    env = stage.act("gao.head", "approves", 0, "15:10")
    claim = stage.claim.with_env(env)
    tier = claim.next_tier_id
    stage.line("Tier", f"{tier.name}: {tier.group_id.name}, {limits(stage, tier)}")
    claim.action_approve(at=stage.at(0, "15:10"))
    claim.action_approve(at=stage.at(0, "15:10"))
    stage.check(claim.state == "approved", "The head's approval must be enough.")
    decisions = claim.approval_ids
    stage.check(len(decisions) == 1, "Pressing twice made two approvals.")
    stage.line(
        "Approved",
        f"{money(stage, decisions.amount)} by {decisions.user_id.name}, "
        f"{stage.wall(decisions.decided_on)}; pressed twice: one approval",
    )


def issue(stage):
    stage.scene("The warehouse hands out the valve")
    env = stage.act("luo.warehouse", "prepares the transfer", 0, "15:20")
    claim = stage.claim.with_env(env)
    picking = claim.action_issue()
    stage.check(picking == claim.action_issue(), "A second transfer was made.")
    stage.line("Transfer", f"{picking.name}, {picking.picking_type_id.name}")
    stage.line("From", picking.location_id.complete_name)
    stage.line("To", picking.location_dest_id.complete_name)
    move = picking.move_ids
    stage.refused(
        "Hand out two valves instead of one",
        lambda: hand_out_too_many(stage, picking),
    )
    stage.refused(
        "Put another part on the transfer",
        lambda: move.write(
            {"product_id": env.ref("aftersales_service.product_airend_demo").id}
        ),
    )
    stage.refused(
        "Raise the quantity asked for",
        lambda: move.write({"product_uom_qty": 5.0}),
    )
    piece = picking.move_line_ids
    stage.lot = piece.lot_id
    stage.line("Serial reserved", piece.lot_id.name)
    picking.write({"aftersales_handed_on": stage.at(0, "15:40")})
    picking.with_context(skip_sms=True).button_validate()
    stage.check(picking.state == "done", "The transfer was not done.")
    claim.invalidate_recordset()
    stage.line("Done", f"{stage.wall(picking.date_done)}, serial {stage.lot.name}")
    stage.line("Claim", f"{claim.state}, issued {stage.wall(claim.issued_on)}")


def hand_out_too_many(stage, picking):
    """Type two pieces into the operations of the transfer and validate it."""
    free = picking.env["stock.lot"].search(
        [
            ("product_id", "=", picking.move_ids.product_id.id),
            ("id", "not in", picking.move_line_ids.lot_id.ids),
            ("location_id", "=", picking.location_id.id),
        ],
        limit=1,
    )
    piece = picking.move_line_ids
    piece.copy({"lot_id": free.id, "quantity": 1.0, "picking_id": picking.id})
    picking.with_context(skip_sms=True, skip_backorder=True).button_validate()


def repair(stage):
    stage.scene("The valve is built in")
    env = stage.act("wang.technician", "builds the valve in", 1, "10:20")
    line = stage.claim.with_env(env).line_ids
    stage.refused(
        "Use two of one valve",
        lambda: line.action_consume(2.0, at=stage.at(1, "10:20")),
    )
    line.action_consume(1.0, lot_id=stage.lot.id, at=stage.at(1, "10:20"))
    stage.line(
        "Used", f"{line.consumed_qty:g} of {line.issued_qty:g}, {line.lot_id.name}"
    )
    stage.line("Old valve owed back", f"{line.old_serial} by {line.old_part_due}")
    stage.refused(
        "Close the claim while the old valve is out",
        stage.claim.with_env(env).action_close,
    )


def old_part(stage):
    stage.scene("The old valve comes back")
    env = stage.act("luo.warehouse", "receives the old valve", 2, "09:10")
    line = stage.claim.with_env(env).line_ids
    stage.refused(
        "Two old valves come back for one",
        lambda: line.action_return_old(2.0, at=stage.at(2, "09:10")),
    )
    line.action_return_old(1.0, serial="IV-2025-44871", at=stage.at(2, "09:10"))
    stage.line("Old valve", f"{line.old_serial}, {line.old_returned_qty:g} came back")
    moves = stage.show(line.move_ids).filtered(lambda move: move.state == "done")
    stage.table(
        [
            [
                "* move",
                move.picking_id.name,
                f"{move.quantity:g}",
                ", ".join(move.lot_ids.mapped("name")),
                f"{move.location_id.name} -> {move.location_dest_id.name}",
                ", ".join(move.move_line_ids.owner_id.mapped("name")) and "customer's",
            ]
            for move in moves.sorted("id")
        ]
    )
    close(stage)


def find_responsible(stage):
    env = stage.act("he.quality", "finds who is responsible for the cost", 2, "09:20")
    claim = stage.claim.with_env(env)
    claim.action_find_responsible(
        "supplier", "Valve plate cracked along a casting flaw.", at=stage.at(2, "09:20")
    )
    stage.line("Responsible", claim.responsible_party)


def close(stage):
    find_responsible(stage)
    env = stage.act(
        "chen.dispatcher", "enters the freight and closes the claim", 2, "09:30"
    )
    claim = stage.claim.with_env(env)
    claim.write({"cost_shipping": 85.0})
    claim.action_close()
    stage.line(
        "Cost",
        f"{money(stage, claim.cost_total)} of {money(stage, claim.amount_total)}",
    )
    stage.line("Claim", claim.state)
    for line in claim.line_ids:
        stage.line(
            "Parts",
            f"issued {line.issued_qty:g} = consumed {line.consumed_qty:g} + returned "
            f"{line.returned_qty:g} + scrapped {line.scrapped_qty:g} + open "
            f"{line.open_qty:g}",
        )
    order = stage.order.with_env(env)
    order.action_close()
    stage.line("Order", order.state)


def money(stage, amount):
    return stage.company.currency_id.format(amount)


def limits(stage, tier):
    """Return the amounts of a tier as people read them."""
    upper = money(stage, tier.amount_to) if tier.amount_to else "without limit"
    mark = "up to" if tier.amount_to_included else "below"
    return f"{money(stage, tier.amount_from)} {mark} {upper}"
