import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function current(label) {
    return {
        content: `It is ${label}`,
        trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
    };
}

tours.add("aftersales_depot_intake", {
    steps: () => [
        {
            content: "The unit a technician sent in",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: "div[name=consent_by] input",
            run: "edit Li Hua",
        },
        {
            content: "Walk around the unit",
            trigger: "div[name=condition_note] textarea",
            run: "edit Scratch on the left cover",
        },
        {
            trigger: "div[name=fault_note] textarea",
            run: "edit No pressure",
        },
        {
            content: "Take it in by its sheet",
            trigger: ".o_statusbar_buttons button[name=action_receive]",
            run: "click",
        },
        current("Received"),
        {
            content: "The estimate",
            trigger: ".o_notebook a[name=estimate]",
            run: "click",
        },
        {
            trigger: "div[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name=line_ids] .o_selected_row div[name=name] input",
            run: "edit Bench work",
        },
        {
            trigger: "div[name=line_ids] .o_selected_row div[name=price_unit] input",
            run: "edit 200",
        },
        {
            trigger: "div[name=payment_note] input",
            run: "edit Invoice",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Labour stands apart",
            trigger: "div[name=amount_labour]:contains('200')",
        },
        {
            content: "Handed over to the quality department",
            trigger: ".o_notebook a[name=notes]",
            run: "click",
        },
        {
            trigger: "div[name=note_ids] .o_data_row button:contains('Take Over')",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            trigger: "div[name=note_ids] .o_data_row:contains('Acknowledged')",
        },
    ],
});
