from odoo import api, models
from odoo.tools import SQL

from .. import guard
from .aftersales_order_place import PLACE_FIELDS

TEXTS = ("char", "text", "html", "json")
# Texts shorter than this may stand in other words.
SHORTEST = 2
# What an employee keeps about himself; amounts of contracts and payslips stay.
EMPLOYEE_FIELDS = (
    *("private_street", "private_street2", "private_city", "private_zip"),
    *("private_state_id", "private_country_id", "private_phone", "private_email"),
    *("birthday", "place_of_birth", "country_of_birth", "ssnid", "legal_name"),
    *("identification_id", "passport_id", "passport_expiration_date", "permit_no"),
    *("visa_no", "visa_expire", "work_permit_expiration_date", "has_work_permit"),
    *("emergency_contact", "emergency_phone", "spouse_complete_name"),
    *("spouse_birthdate", "study_field", "study_school", "private_car_plate"),
    *("additional_note", "departure_description", "id_card", "driving_license"),
    *("barcode", "pin", "work_phone", "mobile_phone", "work_email", "image_1920"),
)
PARTNER_FIELDS = (
    *("email", "phone", "street", "street2", "city", "zip", "state_id", "function"),
    *("comment", "website", "vat", "ref", "barcode", "image_1920", "company_name"),
)


class AftersalesPerson(models.AbstractModel):
    """How a person is made nameless, while every fact and amount stays."""

    _inherit = "aftersales.person"

    @api.model
    def _erase(self, person, reason):
        """Take name, numbers, addresses and places of a person out of everything.

        Documents, amounts and the ledgers stay: they name a person without a name
        from now on. Who did it and why goes on record; the second time nothing
        happens.

        :param person: an employee or a partner, in superuser mode
        :param str reason: who asked for it, and why
        :return: the same record
        """
        person.ensure_one()
        person.lock_for_update()
        if self._is_erased(person):
            return person
        self._check_erasable(person)
        self.env.flush_all()
        identity = self._get_identity(person)
        words = self._get_words(identity)
        alias = self._get_alias(person)
        documents = self._find(self._get_surroundings(identity))
        self._erase_texts(documents, words, alias)
        self._erase_messages(identity, documents, words, alias)
        self._erase_events(words)
        self.env.invalidate_all()
        self._erase_places(identity)
        self._erase_own(identity, alias)
        self.env["aftersales.audit"]._log(person, "erased", reason=reason)
        return person

    @api.model
    def _get_alias(self, person):
        """Return what stands in the place of the name."""
        if person._name == "hr.employee":
            return self.env._("Former Employee %s", person.id)
        return self.env._("Former Contact %s", person.id)

    @api.model
    def _get_words(self, identity):
        """Return the texts that tell who the person is, the longest first."""
        found = set()
        for employee in identity["hr.employee"]:
            found |= {employee.name, employee.work_email, employee.private_email}
            found |= {employee.mobile_phone, employee.private_phone}
            found |= {employee.work_phone, employee.legal_name}
        for partner in identity["res.partner"]:
            found |= {partner.name, partner.email, partner.phone}
        found |= set(identity["res.users"].mapped("login"))
        words = {word.strip() for word in found if word}
        words = {word for word in words if len(word) >= SHORTEST}
        return sorted(words, key=lambda word: (-len(word), word))

    @api.model
    def _get_surroundings(self, identity):
        """Return the identity with the customer whose contact the person is.

        His name stands in texts of documents that are linked to his company.
        """
        partners = identity["res.partner"]
        if not identity["hr.employee"]:
            partners = partners.with_context(active_test=False).search(
                [("id", "child_of", partners.commercial_partner_id.ids)]
            )
        return {**identity, "res.partner": partners}

    @api.model
    def _erase_texts(self, documents, words, alias):
        """Replace the words in all texts of these documents, a statement a model."""
        frozen = self.env.registry["aftersales.append.mixin"]
        for name, records in documents.items():
            if isinstance(self.env[name], frozen):
                continue
            columns = [
                (field.name, field.type)
                for field in self.env[name]._fields.values()
                if field.store and field.column_type and field.type in TEXTS
                if not field.translate and not field.company_dependent
            ]
            self._replace(records._table, columns, words, alias, records.ids)

    @api.model
    def _replace(self, table, columns, words, alias, ids):
        """Replace words in columns of some rows.

        :param list columns: pairs of name and type of field
        """
        if not columns or not ids:
            return
        sets, tests = [], []
        for name, kind in columns:
            column = SQL.identifier(name)
            text = SQL("%s::text", column)
            tests += [SQL("strpos(%s, %s) > 0", text, word) for word in words]
            for word in words:
                text = SQL("replace(%s, %s, %s)", text, word, alias)
            if kind == "json":
                text = SQL("(%s)::jsonb", text)
            sets.append(SQL("%s = %s", column, text))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s) AND (%s)",
                SQL.identifier(table),
                SQL(", ").join(sets),
                list(ids),
                SQL(" OR ").join(tests),
            )
        )

    @api.model
    def _erase_messages(self, identity, documents, words, alias):
        """Delete what was said about the person; replace the name elsewhere."""
        # sudo: messages of documents that the user may not read hold the name too
        messages = self.env["mail.message"].sudo()
        for name, records in identity.items():
            domain = [("model", "=", name), ("res_id", "in", records.ids)]
            messages.search(domain).unlink()
        for name, records in documents.items():
            found = messages.search(
                [("model", "=", name), ("res_id", "in", records.ids)]
            )
            columns = [("body", "html"), ("subject", "char"), ("email_from", "char")]
            self._replace("mail_message", columns, words, alias, found.ids)
            columns = [("old_value_char", "char"), ("new_value_char", "char")]
            values = found.tracking_value_ids
            self._replace("mail_tracking_value", columns, words, alias, values.ids)
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET email_from = %s WHERE author_id = ANY(%s)",
                alias,
                identity["res.partner"].ids,
            )
        )

    @api.model
    def _erase_events(self, words):
        """Erase the name from the lives of units; the table lets a name go only."""
        self.env["aftersales.equipment.event"]._erase_names(words)

    @api.model
    def _erase_places(self, identity):
        """Erase where the employee was, however old it is."""
        # sudo: his work in all teams
        workers = self.env["aftersales.order.worker"].sudo()
        workers.search(
            [("employee_id", "in", identity["hr.employee"].ids)]
        )._unguarded().write(dict.fromkeys(PLACE_FIELDS, False))

    @api.model
    def _erase_own(self, identity, alias):
        """Empty the records that are the person, and close the door behind them."""
        # Odoo looks for active users of a contact, unless the context shows all.
        quiet = {"tracking_disable": True, "mail_notrack": True, "active_test": True}
        for user in identity["res.users"].with_context(**quiet):
            user.write(
                {
                    "active": False,
                    "login": f"erased-{user.id}",
                    "signature": False,
                    "aftersales_calendar_hash": False,
                }
            )
        for employee in identity["hr.employee"].with_context(**quiet):
            versions = employee.with_context(active_test=False).version_ids
            versions.write(self._get_empty(versions, EMPLOYEE_FIELDS))
            self._erase_accounts(employee.bank_account_ids)
            values = self._get_empty(employee, EMPLOYEE_FIELDS)
            employee.write({**values, "name": alias})
            location = employee.aftersales_location_id
            location.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).name = alias
        for partner in identity["res.partner"].with_context(**quiet):
            self._erase_accounts(partner.with_context(active_test=False).bank_ids)
            values = self._get_empty(partner, PARTNER_FIELDS)
            partner.write({**values, "name": alias, "active": False})

    @api.model
    def _erase_accounts(self, accounts):
        """Take the number off bank accounts; payments of the past keep their link."""
        for account in accounts:
            number = f"erased-{account.id}"
            account.write({"acc_number": number, "acc_holder_name": False})

    @api.model
    def _get_empty(self, records, names):
        """Return the values that empty those fields that the model itself stores."""
        fields = records._fields
        return {
            name: False
            for name in names
            if name in fields and (fields[name].store or fields[name].inverse)
            if not fields[name].inherited
        }
