"""The company of the tests, made in a database of the proof and kept there."""

from odoo.addons.aftersales_service.tests.common_claim import ClaimCommon
from odoo.addons.aftersales_service.tests.common_pay import PayCommon


def make_world(env):
    """Make the test company with all its people; passwords are the logins.

    :param env: environment that is committed afterwards
    :return: an instance with the fixtures and makers of the tests
    """

    class World(ClaimCommon, PayCommon):
        """The fixtures without a test around them."""

    World.env = env
    World._make_world()
    return World("_make_world")
