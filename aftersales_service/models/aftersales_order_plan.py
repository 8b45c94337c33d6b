from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """Orders that fulfil plans."""

    _inherit = "aftersales.order"

    occurrence_ids = fields.One2many("aftersales.plan.occurrence", "order_id")
    occurrence_count = fields.Integer(
        string="Plans Fulfilled", compute="_compute_planned_work"
    )
    plan_due_on = fields.Date(
        string="Due by Plan",
        compute="_compute_planned_work",
        help="The earliest due day of the plans that this order fulfils.",
    )
    is_unannounced = fields.Boolean(
        string="Unannounced",
        readonly=True,
        copy=False,
        help="The customer is not told before the work begins.",
    )

    invited_on = fields.Datetime(
        string="Customer's Leader Invited", readonly=True, copy=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_unannounced", "invited_on"}

    @api.depends("occurrence_ids.due_on")
    def _compute_planned_work(self):
        for order in self:
            planned = order.sudo().occurrence_ids  # sudo: what it is for, not the plan
            order.occurrence_count = len(planned)
            order.plan_due_on = min(planned.mapped("due_on"), default=False)

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        moved = super()._set_state(target, vals, reason, happened_on)
        if target in ("done", "cancel"):
            moved._settle_occurrences(target, reason, happened_on)
        return moved

    def _settle_occurrences(self, target, reason, happened_on):
        """Let the periods know that their work is done or was cancelled."""
        planned = self.filtered("occurrence_ids")
        # sudo: plans follow facts by anybody
        occurrences = planned.sudo().occurrence_ids
        if target == "cancel":
            occurrences._free(reason)
            return
        moment = happened_on or fields.Datetime.now()
        fulfilled = occurrences.browse()
        for some in occurrences.grouped(lambda one: one._get_tz()).values():
            fulfilled |= some._fulfil(some[0]._get_local_day(moment))
        fulfilled._count_as_visits()
        self._fulfil_promise(planned, "resolve", moment)

    def _log_schedule(self, start, promise, before):
        result = super()._log_schedule(start, promise, before)
        self._invite_leaders()
        return result

    def _invite_leaders(self):
        """Invite the customer's leader to visits whose plan says so (INSP-02)."""
        for order in self:
            # sudo: whom the plan invites, not the plan
            plans = order.sudo().occurrence_ids.plan_id.filtered("invites_customer")
            leaders = plans.invited_partner_id
            if not leaders:
                continue
            order.message_post(
                subject=self.env._("Invitation to the inspection of %s", order.name),
                body=self.env._(
                    "We inspect %(site)s on %(time)s and invite you to take part. The "
                    "sheet is signed by both sides.",
                    site=order.sudo().site_id.name,
                    time=order._show_time(order.planned_start),
                ),
                partner_ids=leaders.ids,
                subtype_xmlid="mail.mt_note",
            )
            order._unguarded().write({"invited_on": fields.Datetime.now()})

    def _missing_dispatch(self):
        """A visit by plan may serve the site as a whole."""
        planned = set(self.filtered("occurrence_count").ids)
        for order_id, field, reason in super()._missing_dispatch():
            if field != "unit_ids" or order_id not in planned:
                yield order_id, field, reason

    def action_open_plans(self):
        """Open the planned work that these orders fulfil.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_plan_occurrence_action"
        )
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {}}
