from odoo import fields, models

from odoo.addons.aftersales_service.arguments import as_text, check_single
from odoo.addons.aftersales_service.exceptions import MissingError, TransitionError
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action

from .aftersales_charge import DESK, OPEN_STATES, SALES


class AftersalesCharge(models.Model):
    """Quotation by the tariff, the customer's approval, delivery (SALE-05)."""

    _inherit = "aftersales.charge"

    def _missing_quote(self):
        """What blocks the quotation."""
        self.ensure_one()
        if self.opinion != "repair":
            yield self.env._("Ask the customer for his opinion: he wants it repaired.")
        if not self.line_ids:
            yield self.env._("Add labour, travel and parts by the tariff.")
        if not self.tariff_shown_on:
            yield self.env._("Show the customer the tariff, and record when.")
        open_prices = self.line_ids.filtered(
            lambda line: line.is_off_tariff and not line.off_on
        )
        if open_prices:
            yield self.env._(
                "The head approves prices off the tariff: %s.",
                ", ".join(open_prices.mapped("name")),
            )

    def action_add_parts(self):
        """Add the parts of the order's claims that the customer pays.

        :return: self
        """
        self._check_worker_or_desk()
        self.check_access("write")
        self._lock()
        self.filtered(lambda one: one.state not in OPEN_STATES)._raise_if_offered()
        for charge in self:
            charge._add_parts()
        return self

    def _raise_if_offered(self):
        if self:
            raise TransitionError(
                self.env._("Take the quotation back before its parts change.")
            )

    def _add_parts(self):
        """Bring one job in line with the claims of its order."""
        # sudo: sales staff read no claims; what is asked for is theirs to price
        charge = self.sudo()
        claims = charge.order_id.claim_ids.filtered(
            lambda claim: claim.state not in ("rejected", "cancel", "closed")
        )
        wanted = claims.line_ids.filtered(lambda line: line.payer == "customer")
        known = charge.line_ids.claim_line_id
        lines = charge.line_ids._unguarded()
        (lines.filtered(lambda line: line.claim_line_id - wanted)).unlink()
        lines.create(
            [
                {
                    "charge_id": charge.id,
                    "product_id": part.product_id.id,
                    "quantity": part.quantity,
                    "claim_line_id": part.id,
                }
                for part in wanted - known
            ]
        )

    def action_quote(self):
        """Make the customer's quotation: labour, travel and parts apart.

        The desk or sales; once a job, whoever presses.

        :return: the quotations (WARR-01, SALE-05)
        :raise MissingError: opinion, tariff or an approved price is missing
        """
        self._check_role(DESK, SALES)
        self.check_access("read")
        self._lock()
        for charge in self.filtered(lambda charge: charge.state == "told"):
            charge._add_parts()
            reasons = list(charge._missing_quote())
            if reasons:
                raise MissingError(
                    self.env._(
                        "%(job)s is not complete:\n%(reasons)s",
                        job=charge.display_name,
                        reasons="\n".join(f"• {reason}" for reason in reasons),
                    )
                )
            charge._quote()
        late = self.filtered(lambda charge: not charge.sale_order_id)
        if late:
            late._raise_stuck("quoted")
        # sudo: the desk has no sales rights; it gets the number of the quotation
        return self.sudo().sale_order_id.with_env(self.env)

    def _quote(self):
        """Make the quotation of one job."""
        charge = self.sudo()  # sudo: the desk has no sales rights
        orders = charge.env["sale.order"]._aftersales_open()
        orders.flush_model(["state"])  # the index looks at orders cancelled just now
        order = orders.create(charge._prepare_quotation_vals())
        charge._set_state("quoted", {"sale_order_id": order.id})

    def _prepare_quotation_vals(self):
        """Return the values of the quotation of one job."""
        self.ensure_one()
        claims = self.line_ids.claim_line_id.claim_id
        lead = self.order_id.worker_ids.filtered(
            lambda worker: worker.role == "lead"
        ).employee_id
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": f"{self.name}, {self.order_id.name}",
            "aftersales_charge_id": self.id,
            "aftersales_claim_id": claims.id if len(claims) == 1 else False,
            "aftersales_employee_id": lead[:1].id,
            "require_signature": True,
            "require_payment": False,
            "note": self.tariff_id.terms,
            "order_line": self._prepare_quotation_lines(),
        }

    def _prepare_quotation_lines(self):
        """Return labour, travel and parts under headings of their own."""
        kinds = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        commands = []
        for kind, lines in self.line_ids.grouped("kind").items():
            commands.append(
                fields.Command.create(
                    {"display_type": "line_section", "name": kinds[kind]}
                )
            )
            commands += [
                fields.Command.create(line._prepare_sale_line_vals()) for line in lines
            ]
        return commands

    def action_take_back(self, reason):
        """Take a quotation back to change it; the desk or sales.

        :param str reason: why
        :return: self
        """
        self._check_role(DESK, SALES)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.check_access("read")
        self._lock()
        todo = self.filtered(lambda charge: charge.state == "quoted")
        (self - todo)._raise_if_stuck()
        # sudo: sales staff do not edit jobs, they take quotations back
        jobs = todo.sudo()
        orders = jobs.sale_order_id
        jobs._set_state("told", {"sale_order_id": False}, reason=reason)
        orders._action_cancel()
        return self

    def _raise_if_stuck(self):
        if self:
            self._raise_stuck("told")

    def action_send(self):
        """Mail quotations to their customers, with the link to approve them.

        :return: self
        :raise MissingError: when the customer has no address
        """
        self._check_role(DESK, SALES)
        self.check_access("read")
        for charge in self:
            if charge.state != "quoted":
                charge._raise_stuck("quoted")
            if not charge.partner_id.email:
                raise MissingError(
                    self.env._("%s has no e-mail address.", charge.partner_id.name)
                )
            order = charge.sudo().sale_order_id  # sudo: the desk has no sales rights
            order._portal_ensure_token()
            order.with_context(mark_so_as_sent=True).message_post_with_source(
                self.env.ref("aftersales_service_sale.mail_quotation"),
                subject=self.env._("Quotation %s", order.name),
                partner_ids=charge.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
            order.filtered(lambda one: one.state == "draft").action_quotation_sent()
        return self

    # -- approval

    @fact_action
    def action_approve_letter(self, name, at=None, request_key=None):
        """Record the customer's approval by letter; the desk.

        :param str name: who signed the letter
        :param datetime at: when, UTC
        :return: self
        :raise MissingError: while the letter is not attached
        """
        self._check_role(DESK)
        name = as_text(self.env, name, self.env._("Approved By"))
        todo = self.filtered(lambda charge: charge.state not in ("approved", "done"))
        for charge in todo:
            if charge.state != "quoted":
                charge._raise_stuck("approved")
            # sudo: a colleague may have uploaded it
            if not charge.sudo().letter_ids:
                raise MissingError(self.env._("Attach the customer's letter first."))
            # sudo: the desk has no sales rights; the letter is on record
            order = charge.sudo().sale_order_id
            charge._approve("letter", name, at)
            order.action_confirm()
        return self

    def _approve(self, how, name, at):
        """Let the parts go: the customer approved what he was offered."""
        self._set_state(
            "approved",
            {"approved_how": how, "approved_by": name, "approved_on": at},
            reason=name,
            happened_on=at,
        )
        claims = self.line_ids.claim_line_id.claim_id
        for claim in claims.filtered(lambda claim: not claim.customer_approved_on):
            claim._unguarded().write(
                {"customer_approved_on": at, "customer_approved_by": name}
            )
            self.env["aftersales.audit"]._log(
                claim, "customer_approved", reason=name, happened_on=at
            )

    @fact_action
    def action_done(self, at=None, request_key=None):
        """Book labour and travel as delivered once the order is done; the desk.

        Parts count as delivered when the technician uses them.

        :param datetime at: when, UTC
        :return: self
        :raise TransitionError: while the service order is not done
        """
        self._check_role(DESK)
        todo = self.filtered(lambda charge: charge.state != "done")
        for charge in todo:
            if charge.order_id.state not in ("done", "closed"):
                raise TransitionError(
                    self.env._("%s is not done yet.", charge.order_id.display_name)
                )
        moved = todo._set_state("done", happened_on=at)
        # sudo: the desk has no sales rights; the step was checked
        for line in moved.sudo().sale_order_id.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.aftersales_claim_line_id
                and line.qty_delivered_method == "manual"
            )
        ):
            line.qty_delivered = line.product_uom_qty
        return self

    def action_open_quotation(self):
        """Open the quotation of this job.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        self.env["sale.order"].check_access("read")
        return self.sale_order_id._get_records_action()

    def action_open_order(self):
        """Open the service order of this job.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        return self.order_id._get_records_action()
