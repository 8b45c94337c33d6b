"""A small service company in a bench database: policy, site, units, people."""

from datetime import timedelta

from odoo import fields

UNITS = 100


def bare_vals(env):
    """Return what a ticket has with and without our addon."""
    team = env["helpdesk.ticket.team"].search([("name", "=", "Bench")], limit=1)
    partner = env["res.partner"].search([("name", "=", "Bench Customer")], limit=1)
    return {
        "name": "No pressure",
        "description": "The compressor builds no pressure.",
        "company_id": env.company.id,
        "team_id": team.id,
        "partner_id": partner.id,
    }


def make_bare(env):
    """Make what both databases have: a customer and a team.

    The e-mails that the helpdesk writes at each stage are left out: they are its
    own, and their text costs more than all else.
    """
    env["helpdesk.ticket.stage"].search([]).write({"mail_template_id": False})
    env["res.partner"].create({"name": "Bench Customer", "phone": "+86 871 5550 1001"})
    env["helpdesk.ticket.team"].create({"name": "Bench", "company_id": env.company.id})


def make_policy(env):
    """Make a policy that promises three things and owes two call-backs."""
    policy = env["aftersales.policy"].create(
        {"name": "Bench", "code": "BENCH", "company_id": env.company.id}
    )
    env["aftersales.policy.milestone"].create(
        [
            {"policy_id": policy.id, "milestone": name, "unit": unit, "value": value}
            for name, unit, value in [
                ("reply", "minutes", 30),
                ("arrive", "end_of_day", 0),
                ("resolve", "working_days", 3),
            ]
        ]
    )
    env["aftersales.policy.callback"].create(
        [
            {
                "policy_id": policy.id,
                "name": trigger,
                "trigger": trigger,
                "delay_hours": 3.0,
                "window_hours": 1.0,
            }
            for trigger in ("visit", "unsure")
        ]
    )
    return policy


def make_units(env, site):
    """Make the units of the site, in warranty."""
    product = env["product.product"].create(
        {
            "name": "Bench Compressor",
            "is_storable": True,
            "tracking": "serial",
            "is_aftersales_equipment": True,
        }
    )
    env["aftersales.equipment"].create(
        [
            {
                "name": f"BENCH-{number:04}",
                "site_id": site.id,
                "partner_id": site.partner_id.id,
                "company_id": env.company.id,
                "product_id": product.id,
                "serial": f"BENCH-{number:04}",
                "purchase_date": fields.Date.today() - timedelta(days=90),
                "warranty_months": 12,
            }
            for number in range(UNITS)
        ]
    )


def make_world(env):
    """Make the register of our database: a site with units, codes, a technician."""
    make_bare(env)
    partner = env["res.partner"].search([("name", "=", "Bench Customer")], limit=1)
    team = env["helpdesk.ticket.team"].search([("name", "=", "Bench")], limit=1)
    site = env["aftersales.site"].create(
        {
            "name": "Bench Site",
            "partner_id": partner.id,
            "company_id": env.company.id,
            "team_id": team.id,
            "policy_id": make_policy(env).id,
            "tz": "Asia/Shanghai",
        }
    )
    site._set_state("active")
    make_units(env, site)
    env["aftersales.code"].create(
        [
            {"kind": "symptom", "code": "B-NOPRESS", "name": "No pressure"},
            {"kind": "cause", "code": "B-VALVE", "name": "Valve broken"},
        ]
    )
    env["hr.employee"].create({"name": "Bench Technician"})


def service_vals(env, count):
    """Return the values of service tickets, each with its unit in turn."""
    site = env["aftersales.site"].search([("name", "=", "Bench Site")], limit=1)
    units = env["aftersales.equipment"].search([("site_id", "=", site.id)]).ids
    symptom = env["aftersales.code"].search([("code", "=", "B-NOPRESS")], limit=1)
    common = {
        **bare_vals(env),
        "call_type": "repair",
        "site_id": site.id,
        "symptom_id": symptom.id,
        "received_on": fields.Datetime.now() - timedelta(hours=20),
    }
    return [
        {**common, "equipment_id": units[number % len(units)]}
        for number in range(count)
    ]
