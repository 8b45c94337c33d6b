import re

from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import as_text

# Digits that must agree: enough for a subscriber's number without area code.
TAIL_DIGITS = 8
# Shorter inputs are not taken for a telephone number.
MIN_DIGITS = 6
MAX_MATCHES = 10
# What a telephone number tells.
MATCHED_FIELDS = ("partner_id", "site_id", "equipment_id")
SHOWN_ORDERS = 5


class AftersalesCall(models.Model):
    """From a ringing phone to customer, site and unit, and what is known of them."""

    _inherit = "aftersales.call"

    caller_id = fields.Many2one(
        "aftersales.caller",
        string="Find",
        store=False,
        help="Telephone number, serial, unit, site or customer.",
    )
    match_count = fields.Integer(
        string="Possible Matches", compute="_compute_match_count"
    )
    known_ticket_ids = fields.Many2many(
        "helpdesk.ticket", string="Open Tickets", compute="_compute_known"
    )
    known_order_ids = fields.Many2many(
        "aftersales.order", string="Last Services", compute="_compute_known"
    )
    known_equipment_ids = fields.Many2many(
        "aftersales.equipment", string="Units There", compute="_compute_known"
    )
    warranty_end = fields.Date(related="equipment_id.warranty_end")
    warranty_state = fields.Selection(
        [("covered", "In Warranty"), ("expired", "Warranty Over"), ("none", "Unknown")],
        compute="_compute_warranty_state",
    )

    @api.depends("equipment_id.warranty_end", "called_on")
    def _compute_warranty_state(self):
        for call in self:
            end = call.equipment_id.warranty_end
            today = fields.Date.context_today(call, call.called_on or None)
            if not end:
                call.warranty_state = "none" if call.equipment_id else False
            else:
                call.warranty_state = "covered" if today <= end else "expired"

    @api.depends("partner_id", "site_id", "equipment_id")
    def _compute_known(self):
        tickets = self.env["helpdesk.ticket"]
        orders = self.env["aftersales.order"]
        units = self.env["aftersales.equipment"]
        # Searched call by call, because each shows its own newest few: the fields
        # stand on the form of one call only.
        for call in self:
            call.known_ticket_ids, call.known_order_ids = tickets, orders
            call.known_equipment_ids = units
            place = call._get_known_domain()
            if not place:
                continue
            call.known_ticket_ids = tickets.search(
                [*place, ("closed", "=", False)], limit=MAX_MATCHES
            )
            unit = call.equipment_id._origin
            served = [("unit_ids.equipment_id", "=", unit.id)] if unit else place
            call.known_order_ids = orders.search(
                [*served, ("state", "not in", ("draft", "cancel"))], limit=SHOWN_ORDERS
            )
            call.known_equipment_ids = units.search(place, limit=MAX_MATCHES)

    def _get_known_domain(self):
        """Return the domain of what belongs to the matched site or customer."""
        site, partner = self.site_id._origin, self.partner_id._origin
        if site:
            return [("site_id", "=", site.id)]
        if partner:
            return [("partner_id", "child_of", partner.commercial_partner_id.id)]
        return []

    @api.depends("phone", "partner_id")
    def _compute_match_count(self):
        for call in self:
            waiting = call.phone and not call.partner_id
            call.match_count = len(self._find_matches(call.phone)) if waiting else 0

    @api.onchange("phone")
    def _onchange_phone(self):
        if self.phone and not self.partner_id:
            self._take_match(self._find_matches(self.phone))

    @api.onchange("caller_id")
    def _onchange_caller_id(self):
        """Take over who was chosen from the list, instead of whoever stood there."""
        if self.caller_id:
            self.partner_id = self.site_id = self.equipment_id = False
            self._take_match([self.caller_id._get_match()])

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if not self.partner_id:
            return
        self.phone = self.phone or self.partner_id.phone
        self.caller_name = self.caller_name or self.partner_id.name
        if not self.site_id:
            sites = self._find_sites([("partner_id", "=", self.partner_id.id)])
            self.site_id = sites if len(sites) == 1 else False

    @api.onchange("site_id")
    def _onchange_site_id(self):
        if self.equipment_id.site_id != self.site_id:
            self.equipment_id = False
        if not self.site_id:
            return
        self.partner_id = self.partner_id or self.site_id.partner_id
        self.place = self.place or self.site_id.name
        if not self.equipment_id and len(self.site_id.equipment_ids) == 1:
            self.equipment_id = self.site_id.equipment_ids

    @api.onchange("equipment_id")
    def _onchange_equipment_id(self):
        if self.equipment_id.site_id:
            self.site_id = self.equipment_id.site_id
        if self.equipment_id.partner_id and not self.partner_id:
            self.partner_id = self.equipment_id.partner_id

    def _take_match(self, matches):
        """Fill in the match, where there is exactly one, or what all agree on."""
        if not matches:
            return
        for name in ("partner_id", "site_id", "equipment_id"):
            found = {match[name] for match in matches}
            if len(found) == 1:
                self[name] = found.pop()
        self._onchange_partner_id()
        self._onchange_site_id()
        self._onchange_equipment_id()

    @api.model
    def lookup(self, text):
        """Find customer, site and unit from a number, serial, name or site.

        Telephone numbers are compared by their digits, so that spaces, dashes,
        country and area codes do not matter.

        :param str text: what the caller's display or the caller says
        :return: list of ``{partner_id, site_id, equipment_id, label}``, ids or
            False, the best match first, at most ten
        """
        self._check_desk()
        return self._find_matches(as_text(self.env, text, self.env._("Find")))

    @api.model
    def _find_matches(self, text):
        """Return the matches for a text, see ``lookup``."""
        text = (text or "").strip()
        if not text:
            return []
        digits = re.sub(r"\D", "", text)
        is_number = re.fullmatch(r"[\d\s()+./-]+", text) and len(digits) >= MIN_DIGITS
        units = self._find_units(text)
        matches = [self._prepare_match(unit=unit) for unit in units]
        partners = self._find_callers(digits) if is_number else self.env["res.partner"]
        if not partners and not units:
            sites = self._find_sites(
                ["|", ("name", "ilike", text), ("code", "ilike", text)]
            )
            matches += [self._prepare_match(site=site) for site in sites]
            if not is_number:
                partners = partners.search([("name", "ilike", text)], limit=MAX_MATCHES)
        return self._add_partner_matches(matches, partners)[:MAX_MATCHES]

    @api.model
    def _add_partner_matches(self, matches, partners):
        """Return matches plus those of partners: one per site, else the customer."""
        seen = {match["partner_id"] for match in matches}
        partners = partners.filtered(lambda partner: partner.id not in seen)
        customers = partners | partners.commercial_partner_id
        sites = self._find_sites(
            [
                "|",
                ("partner_id", "in", customers.ids),
                ("address_id", "in", partners.ids),
            ]
        )
        for partner in partners:
            known_as = partner | partner.commercial_partner_id
            own = sites.filtered(
                lambda site, known_as=known_as: (
                    (site.partner_id | site.address_id) & known_as
                )
            )
            matches = matches + (
                [self._prepare_match(site=site) for site in own]
                or [self._prepare_match(partner=partner)]
            )
        return matches

    @api.model
    def _find_units(self, text):
        """Return the equipment with that serial or name, exact ones before others."""
        units = self.env["aftersales.equipment"]
        exact = ["|", ("serial", "=ilike", text), ("name", "=ilike", text)]
        found = units.search(exact, limit=MAX_MATCHES)
        if found or len(text) < 3:
            return found
        part = ["|", ("serial", "ilike", text), ("name", "ilike", text)]
        return units.search(part, limit=MAX_MATCHES)

    @api.model
    def _find_sites(self, domain):
        """Return the sites in service of a domain."""
        active = ("state", "in", ("active", "suspended"))
        return self.env["aftersales.site"].search([*domain, active], limit=MAX_MATCHES)

    @api.model
    def _find_callers(self, digits):
        """Return the partners with that number, best agreement first.

        :param str digits: digits of the number that rings
        """
        return self._find_all_callers([digits])[digits]

    @api.model
    def _find_all_callers(self, numbers):
        """Return the partners with each number, those that agree best.

        :param numbers: list of numbers, digits only
        :return: ``{number: partners}``
        """
        tails = {number[-TAIL_DIGITS:][::-1] + "%" for number in numbers}
        self.env["res.partner"].flush_model(["phone"])
        rows = self.env.execute_query(
            SQL(
                r"""
                SELECT id, regexp_replace(phone, '\D', '', 'g')
                  FROM res_partner
                 WHERE phone IS NOT NULL
                   AND reverse(regexp_replace(phone, '\D', '', 'g')) LIKE ANY(%s)
                 ORDER BY id
                 LIMIT %s
                """,
                sorted(tails),
                200 * len(numbers),
            )
        )
        visible = self.env["res.partner"].search(
            [("id", "in", [row[0] for row in rows])]
        )
        stored = {partner_id: digits for partner_id, digits in rows}
        return {number: self._pick_best(number, stored, visible) for number in numbers}

    @api.model
    def _pick_best(self, number, stored, partners):
        """Return the partners whose number agrees best with the one that rings.

        :param str number: digits of the number that rings
        :param dict stored: digits by partner id
        :param partners: the partners that the user may see
        """
        agreement = {
            partner_id: _common_tail(number, digits)
            for partner_id, digits in stored.items()
            if digits.endswith(number[-TAIL_DIGITS:])
        }
        best = max(agreement.values(), default=0)
        return partners.filtered(
            lambda partner: partner.id in agreement and agreement[partner.id] == best
        )

    @api.model
    def _add_phone_matches(self, vals_list, name):
        """Return values with the customer, site and unit of the number alone.

        As on the screen: only where one customer has the number, his only site, and
        the only unit there. What a client names himself wins (SITE-07).

        :param vals_list: values of new documents
        :param str name: the field that holds the number
        """
        numbers = {}
        for index, vals in enumerate(vals_list):
            number = vals.get(name)
            known = any(key in vals for key in MATCHED_FIELDS)
            if known or not isinstance(number, str):
                continue
            digits = re.sub(r"\D", "", number)
            if len(digits) >= MIN_DIGITS:
                numbers[index] = digits
        if not numbers:
            return vals_list
        callers = self._find_all_callers(list(dict.fromkeys(numbers.values())))
        one = {digits: found for digits, found in callers.items() if len(found) == 1}
        customers = self.env["res.partner"].union(*one.values())
        customers |= customers.commercial_partner_id
        sites = self.env["aftersales.site"].search(
            [
                "|",
                ("partner_id", "in", customers.ids),
                ("address_id", "in", customers.ids),
                ("state", "in", ("active", "suspended")),
            ]
        )
        completed = list(vals_list)
        for index, digits in numbers.items():
            if digits in one:
                company_id = vals_list[index].get("company_id") or self.env.company.id
                match = self._pick_match(one[digits], sites, company_id)
                completed[index] = {**vals_list[index], **match}
        return completed

    @api.model
    def _pick_match(self, caller, sites, company_id):
        """Return the values that one caller's number tells.

        :param caller: the ``res.partner``
        :param sites: sites in service, his among them
        :param int company_id: the company that is called
        """
        house = caller | caller.commercial_partner_id
        own = sites.filtered(
            lambda site: (
                site.company_id.id == company_id
                and (site.partner_id | site.address_id) & house
            )
        )
        match = {"partner_id": caller.id}
        if len(own) == 1:
            match.update(site_id=own.id, partner_id=own.partner_id.id)
            if len(own.equipment_ids) == 1:
                match["equipment_id"] = own.equipment_ids.id
        return match

    @api.model
    def _prepare_match(self, partner=None, site=None, unit=None):
        """Return one entry of a look-up."""
        site = site or (unit and unit.site_id)
        partner = partner or (site and site.partner_id) or (unit and unit.partner_id)
        names = [record.display_name for record in (partner, site, unit) if record]
        return {
            "partner_id": partner.id if partner else False,
            "site_id": site.id if site else False,
            "equipment_id": unit.id if unit else False,
            "label": " / ".join(names),
        }


def _common_tail(left, right):
    """Return how many last digits two numbers share."""
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count
