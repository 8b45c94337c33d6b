from odoo import api, fields, models

from .. import guard, images
from ..exceptions import FrozenFactError
from .aftersales_fact_mixin import fact_action


class AftersalesCheck(models.Model):
    """One checklist item of one order, with its answer."""

    _name = "aftersales.check"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Answered Check"
    _check_company_auto = True
    _order = "order_id, sequence, id"
    _guarded_fields = frozenset(
        {
            "order_id",
            "item_id",
            "checklist_version",
            "value",
            "photo",
            "answered_on",
            "answered_by_id",
        }
    )
    _state_transitions = {
        "open": {"passed", "failed"},
        "passed": {"failed"},
        "failed": {"passed"},
    }

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    item_id = fields.Many2one(
        "aftersales.checklist.item",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    checklist_id = fields.Many2one(related="item_id.checklist_id", store=True)
    purpose = fields.Selection(related="item_id.checklist_id.purpose", store=True)
    checklist_version = fields.Integer(readonly=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(related="item_id.name")
    section = fields.Char(related="item_id.section")
    answer_type = fields.Selection(related="item_id.answer_type")
    is_required = fields.Boolean(related="item_id.is_required")
    value = fields.Char(string="Answer", readonly=True, copy=False)
    answer = fields.Char(
        string="Enter Answer",
        compute="_compute_answer",
        inverse="_inverse_answer",
        help="For numbers, choices and texts.",
    )
    note = fields.Char(string="Remark")
    photo = fields.Image(
        max_width=1920, max_height=1920, copy=False, readonly=True, attachment=True
    )
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("passed", "Passed"), ("failed", "Failed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )

    _item_unique = models.UniqueIndex(
        "(order_id, item_id)", "An order asks each item once."
    )

    @api.depends("value")
    def _compute_answer(self):
        for check in self:
            check.answer = check.value

    def _inverse_answer(self):
        for check in self.filtered(lambda check: check.answer != check.value):
            check.action_answer(check.answer)

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_answerable()
        return super().write(vals)

    @fact_action
    def action_answer(self, value=None, photo=None, at=None, request_key=None):
        """Answer checks; an answer outside the limits is a failed check.

        Workers on the order, dispatchers and heads, until the report is signed;
        items of the departure kit until the departure.

        :param value: True or False for a tick, a number, one of the choices, or a
            text; the type is checked against the item
        :param photo: picture in base64; the answer itself for a photo item
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same checks
        :raise ArgumentError: for an answer that the item does not accept
        :raise FrozenFactError: when the sheet can no longer change
        """
        self.order_id._take_turn()
        self._check_answerable()
        if photo:
            photo = images.as_image(self.env, photo, self.env._("Photo"))
        vals = {"answered_on": at, "answered_by_id": self.env.uid}
        if photo:
            vals["photo"] = photo
        parsed = {}
        for item, checks in self.grouped("item_id").items():
            answer, is_passed = item.sudo()._parse_answer(value, photo)
            # sudo: workers answer checklists, heads keep them
            key = (answer, "passed" if is_passed else "failed")
            parsed[key] = parsed.get(key, self.browse()) | checks
        for (answer, state), checks in parsed.items():
            moved = checks._set_state(state, {**vals, "value": answer}, happened_on=at)
            (checks - moved)._unguarded().write({**vals, "value": answer})
        return self

    def action_tick(self):
        """Tick items: taken along, in order. The button of the kit list."""
        return self.action_answer(True)

    def action_untick(self):
        """Mark items as missing. The button of the kit list."""
        return self.action_answer(False)

    def _check_answerable(self):
        """Refuse answers on signed sheets, and kit answers after departure."""
        self.order_id._check_not_frozen()
        late = self.filtered(
            lambda check: (
                check.purpose == "departure_kit" and check.order_id.departed_on
            )
        )
        if late:
            raise FrozenFactError(
                self.env._(
                    "%(orders)s: the technician has departed, so the kit list cannot "
                    "change any more.",
                    orders=", ".join(late.order_id.mapped("display_name")),
                )
            )
