from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import FrozenFactError, MissingError

GENERAL_MANAGER = "aftersales_service.group_general_manager"
LINE_KINDS = [
    ("labour", "Labour"),
    ("travel", "Travel"),
    ("visit_fee", "Visit Fee"),
    ("upgrade", "Upgrade"),
    ("part", "Part"),
]


class AftersalesTariff(models.Model):
    """What service costs from a day on, signed by the general manager (F36).

    A tariff in force is never edited: the next one replaces it.
    """

    _name = "aftersales.tariff"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Service Tariff"
    _order = "date_from desc, id desc"
    _guarded_fields = frozenset({"company_id", "approved_by_id", "approved_on"})
    _state_transitions = {
        "draft": {"valid"},
        "valid": {"withdrawn"},
        "withdrawn": set(),
    }

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Valid From", required=True, default=fields.Date.context_today
    )
    terms = fields.Text(
        string="Service Policy",
        translate=True,
        help="What the customer is shown besides the prices.",
    )
    parts_at_list = fields.Boolean(
        string="Parts at List Price",
        default=True,
        help="Parts that the tariff does not name cost their list price.",
    )
    line_ids = fields.One2many("aftersales.tariff.line", "tariff_id", copy=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("valid", "In Force"), ("withdrawn", "Withdrawn")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _day_unique = models.UniqueIndex(
        "(company_id, date_from) WHERE state = 'valid'",
        "Another tariff is in force from that day.",
    )
    _approved_complete = models.Constraint(
        "CHECK (state = 'draft' OR (approved_by_id IS NOT NULL "
        "AND approved_on IS NOT NULL))",
        "A tariff in force is signed.",
    )

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse changes of what was signed and shown to customers."""
        signed = self.filtered(lambda tariff: tariff.state != "draft")
        if signed:
            raise FrozenFactError(
                self.env._(
                    "%s is signed. Duplicate it, change the copy, and have that "
                    "signed.",
                    ", ".join(signed.mapped("name")),
                )
            )

    def action_approve(self):
        """Put tariffs into force; the general manager, not who wrote them.

        :return: self (F36)
        """
        if not self.env.su and not self.env.user.has_group(GENERAL_MANAGER):
            raise AccessError(self.env._("Only the general manager signs a tariff."))
        self.check_access("read")
        self._lock()
        for tariff in self.filtered(lambda tariff: tariff.state == "draft"):
            if tariff.create_uid == self.env.user and not self.env.su:
                raise AccessError(
                    self.env._("You wrote this tariff: somebody else signs it.")
                )
            if not tariff.line_ids:
                raise MissingError(self.env._("The tariff has no prices yet."))
        # sudo: the general manager signs, he does not edit
        self.sudo()._set_state(
            "valid",
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()},
        )
        return self

    def action_withdraw(self):
        """Take tariffs out of force; the general manager.

        :return: self
        """
        if not self.env.su and not self.env.user.has_group(GENERAL_MANAGER):
            raise AccessError(self.env._("Only the general manager withdraws one."))
        self.check_access("read")
        self.sudo()._set_state("withdrawn")  # sudo: as in action_approve
        return self

    @api.model
    def _get_valid(self, company, day):
        """Return the tariff in force in a company on a day.

        :param company: ``res.company``
        :param date day: the day
        """
        # sudo: what work costs is for everybody
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "valid"),
                ("date_from", "<=", day),
            ],
            order="date_from desc",
            limit=1,
        )

    def _get_price(self, product):
        """Return the price of a product by this tariff, None where it has none.

        :param product: ``product.product``
        """
        line = self.line_ids.filtered(lambda line: line.product_id == product)[:1]
        if line:
            return line.price
        is_part = product.type == "consu"
        if self.parts_at_list and is_part and product:
            return product.lst_price
        return None

    def _get_reader_lang(self):
        """Return the language the paper is printed in: the reader's."""
        return self.env.context.get("lang") or self.env.lang


class AftersalesTariffLine(models.Model):
    """One price of a tariff."""

    _name = "aftersales.tariff.line"
    _description = "Service Tariff Line"
    _check_company_auto = True
    _order = "tariff_id, sequence, id"

    tariff_id = fields.Many2one(
        "aftersales.tariff", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="tariff_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    kind = fields.Selection(LINE_KINDS, required=True, default="labour")
    product_id = fields.Many2one(
        "product.product",
        string="Service or Part",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        translate=True,
    )
    unit_name = fields.Char(related="product_id.uom_id.name", string="Unit of Measure")
    price = fields.Monetary(required=True)

    _code_unique = models.UniqueIndex("(tariff_id, code)", "Each code stands once.")
    _product_unique = models.UniqueIndex(
        "(tariff_id, product_id)", "Each service or part has one price."
    )
    _price_positive = models.Constraint(
        "CHECK (price >= 0)", "A price is not negative."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.name or line.product_id.name

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.tariff_id._check_draft()
        return lines

    def write(self, vals):
        self.tariff_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.tariff_id._check_draft()
