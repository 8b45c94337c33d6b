/**
 * A small database in the browser: steps that wait for the network, and the day as
 * it was last seen. One per user and database, so that people who share a phone do
 * not send each other's steps. Where the browser has none, memory does.
 */

const VERSION = 1;
export const STEPS = "steps";
export const DAYS = "days";

/* Promise of a request or of a whole transaction. */
function done(request, event = "onsuccess") {
    return new Promise((resolve, reject) => {
        request[event] = () => resolve(request.result);
        request.onerror = () => reject(request.error);
        request.onabort = () => reject(request.error);
    });
}

class MemoryStore {
    constructor() {
        this.tables = {[STEPS]: new Map(), [DAYS]: new Map()};
    }

    async put(table, value) {
        this.tables[table].set(value.id, value);
    }

    async remove(table, id) {
        this.tables[table].delete(id);
    }

    async all(table) {
        return [...this.tables[table].values()];
    }
}

class BrowserStore {
    constructor(database) {
        this.database = database;
    }

    async put(table, value) {
        const transaction = this.database.transaction(table, "readwrite");
        transaction.objectStore(table).put(value);
        await done(transaction, "oncomplete");
    }

    async remove(table, id) {
        const transaction = this.database.transaction(table, "readwrite");
        transaction.objectStore(table).delete(id);
        await done(transaction, "oncomplete");
    }

    async all(table) {
        const transaction = this.database.transaction(table, "readonly");
        return done(transaction.objectStore(table).getAll());
    }
}

/**
 * @param {string} owner who the steps belong to
 * @returns {Promise<BrowserStore|MemoryStore>}
 */
export async function openStore(owner) {
    try {
        const request = window.indexedDB.open(`aftersales-phone-${owner}`, VERSION);
        request.onupgradeneeded = () => {
            for (const table of [STEPS, DAYS]) {
                request.result.createObjectStore(table, {keyPath: "id"});
            }
        };
        return new BrowserStore(await done(request));
    } catch {
        return new MemoryStore();
    }
}
