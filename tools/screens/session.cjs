/*
 * A user of the demo company in a browser of his own (login = password).
 * Nothing typed into a form is saved.
 */

const {execFileSync} = require("child_process");
const path = require("path");
const {createRequire} = require("module");

const ROOT = path.resolve(__dirname, "..", "..");
const tools = createRequire(path.join(ROOT, ".state", "npm", "package.json"));
const {chromium} = tools("playwright-core");
const {DESK, PHONE} = require("./shots.cjs");

/* What dependencies log although nothing is wrong: pattern and reason. */
const KNOWN = [];

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
/* Requests that never end. */
const BACKGROUND = /websocket/;
const ROOT_MENU = "aftersales_service.menu_root";
const PATIENCE = 60000;

function browserPath() {
    for (const name of BROWSERS) {
        try {
            return execFileSync("which", [name], {encoding: "utf8"}).trim();
        } catch {
            continue;
        }
    }
    throw new Error(`No browser: install one of ${BROWSERS.join(", ")}.`);
}

/*
 * Runs in every page. A form that is left saves itself by a beacon: let it not.
 * Hide the greeting of the chat robot, which opens once for every new user.
 */
function prepare() {
    navigator.sendBeacon = () => true;
    document.addEventListener("DOMContentLoaded", () => {
        const style = document.createElement("style");
        style.textContent = ".o-mail-ChatHub, .o-mail-ChatWindow {display: none}";
        document.head.append(style);
    });
}

/* One user at one size in one language. */
class Session {
    constructor(browser, base, language, fail) {
        Object.assign(this, {browser, base, language, fail});
        this.running = new Set();
        this.find = this.find.bind(this);
        this.idle = this.idle.bind(this);
    }

    async open({login, size = DESK, portal = false}) {
        Object.assign(this, {login, size});
        this.context = await this.browser.newContext({
            baseURL: this.base,
            viewport: size,
            isMobile: size === PHONE,
            hasTouch: size === PHONE,
            locale: this.language.replace("_", "-"),
            timezoneId: "Asia/Shanghai",
        });
        await this.context.addInitScript(prepare);
        this.page = await this.context.newPage();
        this.watch();
        await this.page.goto("/web/login");
        await this.page.fill("input[name=login]", login);
        await this.page.fill("input[name=password]", login);
        await this.page.press("input[name=password]", "Enter");
        await this.page.waitForURL((url) => !url.pathname.startsWith("/web/login"));
        await this.speak(portal);
    }

    /* Does this session fit a screen? */
    suits({login, size = DESK}) {
        return this.login === login && this.size === size;
    }

    watch() {
        const {page, running} = this;
        page.on("request", (request) => {
            if (!BACKGROUND.test(request.url())) {
                running.add(request);
            }
        });
        page.on("requestfinished", (request) => running.delete(request));
        page.on("requestfailed", (request) => running.delete(request));
        page.on("console", (message) => {
            if (message.type() === "error") {
                this.complain(`${message.text()} (${message.location().url})`);
            }
        });
        page.on("pageerror", (error) => this.complain(String(error)));
    }

    complain(text) {
        if (!KNOWN.some(({pattern}) => pattern.test(text))) {
            this.fail(`console error: ${text}`);
        }
    }

    /* Users choose their own language; it is given back at the end. */
    async speak(portal) {
        if (portal) {
            const value = this.language;
            const url = this.base;
            await this.context.addCookies([{name: "frontend_lang", value, url}]);
            return;
        }
        const info = await this.call("/web/session/get_session_info", {});
        this.uid = info.uid;
        this.ownLanguage = info.user_context.lang;
        await this.setLanguage(this.language);
    }

    async setLanguage(lang) {
        await this.rpc("res.users", "write", [[this.uid], {lang}]);
    }

    async rpc(model, method, args, kwargs = {}) {
        const params = {model, method, args, kwargs};
        return await this.call(`/web/dataset/call_kw/${model}/${method}`, params);
    }

    /* Ask the server as the user of this session. */
    async call(address, params) {
        const data = {jsonrpc: "2.0", params};
        const response = await this.context.request.post(address, {data});
        const answer = await response.json();
        if (answer.error) {
            throw new Error(`${address}: ${answer.error.data.message}`);
        }
        return answer.result;
    }

    async find(model, domain, names, order) {
        const args = [domain, names];
        const rows = await this.rpc(model, "search_read", args, {limit: 1, order});
        if (!rows.length) {
            throw new Error(`No ${model} to show: was the story played?`);
        }
        return rows[0];
    }

    /* Wait until the page has asked nothing for a while. */
    async idle() {
        const end = Date.now() + PATIENCE;
        let quiet = 0;
        while (quiet < 4) {
            if (Date.now() > end) {
                const urls = [...this.running].map((request) => request.url());
                throw new Error(`The page does not come to rest: ${urls.join(", ")}`);
            }
            await this.page.waitForTimeout(200);
            const busy = await this.page.locator(".o_blockUI").count();
            quiet = busy || this.running.size ? 0 : quiet + 1;
        }
        await this.page.evaluate(() => document.fonts.ready.then(() => true));
    }

    /* The menus of this user, by id. */
    async menus() {
        const response = await this.context.request.get(
            `/web/webclient/load_menus?lang=${this.language}`
        );
        return await response.json();
    }

    /* The address a user comes to through the menu. */
    async address({url, record, portal}) {
        if (portal) {
            return url;
        }
        const menus = Object.values(await this.menus());
        const root = menus.find((menu) => menu.xmlid === ROOT_MENU);
        const id = record ? `/${await record(this)}` : "";
        return `${url}${id}?menu_id=${root.id}`;
    }

    async take(shot, file) {
        this.running.clear();
        await this.page.goto(await this.address(shot));
        if (!shot.portal) {
            await this.page.waitForSelector(".o_action_manager > .o_action");
        }
        await this.idle();
        if (shot.steps) {
            await shot.steps(this);
            await this.idle();
        }
        await this.page.screenshot({path: file, animations: "disabled"});
        await this.page.goto("about:blank");
    }

    async close() {
        if (this.ownLanguage) {
            await this.setLanguage(this.ownLanguage);
        }
        await this.context.close();
    }
}

async function launch() {
    return await chromium.launch({
        executablePath: browserPath(),
        args: process.getuid() === 0 ? ["--no-sandbox"] : [],
    });
}

module.exports = {Session, launch, ROOT_MENU};
