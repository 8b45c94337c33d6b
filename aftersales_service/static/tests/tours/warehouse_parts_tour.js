import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const done = {
    content: "It is done",
    trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')",
};
const validate = {
    content: "An ordinary transfer: validate it",
    trigger: ".o_statusbar_buttons button[name=button_validate]",
    run: "click",
};

tours.add("aftersales_warehouse_partial", {
    steps: () => [
        {
            content: "The transfer of the claim",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "Of three filters two are there",
            trigger:
                ".o_field_widget[name=move_ids] .o_data_row:contains('Oil Filter') .o_data_cell[name=quantity]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=move_ids] .o_data_row:contains('Oil Filter') [name=quantity] input",
            run: "edit 2",
        },
        validate,
        {
            content: "The rest follows later",
            trigger: ".modal-footer button:contains('Create Backorder')",
            run: "click",
        },
        done,
    ],
});

tours.add("aftersales_warehouse_receive", {
    steps: () => [
        {
            content: "What a technician handed in",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "Who brought it",
            trigger: ".o_field_widget[name=aftersales_announced_by_id]",
        },
        validate,
        done,
    ],
});
