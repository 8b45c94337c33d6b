"""What every scene uses: actors, figures, refusals, and the clock of the story."""

import sys
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo.exceptions import UserError

ZONE = timezone("Asia/Shanghai")


class StoryError(Exception):
    """A step of the story did not behave."""


class Stage:
    """Plays acts as users and prints what happened.

    Scenes leave what the next one needs as attributes: ``stage.order`` and so on.

    :param env: the shell's environment; used for reading figures that a role
        may not read, never for the acts themselves
    :param root: root of the repository
    """

    def __init__(self, env, root):
        self.base = env
        self.root = root
        self.company = env.ref("aftersales_service.company_demo")
        self.step = 0
        self.refusals = 0
        self.papers = []
        self.day = self._story_day()

    def open(self):
        """Print what is going to be played, and refuse a used database."""
        self.equipment = self.base.ref("aftersales_service.equipment_cp_0007_demo")
        if "CP-0007 builds no pressure" in self.equipment.ticket_ids.mapped("name"):
            raise StoryError(
                "CP-0007 was repaired here already. Play on a fresh demo database."
            )
        self.write(f"{self.company.name}, {self.day:%A %d %B %Y}")
        self.write(
            "Everything below is done by the users of the company through public\n"
            "methods, with their own rights. Lines marked ! must be refused.\n"
            "Figures that a role may not read are read by the system and marked *."
        )

    def close(self):
        self.write()
        self.write(
            f"The story is over: {self.step} steps behaved, "
            f"{self.refusals} attempts were refused."
        )
        for paper in self.papers:
            self.write(f"Paper: {paper}")

    # -- clock

    def _story_day(self):
        """Return the first working day after the 12th of last month whose next
        two days are working days too."""
        last_month = self.today().replace(day=1) - timedelta(days=1)
        demo = self.base["aftersales.demo"]
        first = last_month.replace(day=13)
        working = set(demo._working_days(first, last_month))
        for offset in range((last_month - first).days - 2):
            days = [first + timedelta(days=offset + more) for more in range(3)]
            if working.issuperset(days):
                return days[0]
        raise StoryError("Last month has no three working days in a row.")

    def today(self):
        return datetime.now(ZONE).date()

    def at(self, day, clock):
        """Return a time of the story as naive UTC.

        :param int day: 0 is the day of the call
        :param str clock: time on the wall in Shanghai, HH:MM
        """
        hour, minute = map(int, clock.split(":"))
        wall = datetime.combine(self.day + timedelta(days=day), time(hour, minute))
        return ZONE.localize(wall).astimezone(utc).replace(tzinfo=None)

    def date(self, day):
        """Return a day of the story."""
        return self.day + timedelta(days=day)

    def tomorrow(self):
        """Return this time tomorrow, as naive UTC."""
        return datetime.utcnow().replace(microsecond=0) + timedelta(days=1)

    def wall(self, moment, with_day=True):
        """Return a stored time as it stands on the clock in Shanghai."""
        if not moment:
            return "-"
        local = utc.localize(moment).astimezone(ZONE)
        return local.strftime("%a %Y-%m-%d %H:%M" if with_day else "%H:%M")

    # -- actors

    def user(self, login):
        """Return the environment of a user of the demo company."""
        user = self.base["res.users"].search([("login", "=", login)])
        if not user:
            raise StoryError(f"There is no user {login}: load the demo data.")
        return self.base(
            user=user.id,
            su=False,
            context={
                "lang": "en_US",
                "tz": ZONE.zone,
                "allowed_company_ids": self.company.ids,
            },
        )

    def show(self, record):
        """Return a record for reading figures as superuser, past all rights."""
        return record.with_env(self.base(context={"lang": "en_US", "tz": ZONE.zone}))

    # -- the page

    def write(self, text=""):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def scene(self, title):
        self.write()
        self.write(f"== {title} " + "=" * max(3, 74 - len(title)))

    def act(self, login, what, day=None, clock=None):
        """Begin a step: print who does what and return his environment."""
        self.step += 1
        env = self.user(login)
        moment = ""
        if clock:
            moment = self.wall(self.at(day or 0, clock)) + "  "
        name = env.user.name.split(" ")
        self.write()
        self.write(f"{self.step:3d}. {moment}{' '.join(name[:2])} ({login}) {what}")
        return env

    def line(self, label, value):
        self.write(f"     {label + ':':<22} {value}")

    def table(self, rows):
        widths = [
            max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)
        ]
        for row in rows:
            cells = (
                f"{cell!s:<{width}}" for cell, width in zip(row, widths, strict=True)
            )
            self.write(f"       {'  '.join(cells)}".rstrip())

    # -- money, which few may read

    def adjustments(self, code, event):
        """Return the adjustments of one rule that a fact set off, as superuser."""
        return self.show(self.base["aftersales.adjustment"]).search(
            [
                ("rule_id.code", "=", code),
                ("event_model", "=", event._name),
                ("event_id", "in", event.ids),
            ]
        )

    def adjustments_of_story(self):
        """Return all adjustments of the technician on the days of the story."""
        return self.show(self.base["aftersales.adjustment"]).search(
            [
                ("employee_id", "=", self.order.lead_id.id),
                ("date", ">=", self.date(0)),
                ("date", "<=", self.date(3)),
                ("state", "!=", "cancel"),
            ],
            order="date, id",
        )

    # -- what must hold

    def check(self, holds, complaint):
        """End the story unless a fact holds."""
        if not holds:
            raise StoryError(complaint)

    def refused(self, what, attempt):
        """Try what must be refused, in a savepoint, and print the answer.

        :param str what: what is tried
        :param attempt: a callable without arguments
        """
        env = self.base
        env.flush_all()
        message = None
        try:
            with env.cr.savepoint():
                attempt()
                env.flush_all()
        except UserError as error:
            message = shorten(" ".join(str(error.args[0]).split()))
        env.invalidate_all(flush=False)
        if message is None:
            raise StoryError(f"This was allowed and must be refused: {what}")
        self.refusals += 1
        self.write(f"     ! {what}")
        self.write(f"       refused: {message}")

    def denied(self, what, answer):
        """Check that a page was not shown, and print the answer.

        :param str what: what was tried
        :param tuple answer: status and body
        """
        status, body = answer
        if status < 400 or body.startswith(b"%PDF"):
            raise StoryError(f"This page was shown and must not be: {what}")
        self.refusals += 1
        self.write(f"     ! {what}")
        self.write(f"       refused: the page answers {status}")

    def commit(self):
        """Keep what was played: later steps start from a clean cache."""
        self.base.flush_all()
        self.base.cr.commit()
        self.base.invalidate_all()


def shorten(message):
    """Return an answer without what the framework adds to it for administrators."""
    message = message.split(" This operation is allowed for")[0]
    return message.rpartition("Sorry, ")[2].split(" If you really, really")[0]
