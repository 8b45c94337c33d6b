"""Losses are shared by a decided case alone, no more entered by hand."""

from odoo.tools import SQL


def migrate(cr, version):
    """Let the shipped rule of losses wait for the decision of a case.

    :param cr: cursor on the database that is updated
    :param str version: the version installed before
    """
    if version:
        cr.execute(
            SQL(
                "UPDATE aftersales_pay_rule SET trigger = 'case' "
                "WHERE code = 'LOSS' AND trigger = 'manual'"
            )
        )
