import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("aftersales_head_approval", {
    steps: () => [
        {
            trigger: ".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
        {
            content: "The head approves within his tier",
            trigger: ".o_statusbar_buttons button[name=action_approve]",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains('Approved')",
        },
    ],
});

tours.add("aftersales_warehouse_issue", {
    steps: () => [
        {
            trigger: ".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
        {
            content: "Hand out the parts",
            trigger: ".o_statusbar_buttons button[name=action_issue]",
            run: "click",
        },
        {
            content: "To the transfer",
            trigger: ".oe_stat_button[name=action_open_transfers]",
            run: "click",
        },
        {
            content: "The transfer of the claim",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "An ordinary transfer: validate it",
            trigger: ".o_statusbar_buttons button[name=button_validate]",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains('Done')",
        },
    ],
});

tours.add("aftersales_hr_confirm", {
    steps: () => [
        {
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "HR confirms what the head verified",
            trigger: ".o_statusbar_buttons button[name=action_confirm]",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains('Confirmed')",
        },
    ],
});

tours.add("aftersales_customer_portal", {
    steps: () => [
        {
            content: "The customer opens his visit",
            trigger: "a[href^='/my/service/order/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "He sees how far it is",
            trigger: ".badge:contains('On the way')",
        },
    ],
});
