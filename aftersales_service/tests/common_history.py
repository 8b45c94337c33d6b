"""A company that hands out parts and pays: both fixtures in one."""

from .common_claim import ClaimCommon
from .common_pay import PayCommon


class HistoryCommon(ClaimCommon, PayCommon):
    """Claims as in ``ClaimCommon``, pay as in ``PayCommon``.

    ``_verified`` is that of claims; ``_confirmed`` and ``_paid`` are of pay.
    """

    def _confirmed(self, *args, **kwargs):
        adjustment = PayCommon._verified(self, *args, **kwargs)
        user = self.gm_user if adjustment.is_above_limit else self.hr_user
        adjustment.with_user(user).action_confirm()
        return adjustment

    def _paid(self, month="2026-03"):
        """Pay the technician a month with one penalty; return the payslip."""
        self._confirmed("LATE", on=f"{month}-05")
        slip = self._slip(month=month, days=28).sudo()
        slip.compute_sheet()
        slip.action_payslip_done()
        return slip
