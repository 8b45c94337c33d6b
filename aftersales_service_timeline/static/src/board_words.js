import {HOUR} from "./board_layout";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;

/* What the board says about days and jobs, in the reader's language and zone. */

export function clock(moment) {
    return DateTime.fromMillis(moment).toFormat("HH:mm");
}

/** The day, or the week, that is shown. */
export function describeDays(days) {
    const start = DateTime.fromMillis(days[0].from);
    if (days.length === 1) {
        return start.toLocaleString(DateTime.DATE_HUGE);
    }
    return _t("Week %(week)s: %(start)s to %(end)s", {
        week: start.weekNumber,
        start: start.toLocaleString(DateTime.DATE_MED),
        end: start.plus({days: 6}).toLocaleString(DateTime.DATE_MED),
    });
}

/** The hours above the lanes: 24, or one less or more when the clock changes. */
export function describeHours({from, to}) {
    const count = Math.round((to - from) / HOUR);
    return Array.from({length: count}, (_, index) => clock(from + index * HOUR));
}

/** How a job is coloured and marked. */
export function stateClasses(job) {
    return {
        [`o_board_${job.state}`]: true,
        o_board_late: job.is_late,
        o_board_clashing: job.is_clashing,
        o_board_urgent: job.severity !== "normal",
        o_board_movable: job.is_movable,
    };
}

/** When a job is planned. */
export function describeSpan(job, isWeek) {
    if (job.is_waiting) {
        return _t("no time yet");
    }
    const format = isWeek ? "ccc HH:mm" : "HH:mm";
    return `${DateTime.fromMillis(job.from).toFormat(format)}–${clock(job.to)}`;
}

/** State, promise and problems of a job. */
export function describeNotes(job, states) {
    const state = states.find(([value]) => value === job.state);
    return [
        state && state[1],
        job.promised &&
            _t("agreed %s", DateTime.fromMillis(job.promised).toFormat("MM-dd HH:mm")),
        job.is_late && _t("late"),
        job.is_clashing && _t("overlaps with another job or an absence"),
    ]
        .filter(Boolean)
        .join(" · ");
}

/** What one lane holds on one day of the week. */
export function describeDay(lane, day) {
    return [
        lane.name,
        DateTime.fromMillis(day.from).toFormat("ccc d"),
        _t("%s jobs", day.count),
        day.isAbsent && _t("absent"),
        day.late && _t("%s late", day.late),
        day.clashing && _t("%s overlapping", day.clashing),
    ]
        .filter(Boolean)
        .join(" · ");
}
