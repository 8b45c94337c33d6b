import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .common_pay import PayCommon

ROLES = (
    "technician",
    "dispatcher",
    "head",
    "hr",
    "quality_vp",
    "sales_vp",
    "gm",
    "warehouse",
    "employee",
    "portal",
)
# Who reads what, in the order of ROLES: o his own, a all, a dash nothing.
READ = {
    "aftersales.adjustment": "o-aaa-a---",
    "aftersales.settlement": "o-aaa-a---",
    "aftersales.trip": "oaaa------",
    "aftersales.trip.line": "o-aa------",
    "aftersales.secondment": "o-aa--a---",
    "aftersales.case": "--a-a-a---",
    "aftersales.case.share": "o-a-a-a---",
    "aftersales.case.sanction": "o-a-a-a---",
    "hr.payslip": "---a------",
    "hr.payslip.line": "---a------",
    "hr.payslip.input": "---a------",
    "hr.payslip.worked_days": "---a------",
}
# Who may do what to a document of technician 2, by method.
ACTS = {
    ("aftersales.adjustment", "action_verify", ()): {"head"},
    ("aftersales.adjustment", "action_confirm", ()): {"hr"},
    ("aftersales.adjustment", "action_cancel", ("x",)): {"head", "hr"},
    ("aftersales.adjustment", "action_reverse", ("x",)): {"hr"},
    ("aftersales.adjustment", "action_appeal", ("x",)): set(),
    ("aftersales.adjustment", "action_acknowledge", ()): set(),
    ("aftersales.adjustment", "action_decide_appeal", (True, "x")): {"quality_vp"},
    ("aftersales.trip", "action_submit", ()): set(),
    ("aftersales.trip", "action_confirm", ()): {"head"},
    ("aftersales.trip", "action_send_back", ("x",)): {"head"},
    ("aftersales.trip", "action_approve_days", ("x",)): {"head"},
    ("aftersales.trip.line", "action_approve", ()): {"head"},
    ("aftersales.secondment", "action_confirm", ()): {"head"},
    ("aftersales.secondment", "action_cancel", ("x",)): {"head"},
    ("aftersales.case", "action_determine", ()): {"quality_vp"},
    ("aftersales.case", "action_review", ("x",)): {"gm"},
    ("aftersales.case", "action_decide", ("x",)): {"gm"},
    ("aftersales.case.share", "action_state", ("x",)): set(),
    ("hr.payslip", "compute_sheet", ()): {"hr"},
    ("hr.payslip", "action_payslip_done", ()): {"hr"},
    ("hr.payslip", "refund_sheet", ()): {"hr"},
    ("hr.payslip", "unlink", ()): {"hr"},
}
# A secret of each document that other models must not let out.
SECRETS = {
    "aftersales.adjustment": "amount",
    "aftersales.settlement": "amount",
    "aftersales.trip.line": "amount_asked",
    "aftersales.case": "loss_amount",
    "hr.payslip": "number",
    "hr.payslip.line": "amount",
    "hr.payslip.input": "amount",
}
REPORTS = {
    "aftersales.adjustment": "aftersales_service.report_adjustment",
    "hr.payslip": "aftersales_service.report_statement",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestPayAccessTable(PayCommon):
    """Every role, every pay document, every door (must show 5 of the pay issue)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker = cls("test_reading")
        # With the right to export, a refusal is about the document.
        for role in ROLES[:-1]:
            user = getattr(cls, f"{role}_user")
            user.group_ids |= cls.env.ref("base.group_allow_export")
        cls.documents = {
            "own": cls._make_documents(cls.technician),
            "other": cls._make_documents(cls.technician2),
        }
        cls.env.flush_all()

    @classmethod
    def _make_documents(cls, employee):
        """Return one document of each model for an employee, by model."""
        found = cls._make_trip_documents(employee)
        found |= cls._make_case_documents(employee)
        found |= cls._make_slip_documents(employee)
        entry = found["aftersales.adjustment"]
        found["aftersales.settlement"] = entry.settlement_ids
        for record in found.values():
            cls.env["ir.attachment"].create(
                {
                    "name": "secret.txt",
                    "datas": base64.b64encode(b"secret"),
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        for model in ("aftersales.adjustment", "aftersales.case"):
            found[model].message_post(body="Secret word")
        return found

    @classmethod
    def _make_trip_documents(cls, employee):
        trip = cls.env["aftersales.trip"].create({"employee_id": employee.id})
        line = cls.env["aftersales.trip.line"].create(
            {"trip_id": trip.id, "kind": "meal", "date": "2026-03-10"}
        )
        entry = cls.maker._propose("LATE", employee=employee, event=trip)
        entry.action_verify()
        entry.action_confirm()
        group = cls.env["hr.department"].create(
            {"name": f"Group {employee.id}", "company_id": cls.company.id}
        )
        lent = cls.env["aftersales.secondment"].create(
            {"department_id": group.id, "employee_ids": [(6, 0, employee.ids)]}
        )
        return {
            "aftersales.adjustment": entry,
            "aftersales.trip": trip,
            "aftersales.trip.line": line,
            "aftersales.secondment": lent,
        }

    @classmethod
    def _make_case_documents(cls, employee):
        sanction = {
            "employee_id": employee.id,
            "kind": "demerit",
            "date_from": "2026-03-10",
        }
        case = cls.env["aftersales.case"].create(
            {
                "subject": "Broken valve",
                "loss_amount": 7300.0,
                "share_ids": [(0, 0, {"employee_id": employee.id, "percent": 100.0})],
                "sanction_ids": [(0, 0, sanction)],
            }
        )
        return {
            "aftersales.case": case,
            "aftersales.case.share": case.share_ids,
            "aftersales.case.sanction": case.sanction_ids,
        }

    @classmethod
    def _make_slip_documents(cls, employee):
        """Make a payslip; it settles the adjustments that are confirmed by then."""
        by_days = cls.env.ref("aftersales_service.payroll_structure_days").copy(
            {"company_id": cls.company.id}
        )
        slip = cls.maker._slip(employee, struct_id=by_days.id).sudo()
        slip.compute_sheet()
        return {
            "hr.payslip": slip,
            "hr.payslip.line": slip.line_ids[:1],
            "hr.payslip.input": slip.input_line_ids[:1],
            "hr.payslip.worked_days": slip.worked_days_line_ids[:1],
        }

    # -- doors

    def _call(self, role, model, method, *args, **kwargs):
        """Call a method as a client does, and return its answer."""
        user = getattr(self, f"{role}_user")
        self.env.invalidate_all()
        target = self.env[model].with_user(user).with_context(tracking_disable=False)
        return call_kw(target, method, list(args), kwargs)

    def _doors(self, role, record):
        """Yield the name of each door and whether it lets a role see a record."""
        model, ids = record._name, record.ids
        mine = [("id", "in", ids)]

        def ask(method, *args, **kwargs):
            try:
                with self.env.cr.savepoint():
                    return self._call(role, model, method, *args, **kwargs)
            except UserError:
                return None

        yield "read", bool(ask("read", ids, ["display_name"]))
        yield "search", bool(ask("search", mine))
        yield "search_count", bool(ask("search_count", mine))
        yield (
            "web_search_read",
            bool((ask("web_search_read", mine, {"id": {}}) or {}).get("records")),
        )
        yield "web_read", bool(ask("web_read", ids, {"display_name": {}}))
        rows = (ask("export_data", ids, ["id", "display_name"]) or {}).get("datas")
        yield "export", bool(rows)
        groups = ask("formatted_read_group", mine, ["create_uid"], ["__count"])
        yield "group", bool(groups)
        names = ask("name_search", "", mine, limit=None) or []
        yield "name_search", bool(names)

    def _may(self, model, role, whose):
        letter = READ[model][ROLES.index(role)]
        return letter == "a" or (letter == "o" and whose == "own")

    def test_reading(self):
        """ROLE-03, PAY-12, ACC-08: each role sees by every door what the table says."""
        cells = 0
        for model in READ:
            for role in ROLES:
                for whose, records in self.documents.items():
                    allowed = self._may(model, role, whose)
                    for door, seen in self._doors(role, records[model]):
                        cells += 1
                        with self.subTest(model=model, role=role, of=whose, door=door):
                            self.assertEqual(seen, allowed)
        self.assertGreater(cells, 1500)

    def test_words_and_files(self):
        """ROLE-03: neither messages nor files of a document reach who reads it not."""
        for model in READ:
            for role in ROLES:
                for whose, records in self.documents.items():
                    if self._may(model, role, whose):
                        continue
                    of = [
                        ("res_id", "in", records[model].ids),
                    ]
                    files = [("res_model", "=", model), *of]
                    words = [("model", "=", model), *of]
                    for door, domain in (
                        ("ir.attachment", files),
                        ("mail.message", words),
                    ):
                        with self.subTest(model=model, role=role, of=whose, door=door):
                            try:
                                found = self._call(role, door, "search", domain)
                            except AccessError:
                                found = []
                            self.assertFalse(found)

    def test_reports(self):
        """ROLE-03: a sheet prints for who reads the document."""
        for model, report in REPORTS.items():
            for role in ROLES:
                for whose, records in self.documents.items():
                    user = getattr(self, f"{role}_user")
                    self.env.invalidate_all()
                    try:
                        self.env["ir.actions.report"].with_user(user)._render_qweb_html(
                            report, records[model].ids
                        )
                        printed = True
                    except (AccessError, UserError):
                        printed = False
                    with self.subTest(model=model, role=role, of=whose):
                        self.assertEqual(printed, self._may(model, role, whose))

    def test_other_models_let_nothing_out(self):
        """ROLE-03, B3: no path through another model answers a question on money."""
        paths = 0
        for name in self.env.registry:
            source = self.env[name]
            if source._abstract or source._transient or not source._auto:
                continue
            for field in source._fields.values():
                secret = SECRETS.get(field.comodel_name)
                if not secret or not field._description_searchable:
                    continue
                for role in ROLES:
                    if self._may(field.comodel_name, role, "other"):
                        continue
                    paths += 1
                    with self.subTest(field=str(field), role=role):
                        self._assert_silent(role, field, secret)
        self.assertGreater(paths, 50)

    def _assert_silent(self, role, field, secret):
        """Check that a role learns nothing about others through a field."""
        ids = self.documents["other"][field.comodel_name].ids
        secrets = Domain(f"{field.name}.{secret}", "!=", False)
        domains = [secrets & Domain(f"{field.name}.id", "in", ids)]
        if field.model_name not in READ:  # a pay document names its own links
            domains.append(Domain(field.name, "in", ids))
        for domain in domains:
            try:
                found = self._call(role, field.model_name, "search", list(domain))
            except (AccessError, ValueError):
                continue  # refused, or there is no such field for this role
            self.assertFalse(found)

    def test_acting(self):
        """ROLE-01, ROLE-02, PAY-12, ACC-02: each act is refused to whose it is not."""
        pending = self._verified("REPORT", employee=self.technician2)
        for (model, method, args), allowed in ACTS.items():
            record = self.documents["other"][model]
            if model == pending._name:
                record = pending
            doers = {role for role in ROLES if self._acts(role, record, method, args)}
            with self.subTest(model=model, method=method):
                self.assertEqual(doers, allowed)

    def _acts(self, role, record, method, args):
        """Tell whether a role gets past the question who it is; undo the act."""
        try:
            with self.env.cr.savepoint() as savepoint:
                self._call(role, record._name, method, record.ids, *args)
                savepoint.rollback()
        except AccessError:
            return False
        except UserError:
            return True  # the role is right, the moment is not
        finally:
            self.env.invalidate_all()
        return True

    def test_writing(self):
        """ROLE-02, PEN-20: nobody writes what transitions own, nor another's lines."""
        values = {
            "aftersales.adjustment": {"amount": 1.0},
            "aftersales.settlement": {"amount": 1.0},
            "aftersales.trip": {"nights": 9},
            "aftersales.trip.line": {"amount_asked": 999.0},
            "aftersales.secondment": {"state": "confirmed"},
            "aftersales.case": {"penalty_amount": 1.0},
            "aftersales.case.share": {"amount": 1.0},
            "hr.payslip.input": {"amount": 1.0},
        }
        for model, vals in values.items():
            for role in ROLES:
                record = self.documents["other"][model]
                with (
                    self.subTest(model=model, role=role),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    self._call(role, model, "write", record.ids, vals)
