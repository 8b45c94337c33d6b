import {deserializeDate, deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;

const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

export const clock = (text) =>
    text ? deserializeDateTime(text).toFormat("HH:mm") : "";

export const day = (text) =>
    text
        ? deserializeDateTime(text).toLocaleString({
              weekday: "short",
              month: "short",
              day: "numeric",
          })
        : "";

export const moment = (text) => [day(text), clock(text)].filter(Boolean).join(", ");

export const date = (text) =>
    text ? deserializeDate(text).toLocaleString({month: "short", day: "numeric"}) : "";

/* How much time a promise leaves, in the two largest units. */
export function timeLeft(deadline) {
    const minutes = Math.round(
        deserializeDateTime(deadline).diffNow("minutes").minutes
    );
    const size = Math.abs(minutes);
    const hours = Math.floor(size / MINUTES_PER_HOUR);
    const days = Math.floor(hours / HOURS_PER_DAY);
    let span = _t("%s min", size);
    if (days) {
        span = _t("%(days)s d %(hours)s h", {days, hours: hours % HOURS_PER_DAY});
    } else if (hours) {
        span = _t("%(hours)s h %(minutes)s min", {
            hours,
            minutes: size % MINUTES_PER_HOUR,
        });
    }
    return minutes < 0 ? _t("late by %s", span) : _t("%s left", span);
}

/* How urgent a promise looks: running, warning or late. */
export function urgency({deadline, warn_on}) {
    const now = DateTime.now();
    if (deserializeDateTime(deadline) < now) {
        return "late";
    }
    return warn_on && deserializeDateTime(warn_on) <= now ? "warning" : "running";
}

export const quantity = (value) => String(Math.round(value * 1000) / 1000);

export const amount = (value, uom) => `${quantity(value)} ${uom || ""}`.trim();
