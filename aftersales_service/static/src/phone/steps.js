import {_t} from "@web/core/l10n/translation";

const ORDER = "aftersales.order";

/* Every step a phone can record: what is called, and what is shown meanwhile. */

function onOrder(order, label, method, args, effect, more = {}) {
    return {
        orderId: order.id,
        orderName: order.name,
        label,
        model: ORDER,
        method,
        ids: [order.id],
        args,
        effect,
        ...more,
    };
}

export function mergeFindings(before, after) {
    const {units: oldUnits = [], ...oldValues} = before;
    const {units: newUnits = [], ...newValues} = after;
    const units = new Map(oldUnits.map((unit) => [unit.id, unit]));
    for (const unit of newUnits) {
        units.set(unit.id, {...units.get(unit.id), ...unit});
    }
    const merged = {...oldValues, ...newValues};
    return units.size ? {...merged, units: [...units.values()]} : merged;
}

/* Not in order: a tick of “no”, or a number outside its limits. */
export function isFailed(check, value) {
    if (check.type === "number" && check.limits) {
        const [minimum, maximum] = check.limits;
        return !(Number(value) >= minimum && Number(value) <= maximum);
    }
    return value === false;
}

export const steps = {
    depart: (order) =>
        onOrder(order, _t("Depart"), "action_depart", [], {kind: "depart"}),
    arrive: (order) =>
        onOrder(order, _t("I Am on Site"), "action_arrive", [], {kind: "arrive"}),
    leave: (order) => onOrder(order, _t("Leave"), "action_leave", [], {kind: "leave"}),
    call: (order) =>
        onOrder(order, _t("Headquarters Called"), "action_call_headquarters", [], {
            kind: "call",
        }),
    done: (order) =>
        onOrder(order, _t("Report Handed In"), "action_done", [], {kind: "done"}),
    place: (order, {latitude, longitude, accuracy}) =>
        onOrder(
            order,
            _t("Place of Arrival"),
            "action_stamp_place",
            [latitude, longitude, accuracy],
            {kind: "place"}
        ),
    late: (order, reason) =>
        onOrder(order, _t("Reason of Being Late"), "action_report_late", [reason], {
            kind: "late",
            reason,
        }),
    noAccess: (order, reason, cardLeft, photo) =>
        onOrder(
            order,
            _t("Nobody Lets Me In"),
            "action_no_access",
            [reason, cardLeft, photo || false],
            {kind: "noAccess"},
            {isLarge: Boolean(photo)}
        ),
    callAhead: (order) =>
        onOrder(order, _t("Customer Called Ahead"), "action_call_ahead", [], {
            kind: "callAhead",
        }),
    start: (order) =>
        onOrder(order, _t("Start the Work"), "action_start_work", [], {kind: "start"}),
    incident: (order, reason) =>
        onOrder(order, _t("Incident"), "action_incident", [reason], {kind: "incident"}),
    refuseService: (order, outcome, reason) =>
        onOrder(
            order,
            _t("Customer Refuses"),
            "action_refuse_service",
            [outcome, reason],
            {kind: "refuseService", reason}
        ),
    dayReport: ({date, work, next_tasks, plan}) => ({
        orderId: 0,
        orderName: date,
        label: _t("Day Report"),
        model: "aftersales.day.report",
        method: "action_report_day",
        ids: [],
        args: [work, next_tasks, plan, date],
        effect: {kind: "dayReport", date},
    }),
    colleague: (order, person) =>
        onOrder(order, _t("Second Person"), "action_add_colleague", [person.id], {
            kind: "colleague",
            ...person,
        }),
    photos: (order, photos, note = "") =>
        onOrder(
            order,
            _t("Photos"),
            "action_add_photos",
            [photos, note],
            {kind: "photos", count: photos.length},
            {isLarge: true}
        ),
    sign: (order, name, image) =>
        onOrder(
            order,
            _t("Signature"),
            "action_sign",
            [name, image],
            {kind: "sign", name},
            {isLarge: true}
        ),
    refuse: (order, reason) =>
        onOrder(order, _t("Signature Refused"), "action_refuse_signature", [reason], {
            kind: "refuse",
            reason,
        }),
    parts: (order, unit, lines, {note, photos, payer}) =>
        onOrder(
            order,
            _t("Parts Asked For"),
            "action_request_parts",
            [
                unit.id,
                lines.map((line) => ({
                    product_id: line.product_id,
                    quantity: line.quantity,
                })),
                note,
                photos,
                payer,
            ],
            {
                kind: "parts",
                claim: {
                    id: 0,
                    name: "",
                    state: "waiting",
                    state_label: _t("Waiting to send"),
                    equipment_id: unit.equipment_id,
                    lines: lines.map((line) => ({
                        id: 0,
                        name: line.name,
                        quantity: line.quantity,
                        uom: line.uom,
                        open: 0,
                        consumed: 0,
                        old_owed: 0,
                        lots: [],
                    })),
                },
            },
            {isLarge: true}
        ),
    /* Findings that follow each other travel together until the first is sent. */
    findings(order, findings) {
        return onOrder(
            order,
            _t("Findings"),
            "action_record_findings",
            [findings],
            {kind: "findings", findings},
            {
                merge(last) {
                    const merged = mergeFindings(last.args[0], findings);
                    last.args = [merged];
                    last.effect = {kind: "findings", findings: merged};
                },
            }
        );
    },
    answer(order, check, value, photo = null) {
        const state = isFailed(check, value) ? "failed" : "passed";
        const words = {true: "yes", false: "no"}[value] || value;
        return {
            ...onOrder(order, check.name, "action_answer", [value, photo], {
                kind: "check",
                checkId: check.id,
                values: {state, value: check.type === "photo" ? "📷" : words},
            }),
            model: "aftersales.check",
            ids: [check.id],
            isLarge: Boolean(photo),
        };
    },
    explain(order, check, note) {
        return {
            ...onOrder(order, check.name, "action_explain", [note], {
                kind: "check",
                checkId: check.id,
                values: {note},
            }),
            model: "aftersales.check",
            ids: [check.id],
        };
    },
    oldSerial(order, line, serial) {
        return {
            ...onOrder(order, _t("Old Serial"), "action_note_old_serial", [serial], {
                kind: "serial",
            }),
            model: "aftersales.claim.line",
            ids: [line.id],
        };
    },
    book(order, line, {use, quantity, lotId, serial}) {
        const [label, method, extra] = {
            use: [_t("Built In"), "action_consume", lotId || false],
            unused: [_t("Back Unused"), "action_return_unused", lotId || false],
            old: [_t("Old Part Handed In"), "action_return_old", serial || false],
        }[use];
        return {
            ...onOrder(order, `${label}: ${line.name}`, method, [quantity, extra], {
                kind: "line",
                lineId: line.id,
                quantity,
                use,
            }),
            model: "aftersales.claim.line",
            ids: [line.id],
        };
    },
};
