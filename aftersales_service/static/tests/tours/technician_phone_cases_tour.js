import {
    allSent,
    choose,
    connect,
    disconnect,
    onAnotherDevice,
    openJob,
    press,
    takePhoto,
    tickKit,
} from "./phone_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const more = (name) => ({
    content: `Press ${name}, above the big button`,
    trigger: `.o_day_sheet_job .o_day_main button[name=${name}]`,
    run: "click",
});

const confirm = {
    trigger: ".o_day_sheet[role=dialog] button[name=confirm]:enabled",
    run: "click",
};

/* While this phone has no network, the customer refuses the repair on another one. */
async function refuseElsewhere() {
    const day = await onAnotherDevice("aftersales.order", "get_my_day", []);
    await onAnotherDevice("aftersales.order", "action_refuse_service", [
        [day.orders[0].id],
        "refused_repair",
        "Too dear",
    ]);
}

tours.add("aftersales_technician_refused", {
    steps: () => [
        openJob,
        ...tickKit,
        press("depart"),
        press("arrive"),
        allSent,
        {trigger: ".o_day_sheet_job[data-state=on_site]", run: disconnect},
        choose("test_run", "Passed"),
        {
            content: "The finding waits on the phone",
            trigger: ".o_day_pill:contains('1')",
            run: refuseElsewhere,
        },
        {trigger: ".o_day_pill", run: connect},
        {
            content: "The server refused it, and says why",
            trigger: ".o_day_refusal:contains('Findings'):contains('cannot change')",
        },
        {
            content: "To try again does not help",
            trigger: ".o_day_refusal button:contains('Try Again')",
            run: "click",
        },
        {
            content: "He takes note of it",
            trigger: ".o_day_refusal .o_day_discard",
            run: "click",
        },
        {
            content: "The phone shows what is true",
            trigger:
                ".o_day_sheet_job:not(:has(.o_day_refusal)) .o_day_promise:contains('Too dear')",
        },
        allSent,
    ],
});

tours.add("aftersales_technician_no_access", {
    steps: () => [
        openJob,
        ...tickKit,
        press("depart"),
        allSent,
        more("no_access"),
        {
            content: "No reason, no report",
            trigger: ".o_day_sheet[role=dialog] button[name=confirm]:disabled",
        },
        {trigger: "textarea[name=reason]", run: "edit Gate locked, rang twice"},
        {
            content: "The card hangs on the door",
            trigger: ".o_day_tick input",
            run: "click",
        },
        {
            content: "A picture of the closed door",
            trigger: ".o_day_sheet[role=dialog] .o_day_photo input:not(:visible)",
            run: takePhoto,
        },
        {trigger: ".o_day_sheet[role=dialog] .o_day_photo .fa-check"},
        confirm,
        {
            content: "The job is with the dispatcher again",
            trigger: ".o_day_column:not(:has(.o_day_job)) .o_day_tabs",
        },
    ],
});

tours.add("aftersales_technician_asks_for_parts", {
    steps: () => [
        openJob,
        more("parts"),
        {
            content: "What fits stands there, and where it is",
            trigger:
                ".o_day_card:contains('Intake Valve') .o_day_stock:contains('Warehouse'):contains('1')",
        },
        {
            trigger: ".o_day_card:contains('Intake Valve') [aria-label=More]",
            run: "click",
        },
        {
            content: "A part needs a photo of the damage",
            trigger: ".o_day_missing:contains('photo')",
        },
        {trigger: "textarea[name=damage]", run: "edit Disc broken"},
        {
            trigger: ".o_day_sheet[role=dialog] .o_day_photo input:not(:visible)",
            run: takePhoto,
        },
        {trigger: ".o_day_photo:contains('(1)')"},
        {
            trigger: ".o_day_sheet[role=dialog] button[name=ask]:enabled",
            run: "click",
        },
        {
            content: "The claim is on its way",
            trigger: ".o_day_claim[data-state=submitted]:contains('Intake Valve')",
        },
        allSent,
    ],
});

tours.add("aftersales_technician_builds_in", {
    steps: () => [
        openJob,
        more("use"),
        {
            content: "The serial he holds is chosen already",
            trigger:
                ".o_day_sheet[role=dialog] .o_day_choice .active:contains('V-TOUR')",
        },
        {trigger: "input[name=serial]", run: "edit V-OLD-1"},
        {trigger: "button[name=book]:enabled", run: "click"},
        {
            content: "It is built in, the old one is owed",
            trigger: ".o_day_claim:contains('Built in: 1') button[name=old]",
        },
        allSent,
        {
            content: "Back to the day",
            trigger: ".o_day_sheet_job .o_day_close",
            run: "click",
        },
        {trigger: "[data-tab=owed]", run: "click"},
        {
            content: "The old part stands among what he owes",
            trigger: ".o_day_card:contains('Intake Valve'):contains('V-OLD-1')",
        },
    ],
});

tours.add("aftersales_technician_day_report", {
    steps: () => [
        {trigger: "[data-tab=owed]", run: "click"},
        {
            content: "An empty report is not handed in",
            trigger: ".o_day_report button[name=report_day]:disabled",
        },
        {
            trigger: ".o_day_report textarea[name=work]",
            run: "edit Valve changed in Kunming",
        },
        {
            trigger: ".o_day_report textarea[name=next_tasks]",
            run: "edit Bring the old valve back",
        },
        {trigger: ".o_day_report button[name=report_day]:enabled", run: "click"},
        {
            content: "It is handed in",
            trigger: ".o_day_report .o_day_state:contains('Handed In')",
        },
    ],
});
