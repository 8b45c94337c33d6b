import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {escape} from "@web/core/utils/strings";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const UNASSIGNED = -1;

/* Moments of the server, fast: a board holds thousands. */
function toDate(moment) {
    return new Date(`${moment.replace(" ", "T")}Z`);
}

/** The jobs of the days shown, read in one call of the order's own. */
export class DispatchBoardModel extends TimelineModel {
    setup(params) {
        super.setup(params);
        this.lanes = [];
        this.absences = [];
        const today = DateTime.now();
        this.range = {start: today.startOf("day"), end: today.endOf("day")};
    }
    async load(searchParams) {
        this.searchParams = searchParams;
        const board = await this.keepLast.add(
            this.orm.call(this.model_name, "get_board", [
                serializeDateTime(this.range.start),
                serializeDateTime(this.range.end),
                searchParams.domain,
            ])
        );
        this.last_group_bys = ["lead_id"];
        this.lanes = board.lanes;
        this.absences = board.absences;
        this.data = board.jobs.map((job) => ({...job, planned_start: job.start}));
        this.notify();
    }
    /**
     * Read the days of a window that is not loaded yet.
     *
     * @param {Date} start
     * @param {Date} end
     * @returns {Boolean} whether new days were read
     */
    async show(start, end) {
        const first = DateTime.fromJSDate(start);
        const last = DateTime.min(DateTime.fromJSDate(end), first.plus({days: 29}));
        if (first >= this.range.start && last <= this.range.end) {
            return false;
        }
        this.range = {start: first.startOf("day"), end: last.endOf("day")};
        await this.load(this.searchParams);
        return true;
    }
    _event_data_transform(job) {
        const classes = ["o_board_job", `o_board_${job.state}`];
        for (const flag of ["late", "clashing", "waiting"]) {
            if (job[`is_${flag}`]) {
                classes.push(`o_board_${flag}`);
            }
        }
        if (job.severity !== "normal") {
            classes.push("o_board_urgent");
        }
        const notes = [
            job.promised &&
                _t(
                    "Agreed: %s",
                    deserializeDateTime(job.promised).toFormat("MM-dd HH:mm")
                ),
            job.is_clashing && _t("Overlaps with another job or an absence"),
            job.is_late && _t("Late"),
            job.is_waiting && _t("Waits for a time"),
        ].filter(Boolean);
        return {
            id: job.id,
            group: job.lead_id || UNASSIGNED,
            start: toDate(job.start),
            end: toDate(job.end),
            content: `<div class="o_aftersales_board_item"><b>${escape(
                job.name
            )}</b> ${escape(job.place)}</div>`,
            title: escape([`${job.name} ${job.place}`, ...notes].join(" · ")),
            className: classes.join(" "),
            editable: job.is_movable && this.canEdit,
            evt: job,
        };
    }
    /** Absences are shaded behind the jobs of their lane. */
    getBackgrounds() {
        return this.absences.map((absence, index) => ({
            id: `absence_${index}`,
            type: "background",
            group: absence.employee_id,
            start: toDate(absence.start),
            end: toDate(absence.end),
            className: "o_board_absence",
            content: escape(_t("Absent")),
        }));
    }
    async write_completed(id, vals) {
        return this.orm.call(this.model_name, "action_schedule", [[id]], {
            planned_start: vals.planned_start,
            planned_end: vals.planned_end,
            employee_id: vals.lead_id || null,
        });
    }
}

/** Lanes for all technicians; what is drawn is what is in sight. */
export class DispatchBoardRenderer extends TimelineRenderer {
    init_timeline() {
        this.options.verticalScroll = true;
        this.options.snap = (date) => {
            const quarter = 15 * 60 * 1000;
            return new Date(Math.round(date.getTime() / quarter) * quarter);
        };
        super.init_timeline();
        this.timeline.on("rangechanged", ({start, end, byUser}) => {
            if (byUser || this.initial_data_loaded) {
                this.model.show(start, end);
            }
        });
    }
    async on_data_loaded() {
        const items = this.model.data.map((job) =>
            this.model._event_data_transform(job)
        );
        this.timeline.setItems([]);
        this.timeline.setGroups(await this.split_groups());
        this.setItemsUnseen([...this.model.getBackgrounds(), ...items]);
    }
    /**
     * Hand over all items at once while none of them is in sight.
     *
     * The library measures each visible item as it is added, one layout each; out of
     * sight they cost nothing, and one redraw draws those of the lanes in sight.
     *
     * @param {Object[]} items
     */
    setItemsUnseen(items) {
        const {range} = this.timeline;
        const {start, end} = range;
        Object.assign(range, {start: 0, end: 1});
        this.timeline.setItems(items);
        Object.assign(range, {start, end});
        this.timeline.redraw();
    }
    async split_groups() {
        return [
            {id: UNASSIGNED, content: escape(_t("Unassigned")), order: -1},
            ...this.model.lanes.map((lane, index) => ({
                id: lane.id,
                content: escape(lane.name),
                order: index,
            })),
        ];
    }
    _onTodayClicked() {
        this.mode.data = "today";
        this.timeline.setWindow({
            start: DateTime.now().startOf("day").toJSDate(),
            end: DateTime.now().endOf("day").toJSDate(),
        });
    }
}

/** A drop is a question to the server; what it refuses jumps back, with the reason. */
export class DispatchBoardController extends TimelineController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.notification = useService("notification");
    }
    async internalMove() {
        const queue = this.moveQueue.splice(0);
        for (const move of queue) {
            await this.tryMove(move);
        }
        await this.model.load(this.getSearchProps());
        this.render();
    }
    async tryMove({id, item, data, callback}) {
        if (!data.lead_id) {
            callback(null);
            this.notification.add(
                _t("Drag the job to a technician. To take one off, open it: Reassign."),
                {type: "warning"}
            );
            return;
        }
        const promised = item.evt.promised;
        if (promised && data.planned_start > promised) {
            callback(null);
            await this.askReschedule(id, data);
            return;
        }
        try {
            await this.model.write_completed(id, data);
            callback(item);
        } catch (error) {
            callback(null);
            this.notification.add(error.data?.message || error.message, {
                type: "danger",
                title: _t("Not Possible"),
            });
        }
    }
    /**
     * A time agreed with the customer moves with reason and consent only.
     *
     * @param {Number} id
     * @param {Object} data
     */
    async askReschedule(id, data) {
        const action = await this.orm.call(
            "aftersales.order",
            "action_open_reschedule",
            [[id]]
        );
        Object.assign(action.context, {
            default_planned_start: data.planned_start,
            default_planned_end: data.planned_end,
            default_employee_id: data.lead_id,
        });
        await this.actionService.doAction(action, {
            onClose: async () => {
                await this.model.load(this.getSearchProps());
                this.render();
            },
        });
    }
}

registry.category("views").add("aftersales_dispatch_board", {
    ...TimelineView,
    Model: DispatchBoardModel,
    Renderer: DispatchBoardRenderer,
    Controller: DispatchBoardController,
});
