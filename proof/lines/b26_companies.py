"""B26: one person in two companies, in every session that a client can ask for."""

from collections import Counter

from b04_assignment import give_all_rights
from b07_input import Fuzz
from kit import databases
from kit.companies import ROLES, Play, TwoCommon
from kit.mixture import Mixture
from kit.pointing import Pointing
from kit.sessions import Sessions, over_the_wire
from kit.specimens import Specimens
from kit.world import make_world

from odoo.tests import freeze_time
from odoo.tools import mute_logger

TITLE = "two companies in one session: reading, writing, acting, crons, pointers"
GOAL = (
    "0 mixed rows, 0 rows of the other company shown, forged companies refused, the "
    "same effects whichever company stands first; controls found"
)
TAKES = 70
GATE = {"roles": ("head", "hr"), "doors": ("write",), "months": 1, "calls": 60}
LONG = {
    "roles": tuple(role for role in ROLES if not role.endswith("2")),
    "doors": ("write", "create", "web_save", "load", "child"),
    "months": 3,
    "calls": 600,
}
DAY = "2026-03-02 04:00:00"  # noon in Shanghai, five in the morning in Berlin
LATER = "2026-03-12 04:00:00"  # promises are broken and call-backs are due by now


def play(world, months):
    """Play the main steps of both companies, each company first in turn.

    :return: what came of them by company, and what is wrong as texts
    """
    both = [world.company.id, world.company2.id]
    results, wrong = {}, []
    for fixtures in (type(world), world.second):
        name = fixtures.company.name
        told = [
            Play(fixtures, order, f"2026-0{number + 1}").run()
            for month in range(months)
            for number, order in enumerate((both, both[::-1]), start=2 * month)
        ]
        results[name] = told[0]
        for other in told[1:]:
            wrong += [
                f"{name}: {what} depends on which company stands first:"
                f" {told[0][what]} or {other[what]}"
                for what in told[0]
                if told[0][what] != other[what]
            ]
    one, two = results.values()
    for what in one:
        if what.endswith(" company_id") and one[what] == two[what]:
            wrong.append(f"{what} is the same in both companies")
        if what.endswith(" number") and one[what] and one[what] == two[what]:
            wrong.append(f"{what}: both companies draw {one[what]!r}")
    return results, wrong


def tick(env):
    """Run the jobs of ours for everybody; return their names and what broke off."""
    jobs = (
        env["ir.cron"]
        .search([])
        .filtered(lambda job: (job.model_id.model or "").startswith("aftersales."))
    )
    return jobs.mapped("cron_name"), [text for job in jobs for text in run_job(job)]


def run_job(job):
    """Run one job; return what broke off."""
    try:
        job.ir_actions_server_id.run()
        job.env.flush_all()
    except Exception as error:
        return [f"{job.cron_name}: {type(error).__name__} {error}"]
    return []


def served(env, world):
    """Return the companies for which no promise was found broken."""
    missed = env["aftersales.commitment"].search([("state", "=", "missed")])
    return [
        f"the jobs found no broken promise of {company.name}"
        for company in world.company | world.company2
        if company not in missed.company_id
    ]


def control_row(env, world):
    """Mix one row behind the ORM: the sweep must find it."""
    with env.cr.savepoint(flush=False) as savepoint:
        env.cr.execute(
            "UPDATE aftersales_order SET site_id = %s WHERE id = %s",
            [world.second.site.id, world.order.id],
        )
        found = Mixture(env).find()
        savepoint.rollback()
    if any(text.startswith("aftersales.order ") for text in found):
        return []
    return ["control not found: a mixed row"]


def judge(env, world, size, counts):
    """Try sessions and pointers on specimens of both companies; nothing is kept."""
    specimens = Specimens(world)
    for model in Mixture(env).models:
        if not model._transient:
            for kind in ("own", "other"):
                specimens.make(model._name, kind)
    env.flush_all()
    sessions = Sessions(env, world, specimens, counts)
    for role in size["roles"]:
        sessions.compare(getattr(world, f"{role}_user"))
        sessions.forge(getattr(world, f"{role}_user"))
    missed = sessions.control(world.head_user)
    give_all_rights(env, world.head2_user)
    fuzz = Fuzz.__new__(Fuzz)
    fuzz.env = env
    for model, name, parameters in fuzz.targets():
        sessions.act(world.head2_user, model, name, parameters)
    pointing = Pointing(env, world, specimens, world.head2_user, counts)
    pointing.run(size["doors"])
    missed += pointing.control()
    return [*sessions.violations, *pointing.violations, *missed]


def run(size):
    database, counts = databases.fresh("b26"), Counter()
    try:
        with databases.environment(database) as env, mute_logger("odoo.sql_db"):
            with freeze_time(DAY):
                world = make_world(env, TwoCommon)
                facts, violations = play(world, size["months"])
                env.cr.commit()
            with freeze_time(LATER):
                jobs, broken = tick(env)
                violations += broken + served(env, world)
                env.cr.commit()
            mixture = Mixture(env)
            violations += mixture.find()
            violations += control_row(env, world)
            violations += judge(env, world, size, counts)
            companies = (world.company | world.company2 | world.company3).ids
        violations += over_the_wire(database, companies, size["calls"], counts)
        with databases.environment(database) as env:
            violations += Mixture(env).find()
    finally:
        databases.discard(database)
    violations = list(dict.fromkeys(violations))
    return {
        "sweep": dict(mixture.counts),
        "facts compared": len(next(iter(facts.values()))),
        "jobs run": len(jobs),
        "counts": dict(counts),
        "violations": violations,
        "ok": not violations,
    }
