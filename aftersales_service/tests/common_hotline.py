"""Fixtures of the hotline's tests: functions with holders, complete complaints."""

from odoo import Command

from .common import AftersalesCommon

FUNCTIONS = (
    "cs_manager",
    "qc_manager",
    "gm_office",
    "marketing_director",
    "chief_engineer",
    "team_leader",
)


class HotlineCommon(AftersalesCommon):
    """``holders`` are plain employees by the code of the function they hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holders = {}
        for code in FUNCTIONS:
            user = cls._create_user(f"as_{code}", "base.group_user")
            cls.holders[code] = user
            cls._hold(code, user)
        cls.calls = cls.env["aftersales.call"].with_user(cls.dispatcher_user)

    @classmethod
    def _hold(cls, code, user, team=None):
        """Make a user hold a function in the test company."""
        return cls.env["aftersales.function.holder"].create(
            {
                "function_id": cls.env.ref(f"aftersales_service.function_{code}").id,
                "company_id": cls.company.id,
                "team_id": team.id if team else False,
                "user_ids": [Command.set(user.ids)],
            }
        )

    def _complaint_vals(self, kind="service", **values):
        """Return the facts of a complete complaint."""
        facts = {
            "product": {
                "purchase_channel": "direct",
                "purchase_place": "Kunming",
                "batch_number": "B-2026-03",
                "manufacture_date": "2026-01-05",
            },
            "service": {"complaint_category": "staff"},
        }
        return {
            "complaint_kind": kind,
            "complaint_object": "The repair of CP-0007",
            "complaint_cause": "Nobody called back",
            **facts[kind],
            **values,
        }

    def _complaint_call(self, kind="service", **values):
        return self.calls.create(
            {
                "kind": "complaint",
                "phone": "13900000001",
                "caller_name": "Ms Li",
                "place": "Hall 2",
                "subject": "I complain",
                "site_id": self.site.id,
                **self._complaint_vals(kind),
                **values,
            }
        )

    def _complaint(self, kind="service", **values):
        """Return a complaint's ticket, seen by the dispatcher."""
        return self._complaint_call(kind, **values).action_create_ticket()

    def _told(self, ticket):
        """Return the users who have something to do about a ticket."""
        return ticket.sudo().activity_ids.user_id
