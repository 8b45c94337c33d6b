import {DateTimeField, dateTimeField} from "@web/views/fields/datetime/datetime_field";
import {_t} from "@web/core/l10n/translation";
import {formatDate} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";

/*
 * A deadline at the end of a day is the midnight after it: people read the day that
 * ends then, not the first minute of the next one.
 */
export class DeadlineField extends DateTimeField {
    getFormattedValue(valueIndex, numeric = this.props.numeric) {
        const value = this.values[valueIndex];
        if (!this.props.readonly || !value || value.hour || value.minute) {
            return super.getFormattedValue(valueIndex, numeric);
        }
        const lastDay = value.minus({days: 1});
        return _t("%s, end of day", formatDate(lastDay, {numeric}));
    }
}

export const deadlineField = {
    ...dateTimeField,
    component: DeadlineField,
    displayName: _t("Deadline"),
};

registry.category("fields").add("aftersales_deadline", deadlineField);
