from datetime import timedelta

from odoo import fields, http
from odoo.http import request

from .parameters import LARGEST_ID

MINUTES = 15  # how long a print on record lets its user fetch the file


class AftersalesDocumentController(http.Controller):
    """The file of a filed paper, for whoever has a print of it on record."""

    @http.route(
        "/aftersales/document/<int:document_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def aftersales_document(self, document_id, **kw):
        """Send the file; asking for it is what the button does, and is logged.

        :param int document_id: id of the paper
        """
        since = fields.Datetime.now() - timedelta(minutes=MINUTES)
        if document_id > LARGEST_ID or not request.env.user._is_internal():
            raise request.not_found()
        # sudo: the print on record was allowed to this very user
        prints = request.env["aftersales.document.print"].sudo()
        granted = prints.search(
            [
                ("document_id", "=", document_id),
                ("user_id", "=", request.env.uid),
                ("printed_on", ">=", since),
            ],
            limit=1,
        )
        paper_sudo = granted.document_id
        if not paper_sudo:
            raise request.not_found()
        return request.make_response(
            paper_sudo._get_bytes(),
            headers=[
                ("Content-Type", paper_sudo.mimetype),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                (
                    "Content-Disposition",
                    http.content_disposition(paper_sudo.file_name or "paper", "inline"),
                ),
            ],
        )
