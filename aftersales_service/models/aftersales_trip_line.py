from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import guard
from ..exceptions import TransitionError

# Which clause of the rule book a line claims.
RULE_CODES = {"meal": "MEAL", "lodging": "LODGING", "cost": "AT_COST"}


class AftersalesTripLine(models.Model):
    """One day's meals, one night, or one cost of a trip."""

    _name = "aftersales.trip.line"
    _inherit = ["aftersales.guard.mixin", "aftersales.frozen.mixin"]
    _description = "Trip Line"
    _order = "trip_id, date, kind, id"
    _check_company_auto = True
    _guarded_fields = frozenset({"approved_by"})

    trip_id = fields.Many2one(
        "aftersales.trip",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    employee_id = fields.Many2one(related="trip_id.employee_id", store=True, index=True)
    state = fields.Selection(related="trip_id.state", string="Trip Status")
    company_id = fields.Many2one(related="trip_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("meal", "Meals"), ("lodging", "Night"), ("cost", "Actual Cost")],
        required=True,
        default="meal",
    )
    rule_id = fields.Many2one(
        "aftersales.pay.rule",
        compute="_compute_rule_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="A night's first day."
    )
    quantity = fields.Float(
        required=True, default=1.0, help="Meals of the day, rooms of the night."
    )
    amount_asked = fields.Monetary(
        help="Empty for the standard amount; more than the standard needs approval."
    )
    amount_standard = fields.Monetary(
        compute="_compute_amounts", string="Standard", compute_sudo=True
    )
    amount_payable = fields.Monetary(
        compute="_compute_amounts", string="Payable", compute_sudo=True
    )
    is_excess = fields.Boolean(compute="_compute_amounts", compute_sudo=True)
    receipt_ids = fields.Many2many("ir.attachment", string="Receipts")
    receipt = fields.Binary(
        compute="_compute_receipt",
        inverse="_inverse_receipt",
        help="The first receipt; another file is added to those that are there.",
    )
    note = fields.Char()
    approved_by = fields.Many2one("res.users", readonly=True, copy=False)

    _positive = models.Constraint(
        "CHECK (quantity >= 0 AND COALESCE(amount_asked, 0) >= 0)",
        "Quantity and amount of a trip line cannot be negative.",
    )

    @api.depends("kind", "trip_id.company_id")
    def _compute_rule_id(self):
        rules = (
            self.env["aftersales.pay.rule"]
            .sudo()  # sudo: shared rules of the company
            ._by_code(set(RULE_CODES.values()), self.trip_id.company_id)
        )
        for line in self:
            key = (line.trip_id.company_id.id, RULE_CODES.get(line.kind))
            line.rule_id = rules.get(key)

    @api.depends(
        "kind",
        "rule_id",
        "date",
        "quantity",
        "amount_asked",
        "approved_by",
        "receipt_ids",
    )
    def _compute_amounts(self):
        for line in self:
            rate = (
                line.rule_id._get_rate(line.date) if line.rule_id and line.date else 0
            )
            standard = line.quantity * rate.amount if rate else 0.0
            asked = line.amount_asked or 0.0
            line.amount_standard = 0.0 if line.kind == "cost" else standard
            line.is_excess = line.kind != "cost" and asked > standard
            line.amount_payable = line._get_amount_payable(asked, standard)

    def _get_amount_payable(self, asked, standard):
        """Return what one line pays.

        :param float asked: amount asked for
        :param float standard: what the rate gives
        """
        if self.kind == "cost":
            return asked if self.receipt_ids else 0.0
        if self.is_excess and self.approved_by:
            return asked
        return min(asked, standard) if self._is_ceiling() else standard

    def _is_ceiling(self):
        """Tell whether the rate is only the most that is paid (AMB-38)."""
        mode = self.company_id.aftersales_lodging_mode
        return self.kind == "lodging" and mode == "ceiling"

    @api.depends("receipt_ids")
    def _compute_receipt(self):
        for line in self:
            line.receipt = line.receipt_ids[:1].datas

    def _inverse_receipt(self):
        for line in self.filtered("receipt"):
            file = self.env["ir.attachment"].create(
                {
                    "name": self.env._("Receipt of %s", line.display_name),
                    "datas": line.receipt,
                    "res_model": line._name,
                    "res_id": line.id,
                }
            )
            line.receipt_ids = [fields.Command.link(file.id)]

    @api.depends("trip_id.name", "kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            kind = kinds.get(line.kind, "")
            line.display_name = f"{line.trip_id.name or ''} {line.date or ''} {kind}"

    @api.constrains("kind", "rule_id")
    def _check_rule(self):
        """Refuse that a line claims another clause than its own."""
        for line in self:
            # sudo: the code of a rule is a constant of the rule book
            if line.rule_id and line.rule_id.sudo().code != RULE_CODES[line.kind]:
                raise ValidationError(
                    self.env._(
                        "%(line)s is paid by the rule %(code)s alone.",
                        line=line.display_name,
                        code=RULE_CODES[line.kind],
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "trip_id")
        lines = super().create(vals_list)
        lines._get_frozen()._raise_frozen()
        lines._check_traveller()
        lines._adopt_receipts()
        return lines

    def write(self, vals):
        if not guard.is_open(self.env):
            if vals == {"approved_by": self.env.uid}:
                return bool(self.action_approve())
            self.trip_id._take_turn()
            self._check_traveller()
        result = super().write(vals)
        if "receipt_ids" in vals:
            self._adopt_receipts()
        return result

    def _adopt_receipts(self):
        """Tie uploaded receipts to their line, so that who reads it reads them."""
        for line in self:
            loose = line.receipt_ids.filtered(lambda receipt: not receipt.res_id)
            if loose:
                loose.check_access("write")
                loose.write({"res_model": self._name, "res_id": line.id})

    def _check_traveller(self):
        """Refuse others than the traveller."""
        if not self.env.su:
            self.trip_id._check_own(self.env._("The traveller enters what he had."))

    def _get_frozen(self):
        """Return the lines of trips handed in; only an approval still comes."""
        if guard.is_open(self.env):
            return self.browse()
        return self.filtered(
            lambda line: line.trip_id.state in ("submitted", "confirmed", "cancel")
        )

    def action_approve(self):
        """Approve amounts above the standard (head, not the traveller).

        :return: the lines
        :raise AccessError: for others
        :raise TransitionError: unless the trip is submitted
        """
        self.check_access("write")
        self.trip_id._check_head()
        self.trip_id._lock()
        if self.trip_id.filtered(lambda trip: trip.state != "submitted"):
            raise TransitionError(
                self.env._("Amounts are approved while the trip is submitted.")
            )
        if self.filtered(lambda line: not line.is_excess):
            raise UserError(
                self.env._("Only an amount above the standard needs approval.")
            )
        self._unguarded().write({"approved_by": self.env.uid})
        self.env["aftersales.audit"]._log(
            self.trip_id, "excess_approved", lines=self.ids
        )
        return self

    def _get_payable(self):
        """Return the lines that a payslip pays; other addons may take some over."""
        return self.filtered("quantity")

    def _prepare_proposals(self):
        """Return one proposal a day and rule; the first line stands for the fact."""
        groups = self.grouped(lambda line: (line.trip_id, line.date, line.rule_id))
        return [
            lines._prepare_proposal(trip, date, rule)
            for (trip, date, rule), lines in groups.items()
        ]

    def _prepare_proposal(self, trip, date, rule):
        """Return the proposal of the lines of one day under one rule."""
        proposal = {
            "rule": rule.sudo().code,  # sudo: shared rules of the company
            "employee": trip.employee_id,
            "date": date,
            "event": self[0],
            "source": trip,
            "quantity": sum(self.mapped("quantity")),
            "amount": sum(self.mapped("amount_asked")),
            "facts": "\n".join(
                [trip._get_facts(), *(line._get_facts() for line in self)]
            ),
        }
        approved = any(line.is_excess and line.approved_by for line in self)
        if approved or self[0]._is_ceiling():
            proposal["approved_amount"] = sum(self.mapped("amount_payable"))
        if not approved and self[0]._is_ceiling():
            paid = proposal["approved_amount"]
            label = self.env._("Actual cost, up to the standard")
            proposal["breakdown"] = [
                {"label": label, "base": paid, "rate": 1.0, "amount": paid}
            ]
        return proposal

    def _get_facts(self):
        """Return one line as evidence."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        text = self.env._(
            "%(date)s: %(kind)s, quantity %(quantity)g, receipts: %(receipts)s.",
            date=self.date,
            kind=kinds[self.kind],
            quantity=self.quantity,
            receipts=len(self.sudo().receipt_ids),  # sudo: only counted
        )
        if self.approved_by:
            approver = self.env._(
                "Above the standard, approved by %s.", self.approved_by.name
            )
            text = f"{text}\n{approver}"
        return f"{text}\n{self.note}" if self.note else text

    def _get_obstacles(self):
        """Return one sentence for each line that is not allowed as it stands."""
        found = []
        for line in self:
            found += [f"{line.display_name}: {text}" for text in line._check_line()]
        return found + self._get_day_obstacles()

    def _check_line(self):
        """Return what is wrong with one line, looked at alone."""
        trip = self.trip_id
        texts = []
        if not self.rule_id:
            texts.append(self.env._("no pay rule is active for it."))
        elif not self._may_propose():
            texts.append(self.env._("its pay rule is stopped. Ask the head."))
        last = trip.date_to
        if self.kind == "lodging" and last:
            if trip.nights == 0:
                return [self.env._("a trip of one day has no night.")]
            if self.company_id.aftersales_lodging_basis == "nights":
                last -= timedelta(days=1)
            texts += self._check_room()
        if trip.date_from and not trip.date_from <= self.date <= last:
            texts.append(self.env._("the date lies outside the trip."))
        if self.kind != "cost" and self.quantity != int(self.quantity):
            texts.append(self.env._("meals and rooms are whole numbers."))
        if self.kind == "cost" and not self.amount_asked:
            texts.append(self.env._("enter the amount on the receipt."))
        if self.kind == "cost" and not self.sudo().receipt_ids:  # sudo: own uploads
            texts.append(self.env._("attach the receipt."))
        return texts

    def _may_propose(self):
        """Tell whether neither the company nor the rule is switched off."""
        # sudo: a shared rule of the company
        rule, company = self.rule_id.sudo(), self.company_id.sudo()
        return self.env["aftersales.adjustment"]._may_propose(rule, company)

    def _check_room(self):
        """Return what is wrong with the room of a night."""
        if self.quantity and self.trip_id._is_guest():
            return [self.env._("the shared room is paid on the other trip.")]
        if self.quantity and self._is_ceiling() and not self.amount_asked:
            return [self.env._("enter the amount on the bill.")]
        if self.quantity > 1 and not self.note:
            return [self.env._("say in the note why it took several rooms.")]
        return []

    def _get_day_obstacles(self):
        """Return days with too many meals or two nights, over all trips."""
        if not self:
            return []
        sums = self.sudo()._read_group(  # sudo: the traveller's other trips count too
            [
                ("employee_id", "in", self.employee_id.ids),
                ("date", "in", self.mapped("date")),
                ("kind", "in", ["meal", "lodging"]),
                ("quantity", ">", 0),
                ("trip_id.state", "!=", "cancel"),
            ],
            ["employee_id", "date:day", "kind"],
            ["quantity:sum", "__count"],
        )
        limit = self.company_id[:1].sudo().aftersales_meals_per_day  # sudo: a setting
        texts = []
        for _employee, day, kind, quantity, count in sums:
            if kind == "meal" and quantity > limit:
                texts.append(
                    self.env._(
                        "%(day)s: %(count)g meals, at most %(limit)s a day.",
                        day=day,
                        count=quantity,
                        limit=limit,
                    )
                )
            elif kind == "lodging" and count > 1:
                texts.append(self.env._("%s: the night is claimed twice.", day))
        return texts
