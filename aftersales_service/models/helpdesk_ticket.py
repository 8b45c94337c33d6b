from odoo import fields, models


class HelpdeskTicket(models.Model):
    """The ticket, extended to the service case it is."""

    _inherit = "helpdesk.ticket"

    call_type = fields.Selection(
        [
            ("repair", "Fault Report"),
            ("complaint", "Complaint"),
            ("consultation", "Consultation"),
            ("order", "Order"),
            ("suggestion", "Suggestion"),
        ],
        string="Kind",
    )
    received_on = fields.Datetime(copy=False)
    site_id = fields.Many2one(
        "aftersales.site", index="btree_not_null", check_company=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment", index="btree_not_null", check_company=True
    )
    policy_id = fields.Many2one("aftersales.policy", copy=False)
    policy_version = fields.Integer(readonly=True, copy=False)
    symptom_id = fields.Many2one(
        "aftersales.code", string="Symptom", domain=[("kind", "=", "symptom")]
    )
    urge_count = fields.Integer(readonly=True, copy=False)
    repeat_of_id = fields.Many2one(
        "helpdesk.ticket", string="Repeat Of", copy=False, index="btree_not_null"
    )
    resolution_path = fields.Selection(
        [("remote", "By Phone"), ("onsite", "On Site"), ("depot", "At the Depot")],
        copy=False,
    )
    triage_note = fields.Text(
        string="Analysis", copy=False, help="Probable cause, measures, parts needed."
    )
    call_ids = fields.One2many("aftersales.call", "ticket_id")
    order_ids = fields.One2many("aftersales.order", "ticket_id")
    commitment_ids = fields.One2many("aftersales.commitment", "ticket_id")
    first_reply_on = fields.Datetime(readonly=True, copy=False)
    first_closed_on = fields.Datetime(readonly=True, copy=False)
    last_closed_on = fields.Datetime(readonly=True, copy=False)
