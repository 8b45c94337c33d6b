from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_text, check_single
from ..calc import clock
from .aftersales_fact_mixin import fact_action

RESULTS = [
    ("ordered", "Ordered"),
    ("thinking", "Still Thinking"),
    ("lost", "Not Interested"),
    ("unreachable", "Unreachable"),
]


class AftersalesFollowup(models.Model):
    """Second follow-up of a prospect who did not order yet (ESC-14, form F61)."""

    _name = "aftersales.followup"
    _inherit = ["aftersales.fact.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Second Follow-Up"
    _order = "due_date, id"
    _rec_name = "caller_name"
    _check_company_auto = True
    _guarded_fields = frozenset({"call_id", "company_id", "result", "done_on"})

    call_id = fields.Many2one(
        "aftersales.call", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(related="call_id.partner_id", store=True)
    caller_name = fields.Char(related="call_id.caller_name", store=True)
    phone = fields.Char(related="call_id.phone")
    concern = fields.Char(help="What keeps the customer from ordering.")
    due_date = fields.Date(required=True)
    user_id = fields.Many2one("res.users", string="Follows Up", required=True)
    result = fields.Selection(RESULTS, readonly=True, copy=False)
    outcome = fields.Text(readonly=True, copy=False)
    done_on = fields.Datetime(readonly=True, copy=False)

    _call_unique = models.UniqueIndex("(call_id)", "This call is followed up already.")

    @fact_action
    def action_record(self, result, outcome, at=None, request_key=None):
        """Record how a follow-up ended.

        :param str result: ordered, thinking, lost or unreachable
        :param str outcome: what the customer said
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department follow up.")
            )
        as_choice(self.env, result, RESULTS, self.env._("Result"))
        outcome = as_text(self.env, outcome, self.env._("Outcome"))
        self._unguarded().write({"result": result, "outcome": outcome, "done_on": at})
        self.sudo().activity_ids.action_done()  # sudo: activities of others too
        return self

    def action_open_result(self):
        """Open the dialog in which the outcome is recorded."""
        self.check_access("write")
        check_single(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome"),
            "res_model": "aftersales.followup.result",
            "view_mode": "form",
            "target": "new",
            "context": {"default_followup_id": self.id},
        }


class AftersalesCall(models.Model):
    """Prospects who do not order are called again on the next day."""

    _inherit = "aftersales.call"

    followup_ids = fields.One2many("aftersales.followup", "call_id")

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._follow_up()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if "is_potential" in vals:
            self._follow_up()
        return result

    def _follow_up(self):
        """Make the follow-up of promising enquiries, once each (ESC-14)."""
        prospects = self.filtered(
            lambda call: (
                call.kind == "consultation"
                and call.is_potential
                and call.company_id.aftersales_followups
                and not call.followup_ids
            )
        )
        if not prospects:
            return
        register = self.env["aftersales.followup"].sudo()  # sudo: made by the house
        made = register._unguarded().create(
            [call._prepare_followup_vals() for call in prospects]
        )
        for followup in made:
            followup.activity_schedule(
                "aftersales_service.mail_activity_followup",
                date_deadline=followup.due_date,
                user_id=followup.user_id.id,
                summary=followup.concern,
            )

    def _prepare_followup_vals(self):
        """Return the values of the follow-up on the day after this call."""
        tz = self.company_id._aftersales_tz()
        day = clock.to_local(self.called_on, tz).date() + timedelta(days=1)
        return {
            "call_id": self.id,
            "company_id": self.company_id.id,
            "concern": self.subject,
            "due_date": day,
            "user_id": self.user_id.id,
        }
