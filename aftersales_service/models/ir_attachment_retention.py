from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import guard

ERASED_AT_ONCE = 500
ORDER_DONE = Domain("state", "in", ("closed", "cancel"))
CASE_OPEN = Domain("state", "in", ("draft", "determined", "reviewed"))


class IrAttachment(models.Model):
    """Photos of jobs are kept as long as the company wants them."""

    _inherit = "ir.attachment"

    @api.model
    def _cron_erase_photos(self):
        """Erase photos that are older than their company keeps them.

        A few hundred at a time, each in a transaction of its own, so that an
        interrupted night goes on with the next one.
        """
        progress = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search([("aftersales_photo_days", ">", 0)])
        for company in companies:
            while photos := self._aftersales_get_old_photos(company, ERASED_AT_ONCE):
                count = len(photos)
                photos._aftersales_erase_photos()
                if not progress(count):
                    return

    @api.model
    def _aftersales_get_photo_homes(self, company):
        """Return which finished documents may lose their photos.

        What a responsibility case still judges stays.

        :return: ``{model: domain}``
        """
        orders, tickets = self._aftersales_get_disputed(company)
        mine = Domain("company_id", "=", company.id)
        calm = Domain("order_id", "not in", orders.ids)
        done = Domain("order_id.state", "in", ("closed", "cancel"))
        return {
            "aftersales.order": mine & ORDER_DONE & Domain("id", "not in", orders.ids),
            "aftersales.check": Domain("order_id.company_id", "=", company.id)
            & done
            & calm,
            "aftersales.order.attempt": mine & done & calm,
            "aftersales.claim": mine
            & calm
            & Domain("state", "in", ("closed", "rejected", "cancel")),
            "helpdesk.ticket": mine
            & Domain("closed", "=", True)
            & Domain("id", "not in", tickets.ids),
        }

    @api.model
    def _aftersales_get_disputed(self, company):
        """Return the orders and tickets about which a case is not decided."""
        cases = self.env["aftersales.case"].search(
            CASE_OPEN & Domain("company_id", "=", company.id)
        )
        orders = self.env["aftersales.order"]
        tickets = self.env["helpdesk.ticket"]
        for name, group in cases.grouped("source_model").items():
            if not name or name not in self.env:
                continue
            sources = self.env[name].browse(group.mapped("source_id")).exists()
            if name == orders._name:
                orders |= sources
            elif name == tickets._name:
                tickets |= sources
            else:
                if "order_id" in sources._fields:
                    orders |= sources.order_id
                if "ticket_id" in sources._fields:
                    tickets |= sources.ticket_id
        orders |= orders.search([("ticket_id", "in", tickets.ids)])
        return orders, tickets | orders.ticket_id

    @api.model
    def _aftersales_get_old_photos(self, company, limit):
        """Return photos that a company keeps no longer.

        :param company: one company
        :param int limit: how many at most
        """
        before = fields.Datetime.now() - timedelta(days=company.aftersales_photo_days)
        found = []
        for name, domain in self._aftersales_get_photo_homes(company).items():
            model = self.env[name].with_context(active_test=False)
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ir_attachment
                     WHERE res_model = %s AND create_date < %s
                       AND mimetype LIKE 'image/%%'
                       AND (res_field IS NULL OR res_field = 'photo')
                       AND res_id IN %s
                     ORDER BY id LIMIT %s
                    """,
                    name,
                    before,
                    model._search(domain).subselect(),
                    limit - len(found),
                )
            )
            found += [row[0] for row in rows]
            if len(found) >= limit:
                break
        return self.browse(found)

    def _aftersales_erase_photos(self):
        """Erase these photos; that they were erased stays on record."""
        homes = self.grouped(lambda photo: (photo.res_model, photo.res_id))
        by_model = {}
        for (model, res_id), photos in homes.items():
            by_model.setdefault(model, {})[res_id] = {"photos": len(photos)}
        self.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).unlink()
        for model, details in by_model.items():
            self.env["aftersales.audit"]._log(
                self.env[model].browse(details), "photos_erased", details=details
            )
