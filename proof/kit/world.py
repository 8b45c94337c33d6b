"""The company of the tests, made in a database of the proof and kept there."""

import odoo.modules.module
from odoo.models import BaseModel

from odoo.addons.aftersales_service.tests.common_claim import ClaimCommon
from odoo.addons.aftersales_service.tests.common_history import HistoryCommon
from odoo.addons.aftersales_service.tests.common_pay import PayCommon


def make_claim_world(env):
    """Make the company with an order and stock; see ``ClaimCommon``."""
    return make_world(env, ClaimCommon)


def make_pay_world(env):
    """Make the company with contracts and a structure; see ``PayCommon``."""
    return make_world(env, PayCommon)


def make_world(env, fixtures):
    """Make the test company with all its people; passwords are the logins.

    :param env: environment that is committed afterwards
    :param fixtures: the class that holds the fixtures and makers
    :return: an instance of it, without a test around
    """
    world = type("World", (fixtures,), {"env": env})
    # A new company would install the accounting of its country, and commit.
    odoo.modules.module.current_test = world
    try:
        world._make_world()
    finally:
        odoo.modules.module.current_test = False
    return world("_make_world")


def make_history(env, claims, slips):
    """Make the company and let it work: claims issued, penalties paid.

    :param env: environment that is committed afterwards
    :param int claims: how many claims are approved and handed out
    :param int slips: how many months are paid, each with one deduction
    :return: the company, as of ``make_world``
    """
    world = make_world(env, HistoryCommon)
    world._stock(world.filter_part, max(100, claims))
    for _each in range(claims):
        claim = world._approved(world.filter_part)
        world._validate(claim.with_user(world.warehouse_user).action_issue())
    for number in range(slips):
        world._paid(f"{2026 + number // 12}-{number % 12 + 1:02}")
    return world


def remember(world):
    """Return the company as plain values, so that another process can go on."""
    return {
        name: (value._name, value.ids)
        for name, value in vars(type(world)).items()
        if isinstance(value, BaseModel)
    }


def recall(env, memory):
    """Return the company made before, in an environment of now."""
    companies = memory["company"][1]
    env = env(context=dict(env.context, allowed_company_ids=companies))
    records = {name: env[model].browse(ids) for name, (model, ids) in memory.items()}
    world = type("World", (HistoryCommon,), {**records, "env": env})
    return world("_make_world")


def work_on(world, month):
    """Play the main steps once more; return what did not come out as it should."""
    world._stock(world.filter_part, 10)
    claim = world._approved(world.filter_part)
    world._validate(claim.with_user(world.warehouse_user).action_issue())
    slip = world._paid(month)
    found = []
    if claim.state not in ("issued", "closed"):
        found.append(f"the claim is {claim.state}")
    if slip.state != "done" or not slip.line_ids:
        found.append(f"the payslip is {slip.state} with {len(slip.line_ids)} lines")
    return found
