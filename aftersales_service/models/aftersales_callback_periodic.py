from odoo import api, fields, models

from ..arguments import check_single

# What a customer is dissatisfied with, as the kinds of complaints say it.
PRODUCT_ASPECTS = ("product", "fit")
COMPLAINT_CATEGORIES = {
    "speed": "late",
    "attitude": "staff",
    "quality": "staff",
    "price": "settlement",
}


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

    def _get_document(self):
        return self.plan_id or super()._get_document()

    def _get_policy(self):
        """A plan's calls follow the policy of its site (CB-10)."""
        if not self.plan_id:
            return super()._get_policy()
        return self.env["aftersales.policy"]._resolve(
            self.company_id, partner=self.partner_id, site=self.site_id
        )

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        moved = super()._set_state(target, vals, reason, happened_on)
        if target in ("done", "cancel"):
            moved._settle_occurrences(target, reason, happened_on)
        return moved

    def _settle_occurrences(self, target, reason, happened_on):
        """Let the period know that its call was made or dropped."""
        # sudo: plans follow facts by anybody
        occurrences = self.sudo().occurrence_ids
        # Who is never reached was not called (CB-08): the period is to plan again.
        unheard = self.filtered(lambda one: one.result == "unreachable")
        lost = occurrences
        if target != "cancel":
            lost = unheard.sudo().occurrence_ids  # sudo: as above
        lost._free(reason or self.env._("Nobody answered"))
        occurrences -= lost
        moment = happened_on or fields.Datetime.now()
        for some in occurrences.grouped(lambda one: one._get_tz()).values():
            some._fulfil(some[0]._get_local_day(moment))

    def _open_rework(self, answer):
        """A customer dissatisfied at a periodic call becomes a case of the desk."""
        if not self.plan_id:
            return super()._open_rework(answer)
        check_single(self)
        site = self.plan_id.site_id
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": self.env._("Dissatisfied at %s", self.name),
                "description": answer["note"] or self.name,
                **self._prepare_complaint(answer),
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
                scope="escalations",
            )
        return None

    def _prepare_complaint(self, answer):
        """Return the facts of the complaint that a dissatisfied answer is (HOT-10).

        :param dict answer: what the customer said
        """
        labels = dict(self._fields["aspect"]._description_selection(self.env))
        facts = {
            "call_type": "complaint",
            "complaint_kind": "service",
            "complaint_category": COMPLAINT_CATEGORIES.get(answer["aspect"], "other"),
            "complaint_object": labels.get(answer["aspect"]),
            "complaint_cause": answer["note"] or labels.get(answer["aspect"]),
        }
        if answer["aspect"] in PRODUCT_ASPECTS:
            facts.update(complaint_kind="product", complaint_category=False)
        return facts

    def action_open_document(self):
        """Open the order, ticket or plan that the call-back is about."""
        check_single(self)
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
