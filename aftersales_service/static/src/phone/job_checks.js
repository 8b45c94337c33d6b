import {Component, useState} from "@odoo/owl";
import {ReasonSheet} from "./sheets";
import {readPhotos} from "./photo";
import {isFailed, steps} from "./steps";

const TRENDS = {up: "↗", steady: "→", down: "↘"};

/* Items to tick, count or photograph: the kit, and the sheets of the visit. */
export class JobChecks extends Component {
    static template = "aftersales_service.JobChecks";
    static components = {ReasonSheet};
    static props = {order: Object, checks: Array, isLocked: Boolean, record: Function};

    setup() {
        this.state = useState({explained: null, value: null});
    }

    get sections() {
        const sections = new Map();
        for (const check of this.props.checks) {
            const found = sections.get(check.section) || [];
            sections.set(check.section, [...found, check]);
        }
        return [...sections].map(([name, checks]) => ({name, checks}));
    }

    before(check) {
        return [check.before, TRENDS[check.trend]].filter(Boolean).join(" ");
    }

    /* What is not in order says so in words, and with a photo if there is one. */
    answer(check, value) {
        if (value === "" || value === check.value) {
            return;
        }
        if (check.is_sheet && isFailed(check, value)) {
            Object.assign(this.state, {explained: check, value});
        } else {
            this.props.record(steps.answer(this.props.order, check, value));
        }
    }

    async addPhoto(check, ev) {
        const [photo] = await readPhotos(ev);
        if (photo) {
            await this.props.record(steps.answer(this.props.order, check, true, photo));
        }
    }

    /* A missing item asks for its reason at once; the cloth is never left behind. */
    async fail(check) {
        if (check.is_sheet) {
            this.answer(check, false);
            return;
        }
        await this.props.record(steps.answer(this.props.order, check, false));
        if (!check.is_required) {
            Object.assign(this.state, {explained: check, value: null});
        }
    }

    /* The remark goes first: the ticket that a finding opens quotes it. */
    async explain(reason, {photo}) {
        const {explained: check, value} = this.state;
        await this.props.record(steps.explain(this.props.order, check, reason));
        if (value !== null) {
            await this.props.record(
                steps.answer(this.props.order, check, value, photo || null)
            );
        }
    }
}
