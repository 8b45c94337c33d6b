"""Makes a person a party to a document, and lets him decide about it."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import SQL

from .policy import read_rows
from .steps import actions_of


class Interests:
    """Presses decisions as an outsider, and as a party with the same rights."""

    def __init__(self, stepper, outsider, party):
        """Take two people with all rights.

        :param outsider: who has no part in anything
        :param party: who is made requester, beneficiary or worker, with his employee
        """
        self.stepper, self.env = stepper, stepper.env
        self.outsider, self.party = outsider, party
        self.violations, self.unproven = [], []

    def run(self, only=None):
        """Press all decisions of the table, or those of one model."""
        for row in read_rows("approvals.csv"):
            if only is None or row["model"] == only:
                self.decision(row)

    def decision(self, row):
        """Press one decision by both people."""
        model = self.env[row["model"]]
        label = f"{row['model']}.{row['action']} ({row['interest']})"
        parameters = actions_of(model).get(row["action"])
        if parameters is None:
            self.violations.append(f"{label}: there is no such action")
            return
        self.stepper.counts["decisions"] += 1
        kind, text = self._press(model, row, parameters, self.outsider)
        if kind != "ok":
            self.unproven.append(f"{label}: {text}"[:160])
        for escape in (False, True):
            kind, text = self._press(model, row, parameters, self.party, escape)
            how = "wrote himself out of" if escape else "decided in"
            if kind == "ok":
                self.violations.append(f"{how} his own matter: {label}")
            elif kind == "untyped":
                self.violations.append(f"{label}: {text}")

    def _press(self, model, row, parameters, who, escape=False):
        """Press as somebody; the party is put where the interest says.

        :param escape: he first tries to put somebody else into his place
        """
        stepper = self.stepper
        record = stepper.document(model, row["state"], row["action"])
        if not record:
            return "user", "no document"
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                arguments = stepper.prepare(
                    record, row["action"], parameters, row["state"]
                )
                if arguments is None:
                    return "user", "the tables refuse the state"
                if who == self.party and not self._involve(record, row["interest"]):
                    return "user", "nobody could be made a party"
                if escape and not self._escape(record, row["interest"]):
                    return "user", "no way out"
                before = stepper.rows(record)
                kind, text = stepper.press(record, row["action"], arguments, who)
                if kind == "ok" and stepper.rows(record) == before:
                    return "user", "answered, and nothing happened"
                return kind, text
            finally:
                self.env.clear()
                savepoint.rollback()

    def _escape(self, record, path):
        """Let the party write the outsider where he stands as a user himself.

        A beneficiary who names another employee gives the benefit away with it.
        """
        field = record._fields.get(path)
        if not field or field.comodel_name != "res.users":
            return False
        other = self.outsider
        value = other.id if field.type == "many2one" else [Command.set(other.ids)]
        mine = record.with_user(self.party)
        try:
            with self.env.cr.savepoint():
                mine.write({path: value})
        except UserError:
            self.env.clear()
            return False
        return True

    def _involve(self, record, path):
        """Write the party into a field of people; tell whether there was a row."""
        *way, name = path.split(".")
        for step in way:
            record = record.sudo().with_context(active_test=False)[step]
        if not record:
            return False
        field = record._fields[name]
        person = self.party
        if field.comodel_name == "hr.employee":
            person = self.party.sudo().employee_ids[:1]
        if field.type == "many2many":
            query = SQL(
                "INSERT INTO %s (%s, %s) SELECT id, %s FROM %s WHERE id = ANY(%s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                person.id,
                SQL.identifier(record._table),
                record.ids,
            )
        else:
            query = SQL(
                "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                SQL.identifier(record._table),
                SQL.identifier(name),
                person.id,
                record.ids,
            )
        self.env.cr.execute(query)
        self.env.invalidate_all()
        return True
