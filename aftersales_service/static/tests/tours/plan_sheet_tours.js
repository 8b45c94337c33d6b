import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const press = (name) => ({
    content: `Press ${name}`,
    trigger: `.o_day_sheet_job > .o_day_foot button[name=${name}]:enabled`,
    run: "click",
});

const question = (text) => `.o_day_check:has(.o_day_checkname:contains("${text}"))`;

const tick = (text, answer = "yes") => ({
    content: `${text}: ${answer}`,
    trigger: `${question(text)} button[name=${answer}]`,
    run: "click",
});

function drawOn({anchor}) {
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
}

const finding = [
    {
        content: "A hazard: the photo of it is asked for only now",
        trigger: `.o_day_sheet_job:not(:has(${question("Photo of the hazard")}))`,
    },
    tick("No hazards", "no"),
    {
        content: "What is wrong, in words",
        trigger: "textarea[name=reason]",
        run: "edit Cable hangs loose over the gate",
    },
    {trigger: "button[name=confirm]:enabled", run: "click"},
    {trigger: question("Photo of the hazard")},
];

tours.add("aftersales_technician_sheet", {
    steps: () => [
        {
            content: "The inspection of this month",
            trigger: ".o_day_job:contains('Inspection')",
            run: "click",
        },
        press("depart"),
        press("arrive"),
        {
            content: "The sheet stands first, with what was read before",
            trigger: `${question("Pressure")}:contains("Before: 7.5")`,
        },
        tick("Functions work"),
        ...finding,
        {
            content: "A number within its limits",
            trigger: `${question("Pressure")} input`,
            run: "edit 7 && press Tab",
        },
        tick("Diary kept"),
        {
            trigger: "textarea[name=customer_opinion]",
            run: "edit The gate worries us && press Tab",
        },
        {
            content: "All is asked, and the customer reads what was found",
            trigger: ".o_day_foot button[name=sign]:enabled",
            run: "click",
        },
        {trigger: ".o_day_sheet:contains('Cable hangs loose')"},
        {trigger: "input[name=signer]", run: "edit Li Ming"},
        {trigger: ".o_day_pad canvas", run: drawOn},
        {
            trigger: ".o_day_foot button[name=sign]:enabled:contains('Signed')",
            run: "click",
        },
        press("call"),
        press("leave"),
        press("done"),
        {trigger: ".o_day_sheet_job[data-state=done]:not(:has(.o_day_pill))"},
    ],
});

const inRow = (text, name) => ({
    content: `${text}: ${name}`,
    trigger: `.o_data_row:contains("${text}") button[name=${name}]`,
    run: "click",
});

const signBy = (button) => [
    {
        content: "The box to sign in",
        trigger: ".modal .o_signature",
        run: "click",
    },
    {
        content: "Sign in letters",
        trigger: ".modal .o_web_sign_auto_button",
        run: "click",
    },
    {
        content: "The name has become a signature",
        trigger: ".modal .modal-footer button.btn-primary:enabled:contains('Adopt')",
        run: "click",
    },
    {trigger: `.modal .o_field_signature img`},
    {
        content: "Recorded",
        trigger: `.modal button[name=${button}]:enabled`,
        run: "click",
    },
    {trigger: "body:not(:has(.modal))"},
];

tours.add("aftersales_head_quarterly", {
    steps: () => [
        {
            content: "The sheet of the quarter",
            trigger: ".oe_stat_button[name=action_open_sheet]",
            run: "click",
        },
        inRow("Functions work", "action_tick"),
        {trigger: ".o_data_row.text-success:contains('Functions work')"},
        inRow("No hazards", "action_tick"),
        {trigger: ".o_data_row.text-success:contains('No hazards')"},
        {
            content: "Back to the visit",
            trigger: ".o_back_button, .breadcrumb-item:last a",
            run: "click",
        },
        {
            content: "The customer's leader signs",
            trigger: ".o_statusbar_buttons button[name=action_open_sign]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Li Hua && press Tab",
        },
        ...signBy("action_sign"),
        {
            content: "Our side signs",
            trigger: ".o_statusbar_buttons button:contains('Sign for Our Side')",
            run: "click",
        },
        ...signBy("action_sign"),
        {
            content: "Signed by both",
            trigger: ".o_form_view .o_field_widget[name=company_signed_by_id]",
        },
    ],
});
