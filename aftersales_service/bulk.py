"""Rows written by the thousand, in one statement for each table.

The ORM makes a document in about a millisecond; a night's work of plans is ten
thousand documents with four rows each.  Whoever writes rows here answers for what
the ORM would have checked: values must come from checked records.  Fields
that are not given get their defaults, and stored fields that are computed are
computed afterwards, by the ORM: other addons may add both.
"""

from odoo.tools import SQL


def insert(records, columns, count, known_empty=(), conflict=None):
    """Insert rows into the table of a model.

    :param records: empty recordset of the model, in the environment wanted
    :param dict columns: by field name a list of ``count`` values, or one value
        for all rows; other fields stay empty
    :param int count: how many rows
    :param known_empty: stored computed fields that are known to be empty on new
        rows, and are not computed
    :param SQL conflict: what to do about rows that are there already
    :return: the records made, in no order where ``conflict`` is given
    """
    if not count:
        return records
    records.env.flush_all()
    now = records.env.cr.now()
    columns = {
        **_get_defaults(records, columns.keys() | set(known_empty)),
        **columns,
        "create_uid": records.env.uid,
        "write_uid": records.env.uid,
        "create_date": now,
        "write_date": now,
    }
    lists = {name: value for name, value in columns.items() if isinstance(value, list)}
    single = {name: value for name, value in columns.items() if name not in lists}
    made = records.browse(_insert_rows(records, lists, single, conflict))
    _compute_the_rest(made, columns.keys() | set(known_empty))
    return made


def _insert_rows(records, lists, single, conflict):
    """Insert rows whose columns have a list of values or one for all.

    :return: the ids of the rows made
    """
    rows = records.env.execute_query(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(single)s, %(own)s"
            " FROM unnest(%(arrays)s) WITH ORDINALITY AS given(%(own)s, place)"
            " ORDER BY place %(conflict)s RETURNING id",
            table=SQL.identifier(records._table),
            names=_comma(SQL.identifier(name) for name in (*single, *lists)),
            single=_comma(
                SQL("%s::%s", value, _type(records, name))
                for name, value in single.items()
            ),
            own=_comma(SQL.identifier(name) for name in lists),
            arrays=_comma(
                SQL("%s::%s[]", values, _type(records, name))
                for name, values in lists.items()
            ),
            conflict=conflict or SQL(),
        )
    )
    return [row_id for (row_id,) in rows]


def update(records, columns):
    """Write one value of each column into each row, in one statement.

    :param records: the records, no stored value of which waits to be written
    :param dict columns: by field name a list of values, one for each record
    """
    if not records:
        return
    records.env.flush_all()
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s AS row SET %(sets)s FROM unnest(%(ids)s, %(arrays)s)"
            " AS given(id, %(names)s) WHERE row.id = given.id",
            table=SQL.identifier(records._table),
            sets=_comma(
                SQL("%s = given.%s", SQL.identifier(name), SQL.identifier(name))
                for name in columns
            ),
            ids=records.ids,
            arrays=_comma(
                SQL("%s::%s[]", values, _type(records, name))
                for name, values in columns.items()
            ),
            names=_comma(SQL.identifier(name) for name in columns),
        )
    )
    records.invalidate_recordset(list(columns), flush=False)


def _get_defaults(records, known):
    """Return the defaults of stored fields that are neither given nor computed."""
    names = [
        name
        for name, field in records._fields.items()
        if field.store
        and field.column_type
        and field.default
        and not field.compute
        and name not in known
    ]
    return {
        name: records._fields[name].convert_to_column_insert(value, records)
        for name, value in records.default_get(names).items()
    }


def _comma(parts):
    return SQL(", ").join(parts)


def _type(records, name):
    """Return the type of a field's column."""
    return SQL.identifier(records._fields[name].column_type[0])


def _compute_the_rest(records, known):
    """Mark stored computed fields of new rows for computation."""
    for name, field in records._fields.items():
        if field.store and field.compute and name not in known:
            records.env.add_to_compute(field, records)
