from odoo import fields, models


class AftersalesTrip(models.Model):
    """One employee's journey."""

    _name = "aftersales.trip"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Trip"
    _order = "departed_on desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.trip"
    _guarded_fields = frozenset(
        {
            "company_id",
            "employee_id",
            "departed_on",
            "returned_on",
            "confirmed_by_id",
            "confirmed_on",
        }
    )
    _state_transitions = {
        "open": {"returned", "cancel"},
        "returned": {"submitted", "cancel"},
        "submitted": {"confirmed", "returned", "cancel"},
        "confirmed": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    destination = fields.Char()
    order_ids = fields.Many2many("aftersales.order", string="Orders")
    expected_days = fields.Float()
    departed_on = fields.Datetime(readonly=True, copy=False)
    returned_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("aftersales.trip.line", "trip_id", copy=False)
    note = fields.Text()
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "Travelling"),
            ("returned", "Returned"),
            ("submitted", "Submitted"),
            ("confirmed", "Confirmed"),
            ("cancel", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
