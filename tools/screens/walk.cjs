/*
 * Walks through the whole product as each of its roles: every menu, every view of it,
 * the first record of each, and the pages of the portal.
 *
 * usage: node walk.cjs URL FOLDER LANGUAGE [ROLE | ROLE:MENU]...
 *
 * Writes a picture of each screen. Ends with 1 when a screen shows an error dialog,
 * logs an error on the console or gets an error from the server; screens that need
 * long are named. Nothing is pressed that changes a document.
 */

const fs = require("fs");
const path = require("path");
const {Session, launch, ROOT_MENU} = require("./session.cjs");
const {DESK, PHONE} = require("./shots.cjs");

const SLOW = 2000;
/* What a page waits before it counts as loaded, not its own work. */
const QUIET = 800;

const ROLES = [
    {name: "desk", login: "chen.dispatcher"},
    {name: "technician", login: "wang.technician", size: PHONE},
    {name: "warehouse", login: "luo.warehouse"},
    {name: "head", login: "gao.head"},
    {name: "sales", login: "xu.sales"},
    {name: "quality", login: "he.quality"},
    {name: "manager", login: "tang.manager"},
    {name: "hr", login: "ma.hr"},
    {name: "admin", login: "admin"},
    {name: "customer", login: "mei.yunnan", portal: true},
];
/* Where the customer's walk begins; it goes on through the links found there. */
const PORTAL = ["/my/service", "/my"];
const PORTAL_LINK = /^\/my\/(service|aftersales)/;

/* Runs in the page: the views of what is open, and the one that is shown. */
function shownViews() {
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    const controller = action.currentController;
    if (!controller || controller.action.type !== "ir.actions.act_window") {
        return {types: [], shown: "screen"};
    }
    const types = controller.action.views.map((view) => view[1]);
    return {types, shown: controller.view.type};
}

/* What opens the first record; rows that only show how it would look do not count. */
const SHOWN = ".o_content:not(.o_view_sample_data)";
const FIRST = {
    list: `${SHOWN} .o_data_cell:not(.o_list_button):not(:has(a, button))`,
    kanban: `${SHOWN} .o_kanban_record:not(.o_kanban_ghost)`,
};

/* Runs in the page: a click that does not mind what floats above the element. */
const press = (element) => element.click();

class Walk {
    constructor(session, role, folder) {
        Object.assign(this, {session, role, folder, screens: 0, failures: 0});
        this.slow = [];
        this.seen = new Set();
    }

    get page() {
        return this.session.page;
    }

    fail(text) {
        this.failures += 1;
        process.stderr.write(`  ${this.role.name}: ${this.place}: ${text}\n`);
    }

    /* Of the menus named for this role, or all. */
    wants(place) {
        const {menus} = this.role;
        return !menus.length || menus.some((text) => place.startsWith(text));
    }

    /* Errors that the server answers with are errors of the screen. */
    watch() {
        this.page.on("response", async (response) => {
            if (response.status() >= 400) {
                this.fail(`${response.status()} ${response.url()}`);
            }
        });
    }

    /* Do something, wait for the page, look at it. */
    async look(place, act) {
        this.place = place;
        const start = Date.now();
        try {
            await act();
            await this.session.idle();
        } catch (error) {
            this.fail(error.message.split("\n")[0]);
        }
        const spent = Date.now() - start - QUIET;
        if (spent > SLOW) {
            this.slow.push(`${place} ${(spent / 1000).toFixed(1)} s`);
        }
        this.screens += 1;
        const number = String(this.screens).padStart(3, "0");
        const name = `${number}-${place.replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;
        const file = path.join(this.folder, name);
        await this.page.screenshot({path: file, animations: "disabled"});
        await this.refuseErrors();
    }

    async refuseErrors() {
        const dialog = this.page.locator(".o_error_dialog, .o_dialog_error");
        const warning = this.page.locator(".o_notification_bar.bg-danger");
        if ((await dialog.count()) || (await warning.count())) {
            this.fail("the page shows an error");
            await this.closeDialogs();
        }
    }

    async closeDialogs() {
        for (let turn = 0; turn < 3; turn++) {
            const close = this.page.locator(".modal .btn-close, .modal .oi-arrow-left");
            if (!(await close.count())) {
                return;
            }
            await close.last().click();
            await this.session.idle();
        }
    }

    async open(menu) {
        await this.page.evaluate(
            ([id]) =>
                odoo.__WOWL_DEBUG__.root.env.services.action.doAction(id, {
                    clearBreadcrumbs: true,
                }),
            [menu.actionID]
        );
    }

    async walkMenu(menu, place) {
        await this.look(place, () => this.open(menu));
        if (await this.page.locator(".modal").count()) {
            await this.closeDialogs();
            return;
        }
        const {types, shown} = await this.page.evaluate(shownViews);
        await this.openFirst(menu, `${place} ${shown}`, shown);
        for (const type of types) {
            if (![shown, "form", "search"].includes(type)) {
                await this.look(`${place} ${type}`, () => this.switchTo(menu, type));
            }
        }
    }

    async switchTo(menu, type) {
        await this.open(menu);
        await this.session.idle();
        await this.page.evaluate(
            (view) => odoo.__WOWL_DEBUG__.root.env.services.action.switchView(view),
            type
        );
    }

    /* Open the first record of a list or of cards, and each page of its form. */
    async openFirst(menu, place, shown) {
        if (!FIRST[shown]) {
            return;
        }
        const {page} = this;
        const group = page.locator(".o_group_header:not(.o_group_open) .o_group_name");
        for (let turn = 0; turn < 3; turn++) {
            if (!(await page.locator(".o_data_row").count()) && (await group.count())) {
                await group.first().evaluate(press);
                await this.session.idle();
            }
        }
        const first = page.locator(FIRST[shown]).first();
        if (!(await first.count())) {
            return;
        }
        await this.look(`${place} first`, () => first.evaluate(press));
        await this.closeDialogs();
        const names = await page
            .locator(".o_form_view .o_notebook_headers a[name]:not(.active)")
            .evaluateAll((links) => links.map((link) => link.getAttribute("name")));
        for (const name of names) {
            const tab = page.locator(`.o_notebook_headers a[name="${name}"]`).first();
            await this.look(`${place} page ${name}`, () => tab.click());
        }
    }

    async walkMenus() {
        const menus = await this.session.menus();
        const root = Object.values(menus).find(({xmlid}) => xmlid === ROOT_MENU);
        await this.page.goto(`/odoo?menu_id=${root.id}`);
        await this.session.idle();
        const down = async (menu, names) => {
            const place = names.join(" / ");
            if (menu.actionID && menu !== root && this.wants(place)) {
                await this.walkMenu(menu, place);
            }
            for (const id of menu.children) {
                await down(menus[id], [...names, menus[id].name]);
            }
        };
        await down(root, []);
    }

    async walkPortal() {
        const todo = [...PORTAL];
        const shape = (url) => url.replace(/\d+/g, "0").replace(/\?.*/, "");
        while (todo.length) {
            const url = todo.shift();
            await this.look(url, () => this.page.goto(url));
            const links = await this.page
                .locator("a[href]")
                .evaluateAll((found) => found.map((link) => link.getAttribute("href")));
            for (const link of links.filter((href) => PORTAL_LINK.test(href))) {
                if (!this.seen.has(shape(link)) && !/pdf|download/.test(link)) {
                    this.seen.add(shape(link));
                    todo.push(link);
                }
            }
        }
    }
}

async function walk(browser, base, language, role, folder) {
    let turn = null;
    const session = new Session(browser, base, language, (text) => turn.fail(text));
    turn = new Walk(session, role, path.join(folder, role.name));
    turn.place = "login";
    fs.mkdirSync(turn.folder, {recursive: true});
    await session.open({size: DESK, ...role});
    turn.watch();
    await (role.portal ? turn.walkPortal() : turn.walkMenus());
    await session.close();
    if (!turn.screens) {
        turn.fail("this role was shown nothing");
    }
    process.stdout.write(
        `  ${language} ${role.name}: ${turn.screens} screens, ${turn.failures} errors\n`
    );
    turn.slow.forEach((line) => process.stdout.write(`    slow: ${line}\n`));
    return turn.failures;
}

async function main(base, folder, language, names) {
    const browser = await launch();
    let failures = 0;
    const wanted = names.map((name) => name.split(":"));
    for (const role of ROLES) {
        const mine = wanted.filter(([name]) => name === role.name);
        if (!names.length || mine.length) {
            const menus = mine.flatMap(([, menu]) => menu || []);
            const who = {...role, menus};
            failures += await walk(browser, base, language, who, folder);
        }
    }
    await browser.close();
    return failures ? 1 : 0;
}

const [url, target, language, ...names] = process.argv.slice(2);
if (!language) {
    process.stderr.write("usage: node walk.cjs URL FOLDER LANGUAGE [ROLE:MENU]...\n");
    process.exit(2);
}
main(url, target, language, names).then(
    (code) => process.exit(code),
    (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
    }
);
