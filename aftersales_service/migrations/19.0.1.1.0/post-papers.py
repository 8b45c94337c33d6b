from odoo import SUPERUSER_ID, api, fields


def migrate(cr, version):
    """Let only orders finished from now on owe the papers that came with this version.

    :param cr: database cursor
    :param str version: installed version, empty on a fresh database
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    forms = env["aftersales.form"].search(
        [("is_required", "=", True), ("required_from", "=", False)]
    )
    forms.required_from = fields.Date.today()
