from datetime import timedelta

from odoo import api, fields, models

from ..arguments import as_choice, as_text
from ..exceptions import NotEntitledError, TransitionError
from .aftersales_fact_mixin import fact_action

# Where an old part that did not come in counts, by what was agreed for it.
PLACES = {
    "return": "old_owed_qty",
    "scrap": "old_scrapped_qty",
    "customer": "old_customer_qty",
}


class AftersalesClaimLine(models.Model):
    """The old parts: back, scrapped, with the customer, cased, or still owed."""

    _name = "aftersales.claim.line"
    _inherit = ["aftersales.claim.line", "aftersales.watch.mixin"]

    loss_ids = fields.One2many("aftersales.claim.loss", "line_id", readonly=True)
    old_owed_qty = fields.Float(
        "Old Parts Owed",
        compute="_compute_old_quantities",
        store=True,
        digits="Product Unit",
    )
    old_scrapped_qty = fields.Float(
        "Old Parts Scrapped",
        compute="_compute_old_quantities",
        store=True,
        digits="Product Unit",
    )
    old_customer_qty = fields.Float(
        "Old Parts with Customer",
        compute="_compute_old_quantities",
        store=True,
        digits="Product Unit",
    )
    old_cased_qty = fields.Float(
        "Old Parts in a Case",
        compute="_compute_old_quantities",
        store=True,
        digits="Product Unit",
        help="Not handed in: a responsibility case decides about them.",
    )
    old_reminded_on = fields.Datetime(
        string="Reminded of the Old Part", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            *PLACES.values(),
            "old_cased_qty",
            "old_reminded_on",
        }

    @api.depends(
        "consumed_qty",
        "old_returned_qty",
        "old_part",
        "loss_ids.kind",
        "loss_ids.quantity",
        "loss_ids.found_on",
    )
    def _compute_old_quantities(self):
        out = self.filtered("issued_qty")  # what is not out yet cannot be lost
        for line in self:
            cased = sum(
                loss.quantity
                for loss in (line.loss_ids if line in out else ())
                if loss.kind == "old" and not loss.found_on
            )
            rest = max(line.consumed_qty - line.old_returned_qty - cased, 0.0)
            line.old_cased_qty = cased
            for choice, name in PLACES.items():
                line[name] = rest if line.old_part == choice else 0.0

    def _get_old_room(self):
        """Return how many old parts may still come in."""
        self.ensure_one()
        return self.consumed_qty - self.old_returned_qty - self.old_cased_qty

    @fact_action
    def action_set_old_part(self, choice, reason, at=None, request_key=None):
        """Say otherwise what becomes of the old parts, once they are replaced.

        The customer keeps them, they are scrapped on the spot, or they come back
        after all; what came in or is in a case already stays as it is.

        :param str choice: return, scrap or customer
        :param str reason: why, for the record
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise AccessError: for others than those on the order and the desk
        :raise TransitionError: before parts were handed out, or after the end
        """
        label = self._fields["old_part"]._description_string(self.env)
        choices = self._fields["old_part"]._description_selection(self.env)
        choice = as_choice(self.env, choice, choices, label)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self.claim_id._check_worker_or_desk()
        todo = self.filtered(lambda line: line.old_part != choice)
        todo._check_old_part_open()
        todo._unguarded().write({"old_part": choice})
        for line in todo.filtered(lambda line: line.old_part == "return"):
            if line.used_on and not line.old_part_due:
                line._unguarded().write({"old_part_due": line._get_old_due()})
        for claim in todo.claim_id:
            self.env["aftersales.audit"]._log(
                claim, "old_part", reason=reason, happened_on=at, choice=choice
            )
        return self

    def _check_old_part_open(self):
        """Refuse lines of which nothing is out, or whose old part is coming in."""
        stuck = self.filtered(lambda line: line.claim_state != "issued")
        if stuck:
            raise TransitionError(
                self.env._(
                    "No parts of %s are out: it is not issued.",
                    stuck.claim_id[:1].display_name,
                )
            )
        coming = self.filtered("old_coming_qty")
        if coming:
            raise NotEntitledError(
                self.env._(
                    "Old %s is on its way to the warehouse. Withdraw it first.",
                    coming[0].product_id.display_name,
                )
            )

    def _get_old_due(self):
        """Return by when the old part has to be back."""
        self.ensure_one()
        return self.used_on + timedelta(days=self.company_id.aftersales_old_part_days)

    # -- reminders, and the case at their end

    @api.model
    def _cron_remind(self):
        """Remind of old parts that are due, then open cases about them."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies._aftersales_at_work():
            owed = [
                ("company_id", "=", company.id),
                ("claim_state", "=", "issued"),
                ("old_owed_qty", ">", 0),
            ]
            zone = self.with_context(tz=company._get_aftersales_tz())
            today = fields.Date.context_today(zone)
            self._watch_old_reminders(company, owed, today)
            if company.aftersales_old_part_case_days > 0:
                limit = today - timedelta(days=company.aftersales_old_part_case_days)
                self._watch([*owed, ("old_part_due", "<", limit)], "_case_old_parts")

    @api.model
    def _watch_old_reminders(self, company, owed, today):
        """Remind holders of what falls due, again after each interval."""
        days = company.aftersales_old_part_remind_days
        if days <= 0:
            return
        since = fields.Datetime.now() - timedelta(days=days)
        domain = [
            *owed,
            ("old_part_due", "<=", today + timedelta(days=days)),
            "|",
            ("old_reminded_on", "=", False),
            ("old_reminded_on", "<=", fields.Datetime.to_string(since)),
        ]
        self._watch(domain, "_remind_old_parts")

    def _remind_old_parts(self):
        """Tell the holders of these lines to hand in the old parts."""
        holders = self.claim_id._get_holding_employees()
        entries = []
        for line in self:
            user = holders[line.claim_id.id].user_id
            summary = self.env._(
                "Hand in %(quantity)s old %(part)s, due %(date)s",
                quantity=f"{line.old_owed_qty:g}",
                part=line.product_id.display_name,
                date=fields.Date.to_string(line.old_part_due),
            )
            entries += [(line.claim_id, one, summary) for one in user]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_old_part"
        )
        self._unguarded().write({"old_reminded_on": fields.Datetime.now()})

    def _case_old_parts(self):
        """Open a responsibility case about old parts that never came."""
        for line in self:
            reason = self.env._(
                "The old part was due on %s and has not come back.",
                fields.Date.to_string(line.old_part_due),
            )
            coming = line.old_coming_qty
            if line.old_owed_qty > coming:
                line._report_loss(
                    "old", line.old_owed_qty - coming, reason, fields.Datetime.now()
                )


class AftersalesClaim(models.Model):
    """Who holds the parts of a claim."""

    _inherit = "aftersales.claim"

    def _get_holding_employees(self):
        """Return the technicians whose stock the parts went to, by claim."""
        # sudo: HR alone reads an employee's place
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("aftersales_location_id", "in", self.sudo().location_id.ids)])
        )
        by_place = employees.grouped("aftersales_location_id")
        return {
            claim.id: by_place.get(claim.sudo().location_id, employees.browse())
            for claim in self
        }
