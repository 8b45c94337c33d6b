from odoo import api, fields, models


class MailActivity(models.Model):
    """Activities that the watchers raise, for many documents at once."""

    _inherit = "mail.activity"

    @api.model
    def _aftersales_schedule(self, entries, activity_type, note="", scope=None):
        """Raise one automatic activity per document and user.

        They appear on the users' screens at once; no mail is sent one by one.

        :param entries: list of (document, user, summary)
        :param str activity_type: xmlid of the activity type
        :param str note: what to do, if more than the summary says
        :param str scope: in what deputies stand in for those who are absent
            (ROLE-04); None leaves it to them
        :return: the activities
        """
        if scope:
            entries = self._aftersales_stand_in(entries, scope)
        kind = self.env.ref(activity_type)
        today = fields.Date.context_today(self)
        models_by_name = {
            name: self.env["ir.model"]._get_id(name)
            for name in {document._name for document, _user, _summary in entries}
        }
        return (
            self.sudo()  # sudo: told by the house, whoever's act was the cause
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": models_by_name[document._name],
                        "res_id": document.id,
                        "user_id": user.id,
                        "summary": summary,
                        "note": note,
                        "automated": True,
                        "date_deadline": today,
                    }
                    for document, user, summary in entries
                ]
            )
        )

    @api.model
    def _aftersales_stand_in(self, entries, scope):
        """Return entries with those who are absent replaced by their deputies.

        :param list entries: see ``_aftersales_schedule``
        :param str scope: of the deputies
        """
        # sudo: the company of what somebody is told of
        companies = [document.sudo().company_id for document, *_rest in entries]
        acting = self.env["aftersales.deputy"]._get_acting(
            scope, self.env["res.company"].union(*companies)
        )
        return list(
            dict.fromkeys(
                (document, deputy, summary)
                for (document, user, summary), company in zip(
                    entries, companies, strict=True
                )
                for deputy in acting.replace(user, company)
            )
        )
