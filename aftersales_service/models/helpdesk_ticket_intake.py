import re

from odoo import api, fields, models
from odoo.tools import html2plaintext

from .helpdesk_ticket import CALL_TYPES

# What may be a serial number in a letter: letters, digits, dashes, one of them a digit.
SERIAL = re.compile(r"(?=[\w/.-]*\d)\w[\w/.-]{2,}\w")
MAX_SERIALS = 200


class HelpdeskTicketTeam(models.Model):
    """Says what a mail to the team is."""

    _inherit = "helpdesk.ticket.team"

    aftersales_call_type = fields.Selection(
        CALL_TYPES,
        string="Mails Are",
        help="Mails to this team become service cases of this kind. Empty: ordinary "
        "tickets.",
    )


class HelpdeskTicketCategory(models.Model):
    """Says which promises cases of a category run on."""

    _inherit = "helpdesk.ticket.category"

    aftersales_policy_id = fields.Many2one(
        "aftersales.policy",
        string="Service Policy",
        help="Cases of this category run on this policy, whatever site and customer "
        "have.",
    )


class HelpdeskTicket(models.Model):
    """Cases from mail and sales fill in the same fields as a call does."""

    _inherit = "helpdesk.ticket"

    applied_by_id = fields.Many2one(
        "res.users", string="Sales Contact", readonly=True, copy=False
    )
    first_contact_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Stays responsible to the end, whoever works on the case.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"applied_by_id", "first_contact_id"}

    # -- telephone

    @api.model
    def _add_callers(self, vals_list):
        """Return values with who calls, where a number alone tells it (SITE-07).

        :param vals_list: values of new tickets
        """
        calls = self.env["aftersales.call"]
        known = calls._add_phone_matches(vals_list, "contact_phone")
        partners = self._browse_all(known, "partner_id")
        return [
            vals if vals is given else self._prepare_caller_vals(vals, partners)
            for vals, given in zip(known, vals_list, strict=True)
        ]

    @api.model
    def _prepare_caller_vals(self, vals, partners):
        """Return values with name and address of the caller that was found."""
        caller = partners[vals["partner_id"]]
        return {
            "partner_name": caller.name,
            "partner_email": caller.email,
            **vals,
        }

    # -- policy of the category

    @api.model
    def _prepare_category_policy(self, vals_list):
        """Return values with the policy that their category names (ESC-11).

        :param vals_list: completed values of new tickets
        """
        categories = self._browse_all(vals_list, "category_id")
        completed = []
        for vals in vals_list:
            category = categories.get(vals.get("category_id"))
            policy = category and category.sudo().aftersales_policy_id  # sudo: rules
            if policy:
                company = vals.get("company_id") or self.env.company.id
                policy = policy._of_company(policy, self.env.company.browse(company))
            if policy and vals.get("call_type") and not vals.get("policy_id"):
                vals = {**vals, "policy_id": policy.id}
            completed.append(vals)
        return completed

    # -- mail

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Fill in kind, customer, site and unit of a case that comes by mail."""
        values = dict(custom_values or {})
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id") or [])
        if team.aftersales_call_type:
            known = self._prepare_mail_vals(msg_dict, team)
            values = {**known, **values}
        return super().message_new(msg_dict, custom_values=values)

    @api.model
    def _prepare_mail_vals(self, msg, team):
        """Return what a mail tells of a case.

        Only units and sites of the sender's own house are taken over.

        :param dict msg: the mail, as the gateway parsed it
        :param team: the team it was sent to
        """
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
        )
        sender = self.env["res.partner"].browse(msg.get("author_id") or [])
        text = f"{msg.get('subject') or ''} {html2plaintext(msg.get('body') or '')}"
        unit, site = self._find_named_unit(sender, text, team.company_id)
        return {
            "call_type": team.aftersales_call_type,
            "channel_id": channel and channel.id,
            "description": msg.get("body") or msg.get("subject") or "-",
            "contact_phone": sender.phone,
            "partner_name": sender.name,
            "equipment_id": unit.id,
            "site_id": site.id,
        }

    @api.model
    def _find_named_unit(self, sender, text, company):
        """Return the unit that a sender's text names, and the site it is about.

        :param sender: ``res.partner``, maybe none
        :param str text: what he wrote
        :param company: company of the team, maybe none
        """
        units = self.env["aftersales.equipment"]
        sites = self.env["aftersales.site"]
        house = sender.commercial_partner_id
        if not house:
            return units, sites
        own = [("partner_id", "child_of", house.ids)]
        if company:
            own.append(("company_id", "=", company.id))
        words = list(dict.fromkeys(SERIAL.findall(text)))[:MAX_SERIALS]
        spelt = [*words, *map(str.upper, words)]
        unit = units.search(
            [*own, "|", ("serial", "in", spelt), ("name", "in", spelt)], limit=2
        )
        if len(unit) == 1:
            return unit, unit.site_id
        site = sites.search([*own, ("state", "in", ("active", "suspended"))], limit=2)
        return units, site if len(site) == 1 else sites

    # -- first contact

    def _own_first_contact(self):
        """Make who takes a case its owner to the end, where the house says so."""
        fresh = self.filtered(
            lambda ticket: (
                ticket.company_id.aftersales_first_contact
                and ticket.call_type
                and not ticket.first_contact_id
                and self.env.user._is_internal()
                and not self.env.user._is_superuser()
            )
        )
        if fresh:
            fresh._unguarded().write({"first_contact_id": self.env.uid})

    def _tell_first_contact(self):
        """Send the owners of closed cases the notice of them, one each (HOT-17)."""
        owned = self.filtered("first_contact_id")
        for owner, tickets in owned.grouped("first_contact_id").items():
            # sudo: told by the house
            told = tickets.sudo() if len(tickets) == 1 else self.env["mail.thread"]
            told.message_notify(
                partner_ids=owner.partner_id.ids,
                subject=self.env._("Closed: %s", ", ".join(tickets.mapped("name"))),
                body=self.env._(
                    "%s, which you took, is closed.",
                    ", ".join(tickets.mapped("display_name")),
                ),
            )

    # -- told too late

    def _check_notice_gap(self):
        """Tell the head of cases whose owner heard of them too late (HOT-01)."""
        late = self.filtered(lambda ticket: ticket._is_told_late())
        if late:
            late._tell_functions(
                "notice", reason=self.env._("Nobody was told in time."), automatic=True
            )

    def _is_told_late(self):
        """Tell whether more time passed between call and notice than allowed."""
        self.ensure_one()
        limit = self.company_id.aftersales_notify_minutes
        calls = self.sudo().call_ids.filtered("recorded_on")  # sudo: only the times
        begun = min(calls.mapped("recorded_on"), default=None)
        if not limit or not begun or not self.owner_notified_on:
            return False
        return (self.owner_notified_on - begun).total_seconds() > limit * 60
