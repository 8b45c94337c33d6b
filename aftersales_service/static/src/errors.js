import {_t} from "@web/core/l10n/translation";
import {odooExceptionTitleMap} from "@web/core/errors/error_dialogs";

// The server names the dialog of our refusals (exceptions.py); this is its title.
const MODULE = "odoo.addons.aftersales_service.exceptions.";
for (const name of [
    "ArgumentError",
    "FactTimeError",
    "FrozenFactError",
    "GuardedFieldError",
    "MissingError",
    "NotEntitledError",
    "TransitionError",
]) {
    odooExceptionTitleMap.set(MODULE + name, _t("Invalid Operation"));
}
odooExceptionTitleMap.set(`${MODULE}NotAllowedError`, _t("Access Error"));
