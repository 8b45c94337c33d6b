from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlanCampaign(PlanCommon):
    """Spot checks by lot, and the inspection of the year's end."""

    def test_spot_checks_are_drawn_by_a_seed(self):
        """INSP-04: 10 % of 50 sites are 5, the same seed draws the same 5."""
        self.site._set_state("closed")
        sites = self.env["aftersales.site"].create(
            [
                {
                    "name": f"Site {number}",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "technician_id": self.technician.id,
                }
                for number in range(50)
            ]
        )
        sites._set_state("active")
        campaign = self.env["aftersales.plan.campaign"].with_user(self.head_user)
        campaign = campaign.create(
            {"name": "Spot check", "share": 10.0, "due_on": "2026-03-20"}
        )
        self.assertTrue(campaign.seed)
        drawn = campaign._draw()
        self.assertEqual(len(drawn), 5)
        self.assertEqual(campaign._draw(), drawn)
        campaign.action_run()
        campaign.action_run()  # twice is once
        made = campaign.plan_ids.sudo().occurrence_ids
        self.assertEqual(made.site_id, drawn)
        self.assertEqual(len(made.order_id), 5)
        self.assertTrue(all(made.order_id.mapped("is_unannounced")))
        # The team is not told: the head leads, and nobody has an activity.
        self.assertEqual(made.order_id.lead_id, self.head)
        self.assertFalse(made.order_id.activity_ids)
        with self.assertRaises(UserError):
            campaign.seed = "chosen"

    def test_the_year_end_inspection_visits_every_site(self):
        """INSP-04: one order per active site, due on 31 December."""
        campaign = self.env["aftersales.plan.campaign"].with_user(self.head_user)
        campaign = campaign.create({"name": "Year-end", "due_on": "2026-12-31"})
        campaign.action_run()
        made = campaign.plan_ids.sudo().occurrence_ids
        active = self.env["aftersales.site"].search(
            [("state", "=", "active"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(made.site_id, active)
        self.assertEqual(set(self._days(made)), {"2026-12-31"})
