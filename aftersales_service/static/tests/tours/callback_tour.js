import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("aftersales_callback_rework", {
    steps: () => [
        {
            content: "The call that is due stands on the list",
            trigger: ".o_data_row button[name=action_open_record]",
            run: "click",
        },
        {
            content: "The customer is dissatisfied",
            trigger:
                ".modal .o_field_widget[name=result] label:contains('Dissatisfied')",
            run: "click",
        },
        {
            content: "So he is asked what was not good enough",
            trigger: ".modal .o_field_widget[name=aspect] .o_radio_item:first label",
            run: "click",
        },
        {
            content: "In his own words",
            trigger:
                ".modal .o_field_widget[name=note] input, .modal .o_field_widget[name=note] textarea",
            run: "edit The noise is back",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The list is free again",
            trigger: "body:not(:has(.modal))",
        },
    ],
});

registry.category("web_tour.tours").add("aftersales_callback_follow", {
    steps: () => [
        {
            content: "The call as it was recorded",
            trigger: ".o_form_view .oe_stat_button[name=action_open_rework]",
            run: "click",
        },
        {
            content: "Its rework waits for a technician",
            trigger: ".oe_stat_button[name=action_open_rework_of]",
        },
    ],
});
