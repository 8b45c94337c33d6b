from odoo import api, models


class AftersalesAdjustment(models.Model):
    """One event costs a person money under one clause only (AMB-08)."""

    _inherit = "aftersales.adjustment"

    @api.model
    def _find_fined(self, code, documents):
        """Return the live adjustments of a rule that stem from some documents.

        :param str code: pay rule code
        :param documents: what people know them by: orders or tickets
        :return: adjustments, without top-ups, reversals and what was reversed
        """
        if not documents:
            return self.browse()
        entries = self.sudo().search(  # sudo: facts by people who see no pay
            [
                ("rule_id.code", "=", code),
                ("source_model", "=", documents._name),
                ("source_id", "in", documents.ids),
                ("effect", "=", "base"),
                ("state", "!=", "cancel"),
            ]
        )
        return entries._filter_live()


class AftersalesOrderWorker(models.Model):
    """No fine for coming late where a complaint about it was fined already."""

    _inherit = "aftersales.order.worker"

    def _propose_late(self):
        calm = self - self._get_complained()
        return super(AftersalesOrderWorker, calm)._propose_late()

    def _get_complained(self):
        """Return the workers fined for a complaint that they came not in time.

        The complaint is the order's own ticket, or one that repeats it.
        """
        tickets = self.order_id.sudo().ticket_id  # sudo: technicians read no tickets
        if not tickets:
            return self.browse()
        complaints = tickets.search(
            [
                ("complaint_ground", "=", "not_in_time"),
                "|",
                ("id", "in", tickets.ids),
                ("repeat_of_id", "in", tickets.ids),
            ]
        )
        fines = self.env["aftersales.adjustment"]._find_fined("COMPLAINT", complaints)
        fined = {
            (ticket, entry.employee_id.id)
            for entry in fines
            for complaint in complaints.browse(entry.source_id)
            for ticket in complaint | complaint.repeat_of_id
        }
        return self.filtered(
            lambda worker: (
                (worker.order_id.sudo().ticket_id, worker.employee_id.id) in fined
            )  # sudo: as above
        )
