"""The words that pairs of acts are written in."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo.addons.aftersales_service.tests.field_common import picture

from .ends import Act

CALLBACK, CASE = "aftersales.callback", "aftersales.case"
CHARGE, CLAIM = "aftersales.charge", "aftersales.claim"
EQUIPMENT, LINE = "aftersales.equipment", "aftersales.claim.line"
ORDER, RMA, TICKET = "aftersales.order", "aftersales.rma", "helpdesk.ticket"
TRIP = "aftersales.trip"
DESK, DESK2, FIELD = "as_dispatcher", "as_callback", "as_technician"
HEAD, HEAD2, SHELF = "as_head", "as_head2", "as_warehouse"
MANAGER, QUALITY = "as_gm", "as_quality_vp"
PICTURE = picture()


@dataclass(frozen=True)
class Pair:
    """Two acts, and ``ready``: function of the world that makes their target."""

    name: str
    ready: Callable
    one: Act
    other: Act
    risky: bool = False

    @property
    def acts(self):
        return (self.one, self.other)


def act(login, model, method, record, *args, keyed=False):
    """Return an act on one record of the target, named by its key there."""
    return Act(login, model, method, lambda t: [[t[record]], *args], keyed)


def make(login, model, values):
    """Return the act of creating a record of values that depend on the target."""
    return Act(login, model, "create", lambda t: [[values(t)]])


def change(login, model, record, values):
    """Return the act of editing a record by hand."""
    return act(login, model, "write", record, values)


def on(name, *args, **values):
    """Return what makes a target: a method of the world, by its name."""
    return lambda world: getattr(world, name)(*args, **values)
