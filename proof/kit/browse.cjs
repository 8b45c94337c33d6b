/*
 * Opens pages of the web client and says which of them ran a script of the data.
 *
 * usage: node browse.cjs URL LOGIN PASSWORD PATH...
 *
 * Prints one JSON object a page: {path, fired, shown, faults}.
 */

const {execFileSync} = require("child_process");
const path = require("path");
const {createRequire} = require("module");

const ROOT = path.resolve(__dirname, "..", "..");
const tools = createRequire(path.join(ROOT, ".state", "npm", "package.json"));
const {chromium} = tools("playwright-core");

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const MARK = "C4N4RY-FIRED";
const PATIENCE = 90000;
const SHOWN =
    ".o_list_renderer, .o_kanban_renderer, .o_form_renderer, .o_view_nocontent";

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

async function login(page, name, password) {
    await page.goto("/web/login");
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", password);
    await page.press("input[name=password]", "Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/web/login"));
}

async function visit(page, target) {
    const found = {path: target, fired: false, shown: false, faults: 0};
    const listen = (message) => {
        found.fired ||= message.text().includes(MARK);
    };
    const alarm = async (dialog) => {
        found.fired = true;
        await dialog.dismiss();
    };
    page.on("console", listen);
    page.on("dialog", alarm);
    try {
        await page.goto(target);
        await page.waitForSelector(SHOWN, {timeout: PATIENCE / 3});
        found.shown = true;
        // Notebooks draw their pages when they are opened.
        for (const tab of await page.locator(".o_notebook_headers a").all()) {
            await tab.click({timeout: 3000}).catch(() => null);
        }
        await page.waitForTimeout(300);
    } catch {
        found.shown = false;
    }
    found.fired ||= await page.evaluate(() => Boolean(window.canaryFired));
    found.faults = await page.locator(".o_error_dialog").count();
    page.off("console", listen);
    page.off("dialog", alarm);
    return found;
}

async function main([url, name, password, ...targets]) {
    const browser = await chromium.launch({
        executablePath: browserPath(),
        args: ["--no-sandbox"],
    });
    try {
        const context = await browser.newContext({baseURL: url});
        context.setDefaultTimeout(PATIENCE);
        const page = await context.newPage();
        await login(page, name, password);
        for (const target of targets) {
            console.log(JSON.stringify(await visit(page, target)));
        }
    } finally {
        await browser.close();
    }
}

main(process.argv.slice(2)).catch((error) => {
    console.error(String(error));
    process.exitCode = 1;
});
