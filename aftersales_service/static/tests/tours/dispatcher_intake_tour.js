import {registry} from "@web/core/registry";

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
            trigger: ".o_field_widget[name=equipment_id] input",
            run: "edit CP-0007",
        },
        {
            trigger: ".ui-autocomplete a:contains('CP-0007')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=caller_name] input",
            run: "edit Li Ming",
        },
        {
            trigger: ".o_field_widget[name=place] input",
            run: "edit Engine room",
        },
        {
            trigger: ".o_field_widget[name=symptom_id] input",
            run: "edit T-NOPRESS",
        },
        {
            trigger: ".ui-autocomplete a:contains('No pressure')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=subject] input",
            run: "edit The compressor builds no pressure",
        },
        {
            content: "One click opens the ticket",
            trigger: ".o_statusbar_buttons button[name=action_open_ticket]",
            run: "click",
        },
        {
            content: "Triage: what it probably is",
            trigger: ".o_field_widget[name=triage_note] textarea",
            run: "edit Intake valve stuck. Bring valve and seals.",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_open_create_order]",
            run: "click",
        },
        {
            content: "The site's technician is proposed",
            trigger:
                ".o_field_widget[name=lead_id]:contains('Wang Lei'), .o_field_widget[name=lead_id] input:value('Wang Lei')",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_open_schedule]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_dispatch]",
            run: "click",
        },
        {
            content: "The order is with the technician",
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains('Dispatched')",
        },
    ],
});
