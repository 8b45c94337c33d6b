"""The company of the tests, made in a database of the proof and kept there."""

import odoo.modules.module

from odoo.addons.aftersales_service.tests.common_claim import ClaimCommon
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
