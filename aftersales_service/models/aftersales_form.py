from odoo import api, fields, models
from odoo.exceptions import ValidationError

PRINTED_MODELS = [
    ("aftersales.order", "Service Order"),
    ("helpdesk.ticket", "Ticket"),
    ("aftersales.call", "Call"),
    ("aftersales.callback", "Call-Back"),
    ("aftersales.equipment", "Equipment"),
    ("aftersales.site", "Site"),
]


class AftersalesForm(models.Model):
    """A kind of paper: its controlled header, what is printed on it, its filing.

    One record serves a printed form of the house and the papers filed under it.
    Numbers of controlled forms may repeat (DOC-10).
    """

    _name = "aftersales.form"
    _description = "Form"
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Short name used in the house, such as F12.")
    name = fields.Char(string="Title", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    model = fields.Selection(
        PRINTED_MODELS,
        string="Printed for",
        help="The documents whose facts the form prints. Empty: only filed.",
    )
    field_ids = fields.One2many("aftersales.form.field", "form_id", copy=True)
    number = fields.Char(string="Form Number", help="As the quality system says.")
    version = fields.Char(string="Edition", default="A/0")
    department = fields.Char(translate=True)
    prepared_by = fields.Char()
    prepared_on = fields.Date()
    reviewed_by = fields.Char()
    reviewed_on = fields.Date()
    approved_by = fields.Char()
    approved_on = fields.Date()
    is_required = fields.Boolean(
        string="Owed by Every Finished Order",
        help="Orders without it stand on the list of missing papers (DOC-07).",
    )
    required_from = fields.Date(
        string="Owed Since",
        help="Orders finished before that day owe none. Empty: every order does.",
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        help="Only heads and the keeper print it; every print is logged (DOC-12).",
    )
    days_to_file = fields.Integer(
        string="File within (Days)",
        help="A paper filed so many days after its date is late. 0: no limit.",
    )
    keeper_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="Who keeps the papers filed under this form.",
    )
    document_count = fields.Integer(compute="_compute_document_count")

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)", "A form with this code exists already."
    )
    _days_positive = models.Constraint(
        "CHECK (COALESCE(days_to_file, 0) >= 0)", "Days cannot be negative."
    )

    def _is_owed(self, order):
        """Tell whether a finished order owes this paper."""
        self.ensure_one()
        ours = not self.company_id or self.company_id == order.company_id
        since = self.required_from
        return ours and not (since and order.done_on and order.done_on.date() < since)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for form in self:
            form.display_name = f"{form.code} {form.name}"

    def _compute_document_count(self):
        counts = dict(
            self.env["aftersales.document"]._read_group(
                [("form_id", "in", self.ids)], ["form_id"], ["__count"]
            )
        )
        for form in self:
            form.document_count = counts.get(form._origin, 0)

    @api.constrains("model", "field_ids")
    def _check_fields(self):
        self.field_ids._check_paths()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.sudo().filtered("document_count"):  # sudo: whoever may see them
            raise ValidationError(
                self.env._("Papers are filed under this form. Archive it instead.")
            )

    def action_open_documents(self):
        """Open the papers filed under these forms.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Filed Papers"),
            "res_model": "aftersales.document",
            "view_mode": "list,form",
            "domain": [("form_id", "in", self.ids)],
        }
