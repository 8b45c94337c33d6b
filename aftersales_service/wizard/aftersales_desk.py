from datetime import datetime, time

from odoo import api, fields, models

from ..calc import clock

# Rows shown of each list; the figure beside it counts them all.
SHOWN = 8


class AftersalesDesk(models.TransientModel):
    """The dispatcher's home: what has to be done now."""

    _name = "aftersales.desk"
    _description = "Work List of the Service Desk"

    call_ids = fields.Many2many("aftersales.call", compute="_compute_lists")
    call_count = fields.Integer(compute="_compute_lists")
    return_count = fields.Integer(compute="_compute_lists")
    ticket_ids = fields.Many2many("helpdesk.ticket", compute="_compute_lists")
    ticket_count = fields.Integer(compute="_compute_lists")
    commitment_ids = fields.Many2many("aftersales.commitment", compute="_compute_lists")
    commitment_count = fields.Integer(compute="_compute_lists")
    callback_ids = fields.Many2many("aftersales.callback", compute="_compute_lists")
    callback_count = fields.Integer(compute="_compute_lists")

    @api.depends("create_uid")
    def _compute_display_name(self):
        self.display_name = self.env._("Work List")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_lists(self):
        lists = {}
        for name, (model, domain) in self._get_domains().items():
            records = self.env[model]
            lists[f"{name}_count"] = records.search_count(domain)
            if f"{name}_ids" in self._fields:
                lists[f"{name}_ids"] = records.search(domain, limit=SHOWN)
        for desk in self:
            for name, value in lists.items():
                desk[name] = value

    @api.model
    def _get_domains(self):
        """Return the (model, domain) of each list, by the name of its fields."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        return {
            "call": ("aftersales.call", [("called_on", ">=", self._get_midnight())]),
            "return": ("aftersales.call", [("needs_callback", "=", True)]),
            "ticket": (
                "helpdesk.ticket",
                [
                    ("closed", "=", False),
                    ("call_type", "!=", False),
                    ("user_id", "=", False),
                ],
            ),
            "commitment": (
                "aftersales.commitment",
                [
                    ("state", "in", ("open", "missed")),
                    ("fulfilled_on", "=", False),
                    ("deadline", "<", now),
                ],
            ),
            "callback": (
                "aftersales.callback",
                [
                    ("state", "in", ("planned", "open", "missed")),
                    ("opens_on", "<=", now),
                    "|",
                    ("next_attempt_on", "=", False),
                    ("next_attempt_on", "<=", now),
                ],
            ),
        }

    @api.model
    def _get_midnight(self):
        """Return when the user's day began, naive UTC."""
        tz = self.env.user.tz or self.env.company._aftersales_tz()
        today = clock.to_local(fields.Datetime.now(), tz).date()
        return clock.from_local(datetime.combine(today, time.min), tz)

    @api.model
    def action_open_desk(self):
        """Open the work list, made anew.

        :return: window
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work List"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "target": "current",
        }

    def _open_list(self, name, title):
        """Return the window on the complete list of one kind.

        :param str name: key of ``_get_domains``
        :param str title: title of the window
        """
        self.check_access("read")
        model, domain = self._get_domains()[name]
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def action_open_calls(self):
        """Open today's calls."""
        return self._open_list("call", self.env._("Today's Calls"))

    def action_open_returns(self):
        """Open the calls to return."""
        return self._open_list("return", self.env._("Calls to Return"))

    def action_open_tickets(self):
        """Open the tickets that nobody has taken."""
        return self._open_list("ticket", self.env._("Unassigned Tickets"))

    def action_open_commitments(self):
        """Open the promises that are late."""
        return self._open_list("commitment", self.env._("Late Promises"))

    def action_open_callbacks(self):
        """Open the call-backs due now."""
        return self._open_list("callback", self.env._("Call-Backs Due Now"))
