from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date, format_datetime, html2plaintext

LONGEST_PATH = 5  # steps from the printed document to the value
RELATIONS = ("many2one", "one2many", "many2many")


class AftersalesFormField(models.Model):
    """One line of a printed form: a fact of the document, or room to write."""

    _name = "aftersales.form.field"
    _description = "Form Line"
    _order = "form_id, sequence, id"
    _rec_name = "label"

    form_id = fields.Many2one(
        "aftersales.form", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    label = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("value", "Fact, half a Line"),
            ("line", "Fact, full Line"),
            ("section", "Heading"),
            ("text", "Printed Words"),
            ("blank", "Room to Write"),
            ("tick", "Box to Tick"),
            ("signature", "Signature and Date"),
        ],
        required=True,
        default="value",
    )
    path = fields.Char(
        string="Fact",
        help="Path of the field from the printed document, such as "
        "partner_id.name. Empty: room to write by hand.",
    )

    @api.constrains("path", "kind")
    def _check_paths(self):
        for line in self.filtered("path"):
            line._check_path()

    def _check_path(self):
        """Refuse a path that is no way from the printed document to a fact."""
        steps = self.path.split(".")
        model = self.env.get(self.form_id.model or "")
        if model is None or len(steps) > LONGEST_PATH:
            self._raise_path()
        for step in steps[:-1]:
            field = model._fields.get(step)
            if field is None or field.type not in RELATIONS:
                self._raise_path()
            model = self.env[field.comodel_name]
        field = model._fields.get(steps[-1])
        if field is None or field.type in ("binary", "image", "serialized", "json"):
            self._raise_path()

    def _raise_path(self):
        raise ValidationError(
            self.env._(
                "“%(path)s” on form %(form)s is no fact that can be printed.",
                path=self.path,
                form=self.form_id.code,
            )
        )

    def _get_text(self, record):
        """Return the text of this line for one document, read with the user's rights.

        :param record: the printed document
        :return: str; empty where nothing is recorded, or not for this reader
        """
        self.ensure_one()
        if not self.path:
            return ""
        *steps, last = self.path.split(".")
        try:
            for step in steps:
                record = record[step]
            values = [self._show(one, one._fields[last]) for one in record]
        except AccessError:
            return ""
        return "; ".join(dict.fromkeys(filter(None, values)))

    def _show(self, record, field):
        """Return one value as people read it."""
        if field.type in RELATIONS:
            # sudo: the name of what the document itself names
            return ", ".join(record[field.name].sudo().mapped("display_name"))
        value = record[field.name]
        if field.type == "boolean":
            return "✓" if value else ""
        if value is False or value is None:
            return ""
        return self._format(record, field, value)

    def _format(self, record, field, value):
        """Return a single value in the reader's language and the site's zone."""
        if field.type == "selection":
            return dict(field._description_selection(record.env)).get(value, "")
        if field.type == "datetime":
            zone = record._get_tz() if hasattr(record, "_get_tz") else None
            return format_datetime(
                record.env, value, tz=zone, dt_format="yyyy-MM-dd HH:mm"
            )
        if field.type == "date":
            return format_date(record.env, value)
        if field.type == "html" or isinstance(value, Markup):
            return html2plaintext(value)
        return f"{value:g}" if field.type in ("float", "monetary") else str(value)
