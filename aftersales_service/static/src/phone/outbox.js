import {ConnectionAbortedError, ConnectionLostError, rpc} from "@web/core/network/rpc";
import {_t} from "@web/core/l10n/translation";
import {STEPS} from "./store";

const RETRY_MS = 10000;
const TIMEOUT_MS = 30000;
const PHOTO_TIMEOUT_MS = 120000;
const EXPIRED = "odoo.http.SessionExpiredException";

/* A key that no other step has, also where the page is not served by https. */
function newKey() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* A time as the server writes it: naive UTC, whole seconds. */
export function toServerTime(milliseconds) {
    return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * Steps on their way to the server, in the order in which they were pressed.
 *
 * A step keeps the moment of the tap and a key of its own. It leaves the list when
 * the server has answered and the day was read again; sent twice, the key makes it count once. What the server
 * refuses stays with its message until somebody discards it or tries again, and the
 * later steps of the same job wait for that.
 */
export class Outbox {
    /**
     * @param {object} store from openStore
     * @param {object} hooks onChange() after every change of the list, onSent() when
     * the server has taken something
     */
    constructor(store, {onChange, onSent}) {
        this.store = store;
        this.onChange = onChange;
        this.onSent = onSent;
        this.steps = [];
        this.isOnline = true;
        this.needsLogin = false;
        this.isSending = false;
        this.skew = 0;
        this.lastNumber = 0;
    }

    async load() {
        this.steps = await this.store.all(STEPS);
        this.steps.sort((a, b) => a.id - b.id);
        this.lastNumber = this.steps.at(-1)?.id || 0;
    }

    /* The server's clock counts: phones are often some minutes ahead. */
    setServerTime(text) {
        this.skew = Date.parse(`${text.replace(" ", "T")}Z`) - Date.now();
    }

    get waiting() {
        return this.steps.filter((step) => step.state === "waiting");
    }

    get refused() {
        return this.steps.filter((step) => step.state === "refused");
    }

    ofOrder(orderId) {
        return this.steps.filter((step) => step.orderId === orderId);
    }

    /* Never before the step before it, whatever the clocks do. */
    now(orderId) {
        const last = this.ofOrder(orderId).at(-1);
        const moment = toServerTime(Date.now() + this.skew);
        return last && last.at > moment ? last.at : moment;
    }

    /**
     * @param {object} step orderId, label, model, method, ids, args, effect
     */
    async add(step) {
        const last = this.ofOrder(step.orderId).at(-1);
        if (step.merge && last?.merge && last.state === "waiting" && !last.tries) {
            step.merge(last);
            delete step.merge;
            last.at = this.now(step.orderId);
            await this.save(last);
        } else {
            const isMergeable = Boolean(step.merge);
            delete step.merge;
            const added = {
                ...step,
                merge: isMergeable,
                id: Math.max(this.lastNumber + 1, Date.now()),
                key: newKey(),
                at: this.now(step.orderId),
                state: "waiting",
                tries: 0,
                message: "",
            };
            this.lastNumber = added.id;
            this.steps.push(added);
            await this.save(added);
        }
        this.flush();
    }

    async save(step) {
        await this.store.put(STEPS, JSON.parse(JSON.stringify(step)));
        this.onChange();
    }

    async remove(step) {
        this.steps = this.steps.filter((other) => other.id !== step.id);
        await this.store.remove(STEPS, step.id);
        this.onChange();
    }

    /* Its effect is shown until the day was read that knows it. */
    async markSent(step) {
        step.state = "sent";
        await this.store.remove(STEPS, step.id);
        this.onChange();
    }

    get sent() {
        return this.steps.filter((step) => step.state === "sent");
    }

    forget(steps) {
        const ids = new Set(steps.map((step) => step.id));
        this.steps = this.steps.filter((step) => !ids.has(step.id));
        this.onChange();
    }

    async discard(step) {
        await this.remove(step);
        this.onSent();
        this.flush();
    }

    /* Nothing of a refused step was kept, so its key and its time still hold. */
    async retry(step) {
        Object.assign(step, {state: "waiting", message: ""});
        await this.save(step);
        this.flush();
    }

    next() {
        const blocked = new Set(this.refused.map((step) => step.orderId));
        return this.waiting.find((step) => !blocked.has(step.orderId));
    }

    async flush() {
        if (this.isSending) {
            return;
        }
        this.isSending = true;
        let hasSent = false;
        try {
            for (let step = this.next(); step; step = this.next()) {
                step.tries++;
                try {
                    await this.send(step);
                    this.setOnline(true);
                    hasSent = true;
                    await this.markSent(step);
                } catch (error) {
                    if (!(await this.fail(step, error))) {
                        break;
                    }
                }
            }
        } finally {
            this.isSending = false;
        }
        if (hasSent) {
            await this.onSent();
        }
    }

    async send(step) {
        const call = rpc(
            `/web/dataset/call_kw/${step.model}/${step.method}`,
            {
                model: step.model,
                method: step.method,
                args: [step.ids, ...step.args],
                kwargs: {at: step.at, request_key: step.key},
            },
            {silent: true}
        );
        const limit = step.isLarge ? PHOTO_TIMEOUT_MS : TIMEOUT_MS;
        let timer = null;
        const tooLong = new Promise((_resolve, reject) => {
            timer = setTimeout(() => {
                reject(new ConnectionLostError());
                call.abort?.(false);
            }, limit);
        });
        try {
            return await Promise.race([call, tooLong]);
        } finally {
            clearTimeout(timer);
        }
    }

    /* Tell whether sending may go on with the next step. */
    async fail(step, error) {
        if (this.noteConnection(error)) {
            await this.save(step);
            return false;
        }
        step.state = "refused";
        step.message =
            error.data?.message || _t("The server could not take this. Try again.");
        await this.save(step);
        return true;
    }

    /* Tell whether an error only means that the server was not reached. */
    noteConnection(error) {
        if (
            error instanceof ConnectionLostError ||
            error instanceof ConnectionAbortedError
        ) {
            this.setOnline(false);
            return true;
        }
        if (error.exceptionName === EXPIRED) {
            this.needsLogin = true;
            this.onChange();
            return true;
        }
        this.setOnline(true);
        return false;
    }

    setOnline(isOnline) {
        this.isOnline = isOnline;
        this.needsLogin = this.needsLogin && !isOnline;
        this.onChange();
    }

    start() {
        this.onOnline = () => this.flush();
        window.addEventListener("online", this.onOnline);
        document.addEventListener("visibilitychange", this.onOnline);
        this.timer = setInterval(this.onOnline, RETRY_MS);
        this.flush();
    }

    stop() {
        window.removeEventListener("online", this.onOnline);
        document.removeEventListener("visibilitychange", this.onOnline);
        clearInterval(this.timer);
    }
}
