from odoo import api, fields, models

from ..arguments import check_single
from ..exceptions import ArgumentError
from ..models.aftersales_form import PRINTED_MODELS

LONGEST_PRINT = 200  # pages of one print


class AftersalesFormPrint(models.TransientModel):
    """Print a form of the house with the facts of chosen documents."""

    _name = "aftersales.form.print"
    _description = "Print a Form"

    model = fields.Selection(
        PRINTED_MODELS,
        string="Documents",
        required=True,
        default=lambda self: self.env.context.get("active_model"),
    )
    record_ids = fields.Json(
        required=True, default=lambda self: self.env.context.get("active_ids")
    )
    form_id = fields.Many2one("aftersales.form", required=True)
    lang = fields.Selection(
        selection="_get_langs",
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )

    @api.model
    def _get_langs(self):
        return self.env["res.lang"].get_installed()

    def action_print(self):
        """Print the form for the chosen documents.

        :return: the report action
        """
        check_single(self)
        self._get_records()
        return self.env.ref("aftersales_service.action_report_form").report_action(self)

    def _get_records(self):
        """Return the documents to print, which the user must be allowed to read."""
        self.ensure_one()
        given = self.record_ids
        is_list = isinstance(given, list) and all(type(one) is int for one in given)
        if not is_list or not given or len(given) > LONGEST_PRINT:
            raise ArgumentError(
                self.env._("Choose up to %s documents to print.", LONGEST_PRINT)
            )
        if self.form_id.model != self.model:
            raise ArgumentError(self.env._("This form is for other documents."))
        records = self.env[self.model].browse(given).exists()
        records.check_access("read")
        return records

    def _get_pages(self):
        """Return one page per document: its number, rows and texts.

        :return: list of ``{name, company, rows}``; a row is a list of one or two
            ``{label, kind, text}``
        """
        form = self.form_id.with_context(lang=self.lang)
        records = self._get_records().with_context(lang=self.lang)
        return [
            {
                "name": record.display_name,
                "company": record.sudo().company_id,  # sudo: name and number
                "hotline": record.sudo().company_id._get_aftersales_hotline(),
                "rows": self._get_rows(form, record),
            }
            for record in records
        ]

    def _get_rows(self, form, record):
        """Return the lines of the form, short facts two by two."""
        rows = []
        for line in form.field_ids:
            cell = {
                "label": line.label,
                "kind": line.kind,
                "text": line._get_text(record),
            }
            last = rows[-1] if rows else []
            # Short facts stand two by two, and so do signatures.
            if (
                line.kind in ("value", "signature")
                and len(last) == 1
                and last[0]["kind"] == line.kind
            ):
                rows[-1].append(cell)
            else:
                rows.append([cell])
        return rows
