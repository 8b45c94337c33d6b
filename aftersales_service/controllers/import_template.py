import io

import xlsxwriter

from odoo import http
from odoo.http import request

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AftersalesImportTemplate(http.Controller):
    """Templates of imports, with the headings of the user's language."""

    @http.route(
        [
            "/aftersales/import/<string:model>",
            "/aftersales/import/<string:model>/<kind>",
        ],
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def aftersales_import_template(self, model, kind=None, **kw):
        """Send the empty table for the import of a model, for who may import.

        :param str model: name of a model of ours that is imported
        :param str kind: which of its tables, where it has several
        """
        mixin = request.env.registry["aftersales.import.mixin"]
        records = request.env.get(model)
        if (
            records is None
            or records._abstract
            or not isinstance(records, mixin)
            or not records.has_access("create")
        ):
            raise request.not_found()
        if kind:
            records = records.with_context(default_kind=kind)
        columns = records._get_import_columns()
        if not columns:
            raise request.not_found()
        return request.make_response(
            self._make_workbook(records, columns),
            headers=[
                ("Content-Type", MIMETYPE),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    http.content_disposition(f"{kind or records._description}.xlsx"),
                ),
            ],
        )

    def _make_workbook(self, records, columns):
        """Return a workbook: the table with one example, and what each column means.

        :param records: the model
        :param columns: (name of the field, example) in order
        """
        described = records.fields_get([name for name, _ in columns])
        stream = io.BytesIO()
        workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
        bold = workbook.add_format({"bold": True, "bg_color": "#E7E9ED"})
        table = workbook.add_worksheet(request.env._("Import"))
        words = workbook.add_worksheet(request.env._("Columns"))
        words.set_column(0, 0, 28)
        words.set_column(1, 1, 90)
        for place, (name, example) in enumerate(columns):
            label = described[name]["string"]
            table.write_string(0, place, label, bold)
            table.write_string(1, place, example)
            table.set_column(place, place, max(14, len(label) + 2))
            words.write_string(place, 0, label, bold)
            words.write_string(place, 1, self._explain(described[name]))
        table.freeze_panes(1, 0)
        workbook.close()
        return stream.getvalue()

    def _explain(self, described):
        """Return what may stand in a column."""
        texts = [described.get("help") or ""]
        if described.get("required"):
            texts.append(request.env._("Must be filled in."))
        if described["type"] == "selection":
            labels = ", ".join(label for _key, label in described["selection"])
            texts.append(request.env._("One of: %s.", labels))
        if described["type"] in ("date", "datetime"):
            texts.append(request.env._("As YYYY-MM-DD."))
        if described["type"] == "many2one":
            texts.append(request.env._("Number, code or name, as it stands on file."))
        return " ".join(filter(None, texts))
