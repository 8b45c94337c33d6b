import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function step(button) {
    return {
        trigger: `.o_statusbar_buttons ${button}:enabled`,
        run: "click",
    };
}

function current(label) {
    return {
        content: `It is ${label}`,
        trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
    };
}

function stroke(canvas) {
    const box = canvas.getBoundingClientRect();
    const at = (name, share, buttons) =>
        canvas.dispatchEvent(
            new PointerEvent(name, {
                bubbles: true,
                buttons,
                cancelable: true,
                clientX: box.left + box.width * share,
                clientY: box.top + box.height * share,
                isPrimary: true,
                pointerId: 1,
            })
        );
    at("pointerdown", 0.2, 1);
    for (const share of [0.3, 0.4, 0.5, 0.6, 0.7]) {
        at("pointermove", share, 1);
    }
    at("pointerup", 0.8, 0);
}

const apply = {trigger: ".modal button[name=action_apply]:enabled", run: "click"};
const closed = {trigger: "body:not(:has(.modal))"};

tours.add("aftersales_charge_cause", {
    steps: () => [
        {content: "The customer pays", ...step("button[name=action_open_charge]")},
        {content: "The tariff is shown", ...step("button[name=action_show_tariff]")},
        {
            content: "Report the cause",
            ...step("button:contains('Report to the Head')"),
        },
        {
            trigger: ".modal div[name=text] textarea:visible",
            run: "edit Valve worn, out of warranty",
        },
        apply,
        closed,
        current("With the Head"),
    ],
});

tours.add("aftersales_charge_told", {
    steps: () => [
        {
            content: "The head told the customer",
            ...step("button[name=action_tell]"),
        },
        current("Customer Asked"),
        {
            content: "What does the customer want?",
            ...step('button:contains("Customer\'s Opinion")'),
        },
        {
            trigger: ".modal div[name=opinion] input[data-value=repair]",
            run: "click",
        },
        {trigger: ".modal div[name=name] input", run: "edit Li Hua"},
        apply,
        closed,
        {content: "The quotation", ...step("button[name=action_quote]")},
        current("Quotation"),
    ],
});

tours.add("aftersales_charge_approve", {
    steps: () => [
        {
            content: "The customer finds his quotation on the visit",
            trigger: "a[name=quotation]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Labour stands apart",
            trigger: "#portal_sale_content:contains('Labour')",
        },
        {
            content: "He signs it",
            trigger: "#o_sale_portal_paynow, a[data-bs-target='#modalaccept']",
            run: "click",
        },
        {
            trigger:
                ".modal .o_web_sign_name_and_signature input.o_web_sign_name_input",
            run: "edit Li Hua",
        },
        {
            trigger: ".modal canvas.o_web_sign_signature",
            run() {
                stroke(this.anchor);
            },
        },
        {
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thank you",
            trigger: "#portal_sale_content:contains('Li Hua'), .alert-success",
        },
    ],
});
