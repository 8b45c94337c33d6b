"""Random acts on pay, in random order: the ledger is balanced after every one (B18).

A machine works in a company of ``PayCommon``: facts propose, heads and HR decide,
technicians appeal, payslips are made, computed, confirmed, refunded, cancelled, set
back, copied and deleted.  An act may be refused, by a sentence; it may never leave
money that was paid twice, lost, or paid by nobody.
"""

from collections import Counter, defaultdict

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo.exceptions import UserError

LAWS = ["L1", "L2", "L3", "L4", "L5"]
MONTHS = {"2026-01": 31, "2026-02": 28, "2026-03": 31}
LAST = ("2026-12", 31)
# Days at both ends of the months, where a zone or a closed period could matter.
DAYS = ["2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-31"]
SIGNS = {"allowance": 1, "reward": 1, "penalty": -1, "charge": 0}
picks = st.integers(0, 11)
people = st.integers(0, 1)


class PayMachine(RuleBasedStateMachine):
    """One example is undone before the next; ``world`` is set by ``tell_stories``."""

    world = None
    counts = Counter()

    def __init__(self):
        super().__init__()
        self.env = self.world.env
        self.env.flush_all()
        self.savepoint = self.env.cr.savepoint()
        self.staff = self.world.technician | self.world.technician2
        self.entries = self.env["aftersales.adjustment"]
        self.slips = self.env["hr.payslip"]
        self.facts = []
        self.counts["examples"] += 1

    # -- how acts are done

    def act(self, method, *args):
        """Do one act; what people are refused leaves nothing behind."""
        self.counts["acts"] += 1
        try:
            with self.env.cr.savepoint():
                return method(*args)
        except UserError:
            self.counts["refused"] += 1
            return None

    def entry(self, pick):
        entries = self.env["aftersales.adjustment"].search([], order="id")
        return entries[pick % len(entries)] if entries else entries

    def slip(self, pick):
        slips = self.env["hr.payslip"].search(
            [("company_id", "=", self.world.company.id)], order="id"
        )
        return slips[pick % len(slips)].with_user(self.world.hr_user) if slips else None

    # -- facts

    @initialize(zone=st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]))
    def begin(self, zone):
        self.world.company.resource_calendar_id.tz = zone
        self.env["ir.config_parameter"].set_param(
            "payroll.allow_cancel_payslips", "True"
        )
        self.propose("LATE", 0, "2026-01-31", 300.0)

    @rule(
        code=st.sampled_from(
            ["LATE", "REPORT", "MEAL", "PRAISE", "DEMERIT", "LOSS", "AT_COST"]
        ),
        who=people,
        day=st.sampled_from(DAYS),
        amount=st.sampled_from([0.01, 33.33, 7300.0]),
    )
    def propose(self, code, who, day, amount):
        self.facts.append(self.world._fact())
        self.act(
            lambda: self.world._propose(
                code, self.staff[who], day, amount=amount, event=self.facts[-1]
            )
        )

    @rule(
        who=people,
        day=st.sampled_from(DAYS),
        code=st.sampled_from(["COMPLAINT", "REPEAT"]),
    )
    def climb(self, who, day, code):
        """One more event on a ladder re-rates the others of its period."""
        self.facts.append(self.world._fact())
        proposal = {
            "rule": code,
            "employee": self.staff[who],
            "date": self.env["aftersales.adjustment"]._fields["date"].to_date(day),
            "event": self.facts[-1],
            "facts": "Seen.",
            "amount": 425.0,
        }
        self.act(self.entries._propose_on_ladder, [proposal])

    @precondition(lambda self: self.facts)
    @rule(pick=picks)
    def correct_fact(self, pick):
        fact = self.facts[pick % len(self.facts)]
        self.act(self.entries._withdraw_facts, fact, "Recorded by mistake")

    # -- decisions

    @rule(pick=picks)
    def verify(self, pick):
        self.act(self.entry(pick).with_user(self.world.head_user).action_verify)

    @rule(pick=picks)
    def confirm(self, pick):
        entry = self.entry(pick)
        judge = self.world.gm_user if entry.is_above_limit else self.world.hr_user
        self.act(entry.with_user(judge).action_confirm)

    @rule()
    def confirm_all(self):
        entries = self.env["aftersales.adjustment"].search([])
        proposed = entries.filtered(lambda entry: entry.state == "proposed")
        self.act(proposed.with_user(self.world.head_user).action_verify)
        for entry in entries.filtered(lambda entry: entry.state == "verified"):
            judge = self.world.gm_user if entry.is_above_limit else self.world.hr_user
            self.act(entry.with_user(judge).action_confirm)

    @rule(pick=picks)
    def cancel_entry(self, pick):
        self.act(self.entry(pick).with_user(self.world.hr_user).action_cancel, "Wrong")

    @rule(pick=picks)
    def reverse_entry(self, pick):
        self.act(self.entry(pick).with_user(self.world.hr_user).action_reverse, "Wrong")

    @rule(pick=picks)
    def appeal(self, pick):
        entry = self.entry(pick)
        user = entry.employee_id.user_id
        self.act(entry.with_user(user).action_appeal, "I was not there")

    @rule(pick=picks, granted=st.booleans())
    def decide_appeal(self, pick, granted):
        judge = self.world.quality_vp_user
        entry = self.entry(pick).with_user(judge)
        self.act(entry.action_decide_appeal, granted, "Looked at")

    # -- payslips

    @rule(who=people, month=st.sampled_from(sorted(MONTHS)), own=st.booleans())
    def new_slip(self, who, month, own):
        values = {} if own else {"contract_id": False}
        self.act(
            lambda: self.world._slip(self.staff[who], month, MONTHS[month], **values)
        )

    @rule(month=st.sampled_from(sorted(MONTHS)))
    def generate(self, month):
        self.act(self._generate, month)

    def _generate(self, month):
        period = f"{month}-01", f"{month}-{MONTHS[month]}"
        runs = self.env["hr.payslip.run"].with_user(self.world.hr_user)
        run = runs.search([("date_start", "=", period[0])], limit=1) or runs.create(
            {
                "name": month,
                "date_start": period[0],
                "date_end": period[1],
                "company_id": self.world.company.id,
                "struct_id": self.world.structure.id,
            }
        )
        wizard = self.env["hr.payslip.employees"].with_user(self.world.hr_user)
        wizard = wizard.with_context(active_id=run.id)
        wizard.create({"employee_ids": [(6, 0, self.staff.ids)]}).compute_sheet()

    @rule(pick=picks)
    def compute(self, pick):
        if slip := self.slip(pick):
            self.act(slip.compute_sheet)

    @rule()
    def compute_all(self):
        slips = self.env["hr.payslip"].search([("state", "in", ["draft", "verify"])])
        self.act(slips.with_user(self.world.hr_user).compute_sheet)

    @rule(pick=picks)
    def confirm_slip(self, pick):
        if slip := self.slip(pick):
            self.act(slip.action_payslip_done)

    @rule(pick=picks)
    def cancel_slip(self, pick):
        if slip := self.slip(pick):
            self.act(slip.action_payslip_cancel)

    @rule(pick=picks)
    def set_back(self, pick):
        if slip := self.slip(pick):
            self.act(slip.action_payslip_draft)

    @rule(pick=picks)
    def refund(self, pick):
        if slip := self.slip(pick):
            self.act(slip.refund_sheet)

    @rule(pick=picks)
    def delete_slip(self, pick):
        if slip := self.slip(pick):
            self.act(slip.unlink)

    @rule(pick=picks)
    def copy_slip(self, pick):
        if slip := self.slip(pick):
            self.act(slip.copy)

    @rule(pick=picks)
    def refetch(self, pick):
        if slip := self.slip(pick):
            self.act(slip.onchange_employee)

    # -- the company and the contracts

    @rule(
        cap=st.sampled_from([0.0, 0.5, 20.0]),
        floor=st.sampled_from([0.0, 4190.0]),
        mode=st.sampled_from(["deduct", "deduct", "record_only"]),
        days=st.sampled_from([0, 0, 9]),
    )
    def guard(self, cap, floor, mode, days):
        self.world.company.write(
            {
                "aftersales_deduction_cap": cap,
                "aftersales_deduction_floor": floor,
                "aftersales_deduction_mode": mode,
                "aftersales_appeal_days": days,
            }
        )

    @rule(who=people, day=st.sampled_from(["2026-02-01", "2026-02-15"]))
    def change_contract(self, who, day):
        self.act(self._change_contract, self.staff[who], day)

    def _change_contract(self, employee, day):
        employee.version_id.contract_date_end = "2026-01-31"
        employee.create_version(
            {
                "date_version": day,
                "contract_date_start": day,
                "contract_date_end": False,
                "wage": 5000.0,
                "struct_id": self.world.structure.id,
            }
        )

    # -- what holds

    @invariant()
    def balanced(self):
        self.env.flush_all()
        self._check_laws()
        self._check_entries()
        self._check_paid()

    def _check_laws(self):
        found = self.env["aftersales.integrity"].run(LAWS)
        broken = {law["law"]: law["sample"] for law in found if not law["ok"]}
        assert not broken, broken

    def _check_entries(self):
        """Each entry is split into paid, planned and owed, and none is negative."""
        for entry in self.env["aftersales.adjustment"].search([]):
            settled, reserved = entry.settled_amount, entry.reserved_amount
            rest = entry.residual_amount
            assert abs(settled + rest - entry.amount) < 0.004, entry.name
            assert settled >= 0 and reserved >= 0, entry.name
            assert reserved < rest + 0.004, entry.name
            if entry.state == "cancel":
                assert not settled and not reserved, entry.name
            if entry.state == "settled":
                assert not rest, entry.name

    def _check_paid(self):
        """Payslips that are done pay what the entries say, past the ledger."""
        assert self._get_paid() == self._get_settled()

    def _get_paid(self):
        self.env.cr.execute(
            """SELECT slip.employee_id, SUM(
                      line.total * CASE WHEN slip.credit_note THEN -1 ELSE 1 END)
                 FROM hr_payslip_line line
                 JOIN hr_payslip slip ON slip.id = line.slip_id
                WHERE slip.state = 'done' AND slip.company_id = %s
                  AND line.code IN ('AS_ALLOWANCE', 'AS_REWARD', 'AS_PENALTY')
                GROUP BY 1""",
            [self.world.company.id],
        )
        rows = self.env.cr.fetchall()
        return {who: round(float(paid), 2) for who, paid in rows if round(paid, 2)}

    def _get_settled(self):
        sums = defaultdict(float)
        for entry in self.env["aftersales.adjustment"].search([]):
            sign = SIGNS[entry.kind] * (-1 if entry.effect == "reversal" else 1)
            sums[entry.employee_id.id] += sign * entry.settled_amount
        return {who: round(paid, 2) for who, paid in sums.items() if round(paid, 2)}

    # -- the end

    def teardown(self):
        try:
            self._settle_everything()
        finally:
            self.savepoint.close(rollback=True)
            self.env.clear()

    def _settle_everything(self):
        """One more month pays all that is confirmed: nothing was lost on the way."""
        self.guard(0.0, 0.0, "deduct", 0)
        slips = self.env["hr.payslip"].search(
            [("state", "in", ["draft", "verify"]), ("credit_note", "=", False)]
        )
        slips.with_user(self.world.hr_user).action_payslip_cancel()
        judge = self.world.quality_vp_user
        appealed = self.env["aftersales.adjustment"].search(
            [("appeal_state", "=", "open")]
        )
        appealed.with_user(judge).action_decide_appeal(False, "Upheld")
        for employee in self.staff:
            slip = self.world._slip(employee, *LAST, contract_id=False)
            slip.compute_sheet()
            slip.action_payslip_done()
        self.balanced()
        waiting = self.env["aftersales.adjustment"].search(
            [("state", "=", "confirmed"), ("kind", "!=", "charge")]
        )
        now = self.env.cr.now()
        lost = waiting.filtered(
            lambda entry: not entry.appeal_until or entry.appeal_until <= now
        )
        assert not lost, lost.mapped("blocked_reason")
