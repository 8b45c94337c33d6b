from odoo import fields, models
from odoo.tools import SQL

# Each figure: (name, the step before, the step), columns of the inner query.
SPANS = (
    ("hours_to_order", "registered_on", "handed_on"),
    ("hours_to_dispatch", "handed_on", "dispatched_on"),
    ("hours_to_contact", "dispatched_on", "contact_on"),
    ("hours_to_arrive", "dispatched_on", "arrived_on"),
    ("hours_to_report", "arrived_on", "reported_on"),
    ("hours_to_callback", "reported_on", "called_back_on"),
)


class AftersalesOrderStepReport(models.Model):
    """The seven steps of a visit, and the hours between them (DISP-09).

    A step not taken yet counts in no average; neither does the time of the desk
    where an order was written down after the visit.
    """

    _name = "aftersales.order.step.report"
    _description = "Steps of Service Orders"
    _auto = False
    _order = "registered_on desc, id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("aftersales.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    service_type = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.order"]
            ._fields["service_type"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    initiative = fields.Selection(
        [("proactive", "Proactive"), ("reactive", "Reactive")], readonly=True
    )
    lead_id = fields.Many2one("hr.employee", string="Lead Technician", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    registered_on = fields.Datetime(string="1 Registered", readonly=True)
    handed_on = fields.Datetime(string="2 At the Desk", readonly=True)
    dispatched_on = fields.Datetime(string="3 Sent", readonly=True)
    confirmed_on = fields.Datetime(string="4 Customer Called", readonly=True)
    arrived_on = fields.Datetime(string="5 Arrived", readonly=True)
    reported_on = fields.Datetime(string="6 Report", readonly=True)
    called_back_on = fields.Datetime(string="7 Called Back", readonly=True)
    hours_to_order = fields.Float("Hours to the Desk", aggregator="avg", readonly=True)
    hours_to_dispatch = fields.Float(
        "Hours to Dispatch", aggregator="avg", readonly=True
    )
    hours_to_contact = fields.Float("Hours to Call", aggregator="avg", readonly=True)
    hours_to_arrive = fields.Float("Hours to Arrival", aggregator="avg", readonly=True)
    hours_to_report = fields.Float("Hours to Report", aggregator="avg", readonly=True)
    hours_to_callback = fields.Float(
        "Hours to Call-Back", aggregator="avg", readonly=True
    )

    @property
    def _table_query(self):
        spans = SQL(", ").join(
            SQL(
                "EXTRACT(EPOCH FROM %s - %s) / 3600 AS %s",
                SQL.identifier(after),
                SQL.identifier(before),
                SQL.identifier(name),
            )
            for name, before, after in SPANS
        )
        return SQL("SELECT step.*, %s FROM (%s) step", spans, self._get_steps())

    def _get_steps(self):
        """Return the query of the steps, one row per order."""
        return SQL(
            """
            SELECT o.id, o.id AS order_id, o.company_id, o.service_type, o.initiative,
                   o.lead_id, o.partner_id,
                   LEAST(t.received_on, o.create_date, o.arrived_on, o.reported_on)
                       AS registered_on,
                   desk.handed_on, sent.dispatched_on,
                   o.confirmed_on, o.arrived_on, o.reported_on,
                   -- who was called before anybody was sent waits for no call
                   CASE WHEN o.confirmed_on IS NOT NULL
                        THEN GREATEST(o.confirmed_on, sent.dispatched_on)
                   END AS contact_on,
                   (SELECT min(c.done_on)
                      FROM aftersales_callback c
                     WHERE c.order_id = o.id
                       AND c.done_on >= COALESCE(o.reported_on, c.done_on))
                       AS called_back_on
              FROM aftersales_order o
              LEFT JOIN helpdesk_ticket t ON t.id = o.ticket_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN o.dispatched_on <= COALESCE(
                               o.arrived_on, o.reported_on, o.dispatched_on)
                          THEN o.dispatched_on END AS dispatched_on
                   ) sent
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN o.create_date <= COALESCE(
                               sent.dispatched_on, o.arrived_on, o.reported_on,
                               o.create_date)
                          THEN o.create_date END AS handed_on
                   ) desk
             WHERE o.state != 'cancel'
            """
        )
