"""Orders: the index on the state alone gave way to one in the order of the board."""


def migrate(cr, version):
    """Drop the index that no field asks for any more; harmless when repeated.

    :param cr: cursor on the database that is updated
    :param str version: the version installed before
    """
    if version:
        cr.execute("DROP INDEX IF EXISTS aftersales_order__state_index")
