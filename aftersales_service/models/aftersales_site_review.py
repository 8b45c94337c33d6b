from odoo import api, fields, models

from ..arguments import as_text
from ..exceptions import FrozenFactError, NotAllowedError


class AftersalesSiteReview(models.Model):
    """The head looks into a site file: what he found, and what is done about it.

    A spot check is the head's own act and stays on record (SITE-15).
    """

    _name = "aftersales.site.review"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Spot Check of a Site File"
    _order = "checked_on desc, id desc"
    _rec_name = "site_id"
    _check_company_auto = True
    _guarded_fields = frozenset({"checked_by_id", "done_on", "done_by_id", "done_note"})
    _state_transitions = {"open": {"done"}, "done": set()}
    _content_fields = frozenset(
        {"site_id", "checked_on", "result", "finding", "measure", "due_on"}
    )

    site_id = fields.Many2one(
        "aftersales.site",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, readonly=True
    )
    team_id = fields.Many2one(related="site_id.team_id")
    checked_on = fields.Date(required=True, default=fields.Date.context_today)
    checked_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    result = fields.Selection(
        [("good", "In Order"), ("findings", "With Findings")],
        required=True,
        default="good",
        tracking=True,
    )
    finding = fields.Text(string="What Was Found")
    measure = fields.Text(string="Corrective Action")
    user_id = fields.Many2one(
        "res.users",
        string="To Be Done By",
        domain=[("share", "=", False)],
        index="btree_not_null",
        tracking=True,
    )
    due_on = fields.Date(string="Due", tracking=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    done_on = fields.Date(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_note = fields.Text(string="What Was Done", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "To Correct"), ("done", "Done")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _finding_complete = models.Constraint(
        "CHECK (result = 'good' OR (finding IS NOT NULL AND measure IS NOT NULL "
        "AND user_id IS NOT NULL AND due_on IS NOT NULL))",
        "Say what was found, what is to be done, by whom and until when.",
    )

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for review in self:
            review.is_overdue = (
                review.state == "open" and review.due_on and review.due_on < today
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("state", "=", "open") & fields.Domain("due_on", "<", today)
        return late if True in value else ~late

    @api.model_create_multi
    def create(self, vals_list):
        self._check_head()
        reviews = super().create(vals_list)
        in_order = reviews.filtered(lambda review: review.result == "good")
        in_order._set_state("done", {"done_on": fields.Date.context_today(self)})
        (reviews - in_order)._tell_responsible()
        return reviews

    def write(self, vals):
        if vals.keys() & self._content_fields and self.filtered(
            lambda review: review.state == "done"
        ):
            raise FrozenFactError(
                self.env._("This spot check is on record. Make another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_record(self):
        raise FrozenFactError(self.env._("Spot checks stay on record."))

    def action_correct(self, note=None):
        """Record that the corrective action was taken.

        The person it was given to, or a head of department.

        :param str note: what was done
        :return: the checks
        """
        self.check_access("read")
        if not self._is_head() and self.user_id - self.env.user:
            raise NotAllowedError(
                self.env._("The corrective action was given to somebody else.")
            )
        note = as_text(self.env, note, self.env._("What Was Done"))
        # sudo: who was told to act reports here, without writing the check itself
        self.sudo()._set_state(
            "done",
            {
                "done_on": fields.Date.context_today(self),
                "done_by_id": self.env.uid,
                "done_note": note,
            },
            reason=note,
        )
        return self

    def action_open_correct(self):
        """Open the window that asks what was done.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective Action Taken"),
            "res_model": "aftersales.site.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_review_ids": self.ids},
        }

    def _tell_responsible(self):
        """Tell who has to correct what."""
        self.env["mail.activity"]._aftersales_schedule(
            [
                (
                    review.site_id,
                    review.user_id,
                    self.env._("Correct the site file until %s", review.due_on),
                )
                for review in self
            ],
            "mail.mail_activity_data_todo",
        )

    def _is_head(self):
        return self.env.su or self.env.user.has_group("aftersales_service.group_head")

    def _check_head(self):
        """Refuse to all but heads of department."""
        if not self._is_head():
            raise NotAllowedError(
                self.env._("Spot checks are made by the head of department.")
            )
