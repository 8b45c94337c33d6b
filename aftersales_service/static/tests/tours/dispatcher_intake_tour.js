import {registry} from "@web/core/registry";

// A click is a press on something; typing and choosing by Enter are none.
let clicks = 0;

function click(trigger, content) {
    return {
        content,
        trigger,
        run: async (helpers) => {
            clicks += 1;
            await helpers.click();
        },
    };
}

registry.category("web_tour.tours").add("aftersales_dispatcher_intake", {
    steps: () => [
        {
            content: "The number that rings finds customer and site",
            trigger: ".o_field_widget[name=phone] input",
            run: "edit +86 871 5550 1001 && press Tab",
        },
        {
            content: "Customer and site stand there",
            trigger:
                ".o_field_widget[name=site_id] input:value('Kunming Cold Store 1')",
        },
        {
            content: "The site's technician is proposed",
            trigger: ".o_field_widget[name=technician_id] input:value('Wang Lei')",
        },
        {
            content: "The unit is found by what one types",
            trigger: ".o_field_widget[name=caller_id] input",
            run: "edit SN-CP-00",
        },
        click(".ui-autocomplete a:contains('CP-0007')", "Click 1: the unit"),
        {
            trigger: ".o_field_widget[name=equipment_id] input:value('CP-0007')",
        },
        {
            trigger: ".o_field_widget[name=caller_name] input",
            run: "edit Li Ming",
        },
        {
            trigger: ".o_field_widget[name=symptom_id] input",
            run: "edit T-NOPRESS",
        },
        click(".ui-autocomplete a:contains('No pressure')", "Click 2: the symptom"),
        {
            trigger: ".o_field_widget[name=subject] input",
            run: "edit The compressor builds no pressure",
        },
        {
            trigger: ".o_field_widget[name=triage_note] textarea",
            run: "edit Intake valve stuck. Bring valve and seals.",
        },
        click(
            ".o_statusbar_buttons button[name=action_dispatch]",
            "Click 3: the technician is sent"
        ),
        {
            content: "Ticket and order stand on the same screen",
            trigger:
                ".oe_stat_button .o_field_widget[name=order_state]:contains('Dispatched')",
        },
        {
            content: "Still on the call, in at most five clicks",
            trigger: ".o_form_view .o_field_widget[name=phone]",
            run: () => {
                if (clicks > 5) {
                    throw new Error(`${clicks} clicks from the call to the order`);
                }
            },
        },
    ],
});
