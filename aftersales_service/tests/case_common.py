from odoo.tests import freeze_time

from .common import AftersalesCommon

FINDINGS = {
    "determination": "Valve mounted without a gasket.",
    "loss_kind": "economic",
    "loss_amount": 7300.0,
    "outcome": "accident",
}


@freeze_time("2026-03-10 04:00:00")
class CaseCommon(AftersalesCommon):
    """A loss of 7,300.00 on 2 March 2026 costs 1,470.00 by the scale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss_rule = cls.env.ref("aftersales_service.pay_rule_loss")
        cls.cases = cls.env["aftersales.case"]
        cls.member_user = cls._create_user("as_member", "base.group_user")

    def _report(self, shares=((60.0, "technician"), (40.0, "technician2")), **values):
        """Return a draft with findings, as the quality vice president sees it."""
        case = self.cases.with_user(self.head_user).create(
            {
                "subject": "Flooded cold store",
                "facts": "The valve leaked.",
                "happened_on": "2026-03-02",
                "kind": "accident",
            }
        )
        case = case.with_user(self.quality_vp_user)
        case.write(
            {
                "breached_rule_id": self.loss_rule.id,
                "member_ids": [(6, 0, self.member_user.ids)],
                "share_ids": [
                    (0, 0, self._share(percent, bearer)) for percent, bearer in shares
                ],
                **FINDINGS,
                **values,
            }
        )
        return case

    def _share(self, percent, bearer):
        if bearer.startswith("technician"):
            return {"percent": percent, "employee_id": getattr(self, bearer).id}
        return {"percent": percent, "party": bearer}

    def _decided(self, **kwargs):
        case = self._report(**kwargs)
        case.action_determine()
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        return case

    def _penalties(self, case):
        return (
            self.env["aftersales.adjustment"]
            .sudo()
            .search([("source_model", "=", case._name), ("source_id", "=", case.id)])
        )
