from odoo import api, fields, models

from .. import arguments
from ..exceptions import MissingError, TransitionError

ON_TIME = [("yes", "Yes"), ("agreed", "Yes, at the Time Agreed"), ("no", "No")]
REPAIRABLE = [("yes", "Yes"), ("unsure", "Not Sure Yet"), ("no", "No")]
PLACES = [("onsite", "On Site"), ("depot", "At the Depot"), ("remote", "By Phone")]
OPEN_STATES = ("draft", "scheduled")


class AftersalesOrder(models.Model):
    """Triage: four questions answered before anybody travels (DISP-10).

    What the system knows stands there as a proposal; who dispatches answers for it.
    """

    _inherit = "aftersales.order"

    analysis = fields.Text(
        string="Cause and Measures",
        compute="_compute_analysis",
        inverse="_inverse_analysis",
        store=True,
        help="Probable cause, what to do, what to take along (HOT-24).",
    )
    part_ids = fields.One2many(
        "aftersales.order.part", "order_id", string="Parts to Take", copy=True
    )
    triage_on_time = fields.Selection(
        ON_TIME,
        string="In Time?",
        compute="_compute_triage_on_time",
        store=True,
        readonly=False,
        copy=False,
        help="Given the address, the time wished and the work load.",
    )
    triage_repairable = fields.Selection(
        REPAIRABLE,
        string="Repairable?",
        compute="_compute_triage_repairable",
        store=True,
        readonly=False,
        copy=False,
    )
    triage_place = fields.Selection(
        PLACES,
        string="Where?",
        compute="_compute_triage_place",
        store=True,
        readonly=False,
        copy=False,
    )
    needs_loaner = fields.Boolean(string="Loaner Needed", copy=False)
    triage_on = fields.Datetime(string="Triage Done", readonly=True, copy=False)
    triage_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    needs_triage = fields.Boolean(compute="_compute_needs_triage")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"triage_on", "triage_by_id"}

    @api.depends("ticket_id.triage_note")
    def _compute_analysis(self):
        for order in self:
            ticket_sudo = order.ticket_id.sudo()  # sudo: technicians read no tickets
            order.analysis = ticket_sudo.triage_note or order.analysis

    def _inverse_analysis(self):
        """Keep one text: on the ticket where there is one."""
        for order in self.filtered("ticket_id"):
            if order.ticket_id.triage_note != order.analysis:
                order.ticket_id.triage_note = order.analysis

    @api.depends("planned_start", "promised_start")
    def _compute_triage_on_time(self):
        """The plan against the time agreed, else against the promise of arrival."""
        for order in self:
            if not order.planned_start:
                order.triage_on_time = False
                continue
            due = order._get_arrival_due()
            if due and order.planned_start > due:
                order.triage_on_time = "no"
            else:
                order.triage_on_time = "agreed" if order.promised_start else "yes"

    @api.depends("unit_ids.expected_cause_id")
    def _compute_triage_repairable(self):
        """Where the cause of every unit is expected, its repair is known."""
        for order in self:
            units = order.unit_ids
            if units and all(unit.expected_cause_id for unit in units):
                order.triage_repairable = order.triage_repairable or "yes"

    @api.depends("mode", "ticket_id.resolution_path")
    def _compute_triage_place(self):
        for order in self:
            path = order.ticket_id.sudo().resolution_path  # sudo: of the own order
            order.triage_place = (
                "remote" if order.mode == "remote" else path or order.mode
            )

    @api.depends("policy_id.triage_required", "service_type")
    def _compute_needs_triage(self):
        for order in self:
            order.needs_triage = order._is_triage_required()

    def _is_triage_required(self):
        """Tell whether this order is dispatched only after triage."""
        policy_sudo = self.policy_id.sudo()  # sudo: rules of the house
        return policy_sudo.triage_required and self.service_type in (
            "repair",
            "rework",
        )

    def action_triage(
        self, analysis=None, on_time=None, repairable=None, place=None, loaner=None
    ):
        """Answer the four questions of triage; dispatchers and heads (DISP-10).

        What is not given keeps the answer proposed. By phone or at the depot, the
        order takes that way. The same answers again change nothing.

        :param str analysis: probable cause, measures
        :param str on_time: yes, agreed or no
        :param str repairable: yes, unsure or no
        :param str place: onsite, depot or remote
        :param bool loaner: that the customer needs a loaner
        :return: the same orders
        :raise TransitionError: once somebody was sent
        :raise MissingError: when an answer is still open
        """
        self._ensure_planner()
        self.check_access("write")
        vals = self._parse_triage(analysis, on_time, repairable, place)
        if loaner is not None:
            vals["needs_loaner"] = bool(loaner)
        self._lock()
        gone = self.filtered(lambda order: order.state not in OPEN_STATES)
        if gone:
            raise TransitionError(
                self.env._(
                    "%(orders)s: triage comes before the dispatch.",
                    orders=", ".join(gone[:5].mapped("display_name")),
                )
            )
        self.write(vals)
        open_answers = list(self._missing_triage())
        if open_answers:
            raise MissingError(
                "\n".join(dict.fromkeys(reason for *_field, reason in open_answers))
            )
        self._stamp_triage()
        self._follow_triage()
        return self

    def _parse_triage(self, analysis, on_time, repairable, place):
        """Return the answers given, as values to write."""
        vals = {}
        if analysis is not None:
            vals["analysis"] = arguments.as_text(
                self.env, analysis, self.env._("Cause and Measures")
            )
        for name, value, choices in (
            ("triage_on_time", on_time, ON_TIME),
            ("triage_repairable", repairable, REPAIRABLE),
            ("triage_place", place, PLACES),
        ):
            if value is not None:
                label = self.fields_get([name], ["string"])[name]["string"]
                vals[name] = arguments.as_choice(self.env, value, choices, label)
        return vals

    def _stamp_triage(self):
        """Keep who answered, and when, once."""
        fresh = self.filtered(lambda order: not order.triage_on)
        fresh._unguarded().write(
            {"triage_on": fields.Datetime.now(), "triage_by_id": self.env.uid}
        )
        for order in fresh:
            self.env["aftersales.audit"]._log(
                order,
                "triage",
                on_time=order.triage_on_time or "",
                repairable=order.triage_repairable or "",
                place=order.triage_place or "",
            )

    def _follow_triage(self):
        """Let the order take the way that the answers show."""
        remote = self.filtered(
            lambda order: order.triage_place == "remote" and order.mode != "remote"
        )
        remote.write({"mode": "remote"})
        for place, orders in self.filtered("ticket_id").grouped("triage_place").items():
            orders.ticket_id.filtered(
                lambda ticket, place=place: ticket.resolution_path != place
            ).write({"resolution_path": place})

    def _missing_triage(self):
        """Yield what is still unanswered: ``(order id, field, reason)``."""
        for order in self:
            if not (order.analysis or "").strip():
                yield (
                    order.id,
                    "analysis",
                    self.env._("Write the probable cause, the measures and the parts."),
                )
            if not order.triage_on_time:
                yield (
                    order.id,
                    "triage_on_time",
                    self.env._("Say whether we can be there in time."),
                )
            if not order.triage_repairable:
                yield (
                    order.id,
                    "triage_repairable",
                    self.env._("Say whether it can be repaired."),
                )
            if not order.triage_place:
                yield (
                    order.id,
                    "triage_place",
                    self.env._("Say whether it is done on site or at the depot."),
                )

    def _missing_dispatch(self):
        """The four answers, where the policy demands them (DISP-10, DISP-12)."""
        known = list(super()._missing_dispatch())
        yield from known
        asked = self.filtered(lambda order: order._is_triage_required())
        said = {item[:2] for item in known}
        yield from (item for item in asked._missing_triage() if item[:2] not in said)
        for order in asked:
            if order.triage_on_time == "no":
                yield (
                    order.id,
                    "triage_on_time",
                    self.env._(
                        "We cannot be there in time: agree another time with the "
                        "customer first."
                    ),
                )
            if order.triage_place == "depot":
                yield (
                    order.id,
                    "triage_place",
                    self.env._("The unit comes to the depot: nobody is sent."),
                )

    def action_dispatch(self):
        result = super().action_dispatch()
        self.filtered(lambda order: order._is_triage_required())._stamp_triage()
        return result

    def action_claim_parts(self):
        """Make the parts claim that the triage list names, once (DISP-10).

        Dispatchers and heads; one draft claim an order, with its lines filled in.

        :return: the claims, one per order
        :raise MissingError: when no parts are listed
        """
        self._ensure_planner()
        self.check_access("write")
        self._take_turn()
        bare = self.filtered(lambda order: not order.part_ids)
        if bare:
            raise MissingError(
                self.env._(
                    "%(orders)s: list the parts to take along first.",
                    orders=", ".join(bare[:5].mapped("display_name")),
                )
            )
        self._check_not_frozen()
        claims = self.sudo().claim_ids.filtered(  # sudo: whoever made it, one is enough
            lambda claim: claim.state not in ("rejected", "cancel")
        )
        claims = claims.sudo(self.env.su)
        made = self.env["aftersales.claim"].create(
            [order._prepare_claim_vals() for order in self - claims.order_id]
        )
        return claims | made

    def _prepare_claim_vals(self):
        """Return the values of the claim for the parts on this order's list."""
        self.ensure_one()
        return {
            "order_id": self.id,
            "equipment_id": self.unit_ids[:1].equipment_id.id,
            "evidence_note": self.analysis,
            "line_ids": [
                fields.Command.create(
                    {"product_id": part.product_id.id, "quantity": part.quantity}
                )
                for part in self.part_ids
            ],
        }


class AftersalesOrderPart(models.Model):
    """One part that triage expects to need."""

    _name = "aftersales.order.part"
    _description = "Part to Take Along"
    _order = "order_id, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        domain=[("type", "=", "consu")],
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A part is taken along at least once."
    )
    _part_unique = models.UniqueIndex(
        "(order_id, product_id)", "Each part stands once on the list."
    )
