from odoo import api, fields, models


class AftersalesCallback(models.Model):
    """Call-backs that a plan owes, without work before them (CB-08)."""

    _inherit = "aftersales.callback"

    plan_id = fields.Many2one(
        "aftersales.plan", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    occurrence_ids = fields.One2many("aftersales.plan.occurrence", "callback_id")

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(order_id, ticket_id, plan_id) = 1)",
        "A call-back belongs to one order, one ticket or one plan.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"plan_id"}

    @api.depends("plan_id.site_id")
    def _compute_site_id(self):
        result = super()._compute_site_id()
        for callback in self.filtered("plan_id"):
            callback.site_id = callback.plan_id.site_id
        return result

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        moved = super()._set_state(target, vals, reason, happened_on)
        if target in ("done", "cancel"):
            moved._settle_occurrences(target, reason, happened_on)
        return moved

    def _settle_occurrences(self, target, reason, happened_on):
        """Let the period know that its call was made or dropped."""
        # sudo: plans follow facts by anybody
        occurrences = self.sudo().occurrence_ids
        if target == "cancel":
            occurrences._free(reason)
            return
        moment = happened_on or fields.Datetime.now()
        for some in occurrences.grouped(lambda one: one._get_tz()).values():
            some._fulfil(some[0]._get_local_day(moment))

    def _open_rework(self, answer):
        """A customer dissatisfied at a periodic call becomes a case of the desk."""
        if not self.plan_id:
            return super()._open_rework(answer)
        self.ensure_one()
        site = self.plan_id.site_id
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": self.env._("Dissatisfied at %s", self.name),
                "description": answer["note"] or self.name,
                "call_type": "suggestion",
                "company_id": self.company_id.id,
                "site_id": site.id,
                "partner_id": self.partner_id.id,
            }
        )
        head = self.company_id._aftersales_get_head(ticket.team_id)
        if head:
            self.env["mail.activity"]._aftersales_schedule(
                [
                    (
                        ticket,
                        head,
                        self.env._("Dissatisfied customer: follow to the end"),
                    )
                ],
                "aftersales_service.mail_activity_dissatisfied",
                note=answer["note"],
            )
        return None

    def action_open_document(self):
        """Open the order, ticket or plan that the call-back is about."""
        self.ensure_one()
        if not self.plan_id:
            return super().action_open_document()
        self.check_access("read")
        return self.plan_id._get_records_action()


class AftersalesCall(models.Model):
    """Calls to customers count for the calls that plans owe them."""

    _inherit = "aftersales.call"

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._count_for_plans()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"result", "direction", "site_id", "partner_id", "called_on"}:
            self._count_for_plans()
        return result

    def _count_for_plans(self):
        """Fulfil what plans owe by these calls, whoever made them."""
        # sudo: plans follow facts by anybody
        self.env["aftersales.plan.occurrence"].sudo()._fulfil_by_calls(self.sudo())
