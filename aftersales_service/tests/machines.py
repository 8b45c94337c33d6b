"""Runs the machines that tell random stories of pay and of parts."""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def tell_stories(machine, world, examples, steps, shrink=False):
    """Let random acts happen in a company.

    :param machine: class of the machine; it reads ``world`` and fills ``counts``
    :param world: the fixtures: the test itself, or the proof's world
    :param int examples: how many stories
    :param int steps: acts of one story at most
    :param bool shrink: look for the shortest story that fails, which takes minutes
    :return: ``Counter`` of what the machine counts: examples, acts, refused acts
    """
    # The stories drawn follow from the name of the class: it stays.
    told = type("Machine", (machine,), {"world": world, "counts": Counter()})
    run_state_machine_as_test(
        told,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return told.counts
