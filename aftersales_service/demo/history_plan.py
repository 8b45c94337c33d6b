"""Which jobs the demo company had: drawn once from a fixed seed, without the ORM."""

import random
from dataclasses import dataclass, field
from datetime import date

SEED = 20260107
JOBS = 150
# Technicians' working hours that a job may take: start, in minutes of the day.
SLOTS = (8 * 60 + 50, 13 * 60 + 40)


# How far the newest claims have come, besides the visits still under way.
PENDING = ("issued", "approved", "rejected", "verified", "submitted", "approved")


@dataclass(frozen=True)
class Fault:
    """What can be wrong with a unit, and what helps."""

    symptom: str
    cause: str
    remedy: str
    part: str
    said: str
    solution: str
    weight: int


FAULTS = (
    Fault(
        "no_pressure",
        "intake_valve",
        "part_changed",
        "valve_intake",
        "Pressure falls below 6 bar",
        "Intake valve replaced, pressure set to 7.5 bar.",
        9,
    ),
    Fault(
        "no_pressure",
        "seal",
        "part_changed",
        "seal_shaft",
        "No pressure after the night shift",
        "Shaft seal replaced, leak test passed.",
        6,
    ),
    Fault(
        "overheating",
        "cooling",
        "cleaned",
        "",
        "Trips on high temperature",
        "Cooler blown out, fan checked, 82 degrees under load.",
        22,
    ),
    Fault(
        "overheating",
        "bearing",
        "part_changed",
        "bearing",
        "Hot and smells burnt",
        "Motor bearings replaced and greased.",
        6,
    ),
    Fault(
        "no_start",
        "contactor",
        "part_changed",
        "contactor",
        "Does not start, contactor hums",
        "Contactor replaced, all terminals tightened.",
        8,
    ),
    Fault(
        "no_start",
        "wiring",
        "adjusted",
        "",
        "Starts only now and then",
        "Loose control wire found and fixed.",
        16,
    ),
    Fault(
        "oil_leak",
        "seal",
        "part_changed",
        "hose_oil",
        "Oil under the machine",
        "Oil hose replaced, oil topped up.",
        8,
    ),
    Fault(
        "noise",
        "bearing",
        "part_changed",
        "bearing",
        "Grinding noise at the motor",
        "Bearing set replaced, vibration 2.1 mm/s.",
        7,
    ),
    Fault(
        "control_alarm",
        "controller",
        "part_changed",
        "controller",
        "Display dark, alarm relay closed",
        "Controller replaced and parameters loaded.",
        6,
    ),
    Fault(
        "control_alarm",
        "wiring",
        "adjusted",
        "",
        "Sensor alarm without reason",
        "Sensor plug cleaned and secured.",
        15,
    ),
    Fault(
        "control_alarm",
        "electrical",
        "part_changed",
        "sensor_pressure",
        "Shows 16 bar, gauge says 7",
        "Pressure sensor replaced.",
        6,
    ),
    Fault(
        "high_consumption",
        "no_maintenance",
        "cleaned",
        "",
        "Power bill went up by a fifth",
        "Filters were never changed; cleaned and customer instructed.",
        9,
    ),
    Fault(
        "overheating",
        "electrical",
        "part_changed",
        "motor_main",
        "Motor overload, smoke seen",
        "Main motor replaced, alignment checked.",
        2,
    ),
    Fault(
        "noise",
        "mechanical",
        "part_changed",
        "airend",
        "Loud metallic knocking",
        "Air end overhauled with the original set.",
        1,
    ),
    Fault(
        "no_pressure",
        "misuse",
        "instructed",
        "",
        "No air at the far hall",
        "Shut-off valve was closed; operator instructed.",
        9,
    ),
)
OPINIONS = (
    "Quick and friendly.",
    "Good work.",
    "All explained well.",
    "Would like a shorter waiting time.",
    "师傅很专业。",
    "服务及时,满意。",
)


@dataclass
class Job:
    """One ticket with everything that will happen to it."""

    number: int
    day: date
    slot: int
    unit: int
    technician: int
    fault: Fault
    minute: int = 0
    kind: str = "repair"
    path: str = "onsite"
    late: tuple = ()
    test_run: str = "passed"
    is_sure: bool = True
    is_signed: bool = True
    has_called: bool = True
    has_report: bool = True
    verdict: str = "satisfied"
    claim: str = ""
    is_emergency: bool = False
    nights: int = 0
    has_trip: bool = False
    facts: dict = field(default_factory=dict)


def make_plan(days, units, blocked=frozenset()):
    """Draw the jobs of the demo history.

    :param days: working days, oldest first
    :param units: list of (unit, technician) as ids
    :param blocked: set of (technician, day) that must stay free
    :return: list of ``Job`` in the order of the calls
    """
    draw = random.Random(SEED)
    slots = [
        (day, slot, unit, technician)
        for day, slot, unit, technician in _draw_slots(draw, days, units, blocked)
    ]
    slots.sort(key=lambda entry: entry[:2])
    jobs = []
    for number, (day, slot, unit, technician) in enumerate(slots):
        fault = draw.choices(FAULTS, [fault.weight for fault in FAULTS])[0]
        job = Job(number, day, slot, unit, technician, fault)
        job.minute = SLOTS[slot] - draw.randrange(35, 75)
        _draw_path(draw, job)
        _draw_visit(draw, job)
        jobs.append(job)
    _spread_claims(jobs)
    return jobs


def _spread_claims(jobs):
    """Leave the newest claims at every point of their way; older ones are over."""
    for job in jobs:
        if job.claim in ("issued", "approved", "verified", "submitted"):
            job.claim = "closed"
    newest = [job for job in jobs if job.path == "onsite" and job.fault.part][-16:]
    for job, state in zip(newest[: len(PENDING)], PENDING, strict=True):
        job.claim = state


def _draw_slots(draw, days, units, blocked):
    """Yield who is where when: nobody in two places, no unit twice in six weeks."""
    taken, last = set(blocked), {}
    chosen = 0
    while chosen < JOBS:
        index = draw.randrange(len(days))
        slot = draw.randrange(len(SLOTS))
        unit, technician = draw.choice(units)
        day = days[index]
        if (technician, day) in blocked or (technician, day, slot) in taken:
            continue
        if any(abs(index - other) < 30 for other in last.get(unit, ())):
            continue
        taken.add((technician, day, slot))
        last.setdefault(unit, []).append(index)
        chosen += 1
        yield day, slot, unit, technician


def _draw_path(draw, job):
    """Draw what kind of call it was and how it was solved."""
    job.kind = draw.choices(
        ("repair", "consultation", "complaint", "suggestion"), (84, 10, 4, 2)
    )[0]
    remote = job.kind in ("consultation", "suggestion") or (
        draw.random() < 0.19 and job.kind != "complaint"
    )
    job.path = "remote" if remote else "onsite"
    job.verdict = draw.choices(
        ("satisfied", "average", "dissatisfied", "unreachable", "missed"),
        (74, 8, 7, 5, 6),
    )[0]


def _draw_visit(draw, job):
    """Draw lateness, test run, report, parts and trip of a visit."""
    if draw.random() < 0.22:
        reason = draw.choices(("personal", "traffic", "customer"), (5, 4, 1))[0]
        job.late = (draw.randrange(12, 95), reason)
    job.test_run = draw.choices(("passed", "no_time"), (86, 14))[0]
    job.is_sure = draw.random() > 0.32
    job.is_signed = draw.random() > 0.05
    job.has_called = draw.random() > 0.06
    job.has_report = draw.random() > 0.05
    job.is_emergency = draw.random() < 0.45
    job.has_trip = draw.random() < 0.3
    job.nights = draw.choices((0, 1, 2), (5, 4, 1))[0] if job.has_trip else 0
    if job.fault.part and job.path == "onsite" and draw.random() < 0.7:
        job.claim = draw.choices(
            ("closed", "issued", "approved", "verified", "submitted", "rejected"),
            (80, 4, 3, 3, 3, 7),
        )[0]
