from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..arguments import as_date, as_text
from ..exceptions import FactTimeError, TransitionError

YEAR = timedelta(days=365)
TABLE = Markup(
    '<table class="table table-sm o_aftersales_timeline"><thead><tr>'
    "<th>%(day)s</th><th>%(kind)s</th><th>%(name)s</th><th>%(what)s</th></tr></thead>"
    "<tbody>%(rows)s</tbody></table>"
)


class AftersalesFileMixin(models.AbstractModel):
    """The living page of a site or a unit: its timeline, and when it last grew."""

    _name = "aftersales.file.mixin"
    _description = "After-Sales File"

    # The field of the timeline that names records of this model.
    _timeline_field = None

    timeline = fields.Html(
        string="What Happened",
        compute="_compute_timeline",
        compute_sudo=True,  # the file shows colleagues' work as text (SITE-18)
        sanitize=False,  # sanitize: made of escaped values, never stored
    )
    timeline_count = fields.Integer(
        string="Entries", compute="_compute_last_update", compute_sudo=True
    )
    last_update = fields.Datetime(
        string="Last Updated",
        compute="_compute_last_update",
        compute_sudo=True,  # as above
        help="When something was last added to the file by the work itself.",
    )

    def _compute_timeline(self):
        entries = self.env["aftersales.timeline"]._get_latest(
            self._timeline_field, self
        )
        labels = {
            "day": self.env._("Date"),
            "kind": self.env._("What"),
            "name": self.env._("Document"),
            "what": self.env._("Details"),
        }
        for record in self:
            tz = record._get_file_tz()
            rows = [entry._get_row(tz) for entry in entries.get(record._origin.id, ())]
            record.timeline = rows and TABLE % {**labels, "rows": Markup().join(rows)}

    def _compute_last_update(self):
        found = {
            record: (last, count)
            for record, last, count in self.env["aftersales.timeline"]._read_group(
                [(self._timeline_field, "in", self.ids)],
                [self._timeline_field],
                ["happened_on:max", "__count"],
            )
        }
        for record in self:
            last, count = found.get(record._origin, (False, 0))
            record.last_update = last
            record.timeline_count = count

    def _get_file_tz(self):
        """Return the zone in which the page shows times."""
        raise NotImplementedError

    def action_open_timeline(self):
        """Open everything that happened to these records.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Timeline"),
            "res_model": "aftersales.timeline",
            "view_mode": "list,graph",
            "domain": [(self._timeline_field, "in", self.ids)],
        }


class AftersalesEquipment(models.Model):
    """The page of a unit."""

    _name = "aftersales.equipment"
    _inherit = ["aftersales.equipment", "aftersales.file.mixin"]
    _timeline_field = "equipment_id"

    def _get_file_tz(self):
        site = self.site_id
        return site._get_tz() if site else self.company_id._get_aftersales_tz()


class AftersalesSite(models.Model):
    """The service file of a site as one page (F01)."""

    _name = "aftersales.site"
    _inherit = ["aftersales.site", "aftersales.file.mixin"]
    _timeline_field = "site_id"

    contact_ids = fields.One2many(related="partner_id.child_ids", string="Contacts")
    log_book_receiver = fields.Char(
        string="Log Book Received By", tracking=True, readonly=True
    )
    document_ids = fields.One2many(
        "aftersales.document",
        "site_id",
        string="Papers",
        domain=[("state", "=", "filed")],
    )
    document_count = fields.Integer(string="Filed", compute="_compute_document_count")
    compliance = fields.Float(
        string="Compliance (%)",
        compute="_compute_compliance",
        help="Planned work of the last twelve months that was done on its due day "
        "or before.",
    )
    warranty_text = fields.Char(
        string="Warranty in Words",
        compute="_compute_warranty_text",
        compute_sudo=True,  # who reads the file may know its term
    )

    def _get_file_tz(self):
        return self._get_tz()

    def _compute_document_count(self):
        counts = {}
        if self.env["aftersales.document"].has_access("read"):
            counts = dict(
                self.env["aftersales.document"]._read_group(
                    [("site_id", "in", self.ids), ("state", "=", "filed")],
                    ["site_id"],
                    ["__count"],
                )
            )
        for site in self:
            site.document_count = counts.get(site._origin, 0)

    def _compute_compliance(self):
        shares = {}
        report = self.env["aftersales.plan.report"]
        if report.has_access("read"):
            since = fields.Date.context_today(self) - YEAR
            shares = dict(
                report._read_group(
                    [("site_id", "in", self.ids), ("due_on", ">=", since)],
                    ["site_id"],
                    ["compliance:avg"],
                )
            )
        for site in self:
            site.compliance = shares.get(site._origin, 0.0)

    @api.depends("warranty_start", "warranty_end")
    def _compute_warranty_text(self):
        today = fields.Date.context_today(self)
        units = self.env["aftersales.equipment"]
        in_use = Domain("site_id", "in", self.ids) & Domain(
            "state", "not in", ("replaced", "retired")
        )
        totals = dict(units._read_group(in_use, ["site_id"], ["__count"]))
        covered = {
            site: (count, last)
            for site, count, last in units._read_group(
                in_use & Domain("warranty_state", "=", "covered"),
                ["site_id"],
                ["__count", "warranty_end:min"],
            )
        }
        for site in self:
            origin = site._origin
            site.warranty_text = " ".join(
                site._get_warranty_sentences(
                    today, totals.get(origin, 0), *covered.get(origin, (0, False))
                )
            )

    def _get_warranty_sentences(self, today, total, covered, first_end):
        """Return the warranty of a site and of its units in plain sentences."""
        sentences = []
        if self.warranty_end:
            in_term = (self.warranty_start or today) <= today <= self.warranty_end
            text = (
                self.env._("The site is under warranty up to and including %s.")
                if in_term
                else self.env._("The warranty of the site: last day %s.")
            )
            sentences.append(text % format_date(self.env, self.warranty_end))
        if total:
            sentences.append(
                self.env._(
                    "%(covered)s of %(total)s units are under warranty today.",
                    covered=covered,
                    total=total,
                )
            )
        if covered and first_end and first_end >= today:
            sentences.append(
                self.env._(
                    "The first of their own terms ends on %s.",
                    format_date(self.env, first_end),
                )
            )
        return sentences

    # -- log book

    def action_issue_log_book(self, receiver, on_date=None):
        """Record that the operators got the log book (SITE-12, F02).

        :param str receiver: who took it
        :param on_date: the day; today by default
        :return: the sites
        :raise TransitionError: for a file that is closed
        """
        self._check_may_manage()
        receiver = as_text(self.env, receiver, self.env._("Received By"))
        today = fields.Date.context_today(self)
        day = as_date(self.env, on_date) or today
        if day > today:
            raise FactTimeError(
                self.env._("The log book is recorded when it is handed over.")
            )
        self._lock()
        closed = self.filtered(lambda site: site.state == "closed")
        if closed:
            raise TransitionError(
                self.env._(
                    "The file of %s is closed: nothing is handed over any more.",
                    ", ".join(closed[:5].mapped("display_name")),
                )
            )
        self.write({"log_book_issued_on": day, "log_book_receiver": receiver})
        self.env["aftersales.audit"]._log(self, "log_book", reason=receiver)
        return self

    def action_open_log_book(self):
        """Open the window that asks who received the log book.

        :return: a window action
        """
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over the Log Book"),
            "res_model": "aftersales.site.log.book",
            "view_mode": "form",
            "target": "new",
            "context": {"default_site_ids": self.ids},
        }

    # -- archive

    def write(self, vals):
        archived = "active" in vals and self.filtered(
            lambda site: site.active != bool(vals["active"])
        )
        result = super().write(vals)
        if archived:
            event = "restored" if vals["active"] else "archived"
            self.env["aftersales.audit"]._log(archived, event)
        return result

    def action_open_documents(self):
        """Open the papers filed for these sites.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.document", self.env._("Papers"), "list,form"
        )
