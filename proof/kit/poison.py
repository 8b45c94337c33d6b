"""Texts with HTML and formulas in them, put into every field of every record."""

import psycopg2
import psycopg2.extras

from odoo.tools import SQL, mute_logger

POISON = (
    '=HYPERLINK("http://x")<img src=x onerror="window.canaryFired=1;'
    "console.error('C4N4RY-FIRED')\"><script>window.canaryFired=1</script>"
)
# How the poison begins where nobody made it harmless.
RAW = ("<img src=x onerror", "<script>window.canaryFired")
# Columns that the program reads, where people cannot write any text.
KEPT = {
    *("key", "hash", "previous_hash", "token_hash", "qr_token", "access_token"),
    *("model", "res_model", "source_model", "event_model", "tz", "lang", "mimetype"),
    *("code", "milestone", "method", "kind", "parent_path", "login", "email"),
    *("aftersales_calendar_hash", "signature_hash", "store_fname", "checksum"),
}


def poison_record(record):
    """Write the poison past all logic; return how many fields took it."""
    taken = 0
    for field in record._fields.values():
        if field.name in KEPT or not (field.store and field.column_type):
            continue
        if field.type not in ("char", "text", "html") or field.company_dependent:
            continue
        text = POISON
        if field.type == "html":
            # As it is stored when people write it.
            text = field.convert_to_column(POISON, record)
            text = getattr(text, "adapted", {}).get("en_US", text)
        value = psycopg2.extras.Json({"en_US": text}) if field.translate else text
        taken += _write(record, field.name, value)
    record.invalidate_recordset(flush=False)
    return taken


def _write(record, name, value):
    table = SQL.identifier(record._table)
    cr = record.env.cr
    try:
        with cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
            cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", table))
            cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    table,
                    SQL.identifier(name),
                    value,
                    record.id,
                )
            )
            cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", table))
    except psycopg2.Error:
        return 0
    return 1


def is_raw(text):
    """Tell whether a page holds the poison as markup."""
    return any(mark in (text or "") for mark in RAW)
