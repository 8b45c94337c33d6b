/* Where jobs stand on the board: plain arithmetic, without screen or server. */

export const HOUR = 3600 * 1000;
export const QUARTER = HOUR / 4;
const ROW = 44;
const GAP = 6;

/* Moments of the server, fast: a board reads thousands. */
function toMoment(text) {
    return Date.parse(`${text.replace(" ", "T")}Z`);
}

/** The answer of the server with its moments as numbers. */
export function readBoard(board) {
    const span = (item) => ({
        ...item,
        from: toMoment(item.start),
        to: toMoment(item.end),
        promised: item.promised && toMoment(item.promised),
    });
    return {...board, jobs: board.jobs.map(span), absences: board.absences.map(span)};
}

export function snap(moment) {
    return Math.round(moment / QUARTER) * QUARTER;
}

/* Jobs that overlap stand below each other. */
function stack(jobs) {
    const ends = [];
    const placed = [];
    for (const job of [...jobs].sort((one, other) => one.from - other.from)) {
        let row = ends.findIndex((end) => end <= job.from);
        row = row < 0 ? ends.length : row;
        ends[row] = Math.max(job.to, job.from + QUARTER);
        placed.push({job, row});
    }
    return {placed, rows: Math.max(1, ends.length)};
}

function overlaps(item, {from, to}) {
    return item.from < to && item.to > from;
}

/* Only the part within the day is drawn, never narrower than a finger. */
function place(item, {from, to}, hourWidth) {
    const start = Math.max(item.from, from);
    const end = Math.min(item.to, to);
    return {
        left: ((start - from) / HOUR) * hourWidth,
        width: Math.max(((end - start) / HOUR) * hourWidth, 14),
    };
}

function groupBy(items, key) {
    const groups = new Map();
    for (const item of items) {
        if (!groups.has(item[key])) {
            groups.set(item[key], []);
        }
        groups.get(item[key]).push(item);
    }
    return groups;
}

function isWanted(lane, jobs, text, show) {
    if (show === "busy" && !jobs.length) {
        return false;
    }
    if (show === "problems" && !jobs.some((job) => job.is_late || job.is_clashing)) {
        return false;
    }
    const texts = [lane.name, lane.territories];
    texts.push(...jobs.map((job) => `${job.name} ${job.place}`));
    return texts.some((found) => found.toLowerCase().includes(text));
}

/** How many jobs with a time touch a day. */
export function countJobs(jobs, day) {
    return jobs.filter((job) => !job.is_waiting && overlaps(job, day)).length;
}

/* What one lane holds on each day of the week. */
function countDays(jobs, absences, days) {
    return days.map((day) => {
        const found = jobs.filter((job) => overlaps(job, day));
        return {
            ...day,
            count: found.length,
            late: found.filter((job) => job.is_late).length,
            clashing: found.filter((job) => job.is_clashing).length,
            isAbsent: absences.some((absence) => overlaps(absence, day)),
        };
    });
}

/**
 * Lay out the lanes that a search leaves, one below the other.
 *
 * @param {Object} board as read
 * @param {Object[]} days `{from, to}` of each day shown
 * @param {Object} search `{text, show}`
 * @param {Number} hourWidth in pixels
 * @returns {Object} lanes with their pixels, and the height of all
 */
export function layLanes(board, days, search, hourWidth) {
    const byLead = groupBy(board.jobs, "lead_id");
    const absent = groupBy(board.absences, "employee_id");
    const text = search.text.trim().toLowerCase();
    const lanes = [];
    let top = 0;
    for (const lane of board.lanes) {
        const jobs = byLead.get(lane.id) || [];
        if (!isWanted(lane, jobs, text, search.show)) {
            continue;
        }
        const absences = absent.get(lane.id) || [];
        const laid = {
            ...lane,
            top,
            count: jobs.length,
            jobs: [],
            absences: [],
            days: [],
        };
        let rows = 1;
        if (days.length > 1) {
            laid.days = countDays(jobs, absences, days);
        } else {
            const stacked = stack(jobs);
            rows = stacked.rows;
            laid.jobs = stacked.placed.map(({job, row}) => ({
                ...place(job, days[0], hourWidth),
                job,
                top: GAP / 2 + row * ROW,
            }));
            laid.absences = absences.map((absence) =>
                place(absence, days[0], hourWidth)
            );
        }
        laid.height = rows * ROW + GAP;
        top += laid.height;
        lanes.push(laid);
    }
    return {lanes, height: top};
}

/** The lane at a height, found by halving. */
export function laneAt(lanes, height) {
    let low = 0;
    let high = lanes.length - 1;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (lanes[middle].top <= height) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/** The unassigned jobs that a search leaves. */
export function findUnassigned(board, search) {
    const text = search.text.trim().toLowerCase();
    const lanes = board.lanes.some((lane) =>
        `${lane.name} ${lane.territories}`.toLowerCase().includes(text)
    );
    return board.jobs.filter(
        (job) =>
            !job.lead_id &&
            (lanes || `${job.name} ${job.place}`.toLowerCase().includes(text))
    );
}
