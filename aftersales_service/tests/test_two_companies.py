"""People who work in two companies: documents are of one, whichever comes first."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestTwoCompanies(FieldCommon):
    """The dispatcher and the warehouse belong to both companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.dispatcher_user | cls.warehouse_user).company_ids |= cls.company2
        cls.both = [cls.company.id, cls.company2.id]
        cls.warehouse2 = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company2.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"company_id": cls.company2.id, "code": "WEST"}
        )
        cls.west = cls.env["hr.employee"].create(
            {"name": "West", "company_id": cls.company2.id}
        )

    def _as_dispatcher(self, model, companies=None):
        return (
            self.env[model]
            .with_user(self.dispatcher_user)
            .with_context(allowed_company_ids=companies or self.both)
        )

    def test_a_van_is_filled_from_its_own_companys_warehouse(self):
        """PART-16: whichever company the session begins with."""
        for companies in (self.both, self.both[::-1]):
            van = self._as_dispatcher("aftersales.van", companies).create(
                {
                    "employee_id": self.env["hr.employee"]
                    .create({"name": "Carrier", "company_id": self.company2.id})
                    .id,
                    "company_id": self.company2.id,
                }
            )
            with self.subTest(companies):
                self.assertEqual(van.sudo().warehouse_id, self.warehouse2)

    def test_the_absence_of_a_technician_of_the_second_company(self):
        """ROLE-04: his jobs are found, though the session begins with the first."""
        order = self.env["aftersales.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company2.id,
                "worker_ids": [(0, 0, {"employee_id": self.west.id})],
            }
        )
        order._unguarded().write({"planned_start": "2026-03-03 04:00:00"})
        order._set_state("scheduled")
        moved = self._as_dispatcher("aftersales.order").action_reassign_absence(
            self.west.id, "2026-03-03", reason="Fever"
        )
        self.assertEqual(moved.ids, order.ids)
        self.assertEqual(order.state, "draft")

    def test_a_ticket_takes_nothing_of_the_other_company(self):
        """ROLE-03: neither policy nor symptom, by new tickets or by old ones."""
        foreign = {
            "policy_id": self.env["aftersales.policy"].create(
                {"name": "West", "code": "WEST", "company_id": self.company2.id}
            ),
            "symptom_id": self.env["aftersales.code"].create(
                {
                    "kind": "symptom",
                    "code": "WEST",
                    "name": "West",
                    "company_id": self.company2.id,
                }
            ),
        }
        ticket = self._create_ticket()
        for name, record in foreign.items():
            mine = self._as_dispatcher("helpdesk.ticket").browse(ticket.id)
            with self.subTest(name), self.assertRaises(UserError):
                mine.write({name: record.id})
            with self.subTest(name), self.assertRaises(UserError):
                self._create_ticket(**{name: record.id})

    def test_a_company_that_is_not_ones_own(self):
        """ROLE-03: a client that names a third company is refused, by every door."""
        third = self.env["res.company"].create({"name": "Third Test Service"})
        ticket = self._create_ticket()
        for companies in ([third.id], [self.company.id, third.id]):
            tickets = self._as_dispatcher("helpdesk.ticket", companies)
            for act in (
                lambda tickets=tickets: tickets.search([]),
                lambda tickets=tickets: tickets.browse(ticket.id).action_reply(),
                lambda tickets=tickets: tickets.browse(ticket.id).write({"name": "x"}),
            ):
                with self.subTest(companies), self.assertRaises(AccessError):
                    act()

    def test_a_line_stays_in_its_company(self):
        """PART-02, ROLE-03: what points to a line stays behind, so it does not go."""
        order = self._create_order()
        claims = self.env["aftersales.claim"].create(
            [
                {
                    "order_id": order.id,
                    "equipment_id": self.equipment.id,
                    "line_ids": [(0, 0, {"product_id": self.valve.id})],
                },
                {"order_id": order.id, "equipment_id": self.equipment.id},
            ]
        )
        line, (first, second) = claims.line_ids, claims
        self.env.cr.execute(
            "UPDATE aftersales_claim SET company_id = %s WHERE id = %s",
            (self.company2.id, second.id),
        )
        second.invalidate_recordset()
        with self.assertRaises(ArgumentError) as caught:
            line.claim_id = second
        self.assertIn("stays in its company", str(caught.exception))
        self.assertEqual(line.claim_id, first)
