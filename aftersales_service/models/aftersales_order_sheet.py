from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..exceptions import MissingError, NotAllowedError, TransitionError
from .aftersales_fact_mixin import fact_action

LOW_GRADES = ("1", "2")
SHEET_FIELDS = frozenset(
    {"sheet_received_on", "sheet_received_by_id", "signature_hash", "doubt"}
)


class AftersalesOrder(models.Model):
    """The signed sheet on its way back to the office (DISP-26)."""

    _inherit = "aftersales.order"

    customer_verdict = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("average", "Average"),
            ("dissatisfied", "Dissatisfied"),
        ],
        string="Customer Is",
        copy=False,
        tracking=True,
        help="As the customer ticked it on the sheet; nobody is forced.",
    )
    quality_grade = fields.Selection(
        "_selection_grades", string="Quality, by the Customer", copy=False
    )
    attitude_grade = fields.Selection(
        "_selection_grades", string="Attitude, by the Customer", copy=False
    )
    customer_wishes = fields.Text(string="Suggestions and Wishes", copy=False)
    done_date = fields.Date(
        string="Day of the Work",
        compute="_compute_done_date",
        store=True,
        index="btree_not_null",
        help="The day the work was done, in the company's zone.",
    )
    sheet_received_on = fields.Datetime(
        string="Sheet Received", readonly=True, copy=False
    )
    sheet_received_by_id = fields.Many2one(
        "res.users", string="Sheet Received by", readonly=True, copy=False
    )
    signature_hash = fields.Char(readonly=True, copy=False, index="btree_not_null")
    doubt = fields.Selection(
        [
            ("unsigned", "Satisfied, but Not Signed"),
            ("same", "Signature Seen Before"),
        ],
        string="Doubtful",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the customer is said to think, and nobody signed.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | SHEET_FIELDS

    @api.model
    def _selection_grades(self):
        return self._fields["self_grade"]._description_selection(self.env)

    @api.depends("done_on", "company_id")
    def _compute_done_date(self):
        for order in self:
            order.done_date = order.done_on and order._get_pay_date(order.done_on)

    @fact_action
    def action_receive_sheet(self, at=None, request_key=None):
        """Record that the signed sheet is back at the office, once (DISP-26).

        Dispatchers and heads who did not work on the order; when it is done.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise AccessError: for who brings the sheet himself
        :raise TransitionError: before the work is done
        """
        self._ensure_planner()
        if self.worker_ids._get_own():
            raise AccessError(
                self.env._("You were on this order: somebody else takes the sheet.")
            )
        self._check_finished()
        waiting = self.filtered(lambda order: not order.sheet_received_on)
        for order in waiting:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))
        waiting._unguarded().write(
            {"sheet_received_on": at, "sheet_received_by_id": self.env.uid}
        )
        self.env["aftersales.commitment"]._fulfil(waiting, "return_sheet", at)
        self.env["aftersales.audit"]._log(waiting, "sheet_received", happened_on=at)
        return self

    def _check_finished(self):
        """Refuse orders whose work is not done."""
        unfinished = self.filtered(lambda order: order.state not in ("done", "closed"))
        if unfinished:
            raise TransitionError(
                self.env._(
                    "%(orders)s: the work is not done yet.",
                    orders=", ".join(unfinished.mapped("display_name")),
                )
            )

    def action_doubt(self):
        """Open the case of a satisfaction that nobody signed for (DISP-26, CB-16).

        Heads of department; the customer is called back on the same day. Once for
        each order.

        :return: the same orders
        :raise NotAllowedError: for anybody but a head
        :raise MissingError: where nothing is doubtful
        """
        self.check_access("write")
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise NotAllowedError(
                self.env._("Only the head of department opens such a case.")
            )
        self._lock()
        self._check_finished()
        honest = self.filtered(lambda order: not order._is_doubtful())
        if honest:
            raise MissingError(
                self.env._(
                    "%(orders)s: signed, and the sheet is back. Nothing to examine.",
                    orders=", ".join(honest.mapped("display_name")),
                )
            )
        fresh = self - self._get_examined()
        self.env["aftersales.audit"]._log(fresh, "false_satisfaction")
        self.env["aftersales.callback"]._owe_today(fresh)
        fresh._open_satisfaction_case()
        return self

    def _is_doubtful(self):
        """Tell whether the sheet is missing, unsigned or signed like another."""
        self.ensure_one()
        today = self._get_pay_date(fields.Datetime.now())
        is_owed = self.mode == "onsite" and not self.sheet_received_on
        return bool(self.doubt or (is_owed and self.done_date < today))

    def _get_examined(self):
        """Return the orders whose satisfaction is examined already."""
        rows = (
            self.env["aftersales.audit"]
            .sudo()  # sudo: the trail is the record of who examined what
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("event", "=", "false_satisfaction"),
                ]
            )
        )
        return self.filtered(lambda order: order.id in set(rows.mapped("res_id")))

    def _open_satisfaction_case(self):
        """Open the case of a false record about each order."""
        self.env["aftersales.case"]._open_for(
            self,
            "falsification",
            self.env._(
                "The sheet says satisfied, and nobody signed for it; or the sheet "
                "never came back."
            ),
        )

    def _open_attitude_cases(self):
        """Let somebody look at visits whose manners the customer marked low.

        A review alone: no fine follows by itself (COND-08).
        """
        rude = self.filtered(lambda order: order.attitude_grade in LOW_GRADES)
        self.env["aftersales.case"]._open_for(
            rude,
            "attitude",
            self.env._("The customer marked the attitude low on the sheet."),
        )

    # -- doubt

    def _note_doubts(self):
        """Flag what the customer is said to think without having signed it."""
        unsigned = self.filtered(
            lambda order: (
                order.mode == "onsite"
                and order.customer_verdict == "satisfied"
                and not order.signed_on
            )
        )
        unsigned._unguarded().write({"doubt": "unsigned"})
        (self._get_copied_signatures() - unsigned)._unguarded().write({"doubt": "same"})

    def _get_copied_signatures(self):
        """Return the orders whose signature is, to the pixel, one of another visit.

        Several orders that one customer signs at the same moment are one visit.
        """
        signed = self.sudo().filtered("signature_hash")  # sudo: only compared
        if not signed:
            return self.browse()
        seen = {}
        for other in self.sudo().search_fetch(  # sudo: anybody's orders
            [("signature_hash", "in", signed.mapped("signature_hash"))],
            ["signature_hash", "signed_on", "partner_id"],
        ):
            visit = (other.signed_on, other.partner_id)
            seen.setdefault(other.signature_hash, set()).add(visit)
        copied = signed.filtered(lambda order: len(seen[order.signature_hash]) > 1)
        return self.browse(copied.ids)
