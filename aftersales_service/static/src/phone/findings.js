import {Component, useState} from "@odoo/owl";
import {PickSheet} from "./sheets";
import {_t} from "@web/core/l10n/translation";
import {steps} from "./steps";

/* What was wrong, what was done, what the customer says; kept at each change. */
export class Findings extends Component {
    static template = "aftersales_service.Findings";
    static components = {PickSheet};
    static props = {order: Object, day: Object, isLocked: Boolean, record: Function};

    setup() {
        this.state = useState({unit: null, kind: ""});
        this.kinds = [
            {field: "symptom_id", kind: "symptom", label: _t("Symptom")},
            {field: "cause_id", kind: "cause", label: _t("Cause Found")},
            {field: "remedy_id", kind: "remedy", label: _t("Remedy")},
        ];
        this.testRuns = [
            ["passed", _t("Passed")],
            ["no_time", _t("No Time")],
            ["failed", _t("Failed")],
        ];
        this.confidences = [
            ["sure", _t("Sure")],
            ["unsure", _t("Not Sure")],
        ];
    }

    codeName(id) {
        return this.props.day.codes.find((code) => code.id === id)?.name || "";
    }

    get picked() {
        return this.kinds.find((item) => item.kind === this.state.kind);
    }

    /* What the desk expected comes first, then the catalogue. */
    get codes() {
        const {unit, kind} = this.state;
        const codes = this.props.day.codes.filter((code) => code.kind === kind);
        const first = kind === "cause" ? unit.expected_cause_id : 0;
        return codes.sort((a, b) => (b.id === first) - (a.id === first));
    }

    isUnexpected(unit) {
        return (
            unit.cause_id &&
            unit.expected_cause_id &&
            unit.cause_id !== unit.expected_cause_id
        );
    }

    open(unit, kind) {
        Object.assign(this.state, {unit, kind});
    }

    pick(code) {
        this.keepUnit(this.state.unit, {[this.picked.field]: code.id});
    }

    keepUnit(unit, values) {
        this.keep({units: [{id: unit.id, ...values}]});
    }

    keep(findings) {
        this.props.record(steps.findings(this.props.order, findings));
    }

    keepText(name, ev) {
        const value = ev.target.value.trim();
        if (value !== this.props.order[name]) {
            this.keep({[name]: value});
        }
    }
}
