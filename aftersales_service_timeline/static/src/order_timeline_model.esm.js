import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {patch} from "@web/core/utils/patch";

/**
 * A job moved on the board is rescheduled by the order's own action, so that the
 * rules of scheduling hold for the board as for the form.
 */
patch(TimelineModel.prototype, {
    async write_completed(id, vals) {
        if (this.model_name !== "aftersales.order") {
            return super.write_completed(id, vals);
        }
        return this.orm.call("aftersales.order", "action_schedule", [[id]], {
            planned_start: vals.planned_start,
            planned_end: vals.planned_end,
            employee_id: vals.lead_id || null,
        });
    },
});
