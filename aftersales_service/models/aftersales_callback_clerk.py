from odoo import api, fields, models
from odoo.exceptions import AccessError

HEAD = "aftersales_service.group_head"


class AftersalesCallback(models.Model):
    """Who calls: the clerk of the rule, unless he is away; then the head appoints."""

    _inherit = "aftersales.callback"

    needs_caller = fields.Boolean(
        string="Caller to Appoint",
        readonly=True,
        copy=False,
        help="The clerk is absent: the head of department appoints somebody.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"needs_caller"}

    def _assign_clerks(self):
        """Give call-backs to the clerks of their rules (CB-04, ROLE-04).

        A clerk on leave when it opens is replaced by his deputy; who did the work
        is passed over.  With nobody left the head of department is asked to appoint.
        """
        # sudo: leave and rules are looked up for whoever finishes the work
        callbacks = self.sudo().filtered(
            lambda callback: callback.rule_id.user_id and not callback._is_held()
        )
        absences = callbacks._get_absences()
        acting = self.env["aftersales.deputy"]._get_acting(
            "callbacks", callbacks.company_id
        )
        for callback in callbacks:
            clerk = callback.rule_id.user_id
            if callback._is_absent(clerk, absences):
                clerk = acting.replace(clerk, callback.company_id) - clerk
            caller = callback._get_free_caller(clerk)
            if caller != callback.user_id:
                callback.user_id = caller
            if bool(caller) == callback.needs_caller:
                callback._unguarded().needs_caller = not caller
                callback._ask_for_caller()

    def _is_held(self):
        """Tell whether somebody else than the clerk took or got the call-back."""
        self.ensure_one()
        clerk = self.rule_id.user_id
        return bool(self.user_id and self.user_id != clerk)

    def _get_free_caller(self, clerk):
        """Return the clerk, or nobody where he may not call.

        :param clerk: the ``res.users`` of the rule, or his deputy
        """
        self.ensure_one()
        usable = clerk.active and self.company_id in clerk.company_ids
        return clerk if usable and clerk not in self._get_workers() else clerk.browse()

    def _is_absent(self, user, absences):
        """Tell whether a user is on leave when the call-back opens."""
        return any(
            start <= self.opens_on <= end for start, end in absences.get(user.id, ())
        )

    def _get_absences(self):
        """Return by user id the (from, to) of the approved leave of the clerks."""
        if not self:
            return {}
        leaves = self.env["hr.leave"].search(
            [
                ("employee_id.user_id", "in", self.rule_id.user_id.ids),
                ("state", "=", "validate"),
                ("date_from", "<=", max(self.mapped("opens_on"))),
                ("date_to", ">=", min(self.mapped("opens_on"))),
            ]
        )
        absences = {}
        for leave in leaves:
            absences.setdefault(leave.employee_id.user_id.id, []).append(
                (leave.date_from, leave.date_to)
            )
        return absences

    def _ask_for_caller(self):
        """Ask the head to appoint a caller, or take that off his list."""
        if not self.needs_caller:
            self.activity_unlink(["aftersales_service.mail_activity_callback_appoint"])
            return
        head = self.company_id._aftersales_get_head()
        if head:
            summary = self.env._("%s: the clerk is away, appoint a caller", self.name)
            self.env["mail.activity"]._aftersales_schedule(
                [(self, head, summary)],
                "aftersales_service.mail_activity_callback_appoint",
                scope="escalations",
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            appointed = self.filtered("needs_caller")
            appointed._unguarded().needs_caller = False
            for callback in appointed.sudo():  # sudo: the head's activity
                callback._ask_for_caller()
        return result

    def _check_role(self):
        """Refuse who may not make these calls: others than the head appraise not.

        :raise AccessError: for a head's appraisal made by somebody else (CB-09)
        """
        self._check_desk()
        appraisals = self.filtered(lambda one: one.rule_id.caller == "manager")
        if appraisals and not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._(
                    "%s is the appraisal of the work: the head of department calls.",
                    ", ".join(appraisals.mapped("name")),
                )
            )
