from odoo import api, fields, models

STAGES = ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")


class HelpdeskTicket(models.Model):
    """What our screens call the facts of a ticket, for this addon to translate."""

    _inherit = "helpdesk.ticket"

    number = fields.Char(string="Ticket Number")
    user_id = fields.Many2one(string="Assigned To")
    stage_id = fields.Many2one()
    partner_id = fields.Many2one(string="Contact")
    commercial_partner_id = fields.Many2one(string="Customer's Company")
    partner_name = fields.Char(string="Name of the Contact")
    partner_email = fields.Char(string="Email")
    last_stage_update = fields.Datetime(string="Stage Since")
    assigned_date = fields.Datetime(string="Assigned On")
    closed_date = fields.Datetime(string="Closed On")
    closed = fields.Boolean()
    unattended = fields.Boolean()
    tag_ids = fields.Many2many(string="Tags")
    channel_id = fields.Many2one(help="How the customer reached us.")
    category_id = fields.Many2one()
    team_id = fields.Many2one()
    priority = fields.Selection(
        [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")],
    )
    duplicate_id = fields.Many2one(string="Duplicate Of")
    duplicate_count = fields.Integer(string="Duplicates")


class HelpdeskTicketStage(models.Model):
    """The stages that tickets come with speak the user's language too."""

    _inherit = "helpdesk.ticket.stage"

    @api.model
    def _aftersales_name_stages(self):
        """Give the stages that ship with tickets a name in this addon as well.

        Translations belong to the addon that names a record.
        """
        found = {
            name: self.env.ref(
                f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
            )
            for name in STAGES
        }
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"aftersales_service.helpdesk_ticket_stage_{name}",
                    "record": stage,
                    "noupdate": True,
                }
                for name, stage in found.items()
                if stage
            ]
        )
