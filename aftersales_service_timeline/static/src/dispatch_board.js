import {
    Component,
    onMounted,
    onWillRender,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {
    HOUR,
    countJobs,
    findUnassigned,
    laneAt,
    layLanes,
    readBoard,
    snap,
} from "./board_layout";
import {
    clock,
    describeDay,
    describeDays,
    describeHours,
    describeNotes,
    describeSpan,
    stateClasses,
} from "./board_words";
import {KeepLast} from "@web/core/utils/concurrency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {serializeDateTime} from "@web/core/l10n/dates";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useBoardDrag} from "./board_drag";
import {useBoardMoves} from "./board_moves";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const {DateTime} = luxon;
const MODEL = "aftersales.order";
const NARROWEST_HOUR = 60;
/* Lanes drawn above and below those in sight. */
const OVERSCAN = 4;
/* Chips of jobs without a technician, at most. */
const CHIPS = 60;
const FIRST_HOUR = 7;
const LEGEND = ["scheduled", "dispatched", "on_site", "done"];

/** The dispatch board: a lane for each technician, one day or one week. */
export class DispatchBoard extends Component {
    static template = "aftersales_service_timeline.DispatchBoard";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.scroller = useRef("scroller");
        this.foot = useRef("foot");
        this.keepLast = new KeepLast();
        this.board = readBoard({
            jobs: [],
            lanes: [],
            absences: [],
            states: [],
            waiting_count: 0,
        });
        Object.assign(this, {clock, describeDay, chips: CHIPS});
        const kept = this.props.state || {};
        this.state = useState({
            day: kept.day || DateTime.now().toISODate(),
            isWeek: kept.isWeek || false,
            text: kept.text || "",
            show: kept.show || "all",
            selectedId: false,
            drag: null,
            undo: null,
            hourWidth: NARROWEST_HOUR,
            first: 0,
            last: 20,
            isLoading: false,
        });
        this.moves = useBoardMoves({
            put: (job, values) => this.put(job, values),
            onMoved: (undo) => (this.state.undo = undo),
            reload: () => this.load(),
        });
        this.startDrag = useBoardDrag({
            getScroller: () => this.scroller.el,
            onMove: (drag) => this.onDragged(drag),
            onDrop: (drag) => this.onDropped(drag),
            onCancel: () => (this.state.drag = null),
        });
        useSetupAction({
            getLocalState: () => {
                const {day, isWeek, text, show} = this.state;
                return {day, isWeek, text, show};
            },
        });
        onWillStart(() => this.load());
        onWillRender(() => this.layOut());
        useEffect(
            () => {
                if (this.isByKey) {
                    this.foot.el.querySelector("button")?.focus();
                }
            },
            () => [this.state.selectedId]
        );
        onMounted(() => {
            this.observer = new ResizeObserver(() => this.fit());
            this.observer.observe(this.scroller.el);
            this.fit();
            this.scrollToHour();
        });
        onWillUnmount(() => this.observer.disconnect());
    }

    // What is shown

    get days() {
        const day = DateTime.fromISO(this.state.day);
        const first = this.state.isWeek ? day.startOf("week") : day.startOf("day");
        return Array.from({length: this.state.isWeek ? 7 : 1}, (_, index) => ({
            iso: first.plus({days: index}).toISODate(),
            from: first.plus({days: index}).toMillis(),
            to: first.plus({days: index + 1}).toMillis(),
        }));
    }

    get title() {
        return describeDays(this.days);
    }

    get hours() {
        return describeHours(this.days[0]);
    }

    get now() {
        const [{from, to}] = this.days;
        const now = Date.now();
        const isShown = !this.state.isWeek && from <= now && now < to;
        return isShown ? ((now - from) / HOUR) * this.state.hourWidth : null;
    }

    get lanesInSight() {
        return this.layout.lanes.slice(this.state.first, this.state.last);
    }

    get selected() {
        return this.board.jobs.find((job) => job.id === this.state.selectedId);
    }

    /* Before each drawing; works only when something changed. */
    layOut() {
        const {day, isWeek, text, show, hourWidth} = this.state;
        const known = [this.board, day, isWeek, text, show, hourWidth];
        if (this.known && known.every((value, index) => value === this.known[index])) {
            return;
        }
        this.known = known;
        const days = this.days;
        this.layout = layLanes(this.board, days, {text, show}, hourWidth);
        this.unassigned = findUnassigned(this.board, {text});
        const waiting = this.board.jobs.filter((job) => job.is_waiting).length;
        this.more =
            Math.max(0, this.unassigned.length - CHIPS) +
            this.board.waiting_count -
            waiting;
        this.dayTotals = days.map((one) => ({
            ...one,
            label: DateTime.fromMillis(one.from).toFormat("ccc d"),
            isToday: one.iso === DateTime.now().toISODate(),
            count: countJobs(this.board.jobs, one),
        }));
    }

    get legend() {
        return this.board.states.filter(([value]) => LEGEND.includes(value));
    }

    span(job) {
        return describeSpan(job, this.state.isWeek);
    }

    notes(job) {
        return describeNotes(job, this.board.states);
    }

    describe(job) {
        return [job.name, job.place, this.span(job), this.notes(job)].join(" · ");
    }

    jobClass(job) {
        const {selectedId, drag} = this.state;
        return {
            ...stateClasses(job),
            o_board_selected: job.id === selectedId,
            o_board_leaving: drag?.job.id === job.id,
        };
    }

    // Reading

    async load() {
        const days = this.days;
        this.state.isLoading = true;
        try {
            const board = await this.keepLast.add(
                this.orm.call(MODEL, "get_board", [
                    serializeDateTime(DateTime.fromMillis(days[0].from)),
                    serializeDateTime(DateTime.fromMillis(days.at(-1).to)),
                ])
            );
            this.board = readBoard(board);
        } finally {
            this.state.isLoading = false;
        }
    }

    async show(values) {
        Object.assign(this.state, values, {selectedId: false});
        await this.load();
        this.scroller.el.scrollTop = 0;
        this.onScroll();
    }

    step(direction) {
        const unit = this.state.isWeek ? "weeks" : "days";
        const day = DateTime.fromISO(this.state.day).plus({[unit]: direction});
        return this.show({day: day.toISODate()});
    }

    showToday() {
        return this.show({day: DateTime.now().toISODate()});
    }

    onDayPicked(event) {
        return event.target.value && this.show({day: event.target.value});
    }

    async openDay(lane, day) {
        await this.show({isWeek: false, day: day.iso});
        const found = this.layout.lanes.find(({id}) => id === lane.id);
        this.scroller.el.scrollTop = found ? found.top : 0;
        this.scrollToHour();
    }

    search(values) {
        Object.assign(this.state, values);
        this.scroller.el.scrollTop = 0;
    }

    // Scrolling: only lanes in sight are drawn

    fit() {
        const {clientWidth} = this.scroller.el;
        const gutter = this.scroller.el.querySelector(".o_board_corner").offsetWidth;
        const width = Math.floor((clientWidth - gutter) / 24);
        this.state.hourWidth = Math.max(NARROWEST_HOUR, width);
        this.onScroll();
    }

    onScroll() {
        this.layOut();
        const {lanes} = this.layout;
        const {scrollTop, clientHeight} = this.scroller.el;
        this.state.first = Math.max(0, laneAt(lanes, scrollTop) - OVERSCAN);
        this.state.last = laneAt(lanes, scrollTop + clientHeight) + OVERSCAN + 1;
    }

    scrollToHour() {
        const start =
            this.now === null ? FIRST_HOUR : this.now / this.state.hourWidth - 2;
        this.scroller.el.scrollLeft =
            Math.min(start, FIRST_HOUR) * this.state.hourWidth;
    }

    // Moving

    /* The lane and time under the pointer; none outside the lanes. */
    findTarget({x, y, grab, job}) {
        const scroller = this.scroller.el;
        const box = scroller.getBoundingClientRect();
        const header = scroller.querySelector(".o_board_head").getBoundingClientRect();
        const corner = scroller
            .querySelector(".o_board_corner")
            .getBoundingClientRect();
        const isOver =
            y > header.bottom && y < box.bottom && x > corner.right && x < box.right;
        const height = y - header.bottom + scroller.scrollTop;
        if (this.state.isWeek || !isOver || height >= this.layout.height) {
            return null;
        }
        const lane = this.layout.lanes[laneAt(this.layout.lanes, height)];
        const [{from}] = this.days;
        const left = x - grab - corner.right + scroller.scrollLeft;
        /* Of a job that began the day before, only a part is held. */
        const hidden = job.lead_id ? Math.max(0, from - job.from) : 0;
        const start = snap(from + (left / this.state.hourWidth) * HOUR) - hidden;
        return {
            lane,
            from: start,
            to: start + job.to - job.from,
            left: ((start - from) / HOUR) * this.state.hourWidth,
            width: ((job.to - job.from) / HOUR) * this.state.hourWidth,
        };
    }

    onPointerDown(job, event) {
        this.wasDragged = false;
        if (job.is_movable && !this.state.isWeek && !this.isMoving) {
            this.startDrag(job, event);
        }
    }

    onDragged(drag) {
        /* A chip is held at its left edge: that is where the job begins. */
        const grab = drag.job.lead_id ? drag.grab : 0;
        const target = this.findTarget({...drag, grab});
        this.state.drag = {...drag, grab, target};
        this.wasDragged = true;
    }

    async onDropped() {
        const {job, target, y} = this.state.drag;
        this.state.drag = null;
        if (!target) {
            if (job.lead_id && y < this.scroller.el.getBoundingClientRect().top) {
                this.notification.add(
                    _t("To take a job off a technician, open it and press Reassign."),
                    {type: "warning"}
                );
            }
            return;
        }
        const isSame = job.lead_id === target.lane.id && job.from === target.from;
        if (!isSame) {
            await this.move(job, target.lane.id, target.from, target.to);
        }
    }

    /* Draw a job elsewhere. */
    put(job, values) {
        Object.assign(job, values);
        this.board = {...this.board};
        this.render();
    }

    async move(job, leadId, from, to) {
        this.isMoving = true;
        try {
            await this.moves.move(job, leadId, from, to);
        } finally {
            this.isMoving = false;
        }
    }

    async undo() {
        const {job, lead_id, from, to} = this.state.undo;
        const shown = this.board.jobs.find(({id}) => id === job.id) || job;
        await this.move(shown, lead_id, from, to);
        this.state.undo = null;
    }

    // Without dragging

    select(job, event) {
        /* Chosen by key: go on by key. */
        this.isByKey = !event.detail;
        /* A browser may take the end of a drag for a click. */
        if (this.isByKey || !this.wasDragged) {
            this.state.selectedId = job.id;
        }
    }
}

registry.category("actions").add("aftersales_dispatch_board", DispatchBoard);
