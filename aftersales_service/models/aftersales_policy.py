from odoo import api, fields, models


class AftersalesPolicy(models.Model):
    """The promises a department makes, and the call-backs it owes."""

    _name = "aftersales.policy"
    _description = "Service Policy"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    version = fields.Integer(default=1, readonly=True, copy=False)
    note = fields.Text(translate=True)
    milestone_ids = fields.One2many("aftersales.policy.milestone", "policy_id")
    callback_rule_ids = fields.One2many("aftersales.policy.callback", "policy_id")
    quiet_from = fields.Float(
        string="Quiet Hours From", default=21.0, help="No call-backs from this hour."
    )
    quiet_to = fields.Float(string="Quiet Hours To", default=8.0)
    merge_callbacks = fields.Boolean(
        help="One call fulfils every call-back that is due at that time.",
    )
    kit_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Departure Kit",
        domain=[("purpose", "=", "departure_kit")],
    )

    @api.model
    def _resolve(self, company, partner=None, site=None, equipment=None):
        """Return the policy that applies.

        Order: the equipment's product, the site, the customer's tier, the
        company's default.

        :return: one ``aftersales.policy`` or an empty recordset
        """
        product_policy = equipment.product_id.aftersales_policy_id if equipment else None
        return product_policy or (site and site.policy_id) or company.aftersales_policy_id
