import {ConnectionLostError, rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const connected = rpc._rpc;

/* Only the page's own calls: the web client around it reports its lost calls as errors. */
const isOurs = (url) => url.includes("/aftersales.");

/* The network goes: nothing reaches the server. */
function disconnect() {
    rpc._rpc = (url, ...request) =>
        isOurs(url)
            ? Promise.reject(new ConnectionLostError(url))
            : connected(url, ...request);
}

/* Worse: the server hears everything, and its answers are lost. */
function loseAnswers() {
    rpc._rpc = async (url, ...request) => {
        const answer = await connected(url, ...request);
        if (isOurs(url)) {
            throw new ConnectionLostError(url);
        }
        return answer;
    };
}

function connect() {
    rpc._rpc = connected;
    window.dispatchEvent(new Event("online"));
}

const press = (name) => ({
    content: `Press ${name}`,
    trigger: `.o_day_sheet_job > .o_day_foot button[name=${name}]`,
    run: "click",
});

const choose = (field, text) => ({
    trigger: `[data-field=${field}] button:contains(${text})`,
    run: "click",
});

const pickCode = (kind, code, text) => [
    {trigger: `[data-kind=${kind}]`, run: "click"},
    {trigger: ".o_day_search", run: `edit ${code}`},
    {trigger: `.o_day_pick:contains(${text})`, run: "click"},
    {trigger: `[data-kind=${kind}]:contains(${text})`},
];

const openJob = {
    content: "My job of today",
    trigger: ".o_day_job:contains('Yunnan')",
    run: "click",
};

const allSent = {
    content: "All is sent",
    trigger: ".o_day_sheet_job:not(:has(.o_day_pill))",
};

const tickKit = [
    {
        content: "What is missing stands there before the step is tried",
        trigger: ".o_day_missing:contains('Cleaning cloth')",
    },
    {
        content: "The cloth is in the van",
        trigger: "[data-check] button[name=yes]",
        run: "click",
    },
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
