import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

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

tours.add("aftersales_portal_report", {
    steps: () => [
        {
            content: "Sites and equipment, with the warranty in plain words",
            trigger: "a[href='/my/service/equipment']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Report a fault on this unit",
            trigger: ".list-group-item:contains('SN-CP-0007') a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "textarea[name=text]",
            run: "edit No pressure since this morning",
        },
        {
            trigger: "form[name=report] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "His request is there",
            trigger: "body:contains('No pressure since this morning')",
        },
    ],
});

tours.add("aftersales_portal_sign", {
    steps: () => [
        {
            content: "The visit at work",
            trigger: "a[href^='/my/service/order/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What he signs stands above",
            trigger: "div[name=sign]:contains('Valve changed.')",
        },
        {
            trigger: ".o_web_sign_name_and_signature input.o_web_sign_name_input",
            run: "edit Li Hua",
        },
        {
            content: "He draws a stroke with his finger",
            trigger: "canvas.o_web_sign_signature",
            run() {
                stroke(this.anchor);
            },
        },
        {
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains('signed')",
        },
    ],
});

tours.add("aftersales_portal_rate", {
    steps: () => [
        {
            trigger: "div[name=rate] label[for=stars_5]",
            run: "click",
        },
        {
            trigger: "div[name=rate] textarea",
            run: "edit Fast and friendly",
        },
        {
            trigger: "div[name=rate] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "div[name=rating]:contains('Your rating')",
        },
    ],
});
