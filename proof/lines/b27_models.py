"""B27: tests of the tests: faults in the code of money, stock and promises.

Each fault is put into a method of a model and the addon's own tests are run with it,
but only those that run the statement with the fault, in this process and on classes
that are set up once.  That nothing of a fault outlives it is checked, not believed:
after every few faults, and at the end of each class, the tests that had failed are run
with the sound code and have to pass.
"""

import importlib
import random
import time
from collections import Counter, defaultdict

from kit import databases
from kit.marks import marked
from kit.mutants import mutants
from kit.policy import read_rows
from kit.suites import load, set_up, words
from odoodb import execute

from odoo.modules.registry import Registry

TITLE = "mutation of the models: payslips, adjustments, cases, claims, stock, warranty"
GOAL = "≥ 85 % of the faults noticed by the tests that run their statement"
# Faults that change no answer, each with the reason; written by hand.
EXPLAINED = "equal_faults.csv"
MODELS = "odoo.addons.aftersales_service.models"
WANTED = 0.85
SECONDS = 8  # of the processor, for the tests of one fault in one set-up class
SLOWER = 5  # times the sound run of a test, and as many seconds: it does not end
BETWEEN = 20  # faults between two checks of the sound code
AREAS = {
    "money": (
        "aftersales_adjustment",
        "aftersales_adjustment_appeal",
        "aftersales_adjustment_flow",
        "aftersales_adjustment_ladder",
        "aftersales_adjustment_ledger",
        "aftersales_adjustment_propose",
        "aftersales_adjustment_withdraw",
        "aftersales_case_flow",
        "aftersales_case_money",
        "aftersales_case_sanction",
        "aftersales_case_share",
        "aftersales_fund",
        "aftersales_fund_line",
        "aftersales_pay_bracket",
        "aftersales_pay_rate",
        "aftersales_pay_rule",
        "aftersales_settlement",
        "aftersales_settlement_fund",
        "hr_payslip",
        "hr_payslip_clip",
        "hr_payslip_days",
        "hr_payslip_input",
        "hr_payslip_once",
        "hr_payslip_post",
        "hr_payslip_reserve",
    ),
    "stock": (
        "aftersales_approval",
        "aftersales_approval_tier",
        "aftersales_claim",
        "aftersales_claim_approve",
        "aftersales_claim_deputy",
        "aftersales_claim_finding",
        "aftersales_claim_issue",
        "aftersales_claim_line",
        "aftersales_claim_line_balance",
        "aftersales_claim_line_custody",
        "aftersales_claim_line_old",
        "aftersales_claim_line_receipt",
        "aftersales_claim_loss",
        "aftersales_claim_submit",
        "aftersales_claim_substitute",
        "aftersales_claim_van",
        "stock_move",
        "stock_move_claim",
        "stock_move_line",
        "stock_picking",
    ),
    "promises": (
        "aftersales_equipment_warranty",
        "aftersales_warranty_check",
        "aftersales_warranty_manufacturer",
    ),
    "guards": (
        "aftersales_append_mixin",
        "aftersales_frozen_mixin",
        "aftersales_guard_mixin",
        "aftersales_state_mixin",
    ),
}
GATE_CLASSES = (
    "test_warranty.TestWarranty",
    "test_warranty_edges.TestWarrantyEdges",
    "test_warranty_terms.TestWarrantyTerms",
    "test_promise_people.TestManufacturer",
    "test_payslip_days.TestPayslipDays",
    "test_fund.TestFund",
    "test_adjustment.TestAdjustment",
    "test_adjustment_appeal.TestAdjustmentAppeal",
    "test_adjustment_edges.TestAdjustmentEdges",
    "test_adjustment_entry.TestAdjustmentEntry",
    "test_adjustment_undo.TestAdjustmentUndo",
    "test_adjustment_ladder.TestAdjustmentLadder",
    "test_payslip.TestPayslip",
    "test_payslip_back.TestPayslipBack",
    "test_payslip_once.TestPayslipOnce",
    "test_payslip_guard.TestPayslipGuard",
    "test_payslip_edges.TestPayslipEdges",
    "test_payslip_roles.TestPayslipGaps",
    "test_claim_approval.TestClaimApproval",
    "test_claim_stock.TestClaimStock",
    "test_claim_finding.TestClaimFinding",
    "test_claim_edges.TestClaimEdges",
    "test_claim_custody.TestClaimCustody",
    "test_claim.TestClaim",
    "test_claim_decision_edges.TestClaimDecisionEdges",
    "test_claim_custody_edges.TestClaimCustodyEdges",
    "test_claim_issue_edges.TestClaimIssueEdges",
    "test_claim_back_edges.TestClaimBackEdges",
    "test_claim_transfer_edges.TestClaimTransferEdges",
    "test_claim_link_edges.TestClaimLinkEdges",
    "test_claim_role_edges.TestClaimRoleEdges",
    "test_claim_way_edges.TestClaimWayEdges",
    "test_mixins_edges.TestMixinsEdges",
)
OTHER_CLASSES = (
    "test_pay_examples.TestPayExamples",
    "test_pay_rule.TestPayRule",
    "test_pay_triggers.TestPaySwitches",
    "test_integrity_pay.TestIntegrityPay",
    "test_screens.TestPayScreen",
    "test_payslip_roles.TestPayslipRoles",
    "test_pay_access.TestPayAccess",
    "test_month_workbook.TestMonthWorkbook",
    "test_pay_triggers.TestPayTriggers",
    "test_case.TestCase",
    "test_case_people.TestCasePeople",
    "test_case_edges.TestCaseEdges",
    "test_case_edges.TestCasePaid",
    "test_case_pay.TestCasePay",
    "test_separation.TestSeparation",
    "test_separation.TestSeparationCase",
    "test_complaint_pay.TestComplaintPay",
    "test_trip_phone.TestTripPhone",
    "test_claim_hand_in.TestClaimHandIn",
    "test_integrity_parts.TestIntegrityParts",
    "test_recovery.TestRecovery",
    "test_role_matrix.TestRoleMatrix",
    "test_stock_lookup.TestStockLookup",
    "test_equipment_story.TestPartStory",
    "test_promise_people.TestDeputyApproval",
    "test_claim_access.TestClaimAccess",
    "test_stock_doors.TestStockDoors",
    "test_stock_guards.TestStockGuards",
    "test_done_already.TestClaimDoneAlready",
    "test_turns.TestTurnsOfClaims",
    "test_two_companies.TestTwoCompanies",
    "test_van.TestVan",
    "test_equipment.TestEquipment",
    "test_equipment.TestInstalledBase",
    "test_mixins.TestStateMixin",
    "test_mixins.TestFrozenMixin",
    "test_audit.TestAudit",
)
TAKES = 350
NIGHTLY = True
GATE = {"each": 13, "classes": GATE_CLASSES}
LONG = {"each": 10**6, "classes": GATE_CLASSES + OTHER_CLASSES}
# Faults that matter beyond doubt: one that nobody notices breaks the line.
CONTROLS = {
    "aftersales_claim_approve": "action_approve: call of _check_decider dropped",
    "hr_payslip_post": "_aftersales_post: call of _aftersales_check_sheet dropped",
    "aftersales_warranty_check": "action_override: call of _check_may_override dropped",
}
# A lock that is not taken is noticed by those who race for it (B12 to B14), and what
# reads ahead or asserts that a method was called with one record changes no answer.
LEFT_OUT = {
    f"call of {name} dropped"
    for name in ("_lock", "_take_turn", "_aftersales_lock", "fetch", "ensure_one")
}


class Hunt:
    """The faults of some models, and which of them the tests have noticed."""

    def __init__(self, areas, each):
        self.each, self.areas = each, {}
        self.trees, self.all, self.controls = {}, [], []
        for area, names in areas.items():
            for name in names:
                self._read(area, importlib.import_module(f"{MODELS}.{name}"))
        random.Random(27).shuffle(self.all)
        self.chosen, self.noticed, self.reached = [], {}, set()
        self.spent, self.violations = Counter(), []
        self.tests, self.checks = 0, 0
        self.explained = {
            (row["module"], row["function"], row["fault"])
            for row in read_rows(EXPLAINED)
        }

    def _read(self, area, module):
        """Read the faults of one module, and the one of it that is a control."""
        self.trees[module], found = mutants(module)
        found = [mutant for mutant in found if mutant.what not in LEFT_OUT]
        self.all += found
        self.areas.update(dict.fromkeys(found, area))
        control = CONTROLS.get(module.__name__.rpartition(".")[2])
        self.controls += [
            mutant for mutant in found if control and str(mutant).endswith(control)
        ]

    def run(self, host, methods, database):
        """Set a class up, learn what its tests reach, and try the faults there."""
        self.spent.clear()
        with set_up(host, methods, database):
            sound = self._learn(methods)
            ways = defaultdict(list)
            for method in sound:
                for place in method.reached:
                    ways[place].append(method)
            failed = {}
            for number, mutant in enumerate(self._choose(ways), 1):
                if method := self._try(mutant, ways[_place(mutant)]):
                    self.noticed[mutant] = str(method)
                    failed[method] = mutant
                if number % BETWEEN == 0:
                    self._check(failed)
            self._check(failed)

    def _learn(self, methods):
        """Run all tests without a fault; return those that pass."""
        with marked(self.trees) as seen:
            for method in methods:
                if reason := method.learn(seen, 60):
                    self.violations.append(f"without a fault {method}: {reason}"[:200])
                    method.reached = None
        self.tests += len(methods)
        return [method for method in methods if method.reached is not None]

    def _choose(self, ways):
        """Return the faults to try: what is left of before, and a sample of new ones.

        One function after the other: what noticed one fault is likely to notice more.
        """
        here = [mutant for mutant in self.all if _place(mutant) in ways]
        self.reached.update(here)
        new = [mutant for mutant in here if mutant not in self.chosen]
        urgent = [mutant for mutant in new if mutant in self.controls]
        self.chosen += urgent + [m for m in new if m not in urgent][: self.each]
        todo = [
            mutant
            for mutant in here
            if mutant in self.chosen and mutant not in self.noticed
        ]
        return sorted(todo, key=lambda mutant: (mutant.path, mutant.line))

    def _try(self, mutant, methods):
        """Run tests with a fault in the code; return the one that notices it."""
        with mutant.in_place(self.trees[mutant.module]):
            for method in self._rank(mutant, methods):
                start = time.process_time()
                reason = method.run(SLOWER * (1 + method.seconds))
                self.spent[mutant] += time.process_time() - start
                if reason:
                    return method
                if self.spent[mutant] > SECONDS:
                    return None
        return None

    def _rank(self, mutant, methods):
        """Return tests in the order in which they are likely to notice a fault.

        First what noticed another one in the same function, then what speaks of the
        same names, rare ones above all, then what takes least.
        """
        known = Counter(
            method
            for other, method in self.noticed.items()
            if other.function is mutant.function
        )
        rare = Counter(word for method in methods for word in method.words)
        names = words(mutant.function)

        def rank(method):
            near = sum(1 / rare[word] for word in names & method.words)
            return -known[str(method)], -round(near, 1), method.seconds

        return sorted(methods, key=rank)

    def _check(self, failed):
        """Run with the sound code what failed with a fault; nothing may be left."""
        for method, mutant in failed.items():
            self.checks += 1
            if reason := method.run(60):
                text = f"after {mutant} the sound {method} fails: {reason}"
                self.violations.append(text[:300])
        failed.clear()

    def result(self):
        """Return the result of the line."""
        tried = self.all if self.each > len(self.all) else self.chosen
        lost = [mutant for mutant in tried if mutant not in self.noticed]
        share = 1 - len(lost) / max(len(tried), 1)
        if share < WANTED:
            self.violations.append(f"only {share:.0%} of the faults were noticed")
        for mutant in self.controls:
            if mutant not in self.noticed:
                self.violations.append(f"nobody noticed {mutant}")
        for row in sorted(self.explained - {mutant.key for mutant in self.all}):
            self.violations.append(f"{EXPLAINED}: not in the code any more: {row}")
        if len(self.controls) < len(CONTROLS):
            self.violations.append("a control is not in the code any more")
        lost.sort(key=str)
        known = [mutant for mutant in lost if mutant.key in self.explained]
        return {
            "faults": len(tried),
            "noticed": f"{share:.1%}",
            "by area": self._by_area(tried),
            "controls noticed": sum(m in self.noticed for m in self.controls),
            "statements reached": f"faults {len(self.reached)} of {len(self.all)}",
            "tests": self.tests,
            "checks of the sound code": self.checks,
            "survivors explained": f"{len(known)} of {len(lost)}",
            "survivors": [str(m) for m in lost if m in self.reached and m not in known],
            "not reached": [str(m) for m in lost if m not in self.reached],
            "violations": self.violations,
            "ok": not self.violations,
        }

    def _by_area(self, tried):
        every = Counter(self.areas[mutant] for mutant in tried)
        found = Counter(self.areas[m] for m in tried if m in self.noticed)
        return {area: f"{found[area]} of {every[area]}" for area in every}


def _place(mutant):
    return mutant.module.__name__, mutant.place


def run(size):
    database = databases.fresh("models")
    # A fault that makes a test wait for itself takes no time of the processor.
    execute(f"ALTER DATABASE {database} SET statement_timeout = '60s'")
    hunt = Hunt(AREAS, size["each"])
    Registry(database)
    try:
        for host, methods in load(size["classes"]).items():
            hunt.run(host, methods, database)
    finally:
        databases.discard(database)
    return hunt.result()
