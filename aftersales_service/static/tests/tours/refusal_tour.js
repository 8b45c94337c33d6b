import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("aftersales_refusal", {
    steps: () => [
        {
            content: "Send somebody to an order whose fault nobody named",
            trigger: ".o_form_view button[name=action_dispatch]",
            run: "click",
        },
        {
            content: "It is refused in words, not as a fault of the server",
            trigger: ".modal .modal-body:contains('Fill in the symptom')",
        },
        {
            content: "Under a plain title",
            trigger: ".modal .modal-title:contains('Invalid Operation')",
        },
        {
            trigger: ".modal footer button",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
