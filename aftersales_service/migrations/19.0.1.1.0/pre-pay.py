"""The approval of a trip line carries the name that clients know it by."""

from odoo.tools import sql


def migrate(cr, version):
    """Rename the column, so that approvals given stay."""
    if sql.column_exists(cr, "aftersales_trip_line", "approved_by_id"):
        sql.rename_column(cr, "aftersales_trip_line", "approved_by_id", "approved_by")
