import base64
import binascii

from odoo import fields, models
from odoo.exceptions import AccessError

from ..arguments import check_single
from ..exceptions import ArgumentError


class AftersalesDocumentFile(models.TransientModel):
    """File a paper that was scanned, or a new version of a filed one."""

    _name = "aftersales.document.file"
    _description = "File a Paper"

    previous_id = fields.Many2one("aftersales.document", string="In Place of")
    form_id = fields.Many2one("aftersales.form")
    order_id = fields.Many2one("aftersales.order", string="Service Order")
    ticket_id = fields.Many2one("helpdesk.ticket")
    site_id = fields.Many2one("aftersales.site")
    paper_date = fields.Date(default=fields.Date.context_today)
    keeper_id = fields.Many2one("res.users", domain=[("share", "=", False)])
    signers = fields.Text(string="Signed by")
    content = fields.Binary(string="File", attachment=False)
    file_name = fields.Char()

    def action_confirm(self):
        """File the paper that was entered; dispatchers and heads.

        :return: the window of the filed paper
        """
        check_single(self)
        self.env["aftersales.order"]._ensure_planner()
        try:
            content = base64.b64decode(self.content or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ArgumentError(self.env._("The file did not arrive whole.")) from error
        name = self.file_name or "paper"
        if self.previous_id:
            self._check_previous()
            paper = self.previous_id._file_version(content, name, self.signers)
        else:
            paper = self._file(content, name)
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.document",
            "view_mode": "form",
            "res_id": paper.id,
        }

    def _check_previous(self):
        """Refuse to replace what is replaced already, or may not be read."""
        self.previous_id.check_access("read")
        if self.previous_id.state != "filed":
            raise ArgumentError(
                self.env._("A newer version of this paper is filed already.")
            )
        if self.previous_id.is_confidential:
            self.previous_id._check_may_print()

    def _file(self, content, name):
        """File a new paper."""
        if not self.form_id or not self.paper_date:
            raise ArgumentError(
                self.env._("Choose the form and the date on the paper.")
            )
        for record in (self.order_id, self.ticket_id, self.site_id):
            if record and not record.has_access("read"):
                raise AccessError(self.env._("You may not read this document."))
        return self.env["aftersales.document"]._file(
            self.form_id,
            content,
            name,
            {
                "order_id": self.order_id.id,
                "ticket_id": self.ticket_id.id,
                "site_id": self.site_id.id,
                "partner_id": self.site_id.partner_id.id,
                "paper_date": self.paper_date,
                "keeper_id": self.keeper_id.id,
                "signers": self.signers,
                "version": self._get_next_version(),
            },
        )

    def _get_next_version(self):
        """Return the version of one more paper of the same kind of an order."""
        papers = self.order_id.document_ids.filtered(
            lambda paper: paper.form_id == self.form_id
        )
        return max(papers.mapped("version"), default=0) + 1
