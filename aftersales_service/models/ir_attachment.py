from odoo import api, models
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
