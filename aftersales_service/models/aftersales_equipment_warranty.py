from collections import namedtuple

from odoo import api, fields, models

from ..arguments import as_date, as_record, as_text
from ..calc.warranty import Facts, judge, last_covered_day, term_start
from ..exceptions import ArgumentError, NotAllowedError
from .product_template import BASES

# How things are called in the explanation of one unit.
UnitWords = namedtuple("UnitWords", "state basis reason site cause part")
# Units whose warranty is over, whatever their term.
OUT_OF_USE = ("replaced", "retired")
TERMS = [
    ("covered", "In Warranty"),
    ("expired", "Expired"),
    ("undetermined", "Unknown"),
]
FACT_FIELDS = [
    "company_id",
    "site_id",
    "state",
    "warranty_basis",
    "warranty_months",
    "warranty_start",
    "warranty_end",
    "warranty_override_reason",
    "warranty_labour_apart",
    "warranty_labour_months",
    "warranty_labour_end",
]
SITE_FACT_FIELDS = [
    "company_id",
    "name",
    "tz",
    "warranty_start",
    "warranty_end",
    "warranty_scope",
]
JUDGING_GROUPS = (
    "aftersales_service.group_technician",
    "aftersales_service.group_dispatcher",
)


class AftersalesEquipment(models.Model):
    """The warranty of a unit: its term, and the verdict on a given day."""

    _inherit = "aftersales.equipment"
    _guarded_fields = frozenset(
        {
            "warranty_override_end",
            "warranty_override_labour_end",
            "warranty_override_reason",
            "warranty_override_by_id",
        }
    )

    warranty_basis = fields.Selection(
        BASES,
        compute="_compute_warranty_basis",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="The day from which the term runs. Without a purchase date, the "
        "manufacture date counts.",
    )
    warranty_months = fields.Integer(
        string="Warranty Term (Months)",
        compute="_compute_warranty_months",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="0: no warranty was given.",
    )
    warranty_start = fields.Date(
        compute="_compute_warranty_term",
        store=True,
        precompute=True,
        help="First day of the term; empty where the last day was decided by hand.",
    )
    warranty_end = fields.Date(
        compute="_compute_warranty_term",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        help="Last covered day.",
    )
    warranty_labour_apart = fields.Boolean(
        string="Labour Has Its Own Term",
        compute="_compute_warranty_months",
        store=True,
        readonly=False,
        precompute=True,
    )
    warranty_labour_months = fields.Integer(
        string="Warranty on Labour (Months)",
        compute="_compute_warranty_months",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="0: the work is charged from the first day.",
    )
    warranty_labour_end = fields.Date(
        string="Labour Covered Until",
        compute="_compute_warranty_term",
        store=True,
        precompute=True,
        help="Last day on which work is covered.",
    )
    warranty_override_end = fields.Date(
        string="Decided Last Day", readonly=True, copy=False
    )
    warranty_override_labour_end = fields.Date(
        string="Decided Last Day of Labour",
        readonly=True,
        copy=False,
        help="Where labour ends on another day than the parts.",
    )
    warranty_override_reason = fields.Text(
        string="Reason of the Decision", readonly=True, copy=False
    )
    warranty_override_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    warranty_check_ids = fields.One2many("aftersales.warranty.check", "equipment_id")

    _warranty_months_positive = models.Constraint(
        "CHECK (warranty_months >= 0)", "A warranty term cannot be negative."
    )

    _warranty_labour_positive = models.Constraint(
        "CHECK (warranty_labour_months >= 0)",
        "A warranty term on labour cannot be negative.",
    )

    @api.depends("product_id")
    def _compute_warranty_basis(self):
        for unit in self:
            unit.warranty_basis = (
                unit.product_id.aftersales_warranty_basis
                or unit.warranty_basis
                or "purchase"
            )

    @api.depends("product_id", "company_id")
    def _compute_warranty_months(self):
        for unit in self:
            product = unit.product_id
            unit.warranty_months = (
                product.product_tmpl_id._get_aftersales_months()
                or unit.warranty_months
                or unit.company_id.aftersales_warranty_months
            )
            apart = product.aftersales_labour_apart
            unit.warranty_labour_apart = apart or unit.warranty_labour_apart
            unit.warranty_labour_months = (
                product.aftersales_labour_months
                if apart
                else unit.warranty_labour_months
            )

    @api.depends(
        "warranty_basis",
        "warranty_months",
        "warranty_labour_apart",
        "warranty_labour_months",
        "purchase_date",
        "manufacture_date",
        "shipment_date",
        "install_date",
        "site_id.handover_date",
        "company_id.aftersales_shelf_months",
        "warranty_override_end",
        "warranty_override_labour_end",
    )
    def _compute_warranty_term(self):
        for unit in self:
            decided = unit.warranty_override_end
            start = None if decided else unit._get_warranty_start().day
            end = decided or last_covered_day(start, unit.warranty_months)
            unit.warranty_start = start
            unit.warranty_end = end
            if not unit.warranty_labour_apart:
                labour_end = end
            elif decided:
                labour_end = unit.warranty_override_labour_end or end
            else:
                labour_end = last_covered_day(start, unit.warranty_labour_months)
            unit.warranty_labour_end = labour_end

    # -- the term

    def _get_warranty_start(self):
        """Return the ``calc.warranty.Start`` of this unit's own term."""
        self.ensure_one()
        return term_start(
            self.warranty_basis,
            {
                "purchase": self.purchase_date,
                "manufacture": self.manufacture_date,
                "shipment": self.shipment_date,
                "install": self.install_date,
                "handover": self.site_id.handover_date,
            },
            self.company_id.aftersales_shelf_months,
        )

    def action_override_warranty(self, date, reason):
        """Decide the last covered day by hand, or withdraw such a decision.

        :param date: last covered day; empty goes back to the computed one
        :param str reason: why, kept on the unit and in the audit trail
        :return: the units
        :raise NotAllowedError: for anybody but a head of department
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._(
                    "Only the head of department decides on a warranty. Ask for it."
                )
            )
        day = as_date(self.env, date)
        reason = as_text(self.env, reason, self.env._("Reason"))
        return self._override_warranties(dict.fromkeys(self.ids, day), reason)

    def _override_warranties(self, days, reason):
        """Put down the last covered day of units, the same reason for all.

        :param dict days: the day by unit id, None goes back to the computed one
        :param str reason: why
        :return: the units
        """
        self._lock()
        for unit in self._unguarded():  # the ORM writes them together
            day = days[unit.id]
            unit.write(
                {
                    "warranty_override_end": day,
                    "warranty_override_labour_end": False,
                    "warranty_override_reason": reason if day else False,
                    "warranty_override_by_id": self.env.uid if day else False,
                }
            )
        self.env["aftersales.audit"]._log(
            self,
            "warranty_override",
            reason=reason,
            details={
                unit_id: {"warranty_end": fields.Date.to_string(day) if day else None}
                for unit_id, day in days.items()
            },
        )
        if self:
            self._message_log_batch(bodies={unit.id: reason for unit in self})
        return self

    # -- the verdict

    def check_warranty(self, on_date=None, cause_id=None, product_id=None):
        """Judge the warranty of each unit and keep the verdict on record.

        :param on_date: the day of the fault; today at each unit's site by default
        :param cause_id: cause found, an id or ``aftersales.code``
        :param product_id: part in question, an id or ``product.product``
        :return: one ``aftersales.warranty.check`` per unit, in order (WARR-12)
        :raise NotAllowedError: for people outside after-sales
        :raise ArgumentError: for what is no date, no cause or no product
        """
        self._check_may_judge()
        on_date = as_date(self.env, on_date)
        cause = as_record(self.env, "aftersales.code", cause_id)
        product = as_record(self.env, "product.product", product_id)
        if cause and cause.kind != "cause":
            raise ArgumentError(
                self.env._("“%s” is not a cause. Choose one.", cause.display_name)
            )
        judged = [
            (unit, words, facts, judge(facts))
            for unit, words, facts in self._get_warranty_facts(on_date, cause, product)
        ]
        return self.env["aftersales.warranty.check"]._store(judged, cause, product)

    def _check_may_judge(self):
        """Refuse to people who have no part in after-sales."""
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not any(map(user.has_group, JUDGING_GROUPS)):
            raise NotAllowedError(
                self.env._("Warranty is judged by the service desk and technicians.")
            )

    def _get_warranty_facts(self, on_date, cause, product):
        """Return what is known of each unit, read in a constant number of queries.

        :param on_date: date, or None for today at each unit's site
        :param cause: ``aftersales.code`` or empty
        :param product: ``product.product`` or empty
        :return: list of (unit, ``UnitWords``, ``calc.warranty.Facts``)
        """
        units_sudo = self.sudo()  # sudo: who reads the unit may know its site's term
        if len(units_sudo.ids) == len(units_sudo):
            units_sudo.fetch(FACT_FIELDS)
            units_sudo.site_id.fetch(SITE_FACT_FIELDS)
        part = product.display_name if product else None
        special = units_sudo._get_special_terms(cause, product)
        repairs = units_sudo._get_repair_ends(product, on_date)
        today = {}
        result = []
        for unit, unit_sudo in zip(self, units_sudo, strict=True):
            day = on_date or unit_sudo._get_today(today)
            voids, excluded = special[unit_sudo.product_id.id]
            facts = unit_sudo._get_term_facts(day, voids)
            words = UnitWords(
                unit_sudo.state,
                unit_sudo.warranty_basis,
                unit_sudo.warranty_override_reason,
                unit_sudo.site_id.name,
                cause.name,
                part,
            )
            if product:
                facts = facts._replace(
                    has_part=True,
                    part_excluded=excluded,
                    repair_end=repairs.get(unit_sudo.id),
                )
            result.append((unit, words, facts))
        return result

    def _get_term_facts(self, day, cause_voids):
        """Return the ``calc.warranty.Facts`` of this unit, without a part.

        :param date day: the day judged
        :param bool cause_voids: whether the cause ends the warranty
        """
        site = self.site_id
        return Facts(
            on_date=day,
            is_active=self.state not in OUT_OF_USE,
            start=self.warranty_start or None,
            months=self.warranty_months,
            end=self.warranty_end or None,
            site_start=site.warranty_start or None,
            site_end=site.warranty_end or None,
            cause_voids=cause_voids,
            has_part=False,
            part_excluded=False,
            labour_apart=self.warranty_labour_apart,
            labour_months=self.warranty_labour_months,
            labour_end=self.warranty_labour_end or None,
            site_scope=site.warranty_scope or "all",
        )

    def _get_special_terms(self, cause, product):
        """Return what the terms of each model say about a cause and a part.

        :param cause: ``aftersales.code`` or empty
        :param product: the part, or empty
        :return: ``{product id of the unit: (cause voids, part excluded)}``
        """
        # sudo: as ``_get_warranty_facts``
        always = product.sudo().aftersales_warranty_excluded
        terms = {False: (cause.voids_warranty, always)}
        for model in self.product_id:
            terms[model.id] = (
                cause.voids_warranty or cause.id in model.aftersales_void_cause_ids.ids,
                always or product.id in model.aftersales_excluded_ids.ids,
            )
        return terms

    def _get_today(self, cache):
        """Return today at this unit's site.

        :param dict cache: days by zone, shared by a batch
        """
        site = self.site_id
        tz = site._get_tz() if site else self.company_id._get_aftersales_tz()
        if tz not in cache:
            cache[tz] = fields.Date.context_today(self.with_context(tz=tz))
        return cache[tz]
