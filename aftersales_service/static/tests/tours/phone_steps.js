import {ConnectionLostError, rpc} from "@web/core/network/rpc";

const connected = rpc._rpc;

/* Only the page's own calls: the web client around it reports its lost calls as errors. */
const isOurs = (url) => url.includes("/aftersales.");

/* The network goes: nothing reaches the server. */
export function disconnect() {
    rpc._rpc = (url, ...request) =>
        isOurs(url)
            ? Promise.reject(new ConnectionLostError(url))
            : connected(url, ...request);
}

/* Worse: the server hears everything, and its answers are lost. */
export function loseAnswers() {
    rpc._rpc = async (url, ...request) => {
        const answer = await connected(url, ...request);
        if (isOurs(url)) {
            throw new ConnectionLostError(url);
        }
        return answer;
    };
}

export function connect() {
    rpc._rpc = connected;
    window.dispatchEvent(new Event("online"));
}

/* The technician's other device, whatever the network of this one does. */
export function onAnotherDevice(model, method, args, kwargs = {}) {
    const url = `/web/dataset/call_kw/${model}/${method}`;
    return connected(url, {model, method, args, kwargs}, {silent: true});
}

/* A small picture goes into a file input, as if the camera had taken it. */
export async function takePhoto({anchor}) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const files = new DataTransfer();
    files.items.add(new File([blob], "damage.png", {type: "image/png"}));
    anchor.files = files.files;
    anchor.dispatchEvent(new Event("change", {bubbles: true}));
}

export const press = (name) => ({
    content: `Press ${name}`,
    trigger: `.o_day_sheet_job > .o_day_foot button[name=${name}]`,
    run: "click",
});

export const choose = (field, text) => ({
    trigger: `[data-field=${field}] button:contains(${text})`,
    run: "click",
});

export const openJob = {
    content: "My job of today",
    trigger: ".o_day_job:contains('Yunnan')",
    run: "click",
};

export const allSent = {
    content: "All is sent",
    trigger: ".o_day_sheet_job:not(:has(.o_day_pill))",
};

export const tickKit = [
    {
        content: "What is missing stands there before the step is tried",
        trigger: ".o_day_missing:contains('Cleaning cloth')",
    },
    {
        content: "The cloth is in the van",
        trigger: "[data-check] button[name=yes]",
        run: "click",
    },
    {
        content: "So nothing is missing; before that, the big button leads to it",
        trigger:
            ".o_day_sheet_job:not(:has(.o_day_missing:contains('Cleaning cloth')))",
    },
];
