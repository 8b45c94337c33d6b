"""Customer B with everything a stranger could want, and files no photo should be."""

import base64
import zlib
from datetime import timedelta

from odoo import fields

from odoo.addons.aftersales_service.tests.field_common import picture

from . import databases
from .payloads import PIXEL
from .world import make_claim_world

CANARY = "c4n4ryOfCustomerB"
XSS = "<img src=x onerror=alert(77)>\"'><script>alert(78)</script>"


def _files():
    png = base64.b64decode(PIXEL)
    ihdr = b"IHDR" + (30000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    huge = png[:8] + b"\x00\x00\x00\x0d" + ihdr
    huge += zlib.crc32(ihdr).to_bytes(4, "big") + png[33:]
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    return {
        "good.png": png,
        "empty.png": b"",
        "page.html": b"<html><script>alert(1)</script>",
        "picture.svg": svg,
        "picture.png": svg,
        "poly.png": b"GIF89a/*" + b"<script>alert(1)</script>",
        "cut.png": png[:40],
        "huge.png": huge,
        "../../x.exe": b"MZ" + b"\x00" * 100,
        "big.png": png + b"\x00" * (11 * 1024 * 1024),
    }


FILES = _files()


def make_victim(env, world):
    """Make customer B with a site, a unit, an order and a ticket."""
    world.customer2.name = f"{CANARY} Foods"
    common = {"partner_id": world.customer2.id, "company_id": world.company.id}
    site = env["aftersales.site"].create(
        {
            **common,
            "name": f"{CANARY} site {XSS}",
            "technician_id": world.technician.id,
        }
    )
    unit = env["aftersales.equipment"].create(
        {
            **common,
            "name": f"{CANARY} {XSS}",
            "site_id": site.id,
            "product_id": world.compressor.id,
            "serial": f"SN-{CANARY}",
        }
    )
    order = world._create_order(
        partner_id=world.customer2.id, site_id=site.id, unit_ids=[]
    )
    start = fields.Datetime.now() + timedelta(days=3)
    order._unguarded().write({"planned_start": start, "promised_start": start})
    order._set_state("scheduled")
    ticket = world._create_ticket(
        partner_id=world.customer2.id,
        site_id=site.id,
        equipment_id=unit.id,
        name=f"{CANARY} {XSS}",
    )
    return order, unit, ticket


def make_repair(env, unit):
    """Bring a unit to the depot with an estimate that its customer may authorise."""
    photo = env["ir.attachment"].create({"name": "unit.png", "datas": picture()})
    labour = {"kind": "labour", "name": f"{CANARY} {XSS}", "price_unit": 200.0}
    rma = env["aftersales.rma"].create(
        {
            "kind": "repair",
            "equipment_id": unit.id,
            "reason": f"{CANARY} {XSS}",
            "consent_by": "Li Hua",
            "condition_note": f"{CANARY} {XSS}",
            "concern_note": "Oil on the floor",
            "fault_note": "No pressure",
            "photo_ids": [(6, 0, photo.ids)],
        }
    )
    rma.action_receive()
    rma.write(
        {
            "ready_on": fields.Date.today() + timedelta(days=9),
            "payment_note": "Invoice, 30 days",
            "delivery_note": "Delivered to the site",
            "old_part": "customer",
            "line_ids": [(0, 0, labour)],
        }
    )
    rma.line_ids.payer = "customer"
    return rma


def make_tokens(env, world, order, ticket):
    """Return a live token of the order, and those that must open nothing."""
    link, sibling = env["aftersales.link"], world._create_order()
    tokens = {
        "of a sibling": link._issue(sibling, "visit")[sibling.id],
        "expired": link._issue(order, "visit")[order.id],
        "revoked": link._issue(order, "sign")[order.id],
    }
    expired = link.search([("token_hash", "=", link._hash(tokens["expired"]))])
    minute_ago = fields.Datetime.now() - timedelta(minutes=1)
    expired._unguarded().write({"expires_on": minute_ago})
    link.search([("token_hash", "=", link._hash(tokens["revoked"]))]).action_revoke()
    live = link._issue(order, "visit")[order.id]
    tokens["tampered"] = live[:-1] + ("A" if live[-1] != "A" else "B")
    tokens["cut"] = live[:20]
    tokens["of the ticket"] = ticket._portal_ensure_token()
    return live, tokens


def prepare(database):
    """Make customer B, his papers and tokens; return their ids."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        order, unit, ticket = make_victim(env, world)
        live, tokens = make_tokens(env, world, order, ticket)
        rma = make_repair(env, unit)
        stage = env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        return {
            "rma": rma.id,
            "seen": rma._get_offer_key(),
            "model": "aftersales.site",
            "order": order.id,
            "unit": unit.id,
            "ticket": ticket.id,
            "stage": stage.id,
            "code": "A" * 22,
            "live": live,
            "tokens": tokens,
        }
