"""Customer visits, a seminar and a campaign of the demo company."""

from datetime import timedelta

from odoo import Command, api, models


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _play_outreach(self):
        """Plan a visit with sales, hold a seminar and prepare a campaign."""
        head, desk = self._act("head"), self._act("dispatcher")
        self._hold_seminar(head)
        company = self.env.company
        company.write({"aftersales_outreach": True, "aftersales_remind_days": 45})
        site = self._record("site_yuxi")
        visit = desk["aftersales.order"].create(
            {
                "service_type": "visit",
                "partner_id": site.partner_id.id,
                "site_id": site.id,
                "visit_purpose": "Half-yearly visit: use, new requirements, market",
                "visit_needs": "Asks about heat recovery.",
                "is_spot_visit": True,
                "sales_user_ids": [Command.link(head.user.id)],
            }
        )
        visit.action_schedule(self._at(self._today() + timedelta(days=2), 10))
        head["aftersales.outreach"].create(
            {
                "name": "Free-Service Month 免费服务月",
                "message": "Book your free service by phone or by answering this SMS.",
            }
        ).action_fill()

    @api.model
    def _hold_seminar(self, head):
        """Go through the difficult faults of this month."""
        seminar = head["aftersales.seminar"].create(
            {
                "month": self._today(),
                "participant_ids": [Command.link(head.user.id)],
                "line_ids": [
                    Command.create(
                        {
                            "equipment_model": "Screw compressor 37 kW",
                            "fault": "Oil in the compressed air after a restart",
                            "proposal": "Change the separator with its gasket",
                            "decision": "Kit of both parts, stocked in every van",
                            "selection_note": "Offer the bigger separator",
                        }
                    )
                ],
            }
        )
        seminar.action_fill()
