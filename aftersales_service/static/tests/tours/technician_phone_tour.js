import {registry} from "@web/core/registry";

function press(name) {
    return {
        content: `Press ${name}`,
        trigger: `.o_aftersales_next button[name=${name}]`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("aftersales_technician_phone", {
    steps: () => [
        {
            content: "My order of today",
            trigger: ".o_aftersales_phone_list .o_kanban_record:contains('Yunnan')",
            run: "click",
        },
        {
            content: "The cloth is in the van",
            trigger: ".o_aftersales_kit button[name=action_tick]",
            run: "click",
        },
        {
            trigger: ".o_aftersales_kit .o_data_row.text-success",
        },
        press("action_depart"),
        press("action_arrive"),
        press("action_open_sign"),
        {
            content: "The customer writes his name",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Li Ming",
        },
        {
            trigger: ".modal .o_field_widget[name=signature] .o_signature",
            run: "click",
        },
        {
            content: "His name becomes the signature",
            trigger: ".modal .o_web_sign_name_and_signature .o_web_sign_auto_button",
            run: "click",
        },
        {
            trigger: ".modal:has(.o_web_sign_signature) .btn-primary:enabled",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=signature] img.o_signature",
        },
        {
            trigger: ".modal button[name=action_sign]",
            run: "click",
        },
        press("action_call_headquarters"),
        press("action_leave"),
        press("action_done"),
        {
            content: "The report is handed in",
            trigger: ".o_aftersales_phone .o_field_widget[name=state]:contains('Done')",
        },
    ],
});
