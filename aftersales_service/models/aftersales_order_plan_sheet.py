from odoo import api, fields, models

from .. import images
from ..arguments import check_single
from ..exceptions import FrozenFactError, NotAllowedError
from .aftersales_checklist_sheet import SHEET_PURPOSES
from .aftersales_fact_mixin import fact_action

# What only work on a fault must say.
FAULT_FIELDS = frozenset({"test_run", "fix_confidence", "solution"})
# Who gets a copy of a sheet that both sides sign (INSP-02).
BOTH_SIDES = ("customer_head", "company")
SIGNED_STATES = ("on_site", "done")


class AftersalesOrder(models.Model):
    """The sheet of a planned visit: made, filled, signed by both sides."""

    _inherit = "aftersales.order"

    sheet_total = fields.Integer(string="Questions", compute="_compute_sheet")
    sheet_open = fields.Integer(string="Questions Open", compute="_compute_sheet")
    finding_count = fields.Integer(string="Findings", compute="_compute_sheet")
    open_finding_count = fields.Integer(
        string="Open Findings", compute="_compute_sheet"
    )
    has_open_findings = fields.Boolean(
        string="Done with Open Findings",
        compute="_compute_sheet",
        search="_search_has_open_findings",
    )
    diary_note = fields.Char(
        string="Operator Diary",
        compute="_compute_diary_note",
        help="Says so when the diary was not kept in two months running.",
    )
    required_signatures = fields.Selection(
        [
            ("none", "None"),
            ("customer", "The Customer"),
            ("both", "The Customer and Our Side"),
        ],
        compute="_compute_required_signatures",
    )
    company_signature = fields.Image(
        string="Our Signature",
        max_width=1024,
        max_height=1024,
        readonly=True,
        copy=False,
        attachment=True,
    )
    company_signed_by_id = fields.Many2one(
        "res.users", string="Signed for Us by", readonly=True, copy=False
    )
    company_signed_on = fields.Datetime(
        string="Signed for Us on", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "company_signature",
            "company_signed_by_id",
            "company_signed_on",
        }

    @api.depends("check_ids.state", "check_ids.value", "check_ids.finding_ticket_id")
    def _compute_sheet(self):
        for order in self:
            sheet = order._get_sheet().filtered("is_applicable")
            # sudo: a number, not the tickets
            tickets_sudo = order.sudo().check_ids.finding_ticket_id
            order.sheet_total = len(sheet)
            order.sheet_open = len(sheet.filtered(lambda one: one.state == "open"))
            order.finding_count = len(tickets_sudo)
            order.open_finding_count = len(
                tickets_sudo.filtered(lambda ticket: not ticket.closed)
            )
            order.has_open_findings = bool(order.open_finding_count)

    def _search_has_open_findings(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: which orders, not which tickets
        found_sudo = (
            self.env["aftersales.check"]
            .sudo()
            ._read_group([("finding_ticket_id.closed", "=", False)], ["order_id"])
        )
        return [("id", "in", [order.id for (order,) in found_sudo])]

    @api.depends("occurrence_ids.plan_id.signatures")
    def _compute_required_signatures(self):
        for order in self:
            # sudo: what the plan demands, not the plan
            wanted = set(order.sudo().occurrence_ids.plan_id.mapped("signatures"))
            order.required_signatures = (
                "both"
                if "both" in wanted
                else "none"
                if wanted == {"none"}
                else "customer"
            )

    @api.depends("site_id", "occurrence_ids.plan_id.interval_unit")
    def _compute_diary_note(self):
        quarterly = self.filtered(
            # sudo: how often, not the plan
            lambda order: (
                "quarter" in order.sudo().occurrence_ids.plan_id.mapped("interval_unit")
            )
        )
        answers = quarterly._get_diary_answers()
        for order in self:
            months = answers.get(order.site_id.id, [])[-2:]
            order.diary_note = (
                self.env._(
                    "The operator diary was not kept in %(first)s and %(second)s.",
                    first=months[0][0].strftime("%Y-%m"),
                    second=months[1][0].strftime("%Y-%m"),
                )
                if order in quarterly and self._is_missed_twice(months)
                else False
            )

    def _get_diary_answers(self):
        """Return (month, state) of the diary question by site, oldest first."""
        # sudo: what colleagues found at the same site
        rows = (
            self.env["aftersales.check"]
            .sudo()
            .search(
                [
                    ("item_id.is_log_book", "=", True),
                    ("state", "!=", "open"),
                    ("order_id.site_id", "in", self.site_id.ids),
                ],
                order="answered_on, id",
            )
        )
        answers = {}
        for check in rows:
            planned = check.order_id.occurrence_ids.filtered(
                lambda one: one.plan_id.interval_unit == "month"
            )
            month = min(planned.mapped("period_start"), default=None)
            if month:
                answers.setdefault(check.order_id.site_id.id, []).append(
                    (month.replace(day=1), check.state)
                )
        return answers

    @api.model
    def _is_missed_twice(self, months):
        """Tell whether the diary failed in two months that follow each other."""
        if len(months) < 2 or {state for _month, state in months} != {"failed"}:
            return False
        return fields.Date.add(months[0][0], months=1) == months[1][0]

    def _get_sheet(self):
        """Return the answers of the sheets of these orders, kit lists left out."""
        return self.check_ids.filtered(lambda check: check.purpose in SHEET_PURPOSES)

    # -- making

    def _make_kit(self):
        result = super()._make_kit()
        self._make_sheets()
        return result

    def action_open_sheet(self):
        """Make the sheet from the checklists in force, once, and open it.

        Workers on the order, dispatchers and heads. It is also made when the order
        is dispatched (INSP-03).

        :return: a window action on the answers
        """
        check_single(self)
        self.check_access("write")
        self._lock()
        if not self._get_frozen_orders():
            self._make_sheets()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_check_action_sheet"
        )
        return {
            **action,
            "name": self.env._("Sheet of %s", self.name),
            "domain": [
                ("order_id", "=", self.id),
                ("purpose", "in", list(SHEET_PURPOSES)),
            ],
        }

    def _make_sheets(self):
        """Make the answers asked by the plans' checklists, those that lack."""
        # sudo: sheets are made by rule, nobody adds or deletes questions
        checks_sudo = self.env["aftersales.check"].sudo()._unguarded()
        known = {
            (check.order_id.id, check.checklist_id.code)
            for check in self.sudo().check_ids
        }
        vals_list = []
        for order, lists in self._get_sheet_lists():
            vals_list += [
                {
                    "order_id": order.id,
                    "item_id": item.id,
                    "checklist_version": checklist.version,
                    "sequence": item.sequence,
                    "equipment_id": order.equipment_id.id,
                }
                for checklist in lists
                if (order.id, checklist.code) not in known
                for item in checklist.item_ids
            ]
        checks_sudo.create(vals_list)

    def _get_sheet_lists(self):
        """Return (order, checklists in force) for these orders, in superuser mode."""
        orders = self.sudo()  # sudo: what the plans ask, not the plans
        plans = orders.occurrence_ids.plan_id.with_context(active_test=False)
        asked = {plan.id: plan.checklist_ids for plan in plans}
        in_force = {}
        for order in orders:
            lists = plans.checklist_ids.browse(
                dict.fromkeys(
                    checklist.id
                    for plan in order.occurrence_ids.plan_id
                    for checklist in asked[plan.id]
                )
            )
            # Many orders ask the same lists: each set of them is looked up once.
            key = frozenset(lists.ids)
            if key not in in_force:
                in_force[key] = lists.with_context(active_test=True)._get_in_force()
            yield order, in_force[key]

    # -- what blocks

    def _missing_report(self):
        planned = set(self.filtered("occurrence_count").ids)
        for order_id, field, reason in super()._missing_report():
            if field not in FAULT_FIELDS or order_id not in planned:
                yield order_id, field, reason

    def _missing_sign(self):
        """A planned visit answers its sheet instead of naming a fault (INSP-01)."""
        planned = set(self.filtered("occurrence_count").ids)
        for order_id, field, reason in super()._missing_sign():
            if field not in FAULT_FIELDS or order_id not in planned:
                yield order_id, field, reason
        for check in self._get_sheet():
            if check.is_required and check.state == "open" and check.is_applicable:
                yield (
                    check.order_id.id,
                    "check_ids",
                    self.env._(
                        "Answer on the sheet: %(section)s %(question)s.",
                        section=f"{check.section}:" if check.section else "",
                        question=check.name,
                    ),
                )

    def _missing_done(self):
        """The signatures that the plan demands; a refusal stands for one."""
        planned = self.filtered("occurrence_count")
        free = planned.filtered(lambda order: order.required_signatures == "none")
        for order_id, field, reason in super()._missing_done():
            if field != "signature" or order_id not in free.ids:
                yield order_id, field, reason
        for order in planned:
            if order.mode == "onsite" and not order.customer_opinion:
                yield (
                    order.id,
                    "customer_opinion",
                    self.env._("Ask the customer for an opinion."),
                )
            if order.required_signatures == "both" and not order.company_signed_on:
                yield (
                    order.id,
                    "company_signature",
                    self.env._("Our side must sign this sheet too."),
                )

    def _missing_close(self):
        """A sheet stays open until its findings are closed (INSP-06)."""
        yield from super()._missing_close()
        for order in self.filtered("has_open_findings"):
            yield (
                order.id,
                "open_finding_count",
                self.env._("%s findings are still open.", order.open_finding_count),
            )
        for order in self.filtered(lambda one: one.required_signatures == "both"):
            # sudo: who got a copy, not the paper
            copies = order.sudo().document_ids.copy_ids.mapped("recipient")
            if set(BOTH_SIDES) - set(copies):
                yield (
                    order.id,
                    "document_ids",
                    self.env._(
                        "Hand out the copies for the customer's manager and the "
                        "company first."
                    ),
                )

    def _has_findings(self):
        """The findings of a planned visit are the answers of its sheet."""
        if not self.occurrence_count:
            return super()._has_findings()
        return not self._get_sheet().filtered(
            lambda check: (
                check.is_required and check.state == "open" and check.is_applicable
            )
        )

    # -- our signature

    @fact_action
    def action_countersign(self, image, at=None, request_key=None):
        """Sign the sheet for our side; heads of department (INSP-02).

        :param image: the signature, a PNG or JPEG picture in base64
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise NotAllowedError: for anybody but a head of department
        :raise FrozenFactError: when it is signed for us already
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise NotAllowedError(
                self.env._("Only the head of department signs for our side.")
            )
        image = images.as_image(self.env, image, self.env._("Signature"))
        signed = self.filtered("company_signed_on")
        if signed:
            raise FrozenFactError(
                self.env._(
                    "%s: our side signed already.",
                    ", ".join(signed.mapped("display_name")),
                )
            )
        stuck = self.filtered(lambda order: order.state not in SIGNED_STATES)
        if stuck:
            stuck._raise_stuck("done")
        self._ensure_nothing_missing("sign")
        for order in self:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))
        self._unguarded().write(
            {
                "company_signature": image,
                "company_signed_by_id": self.env.uid,
                "company_signed_on": at,
            }
        )
        self.env["aftersales.audit"]._log(self, "countersigned", happened_on=at)
        return self

    def _get_printed_sheet(self):
        """Return the sheets of one order as they are printed.

        :return: list of ``{name, version, rows}``, one for each checklist
        """
        self.ensure_one()
        parts = []
        for checklist, checks in self._get_sheet().grouped("checklist_id").items():
            rows = [
                {
                    "section": check.section,
                    "question": check.name,
                    "answer": check._get_printed_answer(),
                    "failed": check.state == "failed",
                    "before": check.last_reading,
                    "note": check.note,
                }
                for check in checks
                if check.is_applicable
            ]
            # sudo: the list's name, also where it was replaced
            name = checklist.sudo().name
            version = checks[0].checklist_version
            parts.append({"name": name, "version": version, "rows": rows})
        return parts

    def action_open_findings(self):
        """Open the tickets that the sheets of these orders opened.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Findings"),
            "res_model": "helpdesk.ticket",
            "view_mode": "list,form",
            "domain": [("finding_check_ids.order_id", "in", self.ids)],
        }
