"""Files through Odoo's own import, as the import page sends them."""

import csv
import io

from .common import AftersalesCommon


def as_csv(*rows):
    """Return rows as a file in CSV."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


class ImportCommon(AftersalesCommon):
    """``_import`` sends rows of texts as a file."""

    def _import(self, model, rows, user=None, dryrun=False, **context):
        """Import rows; the first one names the fields.

        :return: the answer that the import page gets
        """
        wizards = self.env["base_import.import"].with_user(user or self.dispatcher_user)
        wizard = wizards.with_context(**context).create(
            {
                "res_model": model,
                "file": as_csv(*rows),
                "file_name": "units.csv",
                "file_type": "text/csv",
            }
        )
        options = {
            "quoting": '"',
            "separator": ",",
            "has_headers": True,
            "date_format": "%Y-%m-%d",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
        }
        return wizard.execute_import(list(rows[0]), list(rows[0]), options, dryrun)
