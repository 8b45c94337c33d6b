from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service.arguments import as_text, check_single
from odoo.addons.aftersales_service.exceptions import MissingError, TransitionError

HEAD = "aftersales_service.group_head"


class HrExpense(models.Model):
    """A receipt of a trip: true, attached, and from where the trip went (PEN-08)."""

    _inherit = "hr.expense"

    aftersales_trip_id = fields.Many2one(
        "aftersales.trip",
        string="Service Trip",
        index="btree_not_null",
        check_company=True,
        domain="[('employee_id', '=', employee_id), ('state', '!=', 'cancel')]",
    )
    aftersales_place = fields.Char(
        string="Place on the Receipt", help="Where the money was spent."
    )
    aftersales_is_flagged = fields.Boolean(
        string="Not from the Trip",
        compute="_compute_aftersales_is_flagged",
        store=True,
        help="The receipt is from another place than the trip went to.",
    )
    aftersales_cleared_by_id = fields.Many2one(
        "res.users", string="Place Explained to", readonly=True, copy=False
    )

    @api.depends(
        "aftersales_place", "aftersales_trip_id.destination", "aftersales_cleared_by_id"
    )
    def _compute_aftersales_is_flagged(self):
        for expense in self:
            trip = expense.aftersales_trip_id.sudo()  # sudo: where it went
            place = (expense.aftersales_place or "").strip().casefold()
            goal = (trip.destination or "").strip().casefold()
            matches = place in goal or goal in place
            expense.aftersales_is_flagged = bool(
                trip and place and not matches and not expense.aftersales_cleared_by_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_aftersales_cleared(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_aftersales_cleared(vals)
        result = super().write(vals)
        if vals.keys() & {"aftersales_place", "aftersales_trip_id"}:
            # What was explained was another place.
            cleared = self.sudo().filtered("aftersales_cleared_by_id")  # sudo: by us
            cleared.write({"aftersales_cleared_by_id": False})
        return result

    def _check_aftersales_cleared(self, *vals_list):
        """Refuse that an explanation is accepted by another door."""
        if not self.env.su and any(
            "aftersales_cleared_by_id" in vals for vals in vals_list
        ):
            raise AccessError(
                self.env._("A head of department accepts the explanation himself.")
            )

    def action_submit(self):
        """Hand expenses in: those of a trip with receipt and place.

        :raise MissingError: naming what a trip's expense lacks
        """
        for expense in self.filtered("aftersales_trip_id"):
            if not expense.attachment_ids:
                raise MissingError(
                    self.env._("%s: attach the receipt.", expense.display_name)
                )
            if not (expense.aftersales_place or "").strip():
                raise MissingError(
                    self.env._(
                        "%s: enter the place on the receipt.", expense.display_name
                    )
                )
        return super().action_submit()

    def _do_approve(self, check=True):
        """Refuse to approve receipts from another place than the trip's."""
        flagged = self.filtered("aftersales_is_flagged")
        if flagged:
            raise TransitionError(
                self.env._(
                    "%s is from another place than the trip went to. A head of "
                    "department takes the explanation or reports it.",
                    ", ".join(flagged.mapped("display_name")),
                )
            )
        return super()._do_approve(check)

    def _check_aftersales_head(self):
        """Refuse others than heads, and heads about their own expenses."""
        if self.env.su:
            return
        own = self.sudo().employee_id.user_id  # sudo: users behind employees
        if not self.env.user.has_group(HEAD) or self.env.user in own:
            raise AccessError(
                self.env._("A head of department decides, never about his own.")
            )

    def action_aftersales_clear(self):
        """Accept that a receipt is from another place (head, never his own).

        :return: the expenses
        :raise AccessError: for others
        """
        self.check_access("read")
        self._check_aftersales_head()
        flagged = self.sudo().filtered("aftersales_is_flagged")  # sudo: a head's act
        flagged.write({"aftersales_cleared_by_id": self.env.uid})
        return self

    def action_aftersales_report(self, reason=None):
        """Refuse a false receipt and open a case about it (head, never his own).

        How grave it is, from a demerit to legal action, is found in the case.

        :param str reason: what is false; the flag itself by default
        :return: window action on the case
        :raise AccessError: for others
        """
        check_single(self)
        self.check_access("read")
        self._check_aftersales_head()
        reason = as_text(
            self.env,
            reason or self.env._("The receipt is not from the place of the trip."),
            self.env._("Reason"),
        )
        expense = self.sudo()  # sudo: a head is no expense officer
        if expense.state not in ("refused", "posted", "paid", "in_payment"):
            expense._do_refuse(reason)
        case = self.env["aftersales.case"]._open_for(
            self,
            "falsification",
            facts=reason,
            employees=self.employee_id,
            loss_kind="economic",
            loss_amount=expense.total_amount,
            date=expense.date,
        )
        return case._get_records_action()
