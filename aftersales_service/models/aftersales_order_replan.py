from odoo import fields, models


class AftersalesOrderReplan(models.Model):
    """One change of an appointment or of its people: who, why, who agreed.

    Made by the order's own actions alone and never edited (DISP-12, DISP-21).
    """

    _name = "aftersales.order.replan"
    _inherit = ["aftersales.guard.mixin", "aftersales.frozen.mixin"]
    _description = "Replanning of an Order"
    _order = "id desc"
    _rec_name = "order_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "order_id",
            "kind",
            "asked_by",
            "reason",
            "consent_by",
            "apologised",
            "severity",
            "urgent_order_id",
            "planned_before",
            "planned_after",
            "promised_before",
            "lead_before_id",
            "lead_after_id",
            "user_id",
            "changed_on",
        }
    )

    order_id = fields.Many2one(
        "aftersales.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("reschedule", "Rescheduled"),
            ("reassign", "Reassigned"),
            ("interrupt", "Interrupted for an Urgent Job"),
        ],
        required=True,
        readonly=True,
    )
    asked_by = fields.Selection(
        [("us", "By Us"), ("customer", "By the Customer")],
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True, readonly=True)
    consent_by = fields.Char(
        string="Agreed By", readonly=True, help="Who agreed on the customer's side."
    )
    apologised = fields.Boolean(string="We Apologised", readonly=True)
    severity = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.order"]
            ._fields["severity"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    urgent_order_id = fields.Many2one(
        "aftersales.order",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    planned_before = fields.Datetime(readonly=True)
    planned_after = fields.Datetime(string="Planned Now", readonly=True)
    promised_before = fields.Datetime(readonly=True)
    lead_before_id = fields.Many2one(
        "hr.employee", string="Technician Before", readonly=True
    )
    lead_after_id = fields.Many2one(
        "hr.employee", string="Technician Now", readonly=True
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    changed_on = fields.Datetime(required=True, readonly=True)
