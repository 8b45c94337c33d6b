from urllib.parse import quote

from markupsafe import Markup

from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """What the screens of an order show besides its own fields."""

    _inherit = "aftersales.order"

    partner_phone = fields.Char(string="Phone", compute="_compute_place")
    service_address = fields.Char(string="Address", compute="_compute_place")
    navigate_url = fields.Char(string="Route", compute="_compute_place")
    triage_note = fields.Text(string="Analysis", related="ticket_id.triage_note")
    arrival_due = fields.Datetime(string="Due on Site", compute="_compute_arrival_due")
    promise_ids = fields.Many2many(
        "aftersales.commitment", string="Promises", compute="_compute_promise_ids"
    )
    recent_services = fields.Html(
        string="Last Services",
        compute="_compute_recent_services",
        sanitize=False,  # sanitize: made of escaped values, never stored
    )
    can_plan = fields.Boolean(compute="_compute_can_plan")
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    next_step = fields.Selection(
        [
            ("depart", "Depart"),
            ("arrive", "Arrive"),
            ("findings", "Record Findings"),
            ("sign", "Signature"),
            ("call", "Call Headquarters"),
            ("leave", "Leave"),
            ("done", "Hand In Report"),
        ],
        compute="_compute_next_step",
    )
    owes_late_reason = fields.Boolean(compute="_compute_next_step")
    claim_count = fields.Integer(compute="_compute_counts")
    callback_count = fields.Integer(compute="_compute_counts")
    rework_count = fields.Integer(compute="_compute_counts")
    trip_count = fields.Integer(compute="_compute_counts")

    @api.depends(
        "partner_id.phone",
        "site_id.address_id.contact_address_inline",
        "partner_id.contact_address_inline",
    )
    def _compute_place(self):
        for order in self:
            order_sudo = order.sudo()  # sudo: where to go, also to sites of others
            place = order_sudo.site_id.address_id or order_sudo.partner_id
            order.partner_phone = place.phone or order_sudo.partner_id.phone
            order.service_address = self._show_address(place)
            order.navigate_url = order._get_navigate_url(place)

    @api.model
    def _show_address(self, partner):
        """Return an address on one line, without names and empty parts."""
        lines = partner._display_address(without_company=True) if partner else ""
        parts = (part.strip() for part in lines.replace("\n", ",").split(","))
        return ", ".join(filter(None, parts))

    @api.model
    def _get_navigate_url(self, place):
        """Return a ``geo:`` address, which phones open in their own map."""
        if not place:
            return False
        latitude = place.partner_latitude or 0
        longitude = place.partner_longitude or 0
        label = quote(self._show_address(place) or place.display_name or "")
        return f"geo:{latitude:g},{longitude:g}?q={label}"

    @api.depends("promised_start", "commitment_ids.state", "ticket_id.commitment_ids")
    def _compute_arrival_due(self):
        for order in self:
            order.arrival_due = order._get_arrival_due(shown=True)

    @api.depends("commitment_ids", "ticket_id.commitment_ids")
    def _compute_promise_ids(self):
        for order in self:
            order_sudo = order.sudo()  # sudo: shown to those who may read them
            order.promise_ids = (
                order_sudo.commitment_ids | order_sudo.ticket_id.commitment_ids
            ).sudo(self.env.su)

    @api.depends("unit_ids.equipment_id")
    @api.depends_context("lang", "tz")
    def _compute_recent_services(self):
        """The last five services of each unit, whoever did them (SITE-18)."""
        # sudo: text of what colleagues did, not their orders
        served_sudo = self.env["aftersales.order.unit"].sudo()
        tables = served_sudo._get_last_services(
            "equipment_id", self.unit_ids.equipment_id
        )
        for order in self:
            order.recent_services = Markup().join(
                tables.get(equipment.id, "")
                for equipment in order.unit_ids.equipment_id
            )

    @api.depends_context("uid")
    def _compute_can_plan(self):
        self.can_plan = self._is_planner()

    @api.depends("state", "signed_on", "sign_refused")
    def _compute_is_frozen(self):
        frozen = self._get_frozen_orders()
        for order in self:
            order.is_frozen = order in frozen

    @api.depends("worker_ids.employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        own = self.worker_ids._get_own().order_id
        for order in self:
            order.is_mine = order in own

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: HR alone reads an employee's user
        employees_sudo = self.env["hr.employee"].sudo()
        mine = employees_sudo.search([("user_id", "=", self.env.uid)])
        return [
            ("worker_ids.employee_id", "in" if True in value else "not in", mine.ids)
        ]

    @api.depends(
        "state",
        "mode",
        "test_run",
        "fix_confidence",
        "signed_on",
        "sign_refused",
        "hq_called_on",
        "worker_ids.departed_on",
        "worker_ids.arrived_on",
        "worker_ids.left_on",
        "worker_ids.late_reason",
        "worker_ids.late_reason_confirmed",
    )
    @api.depends_context("uid")
    def _compute_next_step(self):
        for order in self:
            worker = order.worker_ids._get_own()[:1] or order._get_leads()
            order.next_step = order._get_next_step(worker)
            order.owes_late_reason = worker.is_late and not (
                worker.late_reason or worker.late_reason_confirmed
            )

    def _get_next_step(self, worker):
        """Return the next step of a worker on this order, False when none is."""
        self.ensure_one()
        is_signed = self.signed_on or self.sign_refused
        steps = [
            ("depart", self.state == "dispatched" and not worker.departed_on),
            (
                "arrive",
                self.state in ("dispatched", "on_site") and not worker.arrived_on,
            ),
            (
                "findings",
                self.state == "on_site" and not self._has_findings(),
            ),
            ("sign", self.state == "on_site" and not is_signed),
            ("call", self.state in ("on_site", "done") and not self.hq_called_on),
            ("leave", self.state in ("on_site", "done") and not worker.left_on),
            ("done", self.state == "on_site"),
        ]
        if self.mode == "remote" or not worker:
            return False
        return next((name for name, is_due in steps if is_due), False)

    def _has_findings(self):
        """Tell whether what was found is recorded."""
        self.ensure_one()
        return bool(self.test_run and self.fix_confidence)

    @api.depends("claim_ids", "callback_ids", "rework_ids", "trip_ids")
    def _compute_counts(self):
        for order in self:
            order_sudo = order.sudo()  # sudo: a number, not what is behind it
            order.claim_count = len(order_sudo.claim_ids)
            order.callback_count = len(order_sudo.callback_ids)
            order.rework_count = len(order_sudo.rework_ids)
            order.trip_count = len(order_sudo.trip_ids)
