import hashlib
import json

from odoo import models
from odoo.tools import format_date

from odoo.addons.aftersales_service.arguments import NAME_LENGTH, as_text
from odoo.addons.aftersales_service.exceptions import TransitionError

# Where the customer may still be asked.
ASKING_STATES = ("received", "authorised", "waiting", "repair")


class AftersalesRma(models.Model):
    """The estimate as the customer reads and signs it by himself (DEPOT-07)."""

    _inherit = "aftersales.rma"

    def _get_portal_rows(self):
        """Return what the customer's list shows: plain texts, no records."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "id": rma.id,
                "name": rma.name,
                "unit": rma.equipment_id.display_name,
                "state": labels[rma.state],
                "to_sign": rma._can_customer_authorise(),
            }
            for rma in self
        ]

    def _get_portal_values(self):
        """Return what the customer's page of one case shows, labour and parts apart."""
        self.ensure_one()
        choices = dict(self._fields["old_part"]._description_selection(self.env))
        return {
            **self._get_portal_rows()[0],
            "serial": self.serial,
            "fault": self.fault_note,
            "condition": self.condition_note,
            "groups": [
                {"name": self.env._("Labour"), "rows": self._get_offer("labour")},
                {"name": self.env._("Parts"), "rows": self._get_offer("part")},
            ],
            "labour": self.currency_id.format(self.amount_labour),
            "parts": self.currency_id.format(self.amount_parts),
            "total": self.currency_id.format(self.amount_total),
            "open": self.currency_id.format(self.amount_open),
            "ready": format_date(self.env, self.ready_on) if self.ready_on else "",
            "payment": self.payment_note or "",
            "delivery": self.delivery_note or "",
            "old_part": choices.get(self.old_part, ""),
            "authorised_by": self.authorised_by or "",
            "can_decline": self._can_customer_decline(),
            "seen": self._get_offer_key(),
        }

    def _get_offer(self, kind):
        """Return the rows of the estimate of one kind, in plain texts."""
        labels = dict(self.line_ids._fields["state"]._description_selection(self.env))
        return [
            {
                "name": line.name,
                "quantity": f"{line.quantity:g}",
                "price": line.currency_id.format(line.price_unit),
                "amount": line.currency_id.format(line.amount),
                "free": line.payer == "company",
                "state": labels[line.state],
                "open": line.state == "proposed",
            }
            for line in self.line_ids
            if line.kind == kind
        ]

    def _get_offer_key(self):
        """Return a mark of what is offered: it changes with every word of it."""
        self.ensure_one()
        offer = [
            [line.id, line.name, line.quantity, line.price_unit, line.payer, line.state]
            for line in self.line_ids.sorted("id")
        ]
        terms = [self.payment_note, self.delivery_note, self.old_part]
        text = json.dumps([offer, terms, str(self.ready_on)])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _can_customer_authorise(self):
        """Tell whether the estimate waits for the customer, and is complete."""
        self.ensure_one()
        return (
            self.state in ASKING_STATES
            and self._has_proposals()
            and not any(self._missing_authorise())
        )

    def _customer_authorise(self, name, signature, seen):
        """Take the signature the customer drew under what he saw.

        :param str name: who signs
        :param signature: PNG or JPEG in base64
        :param str seen: mark of the offer that his page showed
        :return: self
        :raise TransitionError: when nothing waits for him, or it was changed since
        """
        name = as_text(self.env, name, self.env._("Name"))[:NAME_LENGTH]
        self._lock()
        if not self._can_customer_authorise():
            raise TransitionError(
                self.env._("There is nothing to authorise here now. Please call us.")
            )
        self._check_seen(seen)
        self.action_authorise(name, signature=signature)
        self._message_log(body=self.env._("Authorised in the portal by %s.", name))
        return self

    def _check_seen(self, seen):
        """Refuse a decision about another offer than the customer's page showed.

        :param str seen: mark of the offer that his page showed
        :raise TransitionError: when the estimate was changed since
        """
        if seen != self._get_offer_key():
            raise TransitionError(
                self.env._("The estimate was changed. Read it again, then decide.")
            )

    def _can_customer_decline(self):
        """Tell whether extra work waits for the customer's yes or no."""
        self.ensure_one()
        return bool(
            self.authorised_on and self.state in ASKING_STATES and self._has_proposals()
        )

    def _customer_decline(self, name, reason, seen):
        """Take the customer's no to extra work; the old authorisation stands.

        :param str name: who declines
        :param str reason: why
        :param str seen: mark of the offer that his page showed
        :return: self
        :raise TransitionError: when nothing waits for him, or it was changed since
        """
        self._lock()
        if not self._can_customer_decline():
            raise TransitionError(
                self.env._("There is nothing to decline here now. Please call us.")
            )
        self._check_seen(seen)
        self.action_decline_extra(reason)
        self._message_log(
            body=self.env._(
                "Declined in the portal by %(name)s: %(reason)s",
                name=name,
                reason=reason,
            )
        )
        if self.user_id:
            summary = self.env._("Extra work was declined: go on without it")
            self.env["mail.activity"]._aftersales_schedule(
                [(self, self.user_id, summary)],
                "aftersales_service_repair.mail_activity_rma",
            )
        return self
