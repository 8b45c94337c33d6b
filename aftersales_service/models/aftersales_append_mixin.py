from odoo import api, models
from odoo.tools import SQL

from ..exceptions import FrozenFactError


class AftersalesAppendMixin(models.AbstractModel):
    """Tables that only grow: the ORM and the database refuse everything else.

    Rows are made by ``_append`` alone.  UPDATE, DELETE and TRUNCATE are refused
    by a trigger, whoever is connected (rule D11).
    """

    _name = "aftersales.append.mixin"
    _description = "After-Sales Append-Only Table"

    def init(self):
        if not self._abstract:
            self._create_append_only_triggers()
        return super().init()

    def _create_append_only_triggers(self):
        """Make the database refuse every change of this table's rows.

        The triggers fire always, so that no session setting switches them off.
        """
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION aftersales_refuse_change()
                RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'Rows of %% are on record and cannot be changed '
                        'or deleted (%% refused).', TG_TABLE_NAME, TG_OP
                        USING ERRCODE = 'restrict_violation';
                END $$
                """
            )
        )
        table = SQL.identifier(self._table)
        # By row where users are linked: deleting one updates no row here, and passes.
        level = "ROW" if self._log_access else "STATEMENT"
        for name, when in (
            ("append_only", "TRUNCATE ON %s FOR EACH STATEMENT"),
            ("append_only_rows", f"UPDATE OR DELETE ON %s FOR EACH {level}"),
        ):
            trigger, event = SQL.identifier(name), SQL(when, table)
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, table))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s BEFORE %s "
                    "EXECUTE FUNCTION aftersales_refuse_change()",
                    trigger,
                    event,
                )
            )
            self.env.cr.execute(
                SQL("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", table, trigger)
            )

    @api.model
    def _append(self, columns, rows, conflict=None):
        """Write rows in one statement; nothing is ever written to them again.

        :param columns: column names
        :param rows: tuples of column values, in the order of the columns
        :param conflict: ``SQL`` that says what happens to a row of a known key
        :return: the new records, in the order of the rows
        """
        if not rows:
            return self.browse()
        names = SQL(", ").join(map(SQL.identifier, columns))
        arrays = [
            SQL(
                "%s::%s[]",
                list(values),
                SQL.identifier(self._fields[name].column_type[0]),
            )
            for name, values in zip(columns, zip(*rows, strict=True), strict=True)
        ]
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) "
                "SELECT %s FROM unnest(%s) WITH ORDINALITY AS entry(%s, place) "
                "ORDER BY place %s RETURNING id",
                SQL.identifier(self._table),
                names,
                names,
                SQL(", ").join(arrays),
                names,
                SQL() if conflict is None else conflict,
            )
        )
        return self.browse([row_id for (row_id,) in inserted])

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: rows come into being with the event they record."""
        self._raise_append_only()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what is on record stays."""
        self._raise_append_only()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_append_only(self):
        self._raise_append_only()

    def _raise_append_only(self):
        raise FrozenFactError(
            self.env._(
                "The records of “%(model)s” are written by the system alone and "
                "cannot be made, changed or deleted by hand.",
                model=self._description,
            )
        )
