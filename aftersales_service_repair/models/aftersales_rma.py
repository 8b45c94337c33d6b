from odoo import api, fields, models

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.arguments import as_choice, check_single
from odoo.addons.aftersales_service.exceptions import FrozenFactError, MissingError

DESK = "aftersales_service.group_dispatcher"
HEAD = "aftersales_service.group_head"
TECHNICIAN = "aftersales_service.group_technician"
DEPOT = "stock.group_stock_user"
KINDS = [
    ("repair", "Repair"),
    ("exchange", "Exchange"),
    ("return", "Return"),
    ("doa", "Dead on Arrival"),
]
OLD_PARTS = [
    ("customer", "Back to the Customer"),
    ("scrap", "Scrapped"),
    ("keep", "Kept by the Company"),
]
STEPS = [("receive", "Receive"), ("authorise", "Authorise"), ("close", "Close")]
# States in which the estimate may still get lines.
OPEN_STATES = ("draft", "received", "authorised", "waiting", "repair", "manufacturer")
# On the sheet the customer's unit was taken in by.
SHEET_FIELDS = frozenset(
    {
        "kind",
        "equipment_id",
        "partner_id",
        "condition_note",
        "concern_note",
        "fault_note",
        "accessory_note",
        "photo_ids",
        "reason",
    }
)
# What the customer agrees to, besides the lines.
TERM_FIELDS = frozenset({"ready_on", "payment_note", "delivery_note", "old_part"})


class AftersalesRma(models.Model):
    """A unit in the depot: taken in, authorised, repaired or exchanged, back.

    The work and its parts are a ``repair.order``; what the customer was told and
    agreed to stands here.
    """

    _name = "aftersales.rma"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "aftersales.watch.mixin",
        "mail.activity.mixin",
    ]
    _description = "Depot Case"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.rma"
    _guarded_fields = frozenset(
        {
            "company_id",
            "unit_id",
            "ticket_id",
            "received_on",
            "received_by_id",
            "authorised_on",
            "authorised_by",
            "authorised_how",
            "authorised_signature",
            "done_on",
            "result",
            "closed_on",
            "handed_to",
            "told_on",
            "idle_told_on",
            "new_equipment_id",
            "refund_amount",
            "refund_tender",
            "refund_by",
            "refund_on",
            "refund_signature",
            "sale_order_id",
        }
    )
    _state_transitions = {
        "draft": {"received", "cancel"},
        "received": {"authorised", "manufacturer", "ready", "cancel"},
        "authorised": {"repair", "waiting", "manufacturer", "ready"},
        "waiting": {"authorised", "repair", "ready"},
        "repair": {"waiting", "manufacturer", "ready"},
        "manufacturer": {"received", "authorised", "repair", "ready"},
        "ready": {"closed"},
        "closed": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS, string="Service Type", required=True, default="repair", tracking=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(related="equipment_id.product_id")
    serial = fields.Char(related="equipment_id.serial", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
    )
    site_id = fields.Many2one(
        related="equipment_id.site_id", store=True, index="btree_not_null"
    )
    unit_id = fields.Many2one(
        "aftersales.order.unit",
        string="Served Unit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        related="unit_id.order_id",
        string="Service Order",
        store=True,
        index="btree_not_null",
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    policy_id = fields.Many2one(
        "aftersales.policy", compute="_compute_policy_id", compute_sudo=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    reason = fields.Text(
        string="Why It Comes to the Depot", help="As the customer was told it."
    )
    consent_by = fields.Char(
        string="Agreed By", help="Who agreed on the customer's side to taking it in."
    )
    condition_note = fields.Text(string="Condition and Damage Found", copy=False)
    concern_note = fields.Text(string="Owner's Concerns", copy=False)
    fault_note = fields.Text(string="Fault Description", copy=False)
    accessory_note = fields.Char(string="Accessories Handed In", copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment", string="Photos", copy=False, bypass_search_access=True
    )
    received_on = fields.Datetime(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    repair_ids = fields.One2many(
        "repair.order", "aftersales_rma_id", string="Work Orders"
    )
    repair_id = fields.Many2one(
        "repair.order",
        string="Work Order",
        compute="_compute_repair_id",
        compute_sudo=True,
    )
    line_ids = fields.One2many("aftersales.rma.line", "rma_id", string="Estimate")
    note_ids = fields.One2many(
        "aftersales.rma.note", "rma_id", string="Coordination Notes"
    )
    shipment_ids = fields.One2many(
        "aftersales.rma.shipment", "rma_id", string="At the Manufacturer's"
    )
    loan_ids = fields.One2many("aftersales.loan", "rma_id", string="Loaners")
    needs_loaner = fields.Boolean(related="order_id.needs_loaner", related_sudo=True)
    state = fields.Selection(
        [
            ("draft", "Announced"),
            ("received", "Received"),
            ("authorised", "Authorised"),
            ("waiting", "Waiting for Authorisation"),
            ("repair", "Under Repair"),
            ("manufacturer", "At the Manufacturer"),
            ("ready", "Ready"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _equipment_open_unique = models.UniqueIndex(
        "(equipment_id) WHERE state NOT IN ('ready', 'closed', 'cancel')",
        "This unit already has an open depot case.",
    )
    _unit_unique = models.UniqueIndex(
        "(unit_id) WHERE unit_id IS NOT NULL AND state <> 'cancel'",
        "This served unit was taken in already.",
    )
    _received_stamped = models.Constraint(
        "CHECK (state IN ('draft', 'cancel') OR received_on IS NOT NULL)",
        "A unit that was received has a time of receipt.",
    )
    _repair_authorised = models.Constraint(
        "CHECK (state NOT IN ('authorised', 'waiting', 'repair') "
        "OR authorised_on IS NOT NULL)",
        "Work begins after the customer's authorisation.",
    )

    @api.depends("equipment_id")
    def _compute_partner_id(self):
        for rma in self:
            rma.partner_id = rma.equipment_id.partner_id or rma.partner_id

    @api.depends("order_id.policy_id", "ticket_id.policy_id", "site_id.policy_id")
    def _compute_policy_id(self):
        for rma in self:
            rma.policy_id = (
                rma.order_id.policy_id
                or rma.ticket_id.policy_id
                or rma.site_id.policy_id
                or rma.company_id.aftersales_policy_id
            )

    @api.depends("repair_ids.state")
    def _compute_repair_id(self):
        for rma in self:
            live = rma.repair_ids.filtered(lambda repair: repair.state != "cancel")
            rma.repair_id = live[:1]

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model(["state"])  # the index looks at cases ended just now
        rmas = super().create(vals_list)
        rmas._adopt_photos()
        rmas._after_create()
        return rmas

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_editable(vals.keys())
        result = super().write(vals)
        if "photo_ids" in vals:
            self._adopt_photos()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise FrozenFactError(
            self.env._("Depot cases stay on record. Cancel what is not wanted.")
        )

    def _after_create(self):
        """Open the work order and hand the case over to the quality department."""
        repairs = self.filtered(lambda rma: rma.kind == "repair")
        repairs._open_repair()
        repairs._write_note()

    def _check_editable(self, names):
        """Refuse changes of what the customer signed.

        :raise FrozenFactError: the sheet after receipt, the terms after the
            authorisation
        """
        late = self.browse()
        if SHEET_FIELDS & names:
            late |= self.filtered(lambda rma: rma.state != "draft")
        if TERM_FIELDS & names:
            late |= self.filtered("authorised_on")
        if names - {"message_follower_ids", "activity_ids", "message_ids"}:
            late |= self.filtered(lambda rma: rma.state in ("closed", "cancel"))
        if late:
            raise FrozenFactError(
                self.env._(
                    "%s: what the customer handed in and agreed to is on record. "
                    "Write a note, or add a line to the estimate.",
                    ", ".join(late[:5].mapped("display_name")),
                )
            )

    def _adopt_photos(self):
        """Tie fresh own uploads to their case; other files stay private.

        :raise AccessError: for anybody else's file
        """
        for rma in self:
            rma.photo_ids._aftersales_adopt(
                rma, self.env._("Upload the photos here; other files stay private.")
            )

    # -- house tools of this document

    def missing(self, step):
        """List what still blocks a step.

        :param str step: ``receive``, ``authorise`` or ``close``
        :return: list of ``{field, label, reason}``, empty when nothing blocks it
        """
        self.check_access("read")
        check_single(self)
        as_choice(self.env, step, STEPS, self.env._("Step"))
        labels = self.fields_get(attributes=["string"])
        return [
            {"field": field, "label": labels[field]["string"], "reason": reason}
            for field, reason in getattr(self, f"_missing_{step}")()
        ]

    def _check_missing(self, step):
        """Raise what blocks a step, in one message.

        :raise MissingError: when a case of self is blocked
        """
        for rma in self:
            reasons = [reason for _field, reason in getattr(rma, f"_missing_{step}")()]
            if reasons:
                raise MissingError(
                    self.env._(
                        "%(case)s is not complete:\n%(reasons)s",
                        case=rma.display_name,
                        reasons="\n".join(f"• {reason}" for reason in reasons),
                    )
                )
