from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import TransitionError
from .common_pay import PayCommon

EVERYBODY = {"own", "other"}
READERS = {
    "aftersales.adjustment": {
        "technician": {"own"},
        "head": EVERYBODY,
        "hr": EVERYBODY,
        "quality_vp": EVERYBODY,
        "gm": EVERYBODY,
    },
    "aftersales.settlement": {
        "technician": {"own"},
        "head": EVERYBODY,
        "hr": EVERYBODY,
        "quality_vp": EVERYBODY,
        "gm": EVERYBODY,
    },
    "aftersales.trip": {
        "technician": {"own"},
        "dispatcher": EVERYBODY,
        "head": EVERYBODY,
        "hr": EVERYBODY,
    },
    "aftersales.trip.line": {
        "technician": {"own"},
        "head": EVERYBODY,
        "hr": EVERYBODY,
    },
    "hr.payslip": {"hr": EVERYBODY},
}
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


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestPayAccess(PayCommon):
    """Who sees whose money (requirements T8, T10; design 4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = {}
        for name, employee in (("own", cls.technician), ("other", cls.technician2)):
            trip = cls.env["aftersales.trip"].create({"employee_id": employee.id})
            line = cls.env["aftersales.trip.line"].create(
                {"trip_id": trip.id, "kind": "meal", "date": "2026-03-10"}
            )
            adjustment = cls.env["aftersales.adjustment"]._propose(
                [
                    {
                        "rule": "LATE",
                        "employee": employee,
                        "date": "2026-03-10",
                        "event": trip,
                        "facts": "x",
                    }
                ]
            )
            adjustment.action_verify()
            adjustment.action_confirm()
            slip = cls.env["hr.payslip"].create(
                {
                    "name": "March",
                    "employee_id": employee.id,
                    "company_id": cls.company.id,
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-31",
                    "contract_id": employee.version_id.id,
                    "struct_id": cls.structure.id,
                }
            )
            slip.compute_sheet()
            cls.records[name] = {
                "aftersales.adjustment": adjustment,
                "aftersales.settlement": adjustment.settlement_ids,
                "aftersales.trip": trip,
                "aftersales.trip.line": line,
                "hr.payslip": slip,
            }

    def _readable(self, user, record):
        record = record.with_user(user)
        found = (
            record.search([("id", "=", record.id)]) if record.has_access("read") else 0
        )
        return bool(found)

    def test_who_reads_what(self):
        for model, allowed in READERS.items():
            for role in ROLES:
                user = getattr(self, f"{role}_user")
                seen = {
                    name
                    for name, records in self.records.items()
                    if self._readable(user, records[model])
                }
                with self.subTest(model=model, role=role):
                    self.assertEqual(seen, allowed.get(role, set()))

    def test_another_company_sees_nothing(self):
        for index, groups in enumerate(
            (
                "aftersales_service.group_head",
                "payroll.group_payroll_manager",
                "aftersales_service.group_general_manager",
            )
        ):
            stranger = self._create_user(f"as_far_{index}", groups)
            stranger.write(
                {
                    "company_ids": [(6, 0, self.company2.ids)],
                    "company_id": self.company2.id,
                }
            )
            for model, record in self.records["own"].items():
                with self.subTest(groups=groups, model=model):
                    record = record.with_context(allowed_company_ids=self.company2.ids)
                    self.assertFalse(self._readable(stranger, record))

    def test_nobody_writes_the_ledger_or_deletes_pay(self):
        for role in ("technician", "head", "hr", "gm", "quality_vp"):
            user = getattr(self, f"{role}_user")
            settlement = self.records["own"]["aftersales.settlement"].with_user(user)
            adjustment = self.records["own"]["aftersales.adjustment"].with_user(user)
            for operation in ("write", "create", "unlink"):
                with self.subTest(role=role, operation=operation):
                    self.assertFalse(settlement.has_access(operation))
            self.assertFalse(adjustment.has_access("unlink"))
            self.assertEqual(adjustment.has_access("create"), role == "head")

    def test_amounts_of_others_cannot_be_inferred(self):
        adjustments = self.env["aftersales.adjustment"].with_user(self.technician_user)
        self.assertEqual(adjustments.search_count([("amount", ">", 0)]), 1)
        self.assertEqual(
            adjustments._read_group([], [], ["amount:sum", "__count"]), [(50.0, 1)]
        )
        for role in ("dispatcher", "warehouse", "employee", "portal", "sales_vp"):
            user = getattr(self, f"{role}_user")
            with self.subTest(role), self.assertRaises(AccessError):
                adjustments.with_user(user).search([("amount", ">", 40)])
        trips = self.env["aftersales.trip"].with_user(self.dispatcher_user)
        with self.assertRaises(AccessError):
            trips.search([("line_ids.amount_asked", ">", 0)])

    def test_messages_carry_no_amounts(self):
        adjustment = self.records["own"]["aftersales.adjustment"]
        bodies = " ".join(
            str(message.body)
            + " ".join(message.tracking_value_ids.mapped("new_value_char"))
            for message in adjustment.message_ids
        )
        self.assertNotIn("50", bodies)
        tracked = [
            name
            for name, field in adjustment._fields.items()
            if getattr(field, "tracking", None)
        ]
        self.assertEqual(tracked, ["state"])

    def test_officers_confirm_like_managers(self):
        officer = self._create_user("as_officer", "payroll.group_payroll_user")
        adjustment = self._verified("REPORT")
        adjustment.with_user(officer).action_confirm()
        self.assertEqual(adjustment.state, "confirmed")

    def test_technicians_read_the_rule_behind_their_money(self):
        own = self.records["own"]["aftersales.adjustment"]
        own = own.with_user(self.technician_user)
        self.assertEqual(own.rule_id.document_clause, "E")
        values = own.read(["employee_id", "rule_id", "signed_amount", "blocked_reason"])
        self.assertEqual(values[0]["employee_id"][1], "Wang Lei")

    def test_own_lists_show_own_records(self):
        for model in ("aftersales.adjustment", "aftersales.trip"):
            records = self.env[model].with_user(self.technician_user)
            self.assertEqual(
                records.search([("is_mine", "=", True)]), self.records["own"][model]
            )
            self.assertFalse(
                self.env[model]
                .with_user(self.head_user)
                .search([("is_mine", "=", True)])
            )

    def test_the_statement_prints_in_the_language_of_the_employee(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.technician_user.lang = "zh_CN"
        slip = self.records["own"]["hr.payslip"].with_user(self.hr_user)
        self.assertEqual(slip._get_statement_lang(), "zh_CN")
        statement = slip._get_statement()
        (section,) = statement["sections"]
        self.assertEqual(
            section["lines"][0]["number"],
            self.records["own"]["aftersales.adjustment"].name,
        )
        self.assertIn("-", section["total"])
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.hr_user)
            ._render_qweb_html("aftersales_service.report_statement", slip.ids)
        )
        self.assertIn(self.records["own"]["aftersales.adjustment"].name, html.decode())

    def test_the_evidence_sheet_prints_for_who_reads_it(self):
        adjustment = self.records["own"]["aftersales.adjustment"]
        for user in (self.technician_user, self.hr_user, self.quality_vp_user):
            html, _kind = (
                self.env["ir.actions.report"]
                .with_user(user)
                ._render_qweb_html(
                    "aftersales_service.report_adjustment", adjustment.ids
                )
            )
            with self.subTest(user.login):
                self.assertIn(adjustment.name, html.decode())
                self.assertIn("Wang Lei", html.decode())

    def test_dialogs_of_others_cannot_be_used(self):
        dialog = (
            self.env["aftersales.adjustment.explain"]
            .with_user(self.head_user)
            .create({"operation": "cancel", "text": "x"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.head2_user).action_apply()

    def test_a_trip_dialog_does_what_it_was_opened_for(self):
        trip = self.records["own"]["aftersales.trip"].with_user(self.technician_user)
        action = trip.action_open_cancel()
        self.env[action["res_model"]].with_user(self.technician_user).with_context(
            **action["context"]
        ).create({"text": "No train"}).action_apply()
        self.assertEqual(trip.state, "cancel")
        with self.assertRaises(TransitionError):
            trip.action_propose_lines()
