import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..exceptions import ArgumentError, FrozenFactError

TYPES = ("application/pdf", "image/png", "image/jpeg")
MAX_BYTES = 25 * 1024 * 1024
RECIPIENTS = [
    ("customer", "Customer"),
    ("customer_head", "Customer's Manager"),
    ("head", "Head of Department"),
    ("company", "Company's File"),
    ("technical", "Technical Department"),
    ("other", "Other"),
]


class AftersalesDocument(models.Model):
    """A filed paper: archive number, keeper, and a content that never changes.

    Papers come in through ``_file`` alone. A corrected paper is a new version; the
    old one stays (DOC-09, DOC-11).
    """

    _name = "aftersales.document"
    _inherit = ["aftersales.number.mixin", "aftersales.state.mixin"]
    _description = "Filed Paper"
    _order = "filed_on desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.document"
    _guarded_fields = frozenset(
        {
            "company_id",
            "form_id",
            "order_id",
            "ticket_id",
            "site_id",
            "partner_id",
            "paper_date",
            "filed_on",
            "filed_by_id",
            "version",
            "previous_id",
            "content",
            "digest",
            "file_name",
            "mimetype",
            "signers",
        }
    )
    _state_transitions = {"filed": {"superseded"}, "superseded": set()}

    name = fields.Char(string="Archive Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    form_id = fields.Many2one(
        "aftersales.form", required=True, index=True, ondelete="restrict"
    )
    is_confidential = fields.Boolean(related="form_id.is_confidential", store=True)
    order_id = fields.Many2one(
        "aftersales.order", string="Service Order", index="btree_not_null"
    )
    ticket_id = fields.Many2one("helpdesk.ticket", index="btree_not_null")
    site_id = fields.Many2one("aftersales.site", index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null"
    )
    paper_date = fields.Date(required=True, help="The date on the paper.")
    filed_on = fields.Datetime(required=True)
    filed_by_id = fields.Many2one("res.users", required=True)
    is_late = fields.Boolean(
        string="Filed Late", compute="_compute_is_late", store=True
    )
    keeper_id = fields.Many2one(
        "res.users", domain=[("share", "=", False)], help="Who keeps the paper."
    )
    version = fields.Integer(required=True, default=1)
    previous_id = fields.Many2one(
        "aftersales.document", string="Replaces", index="btree_not_null"
    )
    content = fields.Binary(attachment=True, groups=fields.NO_ACCESS)
    digest = fields.Char(string="Fingerprint (SHA-256)")
    file_name = fields.Char()
    mimetype = fields.Char(string="File Type")
    signers = fields.Text(string="Signed by", help="Who signed, in which role, when.")
    copy_ids = fields.One2many("aftersales.document.copy", "document_id")
    print_ids = fields.One2many("aftersales.document.print", "document_id")
    print_count = fields.Integer(compute="_compute_print_count")
    state = fields.Selection(
        [("filed", "Filed"), ("superseded", "Replaced")],
        required=True,
        default="filed",
        readonly=True,
        index=True,
    )

    _previous_unique = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "A newer version of this paper is filed already.",
    )
    _order_report_unique = models.UniqueIndex(
        "(order_id, form_id, version) WHERE order_id IS NOT NULL",
        "This paper of the order is filed already.",
    )

    @api.depends("paper_date", "filed_on", "form_id.days_to_file")
    def _compute_is_late(self):
        for paper in self:
            days = paper.form_id.days_to_file
            filed = paper.filed_on and fields.Datetime.context_timestamp(
                paper.with_context(tz=paper.company_id._get_aftersales_tz()),
                paper.filed_on,
            )
            paper.is_late = bool(
                days and filed and (filed.date() - paper.paper_date).days > days
            )

    @api.depends("print_ids")
    def _compute_print_count(self):
        for paper in self:
            paper.print_count = len(paper.print_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_administrator(self):
        """Nothing filed is deleted by users; an administrator leaves a trace."""
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise FrozenFactError(
                self.env._("Filed papers are kept. File a new version instead.")
            )
        self.env["aftersales.audit"]._log(self, "paper_deleted")

    # -- filing

    @api.model
    def _file(self, form, content, file_name, values):
        """File a paper.

        :param form: one ``aftersales.form``
        :param bytes content: the file
        :param str file_name: what it is called
        :param dict values: further fields, checked by the caller
        :return: the paper
        """
        mimetype = self._check_content(content)
        order = values.get("order_id")
        record = self.env["aftersales.order"].browse(order)
        ticket = self.env["helpdesk.ticket"].browse(values.get("ticket_id"))
        source = (record or ticket).sudo()  # sudo: whose paper it is
        prepared = {
            "form_id": form.id,
            "company_id": (source.company_id or self.env.company).id,
            "partner_id": source.partner_id.id,
            "site_id": source.site_id.id if source else False,
            "filed_on": fields.Datetime.now(),
            "filed_by_id": self.env.uid,
            "keeper_id": form.keeper_id.id,
            "content": base64.b64encode(content),
            "digest": hashlib.sha256(content).hexdigest(),
            "file_name": file_name,
            "mimetype": mimetype,
            **{name: value for name, value in values.items() if value},
        }
        # sudo: papers are filed by this door alone, whoever opens it
        paper = self.sudo()._unguarded().create(prepared)
        self.env["aftersales.audit"]._log(
            paper, "filed", form=form.code, digest=paper.digest
        )
        return self.browse(paper.id)

    @api.model
    def _check_content(self, content):
        """Return the type of a file that may be filed: PDF, PNG or JPEG."""
        starts = {
            b"%PDF-": "application/pdf",
            b"\x89PNG\r\n": "image/png",
            b"\xff\xd8\xff": "image/jpeg",
        }
        for start, mimetype in starts.items():
            if content[:8].startswith(start) and len(content) <= MAX_BYTES:
                return mimetype
        raise ArgumentError(
            self.env._("File a PDF, or a picture as PNG or JPEG, of at most 25 MB.")
        )

    def _file_version(self, content, file_name, signers=""):
        """File a corrected paper in place of this one; the old one stays."""
        self.ensure_one()
        self._lock()
        paper = self._file(
            self.form_id,
            content,
            file_name,
            {
                "company_id": self.company_id.id,
                "order_id": self.order_id.id,
                "ticket_id": self.ticket_id.id,
                "site_id": self.site_id.id,
                "partner_id": self.partner_id.id,
                "paper_date": self.paper_date,
                "keeper_id": self.keeper_id.id,
                "version": self.version + 1,
                "previous_id": self.id,
                "signers": signers,
            },
        )
        # sudo: who may file a version may set the old one aside
        self.sudo()._set_state("superseded")
        return paper

    # -- copies

    def action_hand_out(self, recipient, name=None, at=None):
        """Note who got a copy, once each (DOC-04); whoever may read the paper.

        :param str recipient: customer, customer_head, head, company, technical, other
        :param str name: the person
        :param at: when, naive UTC or ISO text; now by default
        :return: the entries of the distribution list
        """
        self.env["aftersales.order"]._ensure_field_staff()
        self.check_access("read")
        recipient = arguments.as_choice(
            self.env, recipient, RECIPIENTS, self.env._("Recipient")
        )
        name = arguments.as_text(self.env, name, self.env._("Name"), False)
        given_on = self.env["aftersales.order"]._check_fact_time(at)
        self._lock()
        return self._note_copies([recipient], name, given_on)

    def _note_copies(self, recipients, name="", given_on=None):
        """Note copies that are not noted yet; return all entries asked for."""
        copies = self.env["aftersales.document.copy"]
        have = {(copy.document_id.id, copy.recipient) for copy in self.copy_ids}
        # sudo: the list is written by this act alone
        copies.sudo()._unguarded().create(
            [
                {
                    "document_id": paper.id,
                    "recipient": recipient,
                    "name": name,
                    "given_on": given_on or fields.Datetime.now(),
                    "given_by_id": self.env.uid,
                }
                for paper in self
                for recipient in recipients
                if (paper.id, recipient) not in have
            ]
        )
        return self.copy_ids.filtered(lambda copy: copy.recipient in recipients)

    # -- printing

    def action_print(self):
        """Open the paper to print it; every print is on record (DOC-12).

        :return: an action that opens the file
        :raise AccessError: confidential, and neither head nor keeper
        """
        arguments.check_single(self)
        self.check_access("read")
        self._check_may_print()
        # sudo: the log is written by this act alone
        self.env["aftersales.document.print"].sudo()._unguarded().create(
            {
                "document_id": self.id,
                "user_id": self.env.uid,
                "printed_on": fields.Datetime.now(),
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/aftersales/document/{self.id}",
            "target": "new",
        }

    def _check_may_print(self):
        """Refuse confidential papers to all but heads and their keeper."""
        user = self.env.user
        if (
            self.is_confidential
            and self.keeper_id != user
            and not user.has_group("aftersales_service.group_head")
        ):
            raise AccessError(
                self.env._(
                    "This paper is confidential. Ask its keeper or the head of "
                    "department."
                )
            )

    def action_open_version(self):
        """Open the window that files a corrected paper in place of this one.

        :return: a window action
        """
        self.check_access("read")
        arguments.check_single(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Version"),
            "res_model": "aftersales.document.file",
            "view_mode": "form",
            "target": "new",
            "context": {"default_previous_id": self.id},
        }

    def _get_bytes(self):
        """Return the file itself; self is in superuser mode."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content or b"")
