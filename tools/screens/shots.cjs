/* The pictures of the manual: who looks at what. */

const PHONE = {width: 390, height: 844};
const DESK = {width: 1280, height: 800};
const LOW = {width: 1280, height: 540};
const TALL = {width: 1280, height: 1760};

/* Texts of a page differ by language, so steps find things by their names in code. */

async function fill(page, name, value) {
    const input = page.locator(`.o_field_widget[name=${name}] input`).first();
    await input.click();
    await input.fill(value);
    await input.press("Tab");
}

/* Type a code or number that only one record has, and take what is proposed. */
async function choose({page, idle}, name, value) {
    const input = page.locator(`.o_field_widget[name=${name}] input`).first();
    await input.click();
    await input.fill(value);
    await idle();
    await page.locator(".ui-autocomplete a").first().click();
}

/* The phone rings: the number finds the customer, the serial number his unit. */
async function takeCall(tools) {
    const {page} = tools;
    await fill(page, "phone", "+86 871 5550 3001");
    await choose(tools, "equipment_id", "CP-0007");
    await fill(page, "caller_name", "Mei Lan 梅兰");
    await choose(tools, "symptom_id", "S10");
    await fill(page, "subject", "CP-0007 builds no pressure");
}

async function openPage({page}, name) {
    await page.locator(`.o_notebook_headers a[name=${name}]`).click();
}

/* Ids are looked up as the user himself, the newest that the story left. */
async function storyOrder({find}, field = "id") {
    const domain = [
        ["unit_ids.equipment_id.name", "=", "CP-0007"],
        ["service_type", "=", "repair"],
    ];
    return (await find("aftersales.order", domain, [field], "id desc"))[field];
}

async function storyTransfer({find}) {
    const domain = [["claim_id.equipment_id.name", "=", "CP-0007"]];
    return (await find("stock.picking", domain, ["id"], "id")).id;
}

/* The first job of his day, whatever state it is in. */
async function openJob({page, idle}) {
    await page.locator(".o_day_job").first().click();
    await idle();
}

async function paySlip({find}) {
    const domain = [["aftersales_settlement_ids", "!=", false]];
    return (await find("hr.payslip", domain, ["id"], "id desc")).id;
}

const product = (name) => `/odoo/action-aftersales_service.${name}`;

const SHOTS = [
    {
        name: "dispatcher-work-list",
        login: "chen.dispatcher",
        url: product("aftersales_desk_action"),
    },
    {
        name: "dispatcher-take-a-call",
        login: "chen.dispatcher",
        url: product("aftersales_call_action_new"),
        steps: takeCall,
    },
    {
        name: "dispatcher-order",
        login: "chen.dispatcher",
        url: product("aftersales_order_action"),
        record: storyOrder,
        size: TALL,
    },
    {
        name: "dispatcher-board",
        login: "chen.dispatcher",
        url: "/odoo/action-aftersales_service_timeline.aftersales_order_action_board",
    },
    {
        name: "technician-my-orders",
        login: "wang.technician",
        url: product("aftersales_order_action_my_day"),
        size: PHONE,
    },
    {
        name: "technician-order",
        login: "wang.technician",
        url: product("aftersales_order_action_my_day"),
        steps: openJob,
        size: PHONE,
    },
    {
        name: "technician-what-i-hold",
        login: "zhao.technician",
        url: product("aftersales_claim_line_action_mine"),
        size: PHONE,
    },
    {
        name: "technician-my-pay",
        login: "wang.technician",
        url: product("aftersales_adjustment_action_mine"),
        size: PHONE,
    },
    {
        name: "warehouse-to-issue",
        login: "luo.warehouse",
        url: product("aftersales_claim_action_issue"),
        size: LOW,
    },
    {
        name: "warehouse-transfer",
        login: "luo.warehouse",
        url: product("action_picking_claims"),
        record: storyTransfer,
    },
    {
        name: "head-first-steps",
        login: "gao.head",
        url: product("aftersales_first_steps_action"),
    },
    {
        name: "warehouse-depot-case",
        login: "luo.warehouse",
        url: "/odoo/action-aftersales_service_repair.aftersales_rma_action",
        record: async ({find}) =>
            (await find("aftersales.rma", [], ["id"], "id desc")).id,
    },
    {
        name: "head-to-approve",
        login: "gao.head",
        url: product("aftersales_claim_action_approve"),
        size: LOW,
    },
    {
        name: "head-late-arrivals",
        login: "gao.head",
        url: product("aftersales_order_action_late"),
        size: LOW,
    },
    {
        name: "head-promises",
        login: "gao.head",
        url: product("aftersales_commitment_action_analysis"),
        size: LOW,
    },
    {
        name: "head-satisfaction",
        login: "gao.head",
        url: product("aftersales_callback_action_analysis"),
        size: LOW,
    },
    {
        name: "hr-to-settle",
        login: "ma.hr",
        url: product("aftersales_adjustment_action_settle"),
    },
    {
        name: "hr-payslip",
        login: "ma.hr",
        url: "/odoo/action-payroll.hr_payslip_action",
        record: paySlip,
        steps: (tools) => openPage(tools, "aftersales"),
    },
    {
        name: "customer-service",
        login: "mei.yunnan",
        url: "/my/service?filterby=all",
        portal: true,
    },
    {
        name: "customer-visit",
        login: "mei.yunnan",
        url: "/my/service?filterby=done",
        portal: true,
        steps: async ({page, idle}) => {
            await page.locator("a[href^='/my/service/order/']").first().click();
            await idle();
        },
    },
    {
        name: "report-warranty-cost",
        login: "gao.head",
        url: product("aftersales_claim_report_action"),
    },
    {
        name: "report-integrity",
        login: "gao.head",
        url: product("aftersales_integrity_action"),
    },
];

module.exports = {SHOTS, DESK, PHONE};
