"""One record of every model and class, put into the tables past all business logic.

A class is a set of base records: those of one technician (``own``), of another one of
the same company (``mate``) and of another company (``other``).  A specimen of a model
points to the base records of its class wherever it can, so that rules that look
through parents find the right people.
"""

from datetime import timedelta

import psycopg2
import psycopg2.extras

from odoo import fields
from odoo.tools import SQL, mute_logger

KINDS = ("own", "mate", "other")
EMPLOYEES = ("employee_id", "technician_id", "lead_id", "worker_id")
USERS = ("user_id",)
DEPTH = 4


class Specimens:
    """Makes the base records of each class, then any model's specimen."""

    def __init__(self, world):
        self.world, self.env = world, world.env(su=True)
        self.base = {kind: {} for kind in KINDS}
        self.failures, self.made = {}, {}
        self._make_people()
        for kind in KINDS:
            self._make_work(kind)
        self.env.flush_all()

    def _make_people(self):
        world = self.world
        make = world._create_user
        world.sales_user = make("as_sales", "aftersales_service.group_sales")
        away = {"company_id": world.company2.id, "company_ids": [world.company2.id]}
        module = "aftersales_service.group_"
        world.technician3_user = make("as_technician3", module + "technician")
        world.head3_user = make("as_head3", module + "head")
        (world.technician3_user | world.head3_user).write(
            {**away, "company_ids": [(6, 0, world.company2.ids)]}
        )
        world.technician3 = world._create_employee("Elsewhere", world.technician3_user)
        world.technician3.company_id = world.company2

    def _make_work(self, kind):
        """Make the base records of a class: people, customer, site, unit, order."""
        world, number = self.world, KINDS.index(kind)
        employee = (world.technician, world.technician2, world.technician3)[number]
        company = world.company2 if kind == "other" else world.company
        partner = self.env["res.partner"].create({"name": f"Customer {kind}"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": f"Team {kind}", "company_id": company.id}
        )
        base = self.base[kind]
        base |= {
            "res.company": company,
            "hr.employee": employee,
            "res.users": employee.user_id,
            "res.partner": partner,
            "helpdesk.ticket.team": team,
            "product.product": world.valve,
            "product.template": world.valve.product_tmpl_id,
            "res.currency": company.currency_id,
            "hr.version": employee.version_id,
            "ir.model": self.env["ir.model"]._get("aftersales.order"),
        }
        for model in (
            *("aftersales.territory", "aftersales.policy", "aftersales.site"),
            *("aftersales.equipment", "helpdesk.ticket", "aftersales.order"),
            *("aftersales.order.unit", "aftersales.order.worker"),
            *("aftersales.case", "aftersales.case.share"),
            *("aftersales.trip", "aftersales.claim", "aftersales.claim.line"),
            *("aftersales.callback", "aftersales.pay.rule"),
        ):
            base[model] = self.make(model, kind)

    def make(self, model, kind, depth=0, **given):
        """Return a specimen, or None when the tables refuse it.

        :param given: columns that shall have this value
        """
        if model in self.base[kind] and not given:
            return self.base[kind][model]
        if not given and (model, kind) in self.made:
            return self.made[model, kind]
        if not self.env[model]._auto:
            return self._row(self.env[model], kind)
        result = self._insert(model, kind, depth, given)
        if not given:
            self.made[model, kind] = result
        return result

    def _insert(self, model, kind, depth, given):
        record = self.env[model]
        if not record._auto or record._abstract or depth > DEPTH:
            return None
        values = self._values(record, kind, depth) | given
        names = [name for name, value in values.items() if value is not None]
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                rows = self.env.execute_query(
                    SQL(
                        "INSERT INTO %s (%s) VALUES %s RETURNING id",
                        SQL.identifier(record._table),
                        SQL(", ").join(map(SQL.identifier, names)),
                        tuple(values[name] for name in names),
                    )
                )
        except psycopg2.Error as error:
            self.failures[model, kind] = str(error).splitlines()[0]
            return self._find(record, kind)
        found = record.browse(rows[0][0])
        self._belong(found, kind)
        return found

    def _row(self, view, kind):
        """Return the row of a view that its sources of a class brought, if any.

        The first one that points to the class's person, else to its other records.
        """
        if view._abstract or "company_id" not in view._fields:
            return None
        self.env.flush_all()
        base = self.base[kind]
        domain = [("company_id", "=", base["res.company"].id)]
        pointers = [
            (field.name, "=", base[field.comodel_name].id)
            for field in view._fields.values()
            if field.type == "many2one"
            and field.comodel_name in base
            and base[field.comodel_name]
            and field.name not in ("company_id", "currency_id")
        ]
        pointers.sort(key=lambda leaf: leaf[0] not in (*EMPLOYEES, "responsible_id"))
        for leaf in pointers:
            if found := view.search([*domain, leaf], limit=1):
                self.made[view._name, kind] = found
                return found
        return view.search(domain, limit=1) if kind != "own" else None

    def _belong(self, record, kind):
        """Let a record that is several people's be those of its class."""
        field = record._fields.get("employee_ids")
        if field and field.type == "many2many" and field.store:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    SQL.identifier(field.column2),
                    record.id,
                    self.base[kind]["hr.employee"].id,
                )
            )

    def _find(self, record, kind):
        """Return a record that is there already, where the tables take no more."""
        domain = []
        if "company_id" in record._fields:
            company = self.base[kind]["res.company"].id
            domain = [("company_id", "in", [company, False])]
        return (
            record.search(domain, order="company_id, id desc", limit=1)
            if (domain)
            else None
        )

    def _values(self, record, kind, depth):
        """Return the columns of a specimen."""
        stored = [
            field
            for field in record._fields.values()
            if field.store and field.column_type and field.name != "id"
        ]
        values = {}
        for field in stored:
            value = self._value(record, field, kind, depth)
            if value is not None:
                values[field.name] = value
        self._point(record, values, kind)
        self._mend(record._name, values, kind)
        return values

    def _value(self, record, field, kind, depth):
        if field.type == "many2one":
            return self._relation(record, field, kind, depth)
        if field.name == "active":
            return True
        if field.name == "company_id":  # a number where no table is pointed to
            return self.base[kind]["res.company"].id
        if field.company_dependent:
            return None
        if not field.required and field.name != "name":
            return None
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type in ("char", "text", "html"):
            text = f"{kind} {record._table}"
            return psycopg2.extras.Json({"en_US": text}) if field.translate else text
        now = fields.Datetime.now()
        return {
            "date": now.date(),
            "datetime": now + timedelta(days=1),
            "boolean": False,
            "json": psycopg2.extras.Json({}),
        }.get(field.type, 1)

    def _relation(self, record, field, kind, depth):
        name, model = field.name, field.comodel_name
        if name in ("create_uid", "write_uid"):
            return self.base[kind]["res.users"].id if record._transient else 1
        wanted = field.required
        if model == "hr.employee":
            wanted = wanted or name in EMPLOYEES
        elif model == "res.users":
            wanted = wanted or name in USERS
        elif model == record._name:
            return None
        else:
            wanted = wanted or model in self.base[kind]
        if not wanted:
            return None
        found = self.make(model, kind, depth + 1)
        return found.id if found else None

    def _point(self, record, values, kind):
        """Let references by model and id point to the order of the class."""
        order = self.base[kind].get("aftersales.order")
        if not order:
            return
        for pair in (
            *(("model", "res_id"), ("res_model", "res_id")),
            *(("source_model", "source_id"), ("event_model", "event_id")),
        ):
            if all(name in record._fields for name in pair):
                values[pair[0]], values[pair[1]] = "aftersales.order", order.id

    def _mend(self, model, values, kind):
        """Bring what checks of the tables want to hear."""
        base, number = self.base[kind], KINDS.index(kind)
        monday = fields.Date.to_date("2026-01-05")
        values.update(
            {
                "aftersales.site": {"technician_id": base["hr.employee"].id},
                "aftersales.order.worker": {"role": "lead"},
                "aftersales.shift": {"hour_from": 8, "hour_to": 16},
                "aftersales.licence": {"service_type": "repair"},
                "aftersales.pay.rate": {"date_from": "2020-01-01"},
                "aftersales.week.plan": {"week_start": monday, "date_from": monday},
                "stock.warehouse": {"code": f"Z{number}"},
                "aftersales.callback": {"ticket_id": None},
                "aftersales.commitment": {"ticket_id": None},
                "aftersales.change": {"kind": "confirm"},
                "aftersales.order": {"done_on": fields.Datetime.now()},
                "aftersales.week.plan.line": {"task": "Tidy up"},
                "aftersales.output": {"month": monday.replace(day=1)},
                "aftersales.appraisal": {"state": "given"},
                "aftersales.fund": {"published_on": fields.Datetime.now()},
                "aftersales.claim": {"state": "approved"},
                "aftersales.case": {"state": "decided"},
                "aftersales.deputy": {"deputy_id": 1},
                "aftersales.audit.seal": {"number": 900 + number},
                "aftersales.charge.line": {"kind": "labour"},
                "aftersales.handin": {"received_by_id": 1},
                "aftersales.sales.task": {"month": monday.replace(day=1)},
            }.get(model, {})
        )
        for name in [name for name in values if name not in self.env[model]._fields]:
            del values[name]
