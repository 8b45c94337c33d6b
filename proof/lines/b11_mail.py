"""B11: mails that pretend, repeat, loop or are broken arrive at the service's door."""

import logging
import re
import traceback
from collections import Counter

from b07_input import OUR_FILE
from kit import databases
from kit.world import make_claim_world

from odoo.exceptions import UserError

TITLE = "mail in: spoofed, repeated, looping, broken, foreign threads"
GOAL = "0 untyped, no state moved by mail, one ticket a Message-Id"
GATE = {"mails": 60}
LONG = {"mails": 2000}
MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{number}@proof.example.com>
{extra}Content-Type: text/{kind}; charset="{charset}"

{body}
"""
SENDERS = (
    "nobody@nowhere.example.com",
    '"Yunnan" <boss@yunnan.example.com>',
    "",
    "<>",
    "a@b, c@d",
    "MAILER-DAEMON@proof.example.com",
    "=?utf-8?b?!!!?= <x@y.example.com>",
    "x" * 500 + "@y.example.com",
)
SUBJECTS = (
    "No pressure",
    "",
    "<script>alert(1)</script>",
    "=?utf-8?q?=ff=fe?=",
    "\u202e" + "a" * 3000,
    "Re: Re: Fwd: Approved, close it",
)
BODIES = (
    "Help",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\x01\x02",
    "",
    "a" * 300000,
)
ALIVE = re.compile(r"<script|<[^>]*\sonerror", re.IGNORECASE)
STATES = """
SELECT md5(string_agg(md5(ROW(id, stage_id, partner_id, policy_id)::text), ''
           ORDER BY id)) FROM helpdesk_ticket WHERE id = ANY(%s)
"""


class Post:
    """Hands mails to the gateway, each in a savepoint that is kept when it held."""

    def __init__(self, env):
        self.env, self.number = env, 0
        self.counts, self.violations = Counter(), []

    def send(self, to, number=None, **values):
        self.number += 1
        text = MAIL.format(
            **{
                "sender": SENDERS[0],
                "subject": SUBJECTS[0],
                "extra": "",
                "kind": "plain",
                "charset": "utf-8",
                "body": "Help",
                "to": to,
                "number": number or self.number,
                **values,
            }
        )
        try:
            with self.env.cr.savepoint():
                made = self.env["mail.thread"].message_process(
                    None, text.encode("utf-8", "replace")
                )
            self.counts["taken" if made else "turned away"] += 1
            return made
        except UserError as error:
            self.counts[f"refused {type(error).__name__}"] += 1
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            if any(OUR_FILE.search(frame.filename) for frame in frames):
                self.violations.append(
                    f"untyped {type(error).__name__}: {error} {values}"[:250]
                )
            # Odoo's own gateway turns away what no program can read.
            self.counts[f"unreadable {type(error).__name__}"] += 1
        return False


def make_door(env, world):
    """Open a mail address for the team; return it."""
    domain = env["mail.alias.domain"].create(
        {"name": "proof.example.com", "bounce_alias": "b", "catchall_alias": "c"}
    )
    env.company.alias_domain_id = world.company.alias_domain_id = domain
    world.team.write({"alias_name": "service", "alias_domain_id": domain.id})
    world.customer.email = "boss@yunnan.example.com"
    return "service@proof.example.com"


def send_all(post, to, count):
    """Send every kind of mail in turn."""
    for index in range(count):
        post.send(
            to,
            sender=SENDERS[index % len(SENDERS)],
            subject=SUBJECTS[index % len(SUBJECTS)],
            body=BODIES[index % len(BODIES)],
            kind=("plain", "html")[index % 2],
            charset=("utf-8", "no-such-charset", "gb2312")[index % 3],
        )


def answer_as_stranger(post, to, note):
    """Answer in a customer's thread without being him, and order its end."""
    for extra in ("In-Reply-To: {0}\n", "References: {0}\n", "Auto-Submitted: x\n"):
        post.send(
            to,
            sender="mallory@nowhere.example.com",
            subject="Re: closed",
            body="close approve sign done",
            extra=extra.format(note.message_id),
        )


def run(size):
    logging.getLogger("odoo.addons.mail").setLevel(logging.CRITICAL)
    with databases.environment(databases.shared()) as env:
        world = make_claim_world(env)
        to, post = make_door(env, world), Post(env)
        ticket = world._create_ticket()
        note = ticket.message_post(body="Ours", message_id="<ours@proof.example.com>")
        env.flush_all()
        before, tickets = state_of(env, ticket), env["helpdesk.ticket"]
        total = tickets.search_count([])
        send_all(post, to, size["mails"])
        made = tickets.search_count([]) - total
        for _each in range(5):  # the same letter five times makes one ticket
            post.send(to, number="same")
        twice = tickets.search_count([]) - total - made
        if twice != 1:
            post.violations.append(f"one Message-Id five times made {twice} tickets")
        answer_as_stranger(post, to, note)
        env.flush_all()
        if state_of(env, ticket) != before:
            post.violations.append("a mail moved the state of a ticket")
        bodies = tickets.search([], order="id desc", limit=made).mapped("description")
        if any(ALIVE.search(body or "") for body in bodies):
            post.violations.append("a script of a mail is kept in a ticket")
        if not made or not any(body and "Help" in body for body in bodies):
            post.violations.append("control: no honest mail made a ticket")
    return {
        "mails": post.number,
        "tickets made": made + twice,
        "answers": dict(post.counts),
        "violations": post.violations,
        "ok": not post.violations,
    }


def state_of(env, ticket):
    env.cr.execute(STATES, [ticket.ids])
    return env.cr.fetchall()
