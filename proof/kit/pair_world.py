"""The company of the pairs: documents of each kind, brought to where two acts meet.

Each maker returns the target of a round: ids by name. Twins come from one maker.
"""

import uuid
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.aftersales_service.tests import order_steps
from odoo.addons.aftersales_service.tests.common_claim import ClaimCommon

FINDINGS = {
    "determination": "Valve mounted without a gasket.",
    "loss_kind": "economic",
    "loss_amount": 7300.0,
    "outcome": "accident",
}


class PairCommon(ClaimCommon):
    """Makers of orders, tickets, call-backs, claims and cases."""

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        cls.head2_user = cls._create_user("as_head2", "aftersales_service.group_head")
        cls.member_user = cls._create_user("as_member", "base.group_user")
        cls.technician3 = cls._create_employee("Sun Hao")
        cls._stock(cls.filter_part, 10000)
        cls.kit = cls.env["aftersales.checklist"].create(
            {
                "name": "Departure Kit",
                "code": "P-KIT",
                "purpose": "departure_kit",
                "item_ids": [Command.create({"name": "Cloth", "is_required": True})],
            }
        )
        cls.site2 = cls.site.copy({"name": "Kunming Cold Store 2"})
        cls.site2._set_state("active")
        cls.closed_stage = cls.team._get_applicable_stages().filtered(
            lambda stage: stage.closed and not stage.is_void
        )[:1]
        return result

    def _later(self, **span):
        """Return a time from now, as clients send it."""
        return fields.Datetime.to_string(fields.Datetime.now() + timedelta(**span))

    def _unit(self, **values):
        """Return a new unit of the customer."""
        return self.env["aftersales.equipment"].create(
            {
                "name": "CP",
                "site_id": self.site.id,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "product_id": self.compressor.id,
                "serial": uuid.uuid4().hex[:12],
                "purchase_date": fields.Date.today() - timedelta(days=90),
                "warranty_months": 12,
                **values,
            }
        )

    # -- orders

    def _at_state(self, state, **values):
        order = self._create_order(**values)
        order_steps.bring(self, order, state)
        return order

    def visit(self, state, ready=None):
        """Return an order in a state; ``ready`` names a helper of the steps."""
        order = self._at_state(state)
        if ready:
            getattr(order_steps, ready)(self, order)
        return {
            "order": order.id,
            "unit": order.unit_ids.id,
            "later": self._later(days=1),
            "colleague": self.technician2.id,
        }

    def order_for_parts(self, state):
        """Return an order on whose unit a part is wanted."""
        target = self.visit(state, "categorised" if state == "done" else None)
        part = {"product_id": self.filter_part.id, "quantity": 1}
        return {**target, "parts": [part]}

    def order_with_kit(self):
        """Return an order about to depart, everything on its list ticked."""
        order = self._at_state("dispatched")
        order_steps.follow(order, kit_checklist_id=self.kit.id)
        order._make_kit()
        order.check_ids.action_answer(True)
        return {"order": order.id, "check": order.check_ids.ids[0]}

    def order_with_change(self):
        """Return an order whose customer asked for another time."""
        order = self._at_state("scheduled")
        change = (
            self.env["aftersales.change"]
            ._unguarded()
            .create(
                {
                    "order_id": order.id,
                    "kind": "move",
                    "wanted_start": self._later(days=2),
                    "asked_by": "Li Hua",
                }
            )
        )
        return {"order": order.id, "change": change.id}

    def order_with_return(self):
        """Return an order whose customer wants to give the unit back."""
        unit = Command.create({"equipment_id": self._unit().id})
        order = self._at_state("on_site", unit_ids=[unit])
        order._request_return("Too loud")
        return {"order": order.id, "return": order.return_ids.id}

    def order_with_callback(self, state="open"):
        """Return finished work with a call-back owed for it, and a link to rate."""
        order = self._at_state("done")
        now = fields.Datetime.now()
        callback = (
            self.env["aftersales.callback"]
            ._unguarded()
            .create(
                {
                    "order_id": order.id,
                    "rule_id": self.policy.callback_rule_ids.ids[0],
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "opens_on": now - timedelta(minutes=4),
                    "due_on": now + timedelta(hours=2),
                }
            )
        )
        callback._set_state(state)
        token = self.env["aftersales.link"]._issue(order, "rate")[order.id]
        return {"order": order.id, "callback": callback.id, "token": token}

    # -- calls and tickets

    def enquiry(self):
        """Return a call of somebody who may order."""
        call = self.env["aftersales.call"].create(
            {
                "kind": "consultation",
                "is_potential": True,
                "phone": "+86 871 5550 1001",
                "subject": "Wants a second compressor",
                "company_id": self.company.id,
            }
        )
        return {"call": call.id}

    def _case_ticket(self):
        """Return a ticket of a unit of its own: about one unit it would be no twin.

        The first about a unit repeats nothing, and all others repeat the one before.
        """
        return self._create_ticket(
            triage_note="Change the valve.",
            resolution_path="onsite",
            equipment_id=self._unit().id,
        )

    def ticket(self):
        """Return an open ticket without an order."""
        return {"ticket": self._case_ticket().id, "closed": self.closed_stage.id}

    def ticket_with_order(self):
        """Return a ticket with one order about to end."""
        ticket = self._case_ticket()
        return {"ticket": ticket.id, "order": self._ending(ticket).id}

    def ticket_with_orders(self):
        """Return a ticket with two orders about to end."""
        ticket = self._case_ticket()
        orders = [self._ending(ticket).id for _each in range(2)]
        return {"ticket": ticket.id, "order": orders[0], "other": orders[1]}

    def _ending(self, ticket):
        order = self._at_state("on_site", ticket_id=ticket.id)
        order_steps.report(self, order)
        order_steps.sign(order)
        return order

    # -- claims

    def claim(self, state, emergency=True, part=None):
        """Return a claim of an order of its own, in a state."""
        order = self._at_state("on_site")
        part, given = part or self.filter_part, {"order_id": order.id}
        if state == "submitted":
            claim = self._claim(part, **given)
            claim.action_submit()
        else:
            maker = getattr(self, f"_{state}")
            claim = maker(part, emergency=emergency, **given)
        line = claim.line_ids
        return {"claim": claim.id, "line": line.id, "order": order.id}

    def claim_two_steps(self):
        """Return a claim that two people approve, one after the other."""
        return self.claim("verified", emergency=False)

    def claim_handed_in(self):
        """Return an issued claim whose part the technician brought back."""
        target = self.claim("issued")
        line = self.env["aftersales.claim.line"].browse(target["line"])
        line.with_user(self.technician_user).action_return_unused(1.0)
        coming = line.claim_id.picking_ids.filtered("aftersales_announced_on")
        return {**target, "picking": coming.id}

    def claim_lost(self):
        """Return an issued claim whose part is lost, so that it may end."""
        target = self.claim("issued")
        line = self.env["aftersales.claim.line"].browse(target["line"])
        line.with_user(self.warehouse_user).action_report_lost(1.0, "Gone")
        return {**target, "loss": line.loss_ids.id}

    def claim_used(self):
        """Return an issued claim whose part is built in and whose old one is owed."""
        target = self.claim("issued")
        line = self.env["aftersales.claim.line"].browse(target["line"])
        line.with_user(self.technician_user).action_consume(1.0)
        line._unguarded().write({"old_part": "return"})
        return target

    def recoveries(self):
        """Return two recoveries that both name the one old part that came in."""
        target = self.claim_used()
        line = self.env["aftersales.claim.line"].browse(target["line"])
        line.with_user(self.warehouse_user).action_return_old(1.0)
        made = self.env["aftersales.recovery"].create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer2.id,
                    "line_ids": [Command.set(line.ids)],
                }
                for _each in range(2)
            ]
        )
        return {"recovery": made.ids[0], "other": made.ids[1]}

    # -- cases, trips, recommendations, units

    def case(self, state="draft"):
        """Return a case with complete findings, up to a state."""
        case = (
            self.env["aftersales.case"]
            .with_user(self.head_user)
            .create(
                {
                    "subject": "Flooded cold store",
                    "facts": "The valve leaked.",
                    "happened_on": fields.Date.today() - timedelta(days=8),
                    "kind": "accident",
                }
            )
        )
        shares = [
            Command.create({"percent": 60.0, "employee_id": self.technician.id}),
            Command.create({"percent": 40.0, "employee_id": self.technician2.id}),
        ]
        case = case.with_user(self.quality_vp_user)
        case.write(
            {
                "breached_rule_id": self.env.ref("aftersales_service.pay_rule_loss").id,
                "member_ids": [Command.set(self.member_user.ids)],
                "share_ids": shares,
                **FINDINGS,
            }
        )
        if state != "draft":
            case.action_determine()
        if state == "reviewed":
            case.with_user(self.gm_user).action_review()
        share = case.share_ids.sorted("percent")[-1:]
        return {"case": case.id, "share": share.id, "third": self.technician3.id}

    def trip(self):
        """Return a trip of some hours, with a cost and its receipt."""
        trip = (
            self.env["aftersales.trip"]
            .with_user(self.technician_user)
            .create({"destination": "Kunming"})
        )
        now = fields.Datetime.now()
        trip.action_depart(now - timedelta(hours=2))
        trip.action_return(now - timedelta(hours=1))
        cost = trip.line_ids.create(
            {
                "trip_id": trip.id,
                "kind": "cost",
                "date": trip.date_from,
                "amount_asked": 80.0,
                "receipt_ids": [Command.set(self._photo(name="toll.png").ids)],
            }
        )
        return {"trip": trip.id, "cost": cost.id}

    def recommendation(self):
        """Return something the customer has not decided on."""
        made = self.env["aftersales.recommendation"].create(
            {"name": "New filter", "equipment_id": self.equipment.id}
        )
        return {"recommendation": made.id}

    def units(self):
        """Return two units in service and one that may take their place."""
        units = [self._unit().id for _each in range(2)]
        new = self._unit(site_id=False, partner_id=self.customer.id)
        return {"unit": units[0], "other": units[1], "new": new.id}

    def serial(self):
        """Return a serial number that is to be installed at one of two sites."""
        base = {
            "name": "New",
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "product_id": self.compressor.id,
            "serial": uuid.uuid4().hex[:12],
        }
        return {
            "here": {**base, "site_id": self.site.id},
            "there": {**base, "site_id": self.site2.id},
        }
