import {
    allSent,
    choose,
    connect,
    disconnect,
    loseAnswers,
    openJob,
    press,
    tickKit,
} from "./phone_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const pickCode = (kind, code, text) => [
    {trigger: `[data-kind=${kind}]`, run: "click"},
    {trigger: ".o_day_search", run: `edit ${code}`},
    {trigger: `.o_day_pick:contains(${text})`, run: "click"},
    {trigger: `[data-kind=${kind}]:contains(${text})`},
];

const sign = [
    press("sign"),
    {trigger: "input[name=signer]", run: "edit Li Ming"},
    {
        content: "The customer signs with a finger",
        trigger: ".o_day_pad canvas",
        run({anchor}) {
            const box = anchor.getBoundingClientRect();
            const at = (type, x, y) =>
                anchor.dispatchEvent(
                    new PointerEvent(type, {
                        bubbles: true,
                        clientX: box.left + x,
                        clientY: box.top + y,
                    })
                );
            at("pointerdown", 20, 20);
            at("pointermove", 120, 90);
            at("pointermove", 200, 40);
            at("pointerup", 200, 40);
        },
    },
    {trigger: ".o_day_foot button[name=sign]:enabled:contains('Signed')", run: "click"},
];

tours.add("aftersales_technician_phone", {
    steps: () => [
        openJob,
        ...tickKit,
        press("depart"),
        press("arrive"),
        ...pickCode("cause", "T-VALVE", "Valve broken"),
        ...pickCode("remedy", "T-CHANGE", "Part changed"),
        choose("result", "Fixed"),
        {trigger: "textarea[name=solution]", run: "edit Valve cleaned && press Tab"},
        {
            trigger: "textarea[name=customer_opinion]",
            run: "edit Quick and tidy && press Tab",
        },
        choose("test_run", "Passed"),
        choose("fix_confidence", "Sure"),
        ...sign,
        press("call"),
        press("leave"),
        press("done"),
        {
            content: "The report is handed in",
            trigger: ".o_day_sheet_job[data-state=done]",
        },
        allSent,
    ],
});

tours.add("aftersales_technician_offline", {
    steps: () => [
        openJob,
        ...tickKit,
        allSent,
        {trigger: ".o_day_sheet_job", run: disconnect},
        press("depart"),
        press("arrive"),
        {
            content: "Work goes on, two steps wait",
            trigger: ".o_day_pill:contains('2')",
            run: loseAnswers,
        },
        {
            content: "The server hears, the phone does not know",
            trigger: ".o_day_pill",
            run: () => window.dispatchEvent(new Event("online")),
        },
        {trigger: ".o_day_pill .fa-plane"},
        {trigger: ".o_day_pill", run: connect},
        allSent,
        {trigger: ".o_day_sheet_job[data-state=on_site]"},
    ],
});

const openEarned = [
    {trigger: ".o_day_tab[data-tab=earned]", run: "click"},
    {trigger: ".o_day_total"},
];

/* He reads the notice of one penalty and says so, and appeals against it. */
tours.add("aftersales_technician_notice", {
    steps: () => [
        {trigger: ".o_day_tab[data-tab=today]"},
        ...openEarned,
        {
            content: "A notice waits to be read",
            trigger: ".o_day_card[data-notice=open]",
            run: "click",
        },
        {trigger: ".o_day_notice button[name=acknowledge]", run: "click"},
        {trigger: ".o_day_notice:not(:has(button[name=acknowledge]))"},
        {trigger: ".o_day_notice button[name=appeal]", run: "click"},
        {
            trigger: ".o_day_notice textarea[name=appeal_text]",
            run: "edit The road was closed by the police",
        },
        {trigger: ".o_day_notice button[name=send_appeal]", run: "click"},
        {
            content: "It is on record and cannot be sent again",
            trigger: "main:not(:has(.o_day_notice)) .o_day_total",
        },
    ],
});
