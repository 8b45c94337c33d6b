from odoo import api, fields, models

from ..arguments import check_single
from ..exceptions import FrozenFactError, MissingError
from .timeline_kinds import KINDS
from .timeline_sources import DESK_SOURCES, FILE_SOURCES, WORK_SOURCES

# Rows of one source keep their place in the numbering of all rows.
SOURCES = 20


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
        branches = []
        for place, known in enumerate(self._get_sources()):
            key = known.get("key", "doc.id")
            selected = ", ".join(
                f"({known.get(name, 'NULL')})::{self._fields[name].column_type[0]}"
                f' AS "{name}"'
                for name in columns
            )
            branches.append(
                f"SELECT {key} * {SOURCES} + {place} AS id, {selected},"
                f" '{known['model']}'::varchar AS res_model, {key} AS res_id"
                f" {known['source']}"
            )
        return " UNION ALL ".join(branches)

    def _get_sources(self):
        """Return where the timeline reads: SQL by column, of constants alone.

        Addons that bring work of their own append to the list.
        """
        return [
            *WORK_SOURCES,
            *DESK_SOURCES,
            *FILE_SOURCES,
        ]

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: the timeline is read from the work itself."""
        self._raise_read_only()
        return super().create(vals_list)

    def _raise_read_only(self):
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
