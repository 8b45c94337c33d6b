import {_t} from "@web/core/l10n/translation";
import {serializeDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const MODEL = "aftersales.order";
const FORM = [[false, "form"]];

/**
 * What a dispatcher does to jobs: each is a question to the order's own actions.
 *
 * @param {Object} hooks
 * @param {Function} hooks.put draw a job elsewhere, before the server has agreed
 * @param {Function} hooks.onMoved called with what takes a move back, or null
 * @param {Function} hooks.reload read the board again
 * @returns {Object} move, schedule and open
 */
export function useBoardMoves({put, onMoved, reload}) {
    const orm = useService("orm");
    const action = useService("action");
    const notification = useService("notification");

    async function ask(name, job, context = {}) {
        const dialog = await orm.call(MODEL, name, [[job.id]]);
        Object.assign(dialog, {views: FORM, context: {...dialog.context, ...context}});
        await action.doAction(dialog, {onClose: reload});
    }

    /* What the server refuses jumps back, with the reason. */
    async function move(job, leadId, from, to) {
        const values = {
            planned_start: serializeDateTime(DateTime.fromMillis(from)),
            planned_end: serializeDateTime(DateTime.fromMillis(to)),
            employee_id: leadId,
        };
        if (job.promised && from > job.promised) {
            /* A time agreed with the customer moves with reason and consent only. */
            await ask("action_open_reschedule", job, {
                default_planned_start: values.planned_start,
                default_planned_end: values.planned_end,
                default_employee_id: leadId,
            });
            return;
        }
        const before = {lead_id: job.lead_id, from: job.from, to: job.to};
        put(job, {lead_id: leadId, from, to});
        try {
            await orm.call(MODEL, "action_schedule", [[job.id]], values);
            const canUndo = before.lead_id && !job.is_waiting;
            onMoved(canUndo ? {job, ...before} : null);
        } catch (error) {
            put(job, before);
            notification.add(error.data?.message || error.message, {
                type: "danger",
                title: _t("Not Possible"),
            });
        }
        await reload();
    }

    function open(job) {
        return action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: job.id,
            views: FORM,
        });
    }

    return {move, open, schedule: (job) => ask("action_open_schedule", job)};
}
