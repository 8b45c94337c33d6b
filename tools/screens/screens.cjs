/*
 * Pictures of the main screens, for the manual.
 *
 * usage: node screens.cjs URL FOLDER LANGUAGE [NAME...]
 *
 * Logs in as the users of the demo company and writes one PNG a screen. Ends with 1
 * when a page logs an error on the console that is not known.
 */

const fs = require("fs");
const path = require("path");
const {Session, launch} = require("./session.cjs");
const {SHOTS} = require("./shots.cjs");

/* Takes the screens in their order; a user stays logged in for the next screen. */
class Camera {
    constructor(browser, base, language) {
        Object.assign(this, {browser, base, language, failures: 0});
    }

    fail(text) {
        this.failures += 1;
        process.stderr.write(`  ${this.shot.name}: ${text}\n`);
    }

    async sessionFor(shot) {
        if (!this.session || !this.session.suits(shot)) {
            await this.close();
            const fail = this.fail.bind(this);
            this.session = new Session(this.browser, this.base, this.language, fail);
            await this.session.open(shot);
        }
        return this.session;
    }

    async take(shot, folder) {
        this.shot = shot;
        try {
            const session = await this.sessionFor(shot);
            await session.take(shot, path.join(folder, `${shot.name}.png`));
            process.stdout.write(`  ${this.language} ${shot.name}\n`);
        } catch (error) {
            this.fail(error.message);
            await this.close();
        }
    }

    async close() {
        const {session} = this;
        this.session = null;
        if (session) {
            await session.close();
        }
    }
}

async function main(base, folder, language, names) {
    const browser = await launch();
    const camera = new Camera(browser, base, language);
    fs.mkdirSync(folder, {recursive: true});
    for (const shot of SHOTS) {
        if (!names.length || names.includes(shot.name)) {
            await camera.take(shot, folder);
        }
    }
    await camera.close();
    await browser.close();
    return camera.failures ? 1 : 0;
}

const [url, target, language, ...names] = process.argv.slice(2);
if (!language) {
    process.stderr.write("usage: node screens.cjs URL FOLDER LANGUAGE [NAME...]\n");
    process.exit(2);
}
main(url, target, language, names).then(
    (code) => process.exit(code),
    (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
    }
);
