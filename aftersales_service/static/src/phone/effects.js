/**
 * What the phone shows before the server knows: each step has an effect on the job
 * as it was last read. Once the server has answered, its word replaces all this.
 */

const STAMPS = {depart: "departed_on", arrive: "arrived_on", leave: "left_on"};

const me = (order) => order.workers.find((worker) => worker.is_me) || order.workers[0];

function findLine(order, lineId) {
    return order.claims
        .flatMap((claim) => claim.lines)
        .find((line) => line.id === lineId);
}

function stamp(order, step) {
    const worker = me(order);
    const name = STAMPS[step.effect.kind];
    if (worker) {
        worker[name] = worker[name] || step.at;
    }
    if (step.effect.kind === "arrive" && order.state === "dispatched") {
        order.state = "on_site";
    }
}

function moveLine(order, {lineId, quantity, use}) {
    const line = findLine(order, lineId);
    if (!line) {
        return;
    }
    if (use === "old") {
        line.old_owed = Math.max(line.old_owed - quantity, 0);
        return;
    }
    line.open = Math.max(line.open - quantity, 0);
    if (use === "use") {
        line.consumed += quantity;
    }
}

const EFFECTS = {
    depart: stamp,
    arrive: stamp,
    leave: stamp,
    call(order, step) {
        order.hq_called_on = step.at;
    },
    findings(order, {effect}) {
        const {units = [], ...values} = effect.findings;
        Object.assign(order, values);
        for (const finding of units) {
            const unit = order.units.find((item) => item.id === finding.id);
            Object.assign(unit || {}, finding);
        }
    },
    check(order, {effect}) {
        const check = order.checks.find((item) => item.id === effect.checkId);
        Object.assign(check || {}, effect.values);
    },
    late(order, {effect}) {
        me(order).late_reason = effect.reason;
    },
    colleague(order, {effect}) {
        order.workers.push({id: `new-${effect.id}`, name: effect.name, phone: ""});
    },
    photos(order, {effect}) {
        order.photos += effect.count;
    },
    parts(order, {effect}) {
        order.claims.push(effect.claim);
    },
    line(order, {effect}) {
        moveLine(order, effect);
    },
    sign(order, step) {
        order.signed_on = step.at;
        order.signed_by = step.effect.name;
        order.is_frozen = true;
    },
    refuse(order, {effect}) {
        order.sign_refused = true;
        order.sign_refused_reason = effect.reason;
        order.is_frozen = true;
    },
    callAhead(order, step) {
        order.called_ahead_on = step.at;
    },
    start(order, step) {
        order.work_started_on = step.at;
    },
    incident(order) {
        order.has_incident = true;
    },
    refuseService(order, step) {
        stamp(order, {at: step.at, effect: {kind: "arrive"}});
        order.is_refused = order.is_frozen = true;
        order.outcome_reason = step.effect.reason;
    },
    noAccess(order) {
        order.state = "draft";
    },
    done(order, step) {
        order.state = "done";
        order.done_on = step.at;
    },
};

/* A question that depends on another is asked after that answer alone. */
export function isAsked(order, check) {
    if (!check.only_if) {
        return true;
    }
    const asked = order.checks.find(({id}) => id === check.only_if.check);
    return (
        Boolean(asked) &&
        isAsked(order, asked) &&
        String(asked.value).toLowerCase() === check.only_if.answer
    );
}

/* A visit by plan answers its sheet, a repair says how the test run went. */
function hasFindings(order) {
    if (!order.is_planned) {
        return order.test_run && order.fix_confidence;
    }
    return !order.checks.some(
        (check) =>
            check.is_sheet &&
            check.is_required &&
            check.state === "open" &&
            isAsked(order, check)
    );
}

/* The next step of a job; the same rule as on the server, and the safe start. */
export function nextStep(order) {
    const worker = me(order);
    if (order.is_remote || !worker) {
        return false;
    }
    const isSigned = order.signed_on || order.sign_refused || order.is_refused;
    const isHere = order.state === "on_site";
    const isOpen = isHere || order.state === "done";
    const steps = [
        ["depart", order.state === "dispatched" && !worker.departed_on],
        ["arrive", (order.state === "dispatched" || isHere) && !worker.arrived_on],
        ["start", isHere && order.needs_start && !order.work_started_on && !isSigned],
        ["findings", isHere && !isSigned && !hasFindings(order)],
        ["sign", isHere && !isSigned],
        ["call", isOpen && !order.hq_called_on],
        ["leave", isOpen && !worker.left_on],
        ["done", isHere],
    ];
    return (steps.find(([, isDue]) => isDue) || [false])[0];
}

/* Tell whether the item that a reason names has its answer now. */
function isAnswered(order, {reason}) {
    const check = order.checks.find(({name}) => reason.includes(name));
    if (!check || check.state === "open") {
        return false;
    }
    return (
        check.state === "passed" ||
        check.is_sheet ||
        check.purpose === "closing" ||
        (!check.is_required && Boolean(check.note))
    );
}

/* Tell whether something that was missing has been entered on the phone since. */
function isSettled(order, item) {
    const settled = {
        cause_id: () =>
            order.units.length &&
            order.units.every((unit) => unit.cause_id || unit.result === "no_fault"),
        check_ids: () => isAnswered(order, item),
        media_count: () => order.photos > 0,
        claim_ids: () =>
            order.claims.some((claim) => claim.lines.some((line) => line.consumed > 0)),
        signature: () => order.signed_on || order.sign_refused,
    }[item.field];
    return settled ? settled() : Boolean(order[item.field]);
}

/**
 * @param {object} order as the server gave it
 * @param {object[]} steps of this order, not yet answered
 * @returns {object} the order as the technician left it
 */
export function applySteps(order, steps) {
    const shown = JSON.parse(JSON.stringify(order));
    for (const step of steps) {
        if (step.state === "refused") {
            break;
        }
        EFFECTS[step.effect.kind]?.(shown, step);
    }
    shown.next_step = nextStep(shown);
    if (steps.length) {
        for (const name of Object.keys(shown.missing)) {
            shown.missing[name] = shown.missing[name].filter(
                (item) => !isSettled(shown, item)
            );
        }
    }
    return shown;
}
