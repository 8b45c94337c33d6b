import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const openImport = [
    {content: "The register", trigger: ".o_list_view .o_data_row"},
    {
        trigger: ".o_cp_action_menus button:has(.fa-cog)",
        run: "click",
    },
    {content: "Import records", trigger: ".o_import_menu", run: "click"},
    {
        content: "Our template is offered",
        trigger: "a[href='/aftersales/import/aftersales.equipment']",
    },
];

const load = (name) => ({
    content: `Load ${name}`,
    trigger: ".o_control_panel input[type=file]:not(:visible)",
    async run({anchor}) {
        const answer = await fetch(`/aftersales-tour/${name}`);
        const files = new DataTransfer();
        files.items.add(new File([await answer.blob()], name));
        anchor.files = files.files;
        anchor.dispatchEvent(new Event("change", {bubbles: true}));
    },
});

const press = (text) => ({
    content: text,
    trigger: `.o_control_panel button:contains(/^${text}$/):enabled`,
    run: "click",
});

const message = (...texts) => ({
    content: texts.join(" "),
    trigger: `.o_import_data_content .alert-danger${texts
        .map((text) => `:contains("${text}")`)
        .join("")}`,
    timeout: 60000,
});

const threeMessages = [
    message("3 of 5 rows are wrong", "none of them was imported"),
    message("row 4", "Yunan", "not on file"),
    message("row 5", "brand and model"),
    message("row 6", "A-1", "twice", "row 2"),
];

tours.add("aftersales_import_bad_rows", {
    steps: () => [
        ...openImport,
        load("units-bad.xlsx"),
        {trigger: ".o_import_data_content:contains('Serial Number')", timeout: 60000},
        press("Test"),
        ...threeMessages,
        press("Import"),
        ...threeMessages,
        {trigger: ".o_import_action"},
    ],
});

tours.add("aftersales_import_corrected", {
    steps: () => [
        ...openImport,
        load("units-good.xlsx"),
        {trigger: ".o_import_data_content:contains('Serial Number')", timeout: 60000},
        press("Test"),
        {
            trigger: ".o_import_data_content:contains('Everything seems valid')",
            timeout: 60000,
        },
        press("Import"),
        {
            content: "The five units, as the list of what was imported",
            trigger: ".o_list_view .o_data_row:nth-child(5)",
            timeout: 60000,
        },
    ],
});
