from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import check_single
from ..exceptions import MissingError

# Kinds of call that a site's owner is told of at once.
FAULT_TYPES = ("repair", "complaint")
RUNNING_ORDER_STATES = ("draft", "scheduled", "dispatched", "on_site")
SERVICE_TYPES = {"repair": "repair", "complaint": "repair"}


class HelpdeskTicket(models.Model):
    """What a service case sets off: promises, the site's owner, the order."""

    _inherit = "helpdesk.ticket"

    # -- beginning

    def _enter_service(self):
        """Freeze the policy, start the promises and tell the owners, once each."""
        cases = self.filtered(
            lambda ticket: ticket.call_type or ticket.site_id or ticket.equipment_id
        )
        if not cases:
            return
        cases._freeze_policy()
        self.env["aftersales.commitment"]._start(
            cases.filtered(lambda ticket: not ticket.closed)
        )
        cases.filtered(
            lambda ticket: not ticket.owner_notified_on and not ticket.closed
        )._tell_owner()
        cases._enter_complaint()
        cases._own_first_contact()

    def _freeze_policy(self):
        """Put the policy that applies now, and its version, on the tickets."""
        policies = self.env["aftersales.policy"].sudo()  # sudo: rules of the house
        chosen = {}
        for ticket in self.filtered(lambda ticket: not ticket.policy_version):
            policy = ticket.policy_id.sudo() or policies._resolve(
                ticket.company_id,
                partner=ticket.partner_id,
                site=ticket.site_id,
                equipment=ticket.equipment_id,
            )
            if policy:
                chosen.setdefault(policy, self.browse())
                chosen[policy] |= ticket
        for policy, tickets in chosen.items():
            tickets._unguarded().write(
                {"policy_id": policy.id, "policy_version": policy.version}
            )
        for ticket in self.filtered(lambda ticket: not ticket.received_on):
            ticket.received_on = ticket.create_date

    def _tell_owner(self):
        """Tell the technician of the site at once, else the head (SITE-03, ESC-01)."""
        entries = []
        for ticket in self.filtered(
            lambda ticket: (
                (ticket.call_type in FAULT_TYPES or ticket.site_id)
                and not ticket._get_complaint_event()  # the matrix says who is told
            )
        ):
            user = ticket._get_fault_owner()
            if user:
                summary = self.env._("Fault reported: %s", ticket.name)
                entries.append((ticket, user, summary))
        if not entries:
            return
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_fault", scope="escalations"
        )
        told = self.browse().union(*[ticket for ticket, _user, _text in entries])
        told._unguarded().write({"owner_notified_on": fields.Datetime.now()})

    def _get_fault_owner(self):
        """Return the user to tell of a fault: the site's technician, else the head."""
        self.ensure_one()
        technician = self.site_id.sudo().technician_id  # sudo: the user behind him
        owner = technician.user_id.filtered("active").sudo(False)
        return owner or self.company_id._aftersales_get_head(self.team_id)

    # -- triage and order

    def missing(self, step):
        """Return what still blocks a step of this ticket.

        :param str step: ``dispatch`` (HOT-24) or ``close``
        :return: list of ``{field, label, reason}``; empty when nothing blocks
        :raise MissingError: for another step
        """
        check_single(self)
        self.check_access("read")
        if step not in ("dispatch", "close"):
            raise MissingError(
                self.env._("A ticket has the steps “dispatch” and “close” only.")
            )
        if not self.policy_id and not self.call_type:
            return []
        reasons = self._get_missing(step)
        labels = self.fields_get(list(reasons), ["string"])
        return [
            {"field": name, "label": labels[name]["string"], "reason": reason}
            for name, reason in reasons.items()
        ]

    def _get_missing(self, step):
        """Return why a step is blocked, by field name."""
        reasons = {}
        is_fault = self.call_type in FAULT_TYPES
        if step == "dispatch" and not self.partner_id:
            reasons["partner_id"] = self.env._("Nobody knows whom to visit.")
        if self._needs_symptom() and not self.symptom_id:
            reasons["symptom_id"] = self.env._("The fault must be named.")
        if step == "dispatch" and is_fault and not (self.triage_note or "").strip():
            reasons["triage_note"] = self.env._(
                "The fault is analysed before anybody leaves."
            )
        if step == "close":
            reasons.update(self._get_missing_to_close())
            reasons.update(self._get_missing_complaint_close())
        return reasons

    def _needs_symptom(self):
        """Tell whether the fault must be named: service complaints have none."""
        return self.call_type in FAULT_TYPES and self.complaint_kind != "service"

    def _get_missing_to_close(self):
        """Return why the ticket cannot be closed, by field name."""
        reasons = {}
        if self._needs_symptom() and not self.resolution_path:
            reasons["resolution_path"] = self.env._("Say how it was solved.")
        running = self._get_running_orders()
        if running:
            reasons["order_ids"] = self.env._(
                "%(orders)s is still under way.",
                orders=", ".join(running.mapped("name")),
            )
        return reasons

    def _get_running_orders(self):
        """Return the orders of these tickets that are not finished."""
        orders = self.sudo().order_ids  # sudo: whoever closes, work under way counts
        return orders.filtered(lambda order: order.state in RUNNING_ORDER_STATES)

    def _check_missing(self, step):
        """Raise when something blocks a step.

        :raise MissingError: naming all of it
        """
        for ticket in self:
            missing = ticket.missing(step)
            if missing:
                raise MissingError(
                    self.env._(
                        "%(ticket)s is not ready:\n%(list)s",
                        ticket=ticket.display_name,
                        list="\n".join(
                            f"- {entry['label']}: {entry['reason']}"
                            for entry in missing
                        ),
                    )
                )

    @api.model
    def _check_desk(self):
        """Refuse who is not of the service desk."""
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department may do this.")
            )

    def action_create_order(self):
        """Open a draft order for each ticket, with its warranty check.

        A ticket that has an unscheduled order gets that one: pressing twice makes
        no second order.

        :return: the orders, one per ticket
        """
        self._check_desk()
        self.check_access("write")
        return self._make_orders()

    def _make_orders(self):
        """Return the draft order of each ticket, made where there is none."""
        self._take_turn()
        drafts = self.env["aftersales.order"].search(
            [("ticket_id", "in", self.ids), ("state", "=", "draft")]
        )
        bare = self - drafts.ticket_id
        bare._check_open()
        checks = bare._check_warranty()
        made = self.env["aftersales.order"].create(
            [ticket._prepare_order_vals(checks.get(ticket)) for ticket in bare]
        )
        bare.filtered(lambda ticket: not ticket.resolution_path).write(
            {"resolution_path": "onsite"}
        )
        by_ticket = (drafts | made).grouped("ticket_id")
        return made.browse().union(*[by_ticket[ticket][:1] for ticket in self])

    def _check_open(self):
        """Refuse closed tickets and those without a customer."""
        closed = self.filtered("closed")
        if closed:
            raise MissingError(
                self.env._(
                    "%s is closed. Move it back to an open stage first.",
                    closed[0].display_name,
                )
            )
        unknown = self.filtered(lambda ticket: not ticket.partner_id)
        if unknown:
            raise MissingError(
                self.env._(
                    "Enter the customer of %s before opening an order.",
                    unknown[0].display_name,
                )
            )

    def _check_warranty(self):
        """Judge the warranty of the tickets' units on the day of the report.

        :return: the check by ticket
        """
        checks = {}
        by_day = self.filtered("equipment_id").grouped(
            lambda ticket: fields.Date.to_date(ticket._get_local_received())
        )
        for day, tickets in by_day.items():
            made = tickets.equipment_id.check_warranty(on_date=day)
            by_unit = {check.equipment_id: check for check in made}
            checks.update({one: by_unit.get(one.equipment_id) for one in tickets})
        return checks

    def _prepare_order_vals(self, warranty_check):
        """Return the values of the order that serves this ticket.

        :param warranty_check: one ``aftersales.warranty.check``, or empty
        """
        self.ensure_one()
        technician = self.site_id.sudo().technician_id  # sudo: public name only
        vals = {
            "service_type": SERVICE_TYPES.get(self.call_type, "visit"),
            "mode": "remote" if self.resolution_path == "remote" else "onsite",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "ticket_id": self.id,
            "policy_id": self.policy_id.id,
        }
        if self.equipment_id:
            unit = {
                "equipment_id": self.equipment_id.id,
                "symptom_id": self.symptom_id.id,
                "warranty_check_id": warranty_check.id if warranty_check else False,
            }
            vals["unit_ids"] = [fields.Command.create(unit)]
        if technician:
            worker = {"employee_id": technician.id, "role": "lead"}
            vals["worker_ids"] = [fields.Command.create(worker)]
        return vals

    def action_open_create_order(self):
        """Open the order of this ticket, made now if there is none yet."""
        check_single(self)
        return self.action_create_order()._get_records_action()

    def action_open_orders(self):
        """Open the orders of these tickets."""
        self.check_access("read")
        orders = self.env["aftersales.order"].search([("ticket_id", "in", self.ids)])
        return orders._get_records_action(name=self.env._("Service Orders"))

    def action_open_commitments(self):
        """Open the promises of these tickets."""
        self.check_access("read")
        promises = self.env["aftersales.commitment"].search(
            [("ticket_id", "in", self.ids)]
        )
        return promises._get_records_action(name=self.env._("Promises"))

    def action_open_callbacks(self):
        """Open the call-backs of these tickets and of their orders."""
        self.check_access("read")
        callbacks = self.env["aftersales.callback"].search(self._get_callback_domain())
        return callbacks._get_records_action(name=self.env._("Call-Backs"))

    def _get_callback_domain(self):
        """Return the domain of call-backs about these tickets or their orders."""
        return [
            "|",
            ("ticket_id", "in", self.ids),
            ("order_id.ticket_id", "in", self.ids),
        ]
