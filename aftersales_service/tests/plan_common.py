"""Plans of the test company's site, for the tests of periodic work."""

from datetime import date

from odoo.tests import freeze_time

from .field_common import FieldCommon, picture

ITEMS = [
    {
        "section": "System Functions",
        "name": "Functions work",
        "is_required": True,
        "sequence": 1,
    },
    {
        "section": "Safety Hazards",
        "name": "No hazards",
        "is_required": True,
        "severity": "high",
        "sequence": 2,
    },
    {
        "section": "Readings",
        "name": "Pressure",
        "answer_type": "number",
        "minimum": 6,
        "maximum": 9,
        "sequence": 3,
    },
    {
        "name": "Diary kept",
        "is_log_book": True,
        "opens_ticket": False,
        "sequence": 4,
    },
]


@freeze_time("2026-03-02 04:00:00")
class PlanCommon(FieldCommon):
    """It is noon in Shanghai on Monday, 2 March 2026; the site was handed over on
    15 January."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._create_employee("Head Li", cls.head_user)
        cls.team.user_id = cls.head_user
        cls.sheet = cls.env["aftersales.checklist"].create(
            {
                "name": "Monthly Sheet",
                "code": "T-MONTH",
                "purpose": "inspection",
                "item_ids": [(0, 0, item) for item in ITEMS],
            }
        )

    @classmethod
    def _plan(cls, **values):
        """Return a monthly inspection of the site, due on the last day."""
        return cls.env["aftersales.plan"].create(
            {
                "site_id": cls.site.id,
                "date_start": "2026-03-01",
                "checklist_ids": [(6, 0, cls.sheet.ids)],
                **values,
            }
        )

    def _generate(self, plans, until):
        """Return what the head makes until a day."""
        return plans.with_user(self.head_user).generate(until).sudo()

    def _visit(self, plan, until="2026-03-31"):
        """Return the order of a plan, as the technician stands on site."""
        order = self._generate(plan, until).order_id.with_user(self.dispatcher_user)
        order.action_schedule(self._at("10:00"), employee_id=self.technician.id)
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.action_depart(self._at("09:00"))
        field.action_arrive(self._at("09:50"))
        return field

    def _fill(self, order, **answers):
        """Answer the sheet: passed, unless another answer is given by question."""
        given = {"Pressure": 7.5, **answers}
        for check in order.check_ids:
            check.action_answer(given.get(check.name, True), at=self._at("10:00"))
        order.customer_opinion = "All in order."

    def _done(self, order):
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.action_call_headquarters(self._at("11:05"))
        order.action_leave(self._at("11:10"))
        order.action_done(self._at("11:15"))

    @staticmethod
    def _days(records, name="due_on"):
        return [str(day) for day in records.mapped(name)]

    @staticmethod
    def _day(text):
        return date.fromisoformat(text)
