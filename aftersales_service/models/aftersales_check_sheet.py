from markupsafe import Markup, escape

from odoo import api, fields, models

from .aftersales_checklist_sheet import SHEET_PURPOSES

PRIORITIES = {"low": "0", "medium": "1", "high": "2"}
SHOWN_READINGS = 3


class AftersalesCheck(models.Model):
    """Answers on sheets: conditions, earlier readings, findings."""

    _inherit = "aftersales.check"

    severity = fields.Selection(related="item_id.severity")
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        index="btree_not_null",
        help="The unit that the answer is about, where the order serves several.",
        check_company=True,
    )
    is_applicable = fields.Boolean(string="Asked", compute="_compute_is_applicable")
    last_reading = fields.Char(
        compute="_compute_last_reading",
        help="The answers of the visits before, the latest last.",
    )
    trend = fields.Selection(
        [("up", "Rising"), ("steady", "Steady"), ("down", "Falling")],
        compute="_compute_last_reading",
    )
    finding_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Finding",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"finding_ticket_id"}

    @api.depends("order_id.check_ids.value", "item_id.condition_item_id")
    def _compute_is_applicable(self):
        for check in self:
            asked = check.item_id.condition_item_id
            wanted = (check.item_id.condition_answer or "").strip().lower()
            check.is_applicable = not asked or any(
                (other.value or "").lower() == wanted
                for other in check.order_id.check_ids
                if other.item_id == asked and other.is_applicable
            )

    @api.depends("item_id", "value", "order_id.site_id")
    def _compute_last_reading(self):
        earlier = self._get_earlier_readings()
        for check in self:
            key = (
                check.order_id.site_id.id,
                (check.item_id.origin_id or check.item_id).id,
            )
            readings = [
                value
                for order_id, value in earlier.get(key, [])
                if order_id != check._origin.order_id.id
            ][-SHOWN_READINGS:]
            check.last_reading = " → ".join(readings)
            check.trend = check._get_trend(readings)

    def _get_earlier_readings(self):
        """Return the answers at these sites, oldest first.

        :return: list of (order id, answer) by site id and first version of the item
        """
        origins = self.item_id.origin_id | self.item_id.filtered(
            lambda item: not item.origin_id
        )
        # sudo: readings of colleagues at the same site (SITE-18)
        checks_sudo = self.sudo().search_fetch(
            [
                ("order_id.site_id", "in", self.order_id.site_id.ids),
                ("state", "!=", "open"),
                "|",
                ("item_id", "in", origins.ids),
                ("item_id.origin_id", "in", origins.ids),
                ("purpose", "in", SHEET_PURPOSES),
            ],
            ["order_id", "item_id", "value", "answered_on"],
            order="answered_on, id",
        )
        readings = {}
        for check in checks_sudo:
            item = check.item_id.origin_id or check.item_id
            key = (check.order_id.site_id.id, item.id)
            readings.setdefault(key, []).append((check.order_id.id, check.value or ""))
        return readings

    def _get_trend(self, readings):
        """Return how a number moves from the reading before to this one."""
        self.ensure_one()
        if self.answer_type != "number":
            return False
        values = [*readings, self.value] if self.value else readings
        try:
            numbers = [float(value) for value in values][-2:]
        except ValueError:
            return False
        if len(numbers) < 2:
            return False
        before, now = numbers
        return "up" if now > before else "down" if now < before else "steady"

    def _get_day_extras(self, ids_by_item):
        """Return what the phone shows beside a question, and when it asks it.

        :param dict ids_by_item: id of the check by item, of the same order
        """
        self.ensure_one()
        item = self.item_id
        asked_id = ids_by_item.get(item.condition_item_id)
        return {
            "is_sheet": self.purpose in SHEET_PURPOSES,
            "before": self.last_reading or "",
            "trend": self.trend or "",
            "limits": [item.minimum, item.maximum]
            if item.minimum or item.maximum
            else False,
            "only_if": asked_id
            and {
                "check": asked_id,
                "answer": (item.condition_answer or "").strip().lower(),
            }
            or False,
        }

    def _get_printed_answer(self):
        """Return the answer with its unit, as the sheet shows it."""
        self.ensure_one()
        if self.answer_type == "tick" and self.value:
            return self.env._("Yes") if self.value == "yes" else self.env._("No")
        return " ".join(filter(None, (self.value, self.item_id.uom_name)))

    # -- findings

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        moved = super()._set_state(target, vals, reason, happened_on)
        if target == "failed":
            moved._open_findings(happened_on)
        elif target == "passed":
            moved._note_corrections()
        return moved

    def _open_findings(self, happened_on):
        """Open a ticket for each failed answer, once (INSP-06).

        :param datetime happened_on: when it was found, naive UTC
        """
        failed = self.filtered(
            lambda check: (
                check.purpose in SHEET_PURPOSES
                and check.item_id.opens_ticket
                and not check.finding_ticket_id
            )
        )
        if not failed:
            return
        # sudo: technicians find faults; the desk keeps the tickets
        tickets_sudo = (
            self.env["helpdesk.ticket"]
            .sudo()
            .create([check._prepare_finding_vals(happened_on) for check in failed])
        )
        for check, ticket in zip(failed._unguarded(), tickets_sudo, strict=True):
            check.finding_ticket_id = ticket
        failed._copy_photos()
        urgent = failed.filtered("item_id.opens_order")
        urgent.sudo().finding_ticket_id._make_orders()  # sudo: as above

    def _prepare_finding_vals(self, happened_on):
        """Return the values of the ticket of one failed answer."""
        self.ensure_one()
        order = self.order_id.sudo()  # sudo: the site's file
        unit = self.equipment_id or order.equipment_id
        lines = [
            self.env._(
                "Found at %(order)s: %(question)s", order=order.name, question=self.name
            ),
            self.env._("Answer: %s", self.value or ""),
            self.note,
        ]
        return {
            "name": self.env._("Finding: %s", self.name),
            "description": Markup("<br/>").join(escape(line) for line in lines if line),
            "call_type": "repair",
            "company_id": order.company_id.id,
            "team_id": order.site_id.team_id.id,
            "site_id": order.site_id.id,
            "partner_id": order.partner_id.id,
            "equipment_id": unit.id,
            "priority": PRIORITIES[self.severity or "medium"],
            "received_on": happened_on or fields.Datetime.now(),
        }

    def _copy_photos(self):
        """Put the photos of findings on their tickets."""
        self.env["ir.attachment"].sudo().create(  # sudo: as above
            [
                {
                    "name": f"{check.order_id.name}.jpg".replace("/", "-"),
                    "datas": check.photo,
                    "res_model": "helpdesk.ticket",
                    "res_id": check.finding_ticket_id.id,
                }
                for check in self
                if check.photo
            ]
        )

    def _note_corrections(self):
        """Tell the ticket that the answer it came from was corrected."""
        for ticket in self.sudo().finding_ticket_id:  # sudo: a note, not the ticket
            ticket._message_log(
                body=self.env._("The answer on the sheet was corrected: passed.")
            )


class HelpdeskTicket(models.Model):
    """Tickets that a sheet opened: corrected at once, and on record (INSP-05)."""

    _inherit = "helpdesk.ticket"

    finding_check_ids = fields.One2many("aftersales.check", "finding_ticket_id")
    is_finding = fields.Boolean(
        string="Found on a Sheet", compute="_compute_is_finding"
    )
    corrective_action = fields.Text(
        copy=False, help="What was done about the finding, and so it stays done."
    )
    corrected_on = fields.Date(copy=False)

    @api.depends("finding_check_ids")
    def _compute_is_finding(self):
        for ticket in self:
            # sudo: that it is a finding, not the sheet
            ticket.is_finding = bool(ticket.sudo().finding_check_ids)

    def _get_missing_to_close(self):
        reasons = super()._get_missing_to_close()
        if self.is_finding and not (self.corrective_action or "").strip():
            reasons["corrective_action"] = self.env._("Say what was done about it.")
        if self.is_finding and not self.corrected_on:
            reasons["corrected_on"] = self.env._("Say when it was corrected.")
        return reasons

    def _close_as_solved(self, at):
        """Work that solved a finding is its corrective action."""
        for ticket in self.filtered("is_finding"):
            done = ticket.sudo().order_ids.filtered("solution")  # sudo: its report
            ticket.write(
                {
                    "corrective_action": ticket.corrective_action
                    or "\n".join(done.mapped("solution"))
                    or self.env._("Solved by the service."),
                    "corrected_on": ticket.corrected_on or at.date(),
                }
            )
        return super()._close_as_solved(at)

    def action_open_finding_orders(self):
        """Open the orders on whose sheets these tickets were found.

        :return: a window action
        """
        self.check_access("read")
        return self.finding_check_ids.order_id._get_records_action()
