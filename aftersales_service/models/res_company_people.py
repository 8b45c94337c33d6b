from odoo import models

# Functions that hold a role where no setting names somebody.
FUNCTIONS = {
    "team_leader": "team_leader",
    "duty_officer": "duty_manager",
    "chief_engineer": "chief_engineer",
}
GROUPS = {
    "quality_vp": "aftersales_service.group_quality_vp",
    "sales_vp": "aftersales_service.group_sales_vp",
    "general_manager": "aftersales_service.group_general_manager",
}


class ResCompany(models.Model):
    """Whom the house tells: heads, team leaders, the board."""

    _inherit = "res.company"

    def _aftersales_get_head(self, team=None):
        """Return the user who heads the department: told where nobody else is.

        The leader of the team, where he is a head of department; else the first
        head of the company.

        :param team: ``helpdesk.ticket.team`` of the document, if any
        :return: one ``res.users`` or an empty recordset
        """
        self.ensure_one()
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "aftersales_service.group_head"
        )
        # sudo: who heads the department is no secret to those who report to him
        heads = (
            self.env["res.groups"]
            .sudo()
            .browse(group_id)
            .all_user_ids.filtered(
                lambda user: user.active and self in user.company_ids
            )
        )
        leader = team.sudo().user_id if team else heads.browse()
        if leader and leader in heads:
            return leader.sudo(False)
        own = heads.filtered(lambda user: user.company_id == self)
        return (own or heads).sorted("id")[:1].sudo(False)

    def _aftersales_get_recipients(self, recipient, team=None):
        """Return the users of a step of escalation; the head where there are none.

        :param str recipient: team_leader, duty_officer, chief_engineer, head or a
            member of the board
        :param team: ``helpdesk.ticket.team`` of the document, if any
        :return: ``res.users``
        """
        self.ensure_one()
        users = self.env["res.users"]
        if recipient == "team_leader" and team:
            # sudo: who leads a team is no secret to those who report to him
            users = team.sudo().user_id.filtered("active").sudo(False)
        elif recipient == "duty_officer":
            users = self.sudo().aftersales_duty_manager_id.sudo(
                False
            )  # sudo: a setting
        elif recipient in GROUPS:
            users = self._aftersales_get_group_users(GROUPS[recipient])
        if not users and recipient in FUNCTIONS:
            functions = self.env["aftersales.function"]
            function = functions._get_by_code(FUNCTIONS[recipient], self)
            users = function._get_users(self, team)
        return users or self._aftersales_get_head(team)

    def _aftersales_get_group_users(self, xmlid):
        """Return the active users of a group who work in this company."""
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
        # sudo: who holds a role is no secret to those who are told by it
        group = self.env["res.groups"].sudo().browse(group_id)
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        ).sudo(False)
