"""Losses wait for decided cases; shipped call-back rules end with days."""

from odoo.tools import SQL

# Shipped rules: what they were, and what they are now.
RULES = {
    "policy_eng_callback_sample": ("trigger = 'visit'", "trigger = 'repair'"),
    "policy_store_callback_day": (
        "trigger = 'visit' AND window_hours = 9",
        "trigger = 'installation', window_unit = 'end_of_day', window_hours = 0",
    ),
    "policy_comp_callback_unsigned": (
        "window_hours = 8",
        "window_unit = 'end_of_day', window_hours = 0",
    ),
    "policy_hot_callback_complaint": (
        "window_hours = 72",
        "window_unit = 'calendar_days', window_days = 3, window_hours = 0",
    ),
    "policy_hot_callback_member": (
        "window_hours = 72",
        "window_unit = 'calendar_days', window_days = 3, window_hours = 0",
    ),
    "policy_equip_callback_fortnight": (
        "trigger = 'visit' AND window_hours = 336",
        "trigger = 'repair', window_unit = 'calendar_days', window_days = 14, "
        "window_hours = 0",
    ),
}


def migrate(cr, version):
    """Bring shipped rules up to date where nobody changed them.

    Rules for key customers stay: who is a member is for people to say.

    :param cr: cursor on the database that is updated
    :param str version: the version installed before
    """
    if not version:
        return
    cr.execute(
        SQL(
            "UPDATE aftersales_pay_rule SET trigger = 'case' "
            "WHERE code = 'LOSS' AND trigger = 'manual'"
        )
    )
    for name, (was, becomes) in RULES.items():
        cr.execute(
            SQL(
                "UPDATE aftersales_policy_callback rule SET %s "
                "  FROM ir_model_data data "
                " WHERE data.module = 'aftersales_service' AND data.name = %s "
                "   AND data.model = 'aftersales.policy.callback' "
                "   AND data.res_id = rule.id AND %s",
                SQL(becomes),
                name,
                SQL(was),
            )
        )
