import {Component, useState} from "@odoo/owl";
import {amount, clock, date, day, timeLeft, urgency} from "./format";
import {BookSheet} from "./part_sheets";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {steps} from "./steps";

/* One job in a list: when, for whom, where, what is wrong. */
export class JobCard extends Component {
    static template = "aftersales_service.JobCard";
    static props = {order: Object, open: Function};

    setup() {
        Object.assign(this, {clock, timeLeft, urgency});
        this.states = {
            scheduled: _t("Planned"),
            dispatched: _t("Sent to You"),
            on_site: _t("On Site"),
            done: _t("Done"),
            closed: _t("Closed"),
        };
    }

    get promise() {
        const {order} = this.props;
        const isOpen = ["scheduled", "dispatched", "on_site"].includes(order.state);
        return isOpen && order.promises[0];
    }

    get isLateReasonOwed() {
        const [me] = this.props.order.workers;
        return me?.late_minutes && !me.late_reason;
    }

    get what() {
        const {order} = this.props;
        return [order.problem || order.kind, order.units.map((u) => u.name).join(", ")]
            .filter(Boolean)
            .join(" · ");
    }
}

export class Today extends Component {
    static template = "aftersales_service.TodayTab";
    static components = {JobCard};
    static props = {orders: Array, open: Function};

    get open() {
        return this.props.orders.filter(
            (order) => !["done", "closed"].includes(order.state) || order.next_step
        );
    }

    get finished() {
        return this.props.orders.filter((order) => !this.open.includes(order));
    }
}

export class NextDays extends Component {
    static template = "aftersales_service.NextTab";
    static components = {JobCard};
    static props = {orders: Array, open: Function};

    get days() {
        const days = new Map();
        for (const order of this.props.orders) {
            const name = day(order.planned_start);
            days.set(name, [...(days.get(name) || []), order]);
        }
        return [...days].map(([name, orders]) => ({name, orders}));
    }
}

/* What he did today and does next, in a few words. */
export class DayReport extends Component {
    static template = "aftersales_service.DayReport";
    static props = {report: Object, isWaiting: Boolean, record: Function};

    setup() {
        this.date = date;
        const {work, next_tasks, plan} = this.props.report;
        this.state = useState({work, next_tasks, plan});
    }

    hand() {
        const {report, record} = this.props;
        record(steps.dayReport({date: report.date, ...this.state}));
    }
}

export class Owed extends Component {
    static template = "aftersales_service.OwedTab";
    static components = {BookSheet, DayReport};
    static props = {
        owed: Object,
        today: String,
        orders: Array,
        steps: Array,
        open: Function,
        record: Function,
    };

    setup() {
        Object.assign(this, {amount, date, day});
        this.state = useState({line: null});
    }

    get held() {
        return this.props.owed.parts.filter((line) => line.open > 0);
    }

    get old() {
        return this.props.owed.parts.filter((line) => line.old_owed > 0);
    }

    isOverdue(line) {
        return line.old_due && line.old_due < this.props.today;
    }

    isReportWaiting(report) {
        return this.props.steps.some(
            ({effect, state}) =>
                effect.kind === "dayReport" &&
                effect.date === report.date &&
                state === "waiting"
        );
    }

    isKnown(orderId) {
        return this.props.orders.some((order) => order.id === orderId);
    }
}

/* A notice of a penalty: he says that he has read it, or appeals. */
export class Notice extends Component {
    static template = "aftersales_service.Notice";
    static props = {item: Object, isOnline: Boolean, answer: Function};

    setup() {
        this.state = useState({isAppealing: false, text: "", isBusy: false});
    }

    async send(method, args = []) {
        this.state.isBusy = true;
        await this.props.answer(method, this.props.item.id, args);
        this.state.isBusy = false;
        this.state.isAppealing = false;
    }

    acknowledge() {
        return this.send("action_acknowledge");
    }

    appeal() {
        return this.send("action_appeal", [this.state.text]);
    }
}

export class Earned extends Component {
    static template = "aftersales_service.EarnedTab";
    static components = {Notice};
    static props = {
        month: [Object, {value: null}],
        isOnline: Boolean,
        answer: Function,
    };

    setup() {
        this.date = date;
        this.state = useState({openId: 0});
    }

    /* What was read earlier and kept on the phone may lack the notices. */
    get items() {
        const {notices = [], adjustments} = this.props.month;
        return [...notices, ...adjustments];
    }

    money(value) {
        return formatMonetary(value, {currencyId: this.props.month.currency});
    }

    tripText(trip) {
        const days = [date(trip.date_from), date(trip.date_to)].filter(Boolean);
        const dates = [...new Set(days)].join(" – ");
        if (!trip.nights) {
            return dates;
        }
        return trip.nights === 1
            ? _t("%(dates)s · 1 night", {dates})
            : _t("%(dates)s · %(nights)s nights", {dates, nights: trip.nights});
    }

    get monthName() {
        return luxon.DateTime.fromISO(this.props.month.month).toLocaleString({
            month: "long",
            year: "numeric",
        });
    }

    toggle(id) {
        this.state.openId = this.state.openId === id ? 0 : id;
    }
}
