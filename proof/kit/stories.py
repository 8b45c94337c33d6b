"""Random stories in a database of the proof: a world, a machine, its counts."""

from odoo.addons.aftersales_service.tests.machines import tell_stories

from . import databases


def run_stories(name, make_world, machine, size):
    """Tell random stories in a fresh database; each is undone before the next.

    :param name: of the database
    :param make_world: function of (env) that returns the fixtures
    :param machine: class of the machine
    :param size: dict of ``examples`` and ``steps``
    :return: the result of a line
    """
    database = databases.fresh(name)
    violations, counts = [], {}
    with databases.environment(database) as env:
        world = make_world(env)
        try:
            counts = tell_stories(machine, world, size["examples"], size["steps"])
        except AssertionError as error:
            violations.append(str(error))
    databases.discard(database)
    return {**counts, "violations": violations, "ok": not violations}
