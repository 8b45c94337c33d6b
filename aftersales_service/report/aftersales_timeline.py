from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import check_single
from ..exceptions import FrozenFactError, MissingError

# Rows of one source keep their place in the numbering of all rows.
SOURCES = 20
WORK = [
    ("repair", "Repair"),
    ("inspection", "Inspection"),
    ("maintenance", "Maintenance"),
    ("installation", "Installation"),
    ("visit", "Customer Visit"),
    ("rework", "Rework"),
]
FILE_EVENTS = [
    ("site_active", "Site Put into Service"),
    ("site_suspended", "Site Suspended"),
    ("site_closed", "Site Closed"),
    ("site_handed_over", "Site Handed Over"),
    ("site_log_book", "Log Book Handed Over"),
    ("site_archived", "File Archived"),
    ("site_restored", "File Restored"),
]
KINDS = [
    *WORK,
    ("ticket", "Ticket"),
    ("call", "Call"),
    ("callback", "Call-Back"),
    ("part", "Part Changed"),
    ("paper", "Paper Filed"),
    ("check", "Spot Check"),
    ("file", "Site File"),
    *FILE_EVENTS,
    ("warranty", "Warranty Decided"),
    ("shipped", "Shipped"),
    ("placed", "Put into Service"),
    ("depot", "Came to the Depot"),
    ("moved", "Moved"),
    ("owner", "Changed Hands"),
    ("parent", "Built into Another Unit"),
    ("software", "Software Changed"),
    ("replaced", "Replaced"),
    ("successor", "Took Another Unit's Place"),
    ("retired", "Retired"),
]


class AftersalesTimeline(models.Model):
    """What happened at a site and to its units, read from the work itself (SITE-02).

    Nothing is written here: the rows are the documents, seen by date.
    """

    _name = "aftersales.timeline"
    _description = "Timeline"
    _auto = False
    _order = "happened_on desc, id desc"
    _rec_name = "name"
    _depends = {
        "aftersales.order": ["state", "done_on", "site_id", "service_type", "name"],
        "aftersales.order.unit": ["order_id", "equipment_id", "symptom_id"],
        "helpdesk.ticket": ["site_id", "equipment_id", "received_on", "name"],
        "aftersales.call": ["site_id", "equipment_id", "called_on", "ticket_id"],
        "aftersales.callback": ["state", "done_on", "result", "order_id", "ticket_id"],
        "aftersales.claim.line": ["used_on", "site_id", "old_serial", "lot_id"],
        "aftersales.equipment.event": ["kind", "happened_on"],
        "aftersales.document": ["site_id", "filed_on", "is_confidential"],
        "aftersales.site.review": ["site_id", "checked_on"],
        "aftersales.site": ["name"],
    }

    happened_on = fields.Datetime(string="Date", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    site_id = fields.Many2one("aftersales.site", readonly=True)
    equipment_id = fields.Many2one("aftersales.equipment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    name = fields.Char(string="Document", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    code_id = fields.Many2one("aftersales.code", string="Symptom", readonly=True)
    detail = fields.Char(string="Remark", readonly=True)
    old_value = fields.Char(string="Before", readonly=True)
    new_value = fields.Char(string="After", readonly=True)
    result = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.callback"]
            ._fields["result"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    res_model = fields.Char(string="Kind of Document", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True
    )

    @property
    def _table_query(self):
        columns = (
            "happened_on",
            "kind",
            "site_id",
            "equipment_id",
            "company_id",
            "name",
            "product_id",
            "code_id",
            "detail",
            "old_value",
            "new_value",
            "result",
        )
        branches = [
            SQL(
                "SELECT %(key)s * %(sources)s + %(place)s AS id, %(columns)s,"
                " %(model)s AS res_model, %(key)s AS res_id %(source)s",
                key=SQL("doc.id") if not known.get("key") else SQL(known["key"]),
                sources=SOURCES,
                place=place,
                columns=SQL(", ").join(
                    SQL(
                        "(%s)::%s AS %s",
                        SQL(known.get(name, "NULL")),
                        SQL(self._fields[name].column_type[0]),
                        SQL.identifier(name),
                    )
                    for name in columns
                ),
                model=known["model"],
                source=SQL(known["source"]),
            )
            for place, known in enumerate(self._get_sources())
        ]
        return SQL(" UNION ALL ").join(branches)

    def _get_sources(self):
        """Return where the timeline reads: SQL by column, of constants alone.

        Addons that bring work of their own append to the list.
        """
        return [
            *self._get_work_sources(),
            *self._get_desk_sources(),
            *self._get_file_sources(),
        ]

    def _get_work_sources(self):
        """Return the sources of work done: orders by site, units, parts."""
        done = "doc.state IN ('done', 'closed') AND doc.done_on IS NOT NULL"
        return [
            {
                "model": "aftersales.order",
                "happened_on": "doc.done_on",
                "kind": "doc.service_type",
                "site_id": "doc.site_id",
                "company_id": "doc.company_id",
                "name": "doc.name",
                "source": f"FROM aftersales_order doc WHERE {done}",
            },
            {
                "model": "aftersales.order.unit",
                "key": "unit.id",
                "happened_on": "doc.done_on",
                "kind": "doc.service_type",
                "equipment_id": "unit.equipment_id",
                "company_id": "doc.company_id",
                "name": "doc.name",
                "code_id": "unit.symptom_id",
                "source": "FROM aftersales_order_unit unit "
                f"JOIN aftersales_order doc ON doc.id = unit.order_id WHERE {done}",
            },
            {
                "model": "aftersales.claim.line",
                "happened_on": "doc.used_on",
                "kind": "'part'",
                "site_id": "doc.site_id",
                "equipment_id": "doc.equipment_id",
                "company_id": "doc.company_id",
                "name": "claim.name",
                "product_id": "doc.product_id",
                "old_value": "doc.old_serial",
                "new_value": "lot.name",
                "source": "FROM aftersales_claim_line doc "
                "JOIN aftersales_claim claim ON claim.id = doc.claim_id "
                "LEFT JOIN stock_lot lot ON lot.id = doc.lot_id "
                "WHERE doc.used_on IS NOT NULL",
            },
        ]

    def _get_desk_sources(self):
        """Return the sources of talk: tickets, calls, call-backs."""
        callback = {
            "model": "aftersales.callback",
            "happened_on": "doc.done_on",
            "kind": "'callback'",
            "company_id": "doc.company_id",
            "result": "doc.result",
        }
        return [
            {
                "model": "helpdesk.ticket",
                "happened_on": "COALESCE(doc.received_on, doc.create_date)",
                "kind": "'ticket'",
                "site_id": "doc.site_id",
                "equipment_id": "doc.equipment_id",
                "company_id": "doc.company_id",
                "name": "doc.number",
                "code_id": "doc.symptom_id",
                "detail": "doc.name",
                "source": "FROM helpdesk_ticket doc WHERE doc.active",
            },
            {
                "model": "aftersales.call",
                "happened_on": "doc.called_on",
                "kind": "'call'",
                "site_id": "doc.site_id",
                "equipment_id": "doc.equipment_id",
                "company_id": "doc.company_id",
                "name": "doc.name",
                "source": "FROM aftersales_call doc WHERE doc.ticket_id IS NULL",
            },
            {
                **callback,
                "site_id": "work.site_id",
                "name": "work.name",
                "source": "FROM aftersales_callback doc "
                "JOIN aftersales_order work ON work.id = doc.order_id "
                "WHERE doc.done_on IS NOT NULL",
            },
            {
                **callback,
                "site_id": "ticket.site_id",
                "equipment_id": "ticket.equipment_id",
                "name": "ticket.number",
                "source": "FROM aftersales_callback doc "
                "JOIN helpdesk_ticket ticket ON ticket.id = doc.ticket_id "
                "WHERE doc.done_on IS NOT NULL AND doc.order_id IS NULL",
            },
        ]

    def _get_file_sources(self):
        """Return the sources of the file itself: papers, checks, lives, decisions."""
        life = {
            "model": "aftersales.equipment.event",
            "happened_on": "doc.happened_on",
            "kind": "doc.kind",
            "equipment_id": "doc.equipment_id",
            "company_id": "doc.company_id",
            "name": "unit.name",
            "detail": "doc.reason",
            "old_value": "doc.old_value",
            "new_value": "COALESCE(doc.new_value, other.name)",
        }
        known = ", ".join(f"'{kind.removeprefix('site_')}'" for kind, _ in FILE_EVENTS)
        units = (
            "FROM aftersales_equipment_event doc "
            "JOIN aftersales_equipment unit ON unit.id = doc.equipment_id "
            "LEFT JOIN aftersales_equipment other ON other.id = doc.other_id "
        )
        return [
            {**life, "site_id": "doc.site_id", "source": units},
            {
                **life,
                "site_id": "doc.left_site_id",
                "equipment_id": "NULL",
                "source": f"{units} WHERE doc.left_site_id IS NOT NULL",
            },
            {
                "model": "aftersales.document",
                "happened_on": "doc.filed_on",
                "kind": "'paper'",
                "site_id": "doc.site_id",
                "company_id": "doc.company_id",
                "name": "doc.name",
                "detail": "doc.file_name",
                "source": "FROM aftersales_document doc "
                "WHERE doc.is_confidential IS NOT TRUE",
            },
            {
                "model": "aftersales.site.review",
                "happened_on": "doc.checked_on",
                "kind": "'check'",
                "site_id": "doc.site_id",
                "company_id": "doc.company_id",
                "name": "site.name",
                "detail": "doc.finding",
                "source": "FROM aftersales_site_review doc "
                "JOIN aftersales_site site ON site.id = doc.site_id",
            },
            {
                "model": "aftersales.site",
                "key": "log.id",
                "happened_on": "log.happened_on",
                "kind": f"CASE WHEN log.event IN ({known}) "
                "THEN 'site_' || log.event ELSE 'file' END",
                "site_id": "doc.id",
                "company_id": "doc.company_id",
                "name": "doc.code",
                "detail": "log.reason",
                "source": "FROM aftersales_site doc JOIN aftersales_audit log "
                "ON log.model = 'aftersales.site' AND log.res_id = doc.id",
            },
            {
                "model": "aftersales.equipment",
                "key": "log.id",
                "happened_on": "log.happened_on",
                "kind": "'warranty'",
                "site_id": "doc.site_id",
                "equipment_id": "doc.id",
                "company_id": "doc.company_id",
                "name": "doc.name",
                "detail": "log.reason",
                "source": "FROM aftersales_equipment doc JOIN aftersales_audit log "
                "ON log.model = 'aftersales.equipment' AND log.res_id = doc.id "
                "AND log.event = 'warranty_override'",
            },
        ]

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: the timeline is read from the work itself."""
        raise FrozenFactError(
            self.env._("The timeline is read from the work. Record the work instead.")
        )

    def action_open_document(self):
        """Open the document behind one entry, for those who may read it.

        :return: a window action
        :raise MissingError: when an entry has no document of its own
        """
        self.check_access("read")
        check_single(self)
        document = self._get_document()
        if not document:
            raise MissingError(self.env._("This entry stands for itself."))
        document.check_access("read")
        return document._get_records_action()

    def _get_document(self):
        """Return the record that a person would open for this entry."""
        record = self.env[self.res_model].browse(self.res_id)
        if self.res_model == "aftersales.order.unit":
            return record.sudo().order_id.sudo(False)  # sudo: the way to it only
        if self.res_model == "aftersales.claim.line":
            return record.sudo().claim_id.sudo(False)  # sudo: as above
        if self.res_model == "aftersales.equipment.event":
            return record.sudo().equipment_id.sudo(False)  # sudo: as above
        if self.res_model in ("aftersales.site", "aftersales.equipment"):
            return self.equipment_id or self.site_id
        return record
