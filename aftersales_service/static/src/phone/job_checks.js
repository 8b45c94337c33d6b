import {Component, useState} from "@odoo/owl";
import {ReasonSheet} from "./sheets";
import {readPhotos} from "./photo";
import {steps} from "./steps";

/* Items to tick, count or photograph: the kit, and the sheets of the visit. */
export class JobChecks extends Component {
    static template = "aftersales_service.JobChecks";
    static components = {ReasonSheet};
    static props = {order: Object, checks: Array, isLocked: Boolean, record: Function};

    setup() {
        this.state = useState({explained: null});
    }

    get sections() {
        const sections = new Map();
        for (const check of this.props.checks) {
            const found = sections.get(check.section) || [];
            sections.set(check.section, [...found, check]);
        }
        return [...sections].map(([name, checks]) => ({name, checks}));
    }

    answer(check, value) {
        if (value !== "" && value !== check.value) {
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
        await this.props.record(steps.answer(this.props.order, check, false));
        if (!check.is_required) {
            this.state.explained = check;
        }
    }

    explain(reason) {
        this.props.record(
            steps.explain(this.props.order, this.state.explained, reason)
        );
    }
}
