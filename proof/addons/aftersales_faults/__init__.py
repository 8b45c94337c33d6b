"""Faults on purpose, loaded into the server of the proof alone (``--load``).

AFTERSALES_FAULTS holds a JSON list of ``{model, method, when, do, ...}``: ``when`` is
before or after, ``do`` is ``sleep`` (``arg`` seconds: widens a race) or ``kill`` (this
worker, at just this point); or ``when`` is instead, and the method does nothing. With
``once_file`` only the process that removes the file fires. The model ``cursor`` with
the method ``commit`` stands for the real COMMIT, the model ``retry`` with the method
``sleep`` for the wait before a transaction starts again.
"""

import json
import os
import signal
import time
from functools import wraps
from pathlib import Path
from types import SimpleNamespace

import odoo.service.model
from odoo.modules.registry import Registry
from odoo.sql_db import Cursor

FAULTS = json.loads(os.environ.get("AFTERSALES_FAULTS") or "[]")


def fire(fault):
    """Do what a fault says, unless another process was first."""
    once = fault.get("once_file")
    if once:
        try:
            Path(once).unlink()
        except FileNotFoundError:
            return
    if fault["do"] == "sleep":
        time.sleep(fault["arg"])
    elif fault["do"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner, fault):
    """Put a fault before or after a method of a class."""
    original = getattr(owner, fault["method"])

    @wraps(original)
    def faulty(self, *args, **kwargs):
        if fault["when"] == "instead":
            return self
        if fault["when"] == "before":
            fire(fault)
        result = original(self, *args, **kwargs)
        if fault["when"] == "after":
            fire(fault)
        return result

    setattr(owner, fault["method"], faulty)


def patch_models(registry):
    """Wrap the methods of models once their classes are built."""
    for fault in FAULTS:
        owner = registry.models.get(fault["model"])
        mark = f"_fault_{fault['method']}_{fault['when']}"
        if owner is not None and not owner.__dict__.get(mark):
            wrap(owner, fault)
            setattr(owner, mark, True)


def shorten_waits(seconds):
    """Let who lost a race start again after so many seconds."""
    odoo.service.model.time = SimpleNamespace(sleep=lambda _wait: time.sleep(seconds))


if FAULTS:
    setup = Registry._setup_models__

    def setup_and_patch(self, *args, **kwargs):
        result = setup(self, *args, **kwargs)
        patch_models(self)
        return result

    Registry._setup_models__ = setup_and_patch
    for own_fault in FAULTS:
        if own_fault["model"] == "cursor":
            wrap(Cursor, own_fault)
        elif own_fault["model"] == "retry":
            shorten_waits(own_fault["arg"])
