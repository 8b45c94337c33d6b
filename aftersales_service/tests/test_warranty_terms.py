from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..calc.warranty import Facts, judge, term_months
from ..exceptions import (
    ArgumentError,
    GuardedFieldError,
    TransitionError,
)
from .common_claim import ClaimCommon

DAY = date(2026, 3, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
YEAR = DAY + timedelta(days=365)
# A unit in its last covered day; each case changes what is named.
BASE = Facts(DAY, True, date(2025, 3, 2), 12, DAY, None, None, False, False, False)
# What is known, verdict on parts, verdict on labour.
TABLE = [
    ({}, "covered", "covered"),
    ({"on_date": AFTER}, "expired", "expired"),
    ({"on_date": date(2025, 3, 2)}, "covered", "covered"),
    ({"on_date": date(2025, 3, 1)}, "undetermined", "undetermined"),
    ({"start": None, "end": DAY}, "covered", "covered"),
    ({"start": None, "end": BEFORE}, "expired", "expired"),
    ({"start": None, "end": None}, "undetermined", "undetermined"),
    ({"start": None, "end": None, "months": 0}, "expired", "expired"),
    ({"is_active": False}, "void", "void"),
    ({"is_active": False, "on_date": AFTER}, "void", "void"),
    ({"cause_voids": True}, "void", "void"),
    ({"cause_voids": True, "on_date": AFTER}, "void", "void"),
    ({"cause_voids": True, "end": None, "start": None}, "void", "void"),
    ({"has_part": True}, "covered", "covered"),
    ({"has_part": True, "part_excluded": True}, "void", "covered"),
    ({"has_part": True, "part_excluded": True, "on_date": AFTER}, "expired", "expired"),
    ({"has_part": True, "part_excluded": True, "end": None}, "void", "undetermined"),
    (
        {"labour_apart": True, "labour_months": 24, "labour_end": YEAR},
        "covered",
        "covered",
    ),
    (
        {
            "labour_apart": True,
            "labour_months": 24,
            "labour_end": YEAR,
            "on_date": AFTER,
        },
        "expired",
        "covered",
    ),
    (
        {"labour_apart": True, "labour_months": 6, "labour_end": BEFORE},
        "covered",
        "expired",
    ),
    (
        {"labour_apart": True, "labour_months": 6, "labour_end": DAY},
        "covered",
        "covered",
    ),
    (
        {"labour_apart": True, "labour_months": 0, "labour_end": None},
        "covered",
        "expired",
    ),
    (
        {
            "labour_apart": True,
            "labour_months": 6,
            "labour_end": None,
            "start": None,
            "end": None,
        },
        "undetermined",
        "undetermined",
    ),
    (
        {
            "labour_apart": True,
            "labour_months": 0,
            "labour_end": None,
            "cause_voids": True,
        },
        "void",
        "void",
    ),
    ({"site_end": YEAR, "on_date": AFTER}, "covered", "covered"),
    ({"site_end": AFTER, "on_date": AFTER}, "covered", "covered"),
    ({"site_end": DAY, "on_date": AFTER}, "expired", "expired"),
    ({"site_start": YEAR, "site_end": YEAR, "on_date": AFTER}, "expired", "expired"),
    ({"site_end": YEAR, "site_scope": "parts", "on_date": AFTER}, "covered", "expired"),
    (
        {"site_end": YEAR, "site_scope": "labour", "on_date": AFTER},
        "expired",
        "covered",
    ),
    ({"site_end": YEAR, "end": None, "start": None}, "covered", "covered"),
    (
        {"site_end": YEAR, "site_scope": "labour", "end": None, "start": None},
        "undetermined",
        "covered",
    ),
    ({"site_end": YEAR, "cause_voids": True}, "void", "void"),
    ({"has_part": True, "repair_end": YEAR, "on_date": AFTER}, "covered", "covered"),
    ({"has_part": True, "repair_end": AFTER, "on_date": AFTER}, "covered", "covered"),
    ({"has_part": True, "repair_end": DAY, "on_date": AFTER}, "expired", "expired"),
    ({"has_part": True, "repair_end": YEAR, "cause_voids": True}, "void", "void"),
    ({"has_part": True, "repair_end": YEAR, "is_active": False}, "void", "void"),
    (
        {"has_part": True, "repair_end": YEAR, "end": None, "start": None},
        "covered",
        "covered",
    ),
    (
        {"has_part": True, "repair_end": YEAR, "part_excluded": True},
        "covered",
        "covered",
    ),
]


@tagged("post_install", "-at_install")
class TestWarrantyTerms(ClaimCommon):
    """Terms by model, labour, site, exchange and repair."""

    def _unit(self, **values):
        return self.env["aftersales.equipment"].create(
            {
                "name": "Unit",
                "company_id": self.company.id,
                "product_id": self.compressor.id,
                "serial": f"T-{len(self.env['aftersales.equipment'].search([]))}",
                **values,
            }
        )

    def test_warr_12_table_of_cases(self):
        """WARR-12, WARR-06: forty cases of term, labour, site, cause and part."""
        self.assertGreaterEqual(len(TABLE), 30)
        for changes, parts, labour in TABLE:
            with self.subTest(**changes):
                outcome = judge(BASE._replace(**changes))
                self.assertEqual((outcome.parts, outcome.labour), (parts, labour))

    def test_the_model_proposes_basis_months_and_labour(self):
        """WARR-12: a new unit takes the terms of its model."""
        self.compressor.write(
            {
                "aftersales_warranty_months": 24,
                "aftersales_warranty_basis": "install",
                "aftersales_labour_apart": True,
                "aftersales_labour_months": 6,
            }
        )
        unit = self._unit(install_date="2025-03-02")
        self.assertEqual(unit.warranty_basis, "install")
        self.assertEqual(unit.warranty_end, date(2027, 3, 1))
        self.assertEqual(unit.warranty_labour_end, date(2025, 9, 1))
        check = unit.check_warranty(on_date="2025-09-02")
        self.assertEqual(check.verdict_parts, "covered")
        self.assertEqual(check.verdict_labour, "expired")
        self.assertIn("Labour is not covered", check.explanation)
        tests = {test.code: (test.passed, test.value) for test in check.test_ids}
        self.assertEqual(tests["LABOUR_TERM"], (False, "09/02/2025 against 09/01/2025"))

    def test_labour_follows_the_parts_where_nothing_else_is_said(self):
        """WARR-12: one term for both unless the model says otherwise."""
        unit = self._unit(purchase_date="2025-03-02")
        self.assertEqual(unit.warranty_labour_end, unit.warranty_end)

    def test_the_model_excludes_parts_and_names_causes(self):
        """WARR-06: excluded parts and void causes of one model leave others alone."""
        self.compressor.aftersales_excluded_ids = self.filter_part
        self.compressor.aftersales_void_cause_ids = self.cause
        unit = self._unit(purchase_date=fields.Date.today())
        part = unit.check_warranty(product_id=self.filter_part)
        self.assertEqual((part.verdict_parts, part.verdict_labour), ("void", "covered"))
        self.assertEqual(unit.check_warranty(product_id=self.valve).verdict, "covered")
        self.assertEqual(unit.check_warranty(cause_id=self.cause).verdict, "void")
        other = self._unit(product_id=False, purchase_date=fields.Date.today())
        both = other.check_warranty(cause_id=self.cause, product_id=self.filter_part)
        self.assertEqual(both.verdict, "covered")

    def test_a_contract_may_cover_parts_or_labour_alone(self):
        """WARR-12: the site's contract says what it covers."""
        self.equipment.purchase_date = "2020-01-01"
        self.site.write({"warranty_start": "2026-01-01", "warranty_end": "2026-12-31"})
        for scope, parts, labour in (
            ("all", "covered", "covered"),
            ("parts", "covered", "expired"),
            ("labour", "expired", "covered"),
        ):
            self.site.warranty_scope = scope
            check = self.equipment.check_warranty(on_date="2026-06-01")
            with self.subTest(scope):
                self.assertEqual(
                    (check.verdict_parts, check.verdict_labour), (parts, labour)
                )

    @freeze_time("2026-06-01 10:00:00")
    def test_filter_and_grouping_know_what_a_contract_covers(self):
        """WARR-12: screens and verdicts agree on a contract for labour alone."""
        self.equipment.purchase_date = "2020-01-01"
        self.site.write({"warranty_start": "2026-01-01", "warranty_end": "2026-12-31"})
        domain = [("id", "=", self.equipment.id)]
        for scope, state in (("labour", "expired"), ("parts", "covered")):
            self.site.warranty_scope = scope
            groups = self.equipment._read_group(domain, ["warranty_state"])
            with self.subTest(scope):
                self.assertEqual(groups, [(state,)])
                self.assertEqual(self.equipment.warranty_state, state)
                self.assertTrue(
                    self.equipment.search([*domain, ("warranty_state", "=", state)])
                )

    def test_terms_of_other_addons_count_in_months(self):
        """WARR-12: a term in years or months is read, days are left to people."""
        for number, unit, months in (
            (1, "year", 12),
            (18, "month", 18),
            (2.5, "year", 30),
            (90, "day", 0),
            (6, "week", 0),
            (0, "year", 0),
            (None, "month", 0),
            (1.5, "month", 0),
            (3, None, 0),
        ):
            with self.subTest(number=number, unit=unit):
                self.assertEqual(term_months(number, unit), months)

    # -- exchange

    def test_a_unit_given_in_exchange_keeps_the_rest_of_the_term(self):
        """WARR-12, SITE-08: the new unit's own dates give it no longer term."""
        end = self.equipment.warranty_end
        new = self._unit(purchase_date=fields.Date.today(), state="in_service")
        desk = self.equipment.with_user(self.dispatcher_user)
        self.assertEqual(desk.action_replace(new.id, "Dead on arrival"), new)
        self.assertEqual(self.equipment.state, "replaced")
        self.assertEqual(self.equipment.replaced_by_id, new)
        self.assertEqual(new.replaces_ids, self.equipment)
        self.assertEqual(new.warranty_end, end)
        self.assertEqual(new.warranty_labour_end, end)
        self.assertEqual(new.site_id, self.site)
        self.assertEqual(new.state, "in_service")
        self.assertEqual(self.equipment.check_warranty().verdict, "void")
        check = new.check_warranty(on_date=end)
        self.assertEqual(check.verdict, "covered")
        self.assertIn("remaining term", check.explanation)
        late = new.check_warranty(on_date=end + timedelta(days=1))
        self.assertEqual(late.verdict, "expired")
        # pressing twice does nothing more
        self.assertEqual(desk.action_replace(new.id, "Dead on arrival"), new)

    def test_an_exchange_takes_nothing_from_anybody(self):
        """WARR-12: refused for a unit in use elsewhere, itself, and by technicians."""
        other = self._unit(partner_id=self.customer2.id)
        desk = self.equipment.with_user(self.dispatcher_user)
        with self.assertRaises(TransitionError):
            desk.action_replace(other.id, "Swap")
        for wrong in (self.equipment.id, None, 2**33, "x"):
            with self.assertRaises(ArgumentError):
                desk.action_replace(wrong, "Swap")
        spare = self._unit()
        with self.assertRaises(ArgumentError):
            desk.action_replace(spare.id, " ")
        with self.assertRaises(UserError):
            self.equipment.with_user(self.technician_user).action_replace(
                spare.id, "Swap"
            )
        with self.assertRaises(GuardedFieldError):
            desk.write({"replaced_by_id": spare.id})
        desk.action_replace(spare.id, "Swap")
        third = self._unit()
        with self.assertRaises(TransitionError):
            desk.action_replace(third.id, "Again")

    def test_the_small_form_exchanges(self):
        """WARR-12: the desk exchanges a unit from its form."""
        new = self._unit()
        wizard = (
            self.env["aftersales.equipment.exchange"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "new_id": new.id,
                    "reason": "Beyond repair",
                }
            )
        )
        action = wizard.action_apply()
        self.assertEqual(action["res_id"], new.id)
        self.assertEqual(self.equipment.replaced_by_id, new)

    # -- repair warranty

    def test_a_part_we_built_in_has_its_own_warranty(self):
        """WARR-12: beyond the unit's term, for the part and the work on it alone."""
        self.filter_part.aftersales_repair_months = 6
        self._stock(self.filter_part, 5)
        line = self._issued(self.filter_part).line_ids
        line.action_consume(1)
        day = line.used_on
        end = line.repair_warranty_end
        self.assertGreater(end, day + timedelta(days=170))
        self.equipment.purchase_date = "2020-01-01"
        check = self.equipment.check_warranty(on_date=end, product_id=self.filter_part)
        self.assertEqual(
            (check.verdict_parts, check.verdict_labour), ("covered", "covered")
        )
        self.assertIn("repair warranty", check.explanation)
        self.assertIn("REPAIR_TERM", check.test_ids.mapped("code"))
        late = end + timedelta(days=1)
        for vals in (
            {"on_date": late, "product_id": self.filter_part},
            {"on_date": end, "product_id": self.valve},
            {"on_date": end},
        ):
            self.assertEqual(self.equipment.check_warranty(**vals).verdict, "expired")
        earlier = self.equipment.check_warranty(
            on_date=day - timedelta(days=1), product_id=self.filter_part
        )
        self.assertEqual(earlier.verdict, "expired")

    def test_parts_that_are_excluded_get_no_repair_warranty(self):
        """WARR-06: wear parts are not covered by having been changed."""
        self.filter_part.product_tmpl_id.aftersales_warranty_excluded = True
        self._stock(self.filter_part, 5)
        claim = self._claim(self.filter_part)
        claim.line_ids.payer = "customer"
        self.assertEqual(claim.line_ids._get_repair_months(), 0)
        self.assertEqual(self.company.aftersales_repair_months, 3)

    # -- intake and departure

    def test_warr_13_the_desk_sees_why_at_intake(self):
        """WARR-13: the ticket says covered or not, and by which rule."""
        self.equipment.purchase_date = "2020-01-01"
        ticket = self._create_ticket().with_user(self.dispatcher_user)
        self.assertEqual(ticket.warranty_state, "expired")
        self.assertIn("12/31/2020", ticket.warranty_text)
        order = ticket.action_create_order()
        self.assertEqual(order.unit_ids.coverage, "expired")
        self.assertIn("12/31/2020", order.unit_ids.coverage_text)

    def test_warr_02_who_pays_is_brought_tariff_and_receipts(self):
        """WARR-02: the kit of an order out of warranty holds tariff and receipts."""
        self.policy.paid_kit_checklist_id = self.env.ref(
            "aftersales_service.checklist_paid_kit"
        )
        names = self.policy.paid_kit_checklist_id.item_ids.mapped("name")
        self.order._make_checks()
        self.assertFalse(
            self.order.check_ids.item_id.filtered(lambda item: item.name in names)
        )
        self.equipment.purchase_date = "2020-01-01"
        late = self._create_order()
        late._make_checks()
        self.assertEqual(late.check_ids.item_id.mapped("name"), names)

    # -- the card

    def test_warr_14_the_card_says_what_the_check_judges(self):
        """WARR-14: the last covered day on the card is the unit's."""
        self.equipment.purchase_date = "2025-03-02"
        self.compressor.aftersales_excluded_ids = self.filter_part
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_warranty_card", self.equipment.ids
        )
        text = html.decode()
        self.assertIn("03/01/2026", text)
        self.assertIn("Oil Filter", text)
        self.assertIn("Misuse", text)
        check = self.equipment.check_warranty(on_date="2026-03-01")
        self.assertEqual(check.verdict, "covered")
