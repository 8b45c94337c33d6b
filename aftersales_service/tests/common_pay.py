"""Fixtures of the pay tests."""

from datetime import date

from .common import AftersalesCommon


class PayCommon(AftersalesCommon):
    """A company that pays.

    ``structure`` (field service, of the test company), ``contract`` (version of
    ``technician``), ``order``; every proposal needs a fact, so ``_fact`` makes
    one order each.
    """

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        cls.structure = cls.env.ref("aftersales_service.payroll_structure_field").copy(
            {"company_id": cls.company.id}
        )
        cls.versions = (cls.technician | cls.technician2).version_id
        cls.versions.struct_id = cls.structure
        cls.contract = cls.technician.version_id
        cls.hr2_user = cls._create_user("as_hr2", "payroll.group_payroll_manager")
        cls.head2_user = cls._create_user("as_head2", "aftersales_service.group_head")
        return result

    def _fact(self):
        return self.env["aftersales.order"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )

    def _propose(self, rule="LATE", employee=None, on="2026-03-10", **values):
        return self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": rule,
                    "employee": employee or self.technician,
                    "date": date.fromisoformat(on),
                    "event": values.pop("event", None) or self._fact(),
                    "facts": "Seen on the order.",
                    **values,
                }
            ]
        )

    def _verified(self, *args, **kwargs):
        adjustment = self._propose(*args, **kwargs)
        adjustment.with_user(self.head_user).action_verify()
        return adjustment

    def _confirmed(self, *args, **kwargs):
        adjustment = self._verified(*args, **kwargs)
        large = adjustment.is_above_limit
        user = self.gm_user if large else self.hr_user
        adjustment.with_user(user).action_confirm()
        return adjustment

    def _slip(self, employee=None, month="2026-03", days=31, **values):
        employee = employee or self.technician
        slip = self.env["hr.payslip"].create(
            {
                "name": f"Pay {employee.name} {month}",
                "employee_id": employee.id,
                "company_id": self.company.id,
                "date_from": f"{month}-01",
                "date_to": f"{month}-{days}",
                "contract_id": employee.version_id.id,
                "struct_id": self.structure.id,
                **values,
            }
        )
        return slip.with_user(self.hr_user)

    def _inputs(self, slips):
        """Return our inputs as ``{code: amount}`` of one slip."""
        lines = slips.sudo().input_line_ids.filtered("is_aftersales")
        self.assertEqual(len(lines), len(set(lines.mapped("code"))))
        return {line.code: line.amount for line in lines}

    def _totals(self, slip):
        """Return the computed lines as ``{code: total}``."""
        totals = {}
        for line in slip.sudo().line_ids:
            totals[line.code] = totals.get(line.code, 0.0) + line.total
        return totals
