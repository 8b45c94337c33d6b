from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import FrozenFactError, GuardedFieldError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRecommendation(AftersalesCommon):
    """What a unit will need soon is known to whoever goes there next."""

    def _recommend(self, user=None, **values):
        return (
            self.env["aftersales.recommendation"]
            .with_user(user or self.technician_user)
            .create(
                {
                    "name": "Change the belt",
                    "equipment_id": self.equipment.id,
                    "product_id": self.filter_part.id,
                    **values,
                }
            )
        )

    def _order(self):
        order = self.env["aftersales.order"].create(
            {
                "partner_id": self.customer.id,
                "site_id": self.site.id,
                "service_type": "repair",
                "unit_ids": [(0, 0, {"equipment_id": self.equipment.id})],
                "worker_ids": [
                    (0, 0, {"employee_id": self.technician.id, "role": "lead"})
                ],
            }
        )
        return order.with_user(self.technician_user)

    def test_the_phone_lists_open_recommendations_of_the_unit(self):
        """SITE-18: open ones stand with the last services, decided ones do not."""
        order = self._order()
        self.assertFalse(order.open_recommendations)
        one = self._recommend(note="It is worn")
        order.invalidate_recordset()
        self.assertIn("Change the belt", order.open_recommendations)
        self.assertIn("It is worn", order.open_recommendations)
        self.assertIn("Change the belt", order._get_day_row()["history"])
        self.assertEqual(self.equipment.recommendation_count, 1)
        one.with_user(self.dispatcher_user).action_decline()
        order.invalidate_recordset()
        self.assertFalse(order.open_recommendations)

    def test_text_of_people_is_no_markup(self):
        """SITE-18: what somebody writes is shown as he wrote it."""
        self._recommend(name="<b>belt</b>")
        self.assertIn("&lt;b&gt;belt", self._order().open_recommendations)

    def test_the_decision_is_on_record(self):
        """SITE-18: who noted it and when; twice is once; accepted stays accepted."""
        one = self._recommend()
        desk = one.with_user(self.dispatcher_user)
        desk.action_decline().action_decline()
        desk.action_accept().action_accept()
        self.assertEqual(one.state, "accepted")
        self.assertEqual(one.decided_by_id, self.dispatcher_user)
        self.assertTrue(one.decided_on)
        with self.assertRaises(TransitionError):
            desk.action_decline()
        with self.assertRaises(FrozenFactError):
            desk.name = "Something else"
        with self.assertRaises(FrozenFactError):
            desk.sudo().unlink()
        with self.assertRaises(GuardedFieldError):
            desk.state = "open"

    def test_others_do_not_read_or_write_it(self):
        """SITE-17, SITE-18: technicians their own units; the warehouse nothing."""
        one = self._recommend()
        self.assertEqual(one.recommended_by_id, self.technician_user)
        for user in (self.technician2_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                one.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                one.with_user(user).action_accept()
            with self.assertRaises(AccessError):
                self._recommend(user)
        with self.assertRaises(AccessError):
            one.with_user(self.gm_user).action_accept()

    def test_many_units_cost_the_queries_of_one(self):
        """SITE-18: the orders of a day are read together."""
        orders = self._order()
        counts = []
        for _more in range(2):
            self._recommend()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.mapped("open_recommendations")
            counts.append(self.env.cr.sql_log_count - before)
            orders |= self._order() | self._order()
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_ways_to_it(self):
        """SITE-18: from the unit and from the job, with the unit filled in."""
        self._recommend()
        for records in (self.equipment, self._order()):
            action = records.action_open_recommendations()
            self.assertEqual(
                action["context"]["default_equipment_id"], self.equipment.id
            )
            self.assertEqual(
                self.env["aftersales.recommendation"].search_count(action["domain"]), 1
            )
