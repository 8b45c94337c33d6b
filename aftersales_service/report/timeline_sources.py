"""Where the timeline reads: SQL by column, of constants alone."""

from .timeline_kinds import FILE_EVENTS

DONE = "doc.state IN ('done', 'closed') AND doc.done_on IS NOT NULL"
WORK_SOURCES = [
    {
        "model": "aftersales.order",
        "happened_on": "doc.done_on",
        "kind": "doc.service_type",
        "site_id": "doc.site_id",
        "company_id": "doc.company_id",
        "name": "doc.name",
        "source": f"FROM aftersales_order doc WHERE {DONE}",
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
        f"JOIN aftersales_order doc ON doc.id = unit.order_id WHERE {DONE}",
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
CALLBACK = {
    "model": "aftersales.callback",
    "happened_on": "doc.done_on",
    "kind": "'callback'",
    "company_id": "doc.company_id",
    "result": "doc.result",
}
DESK_SOURCES = [
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
        **CALLBACK,
        "site_id": "work.site_id",
        "name": "work.name",
        "source": "FROM aftersales_callback doc "
        "JOIN aftersales_order work ON work.id = doc.order_id "
        "WHERE doc.done_on IS NOT NULL",
    },
    {
        **CALLBACK,
        "site_id": "ticket.site_id",
        "equipment_id": "ticket.equipment_id",
        "name": "ticket.number",
        "source": "FROM aftersales_callback doc "
        "JOIN helpdesk_ticket ticket ON ticket.id = doc.ticket_id "
        "WHERE doc.done_on IS NOT NULL AND doc.order_id IS NULL",
    },
]
LIFE = {
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
KNOWN = ", ".join(f"'{kind.removeprefix('site_')}'" for kind, _ in FILE_EVENTS)
UNITS = (
    "FROM aftersales_equipment_event doc "
    "JOIN aftersales_equipment unit ON unit.id = doc.equipment_id "
    "LEFT JOIN aftersales_equipment other ON other.id = doc.other_id "
)
FILE_SOURCES = [
    {**LIFE, "site_id": "doc.site_id", "source": UNITS},
    {
        **LIFE,
        "site_id": "doc.left_site_id",
        "equipment_id": "NULL",
        "source": f"{UNITS} WHERE doc.left_site_id IS NOT NULL",
    },
    {
        "model": "aftersales.document",
        "happened_on": "doc.filed_on",
        "kind": "'paper'",
        "site_id": "doc.site_id",
        "company_id": "doc.company_id",
        "name": "doc.name",
        "detail": "doc.file_name",
        "source": "FROM aftersales_document doc WHERE doc.is_confidential IS NOT TRUE",
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
        "kind": f"CASE WHEN log.event IN ({KNOWN}) "
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
