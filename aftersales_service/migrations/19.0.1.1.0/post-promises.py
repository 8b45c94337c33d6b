"""Promises made before say what they count, and the shipped policies step up."""

from odoo import SUPERUSER_ID, api

# What the shipped policies promised before, by the clock that starts it now.
BASES = {
    "policy_store_resolve": ("hours", 48.0, "sheet"),
    "policy_store_return_sheet": ("hours", 12.0, "leave"),
}
PAUSING = (
    "policy_eng_resolve",
    "policy_tel_resolve",
    "policy_store_resolve",
    "policy_eng_depot_return",
)


def migrate(cr, version):
    """Fill what running databases lack."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _name_terms(cr)
    _move_bases(env)
    _leave_breaches_to_the_steps(env)


def _name_terms(cr):
    cr.execute(
        """
        UPDATE aftersales_commitment promise
           SET unit = rule.unit,
               value = rule.value,
               cutoff_hour = rule.cutoff_hour,
               policy_version = COALESCE(ticket.policy_version, policy.version)
          FROM aftersales_commitment own
          JOIN aftersales_policy policy ON policy.id = own.policy_id
          JOIN aftersales_policy_milestone rule
            ON rule.policy_id = policy.id AND rule.milestone = own.milestone
          LEFT JOIN helpdesk_ticket ticket ON ticket.id = own.ticket_id
         WHERE own.id = promise.id AND promise.unit IS NULL
        """
    )
    cr.execute(
        """
        UPDATE aftersales_commitment
           SET due_on = deadline - interval '1 minute'
         WHERE unit IN ('end_of_day', 'calendar_days', 'working_days')
           AND promised_to IS NULL
        """
    )


def _move_bases(env):
    for name, (unit, value, basis) in BASES.items():
        rule = env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
        if rule and (rule.unit, rule.value, rule.basis) == (unit, value, "report"):
            rule.basis = basis
    for name in PAUSING:
        rule = env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
        if rule:
            rule.may_pause = True
    reply = env.ref("aftersales_service.policy_equip_reply", raise_if_not_found=False)
    if reply:
        reply.warn_duty = True
    commit = env.ref("aftersales_service.policy_store_commit", raise_if_not_found=False)
    if commit and commit.unit == "hours" and commit.value == 24.0:
        commit.write({"final_warning_share": 100.0 * 20 / 24, "warn_head": True})


def _leave_breaches_to_the_steps(env):
    """The head is a step of his own now; who else was named stays named."""
    head = env.ref("aftersales_service.group_head")
    steps = env["aftersales.policy.escalation"].search([])
    rules = steps.policy_id.milestone_ids
    rules.filtered(lambda rule: rule.inform_group_ids == head).write(
        {"inform_group_ids": [(5, 0, 0)]}
    )
