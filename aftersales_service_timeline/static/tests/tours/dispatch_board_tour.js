import {registry} from "@web/core/registry";

function findLane(name) {
    return [...document.querySelectorAll(".o_board_lane")].find((lane) =>
        lane.querySelector(".o_board_name").textContent.includes(name)
    );
}

/* Press, move and let go, as a mouse does: so many hours right, into a lane. */
function drag(job, laneName, hours) {
    const from = job.getBoundingClientRect();
    const to = findLane(laneName).getBoundingClientRect();
    const hour = document.querySelector(".o_board_hour").getBoundingClientRect().width;
    const start = {clientX: from.left + 8, clientY: from.top + 8};
    const end = {clientX: start.clientX + hours * hour, clientY: to.top + 12};
    const send = (type, position, target = document.elementFromPoint(0, 0)) =>
        target.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                pointerId: 1,
                button: 0,
                ...position,
            })
        );
    send("pointerdown", start, job);
    send("pointermove", {clientX: start.clientX + 9, clientY: start.clientY});
    send("pointermove", end);
    send("pointerup", end);
}

function inLane(name, place, more = "") {
    return `.o_board_lane:contains('${name}') .o_board_job:contains('${place}')${more}`;
}

registry.category("web_tour.tours").add("aftersales_dispatch_board", {
    steps: () => [
        {
            content: "Both technicians have a lane; drag the job of one to the other",
            trigger: inLane("Wang Lei", "Kunming"),
            run: ({anchor}) => drag(anchor, "Zhao Min", 1),
        },
        {
            content: "It stands there; take it back",
            trigger: `.o_aftersales_board:has(${inLane("Zhao Min", "Kunming")}) .o_board_undo`,
            run: "click",
        },
        {
            content: "It is back; by one hour later in the same lane",
            trigger: `.o_aftersales_board:not(:has(.o_board_undo)) ${inLane("Wang Lei", "Kunming")}`,
            run: ({anchor}) => drag(anchor, "Wang Lei", 1),
        },
        {
            content: "Press it: what it is stands below",
            trigger: `.o_aftersales_board:has(.o_board_undo) ${inLane("Wang Lei", "Kunming")}`,
            run: "click",
        },
        {
            content: "Without a mouse there is a dialog",
            trigger: ".o_board_foot:contains('Kunming') .o_board_schedule",
            run: "click",
        },
        {
            content: "Leave it",
            trigger: ".modal .o_form_view [name=planned_start]",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "The week counts the jobs of each day",
            trigger: "body:not(:has(.modal)) .o_board_show_week",
            run: "click",
        },
        {
            content: "A day opens",
            trigger: ".o_board_lane:contains('Wang Lei') .o_board_cell:contains('1')",
            run: "click",
        },
        {
            content: "Search leaves the lanes that match",
            trigger: `.o_board_day ${inLane("Wang Lei", "Kunming")}`,
        },
        {
            trigger: ".o_board_search",
            run: "edit Zhao",
        },
        {
            trigger: ".o_board_lanes:not(:contains('Wang Lei')):contains('Zhao Min')",
        },
    ],
});

registry.category("web_tour.tours").add("aftersales_dispatch_board_refused", {
    steps: () => [
        {
            content: "Drag a job to somebody without the licence",
            trigger: inLane("Wang Lei", "Kunming"),
            run: ({anchor}) => drag(anchor, "Zhao Min", 1),
        },
        {
            content: "The server says why",
            trigger: ".o_notification:contains('Electrician')",
        },
        {
            content: "The job is back, and there is nothing to undo",
            trigger: `.o_aftersales_board:not(:has(.o_board_undo)):not(:has(${inLane("Zhao Min", "Kunming")})) ${inLane("Wang Lei", "Kunming")}`,
        },
    ],
});

registry.category("web_tour.tours").add("aftersales_dispatch_board_promise", {
    steps: () => [
        {
            content: "Drag a job past the time agreed with the customer",
            trigger: inLane("Wang Lei", "Kunming"),
            run: ({anchor}) => drag(anchor, "Wang Lei", 2),
        },
        {
            content:
                "The board asks for reason and consent, with the new time filled in",
            trigger: ".modal .o_form_view [name=reason]",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Nothing moved",
            trigger: `body:not(:has(.modal)) ${inLane("Wang Lei", "Kunming")}`,
        },
    ],
});

registry.category("web_tour.tours").add("aftersales_dispatch_board_unassigned", {
    steps: () => [
        {
            content: "A job waits above the lanes; give it a technician and an hour",
            trigger: ".o_board_unassigned .o_board_job:contains('Kunming')",
            run({anchor}) {
                const hour = document.querySelectorAll(".o_board_hour")[14];
                const left = hour.getBoundingClientRect().left + 2;
                const from = anchor.getBoundingClientRect().left + 8;
                drag(anchor, "Zhao Min", (left - from) / hour.offsetWidth);
            },
        },
        {
            trigger: inLane("Zhao Min", "Kunming", ".o_board_scheduled"),
        },
    ],
});
