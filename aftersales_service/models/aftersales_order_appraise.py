from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..exceptions import FrozenFactError, NotAllowedError, TransitionError
from .aftersales_fact_mixin import fact_action

GRADES = [
    ("5", "Excellent"),
    ("4", "Good"),
    ("3", "Fair"),
    ("2", "Poor"),
    ("1", "Bad"),
]
APPRAISAL_FIELDS = frozenset(
    {
        "self_grade",
        "self_note",
        "self_assessed_on",
        "manager_grade",
        "manager_note",
        "rated_by_id",
        "rated_on",
    }
)


class AftersalesOrder(models.Model):
    """What technician and manager think of a finished order (DISP-37, CB-09)."""

    _inherit = "aftersales.order"

    self_grade = fields.Selection(
        GRADES, string="Technician's Own Grade", readonly=True, copy=False
    )
    self_note = fields.Char(string="Technician's Own Words", readonly=True, copy=False)
    self_assessed_on = fields.Datetime(readonly=True, copy=False)
    manager_grade = fields.Selection(
        GRADES, string="Manager's Grade", readonly=True, copy=False
    )
    manager_note = fields.Char(string="Manager's Words", readonly=True, copy=False)
    rated_by_id = fields.Many2one(
        "res.users", string="Rated by", readonly=True, copy=False
    )
    rated_on = fields.Datetime(readonly=True, copy=False)
    is_appraised = fields.Boolean(
        string="Appraised",
        compute="_compute_is_appraised",
        store=True,
        help="The technician assessed the work himself, and the manager rated it.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | APPRAISAL_FIELDS

    @api.depends("self_grade", "manager_grade")
    def _compute_is_appraised(self):
        for order in self:
            order.is_appraised = order.self_grade and order.manager_grade

    @fact_action
    def action_self_assess(self, grade, note="", at=None, request_key=None):
        """Record what the technician thinks of his own work, once (CB-09).

        Workers on the order; when the work is done.

        :param str grade: 5 (excellent) to 1 (bad)
        :param str note: in his own words
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise AccessError: for who did not do the work
        :raise FrozenFactError: when it was assessed before
        """
        grade, note = self._parse_appraisal(grade, note)
        if self - self.worker_ids._get_own().order_id:
            raise AccessError(self.env._("Only who did the work assesses it himself."))
        self._check_appraisable("self_grade")
        self._unguarded().write(
            {"self_grade": grade, "self_note": note, "self_assessed_on": at}
        )
        self.env["aftersales.audit"]._log(
            self, "self_assessed", reason=note, happened_on=at, grade=grade
        )
        return self

    @fact_action
    def action_rate(self, grade, note="", at=None, request_key=None):
        """Record the manager's rating of a finished order, once (DISP-37).

        Heads of department who did not work on the order.

        :param str grade: 5 (excellent) to 1 (bad)
        :param str note: result of the fault, conduct, satisfaction in words
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise NotAllowedError: for others than heads, and for one's own work
        :raise FrozenFactError: when it was rated before
        """
        grade, note = self._parse_appraisal(grade, note)
        is_head = self.env.user.has_group("aftersales_service.group_head")
        if not is_head or self.worker_ids._get_own():
            raise NotAllowedError(
                self.env._("A head of department rates orders, and never his own work.")
            )
        self._check_appraisable("manager_grade")
        self._unguarded().write(
            {
                "manager_grade": grade,
                "manager_note": note,
                "rated_by_id": self.env.uid,
                "rated_on": at,
            }
        )
        self.env["aftersales.audit"]._log(
            self, "rated", reason=note, happened_on=at, grade=grade
        )
        return self

    def _parse_appraisal(self, grade, note):
        """Return grade and note of an appraisal, checked."""
        grade = arguments.as_choice(self.env, grade, GRADES, self.env._("Grade"))
        note = arguments.as_text(self.env, note, self.env._("Note"), required=False)
        return grade, note

    def _check_appraisable(self, field):
        """Refuse work that is not done, and a second opinion by the same side."""
        unfinished = self.filtered(lambda order: order.state not in ("done", "closed"))
        if unfinished:
            raise TransitionError(
                self.env._(
                    "%(orders)s: work is appraised when it is done.",
                    orders=", ".join(unfinished.mapped("display_name")),
                )
            )
        graded = self.filtered(field)
        if graded:
            raise FrozenFactError(
                self.env._(
                    "%(orders)s was graded already, and the grade stays.",
                    orders=", ".join(graded.mapped("display_name")),
                )
            )
