from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .. import guard
from ..exceptions import FrozenFactError

# Parts of an attachment that make it evidence.
CONTENT = frozenset({"datas", "raw", "db_datas", "store_fname", "mimetype", "url"})


class IrAttachment(models.Model):
    """Evidence of parts claims is archived (PART-02)."""

    _inherit = "ir.attachment"

    def _aftersales_images(self):
        """Return those of self that are photos."""
        return self.filtered(
            lambda file: (
                (file.mimetype or "").startswith("image/")
                and "svg" not in file.mimetype
            )
        )

    def _aftersales_tie(self, record):
        """Let these files belong to a document; self is in superuser mode."""
        self.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).write(
            {"res_model": record._name, "res_id": record.id}
        )

    def _aftersales_adopt(self, record, refusal):
        """Tie the fresh uploads among these files to a document.

        A link must not open anybody else's document: only files of the document
        itself and own uploads that belong to nothing yet are let through.

        :param record: one document, as its user sees it
        :param str refusal: what to say about any other file
        :raise AccessError: for any other file
        """
        files_sudo = self.sudo()  # sudo: to look at where they belong
        home = (record._name, record.id)
        strange = files_sudo.filtered(
            lambda file: (file.res_model, file.res_id) != home
        )
        mine = (record.env.uid, SUPERUSER_ID)
        fresh = strange.filtered(
            lambda file: (
                not file.res_id and (record.env.su or file.create_uid.id in mine)
            )
        )
        if strange - fresh:
            raise AccessError(refusal)
        fresh._aftersales_tie(record)

    def write(self, vals):
        names = vals.keys() & (CONTENT | {"res_model", "res_id"})
        if names and not guard.is_open(self.env):
            self._aftersales_check_archived()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        if not guard.is_open(self.env):
            self._aftersales_check_archived()

    def _aftersales_check_archived(self):
        """Refuse to change evidence of claims that left draft."""
        if not self.ids:
            return
        field = self.env["aftersales.claim"]._fields["evidence_ids"]
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 FROM %s AS link JOIN aftersales_claim claim "
                "ON claim.id = link.%s WHERE link.%s = ANY(%s) "
                "AND claim.state != 'draft' LIMIT 1",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                self.ids,
            )
        )
        if rows:
            raise FrozenFactError(
                self.env._(
                    "This file is the evidence of a parts claim and stays archived."
                )
            )
