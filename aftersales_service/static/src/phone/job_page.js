import {Component, markup, useState} from "@odoo/owl";
import {BookSheet, PartsSheet} from "./part_sheets";
import {PickSheet, ReasonSheet, SignSheet} from "./sheets";
import {amount, clock, moment, quantity, timeLeft, urgency} from "./format";
import {Findings} from "./findings";
import {isAsked} from "./effects";
import {JobChecks} from "./job_checks";
import {_t} from "@web/core/l10n/translation";
import {readPhotos} from "./photo";
import {steps} from "./steps";

const TEL_KEEPS = /[^+\d]/g;
const PLACES = {
    findings: "findings",
    sign: "findings",
    done: "findings",
    depart: "kit",
};
/* What is filled in first on a visit by plan. */
const SHEET_PLACES = {...PLACES, findings: "sheet"};
const SHEETS = ["inspection", "maintenance"];
const OWN_PLACES = ["departure_kit", ...SHEETS];

/* One job: what is next is the big button at the bottom, the rest is above it. */
export class JobPage extends Component {
    static template = "aftersales_service.JobPage";
    static components = {
        BookSheet,
        Findings,
        JobChecks,
        PartsSheet,
        PickSheet,
        ReasonSheet,
        SignSheet,
    };
    static props = {
        order: Object,
        day: Object,
        refused: Array,
        waiting: Number,
        isOnline: Boolean,
        record: Function,
        discard: Function,
        retry: Function,
        back: Function,
        openSteps: Function,
    };

    setup() {
        Object.assign(this, {amount, clock, moment, quantity, timeLeft, urgency});
        this.state = useState({
            sheet: "",
            unit: null,
            line: null,
            use: "",
            hasHistory: false,
        });
    }

    get order() {
        return this.props.order;
    }

    get me() {
        return this.order.workers.find((worker) => worker.is_me);
    }

    get history() {
        return this.order.history ? markup(this.order.history) : "";
    }

    get tel() {
        return `tel:${this.order.phone.replace(TEL_KEEPS, "")}`;
    }

    get hqTel() {
        return `tel:${this.props.day.settings.hq_phone.replace(TEL_KEEPS, "")}`;
    }

    /* On the way or there, and nothing signed yet. */
    get isRunning() {
        const {state, is_frozen} = this.order;
        return ["dispatched", "on_site"].includes(state) && !is_frozen;
    }

    get isHere() {
        return this.order.state === "on_site" && !this.order.is_frozen;
    }

    get owesLateReason() {
        return this.me?.late_minutes && !this.me.late_reason;
    }

    get lateReasons() {
        return this.props.day.settings.late_reasons.map(([id, name]) => ({id, name}));
    }

    get kit() {
        return this.order.checks.filter((check) => check.purpose === "departure_kit");
    }

    get otherChecks() {
        return this.order.checks.filter(
            (check) => !OWN_PLACES.includes(check.purpose) && isAsked(this.order, check)
        );
    }

    /* The questions of a visit by plan, apart from those that every visit has. */
    get sheet() {
        return this.order.checks.filter(
            (check) => SHEETS.includes(check.purpose) && isAsked(this.order, check)
        );
    }

    get answered() {
        return this.sheet.filter((check) => check.state !== "open").length;
    }

    get helpers() {
        const known = new Set(this.order.workers.map((worker) => worker.name));
        return this.props.day.people.filter((person) => !known.has(person.name));
    }

    get codes() {
        return new Map(this.props.day.codes.map((code) => [code.id, code]));
    }

    codeName(id) {
        return this.codes.get(id)?.name || "";
    }

    /* What still blocks the big button, in plain words. */
    get missing() {
        return this.order.missing[this.order.next_step] || [];
    }

    get needs() {
        if (this.order.next_step !== "findings") {
            return this.missing;
        }
        return this.order.missing.sign || [];
    }

    get next() {
        return {
            depart: {label: _t("Depart"), icon: "fa-truck"},
            arrive: {label: _t("I Am on Site"), icon: "fa-map-marker"},
            start: {label: _t("Start the Work"), icon: "fa-play"},
            findings: {
                label: this.order.is_planned
                    ? _t("Fill In the Sheet")
                    : _t("Record the Findings"),
                icon: "fa-pencil-square-o",
            },
            sign: {label: _t("Customer Signs"), icon: "fa-pencil"},
            call: {label: _t("I Called Headquarters"), icon: "fa-phone"},
            leave: {label: _t("Leave"), icon: "fa-sign-out"},
            done: {label: _t("Hand In the Report"), icon: "fa-check"},
        }[this.order.next_step];
    }

    get isBlocked() {
        return this.missing.length > 0;
    }

    pressNext() {
        const step = this.order.next_step;
        if (step === "findings" || this.isBlocked) {
            const places = this.order.is_planned ? SHEET_PLACES : PLACES;
            this.scrollTo(places[step]);
        } else if (step === "sign") {
            this.state.sheet = "sign";
        } else {
            this.record(step);
        }
    }

    scrollTo(name) {
        const place = document.querySelector(`.o_day_sheet_job [data-place=${name}]`);
        place?.scrollIntoView({behavior: "smooth", block: "start"});
    }

    record(name, ...args) {
        return this.props.record(steps[name](this.order, ...args));
    }

    show(sheet, values = {}) {
        Object.assign(this.state, {sheet, ...values});
    }

    close() {
        this.state.sheet = "";
    }

    async addPhotos(ev) {
        const photos = await readPhotos(ev);
        if (photos.length) {
            await this.record("photos", photos);
        }
    }
}
