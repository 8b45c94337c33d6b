from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..calc import scales
from .hr_payslip_input import CODES

# What payslips may take, as rows like ``Due``; their adjustments are locked.
DUE_QUERY = """
    SELECT slip.id, adjustment.id, rule.payslip_code,
           CASE adjustment.effect WHEN 'reversal' THEN -1 ELSE 1 END,
           adjustment.residual_amount,
           1 + (SELECT COUNT(*) FROM aftersales_settlement earlier
                 WHERE earlier.adjustment_id = adjustment.id
                   AND earlier.kind = 'reserve')
      FROM aftersales_adjustment adjustment
      JOIN hr_payslip slip
        ON slip.employee_id = adjustment.employee_id
       AND slip.company_id = adjustment.company_id
      JOIN aftersales_pay_rule rule ON rule.id = adjustment.rule_id
      JOIN res_company company ON company.id = adjustment.company_id
      LEFT JOIN resource_calendar calendar
        ON calendar.id = company.resource_calendar_id
     WHERE slip.id = ANY(%(slips)s)
       AND slip.credit_note IS NOT TRUE
       AND adjustment.state = 'confirmed'
       AND adjustment.date <= slip.date_to
       AND adjustment.residual_amount > 0
       AND (adjustment.reserved_amount = 0 OR EXISTS (
            SELECT 1 FROM aftersales_settlement held
             WHERE held.adjustment_id = adjustment.id
               AND held.kind = 'reserve' AND held.payslip_id = ANY(%(slips)s)
               AND NOT EXISTS (SELECT 1 FROM aftersales_settlement closing
                                WHERE closing.closes_id = held.id)))
       AND adjustment.appeal_state IS DISTINCT FROM 'open'
       AND (adjustment.appeal_until IS NULL
            OR adjustment.appeal_until <= %(now)s)
       AND rule.payslip_code IS NOT NULL
       AND (company.aftersales_payday = 0 OR adjustment.confirmed_on
            AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC')
            < date_trunc('month', slip.date_to::timestamp) + INTERVAL '1 month'
              + (company.aftersales_payday - 1) * INTERVAL '1 day')
       AND (company.aftersales_deduction_mode IS DISTINCT FROM 'record_only'
            OR adjustment.kind <> 'penalty'
            OR adjustment.effect = 'reversal')
     ORDER BY adjustment.date, adjustment.id, slip.date_to, slip.id
       FOR UPDATE OF adjustment
"""


class Due(NamedTuple):
    """An adjustment that a payslip may take."""

    slip_id: int
    adjustment_id: int
    code: str
    sign: int  # -1 takes off its payslip input: a reversal
    amount: float
    number: int  # of the reservation, for its key


class HrPayslip(models.Model):
    """Which adjustments a payslip takes, and how much of them."""

    _inherit = "hr.payslip"

    def _aftersales_reserve(self):
        """Reserve what is due on these slips, in one batch.

        A slip that holds just that keeps it; of another all is released and
        reserved anew.  A negative sum (only reversals) makes a negative input, so
        that the money flows back on the same line.
        """
        due = self._aftersales_fit(self._aftersales_find_due())
        slips = self._aftersales_get_changed(due)
        due = [item for item in due if item.slip_id in slips._ids]
        ledger = self.env["aftersales.settlement"].sudo()  # sudo: only the bridge
        ledger._get_live("reserve", slips)._close("release")
        inputs = slips._aftersales_put_inputs(due)
        due = slips._aftersales_clip(due, inputs)
        if due:
            ledger._record(slips._aftersales_prepare_reservations(due, inputs))

    def _aftersales_get_changed(self, due):
        """Return the slips that hold something else than what is due on them."""
        wanted, held = defaultdict(dict), defaultdict(dict)
        for item in due:
            wanted[item.slip_id][item.adjustment_id] = (
                item.code,
                round(item.sign * item.amount, 2),
            )
        for slip_id, adjustment_id, code, amount in self._aftersales_find_held():
            held[slip_id][adjustment_id] = code, round(float(amount), 2)
        sums = self._aftersales_add_up(due)[0]
        found = {
            (line.payslip_id.id, line.code): line.amount
            for line in self._aftersales_get_inputs()
        }
        return self.filtered(
            lambda slip: (
                wanted[slip.id] != held[slip.id]
                or any(
                    found.get((slip.id, code), 0.0) != sums.get((slip.id, code), 0.0)
                    for code in CODES
                )
            )
        )

    def _aftersales_find_held(self):
        """Return slip, adjustment, code and signed amount of every reservation."""
        return self.env.execute_query(
            SQL(
                """
                SELECT held.payslip_id, held.adjustment_id, held.payslip_code,
                       held.signed_amount
                  FROM aftersales_settlement held
                 WHERE held.kind = 'reserve' AND held.payslip_id = ANY(%s)
                   AND NOT EXISTS (SELECT 1 FROM aftersales_settlement closing
                                    WHERE closing.closes_id = held.id)
                """,
                self.ids,
            )
        )

    def _aftersales_get_inputs(self):
        """Return the inputs of these slips that stand for adjustments."""
        return self.env["hr.payslip.input"].search(
            [("payslip_id", "in", self.ids), ("is_aftersales", "=", True)]
        )

    def _aftersales_prepare_reservations(self, due, inputs):
        """Return the ledger entries of what is due.

        :param due: list of ``Due``
        :param inputs: ``{(slip id, code): input}``
        """
        # sudo: the employee of a slip, for whoever may compute it
        slips = {
            slip.id: (slip.company_id.id, slip.employee_id.id) for slip in self.sudo()
        }
        return [
            {
                "adjustment_id": item.adjustment_id,
                "company_id": slips[item.slip_id][0],
                "employee_id": slips[item.slip_id][1],
                "payslip_id": item.slip_id,
                "payslip_ref": item.slip_id,
                "payslip_code": item.code,
                "input_id": inputs[item.slip_id, item.code].id,
                "amount": item.amount,
                "signed_amount": item.sign * item.amount,
                "kind": "reserve",
                "key": f"adj:{item.adjustment_id}:reserve:{item.number}",
            }
            for item in due
        ]

    def _aftersales_release(self):
        """Close the open reservations of these slips and drop their inputs."""
        slips = self.sudo()  # sudo: only the bridge writes the ledger
        live = (
            self.env["aftersales.settlement"]
            .sudo()
            ._get_live(  # sudo: as above
                "reserve", slips
            )
        )
        live._close("release")
        slips._aftersales_drop_inputs()

    def _aftersales_drop_inputs(self):
        """Delete the inputs that stand for adjustments."""
        self._aftersales_unguarded()._aftersales_get_inputs().unlink()

    def _aftersales_find_due(self):
        """Return what these slips may take, and lock it: one query for all.

        Confirmed (before payday, where the company has one, PEN-18), of the same
        employee and company, dated up to the end of the slip, with something left,
        no appeal open or possible, and not on another slip.

        :return: list of ``Due``, oldest fact first, once for each possible slip
        """
        for model in (
            "aftersales.adjustment",
            "aftersales.settlement",
            "aftersales.pay.rule",
            "res.company",
        ):
            self.env[model].flush_model()
        self.flush_model()
        return [
            Due(*row[:4], float(row[4]), row[5])
            for row in self.env.execute_query(self._aftersales_due_query())
        ]

    def _aftersales_due_query(self):
        """Return the query of what these slips may take, as rows like ``Due``."""
        return SQL(DUE_QUERY, slips=self.ids, now=fields.Datetime.now())

    def _aftersales_fit(self, due):
        """Leave out what a slip has no contract or no salary rule to pay with.

        Two slips of one employee: the earlier one that can pay takes it.
        """
        carried, codes = {}, {}
        for slip in self.browse({item.slip_id for item in due}):
            contracts = slip._aftersales_get_contracts()
            structures = contracts and (slip.struct_id or contracts.struct_id)
            if structures:
                if structures not in codes:
                    codes[structures] = structures._get_aftersales_codes()
                carried[slip.id] = codes[structures]
        taken = {}
        for item in due:
            if item.code in carried.get(item.slip_id, ()):
                taken.setdefault(item.adjustment_id, item)
        return list(taken.values())

    def _aftersales_get_contracts(self):
        """Return the slip's own contract, else the employee's in its period."""
        return self.contract_id or self._get_employee_contracts()

    def _aftersales_put_inputs(self, due):
        """Make or correct one input per slip and payslip code, drop the others.

        :return: ``{(slip id, code): input}``
        """
        sums, counts = self._aftersales_add_up(due)
        old = {
            (line.payslip_id.id, line.code): line
            for line in self._aftersales_unguarded()._aftersales_get_inputs()
        }
        inputs = self._aftersales_unguarded().env["hr.payslip.input"]
        slips, new = {slip.id: slip for slip in self}, []
        for key in sorted(sums):
            values = {
                **slips[key[0]]._aftersales_prepare_input(key[1]),
                "amount": sums[key],
                "amount_qty": counts[key],
            }
            if key in old:
                old[key].write(values)
            else:
                new.append((key, values))
        inputs.union(*(old[key] for key in old if key not in sums)).unlink()
        made = inputs.create([values for _key, values in new])
        kept = {key: line for key, line in old.items() if key in sums}
        return kept | dict(zip([key for key, _values in new], made, strict=True))

    def _aftersales_add_up(self, due):
        """Return the sums and counts of the adjustments due.

        :return: two dicts by ``(slip id, code)``
        """
        sums, counts = defaultdict(float), defaultdict(int)
        for item in due:
            sums[item.slip_id, item.code] += item.sign * item.amount
            counts[item.slip_id, item.code] += 1
        return {key: float(scales.money(round(sums[key], 6))) for key in sums}, counts

    def _aftersales_prepare_input(self, code):
        """Return the create values of one input, without its amount.

        It is tied to the slip's own contract, else to the last of the employee's,
        because the payroll offers every input to every contract.
        """
        labels = {
            "AS_ALLOWANCE": self.env._("After-sales allowances"),
            "AS_REWARD": self.env._("After-sales rewards"),
            "AS_PENALTY": self.env._("After-sales penalties"),
        }
        return {
            "name": labels[code],
            "code": code,
            "payslip_id": self.id,
            "contract_id": self._aftersales_get_contracts()[-1:].id,
            "is_aftersales": True,
        }
