from odoo import api, fields, models

from .. import guard
from ..arguments import check_single
from ..exceptions import FrozenFactError, GuardedFieldError

# What a client may not change on a transfer of a claim.
GUARDED = frozenset(
    {
        "claim_id",
        "claim_key",
        "company_id",
        "location_dest_id",
        "location_id",
        "owner_id",
        "picking_type_id",
        "state",
    }
)


class StockPicking(models.Model):
    """Transfers of parts claims."""

    _inherit = "stock.picking"

    claim_id = fields.Many2one(
        "aftersales.claim",
        string="Parts Claim",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        check_company=True,
    )
    claim_key = fields.Char(
        string="Claim Effect", readonly=True, copy=False, groups="base.group_system"
    )

    aftersales_handed_on = fields.Datetime(
        string="Handed Out On",
        copy=False,
        help="When the technician got the parts, if the transfer is validated later.",
    )

    _claim_key_unique = models.UniqueIndex(
        "(claim_key) WHERE claim_key IS NOT NULL",
        "This transfer of the claim exists already.",
    )

    def _aftersales_open(self):
        """Return the same transfers, open to our own code."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    def _aftersales_guarded_again(self):
        """Return the same transfers without the key, to hand them on."""
        context = dict(self.env.context)
        context.pop(guard.CONTEXT_KEY, None)
        return self.with_env(self.env(context=context))

    def _aftersales_is_issue(self):
        """Tell whether this transfer hands parts to a technician."""
        self.ensure_one()
        return self.picking_type_id == (
            self.picking_type_id.warehouse_id.aftersales_issue_type_id
        )

    @api.model_create_multi
    def create(self, vals_list):
        context = dict(self.env.context)
        for name in ("default_claim_id", "default_claim_key"):
            context.pop(name, None)
        vals_list = [self._aftersales_claim_vals(vals) for vals in vals_list]
        self = self.with_env(self.env(context=context))
        pickings = super().create(vals_list)
        pickings._aftersales_check_company(
            {name for vals in vals_list for name in vals}
        )
        return pickings

    @api.model
    def _aftersales_claim_vals(self, vals):
        """Return the values of a new transfer, with the claim it follows from."""
        if vals.get("claim_id") or vals.get("claim_key"):
            if guard.is_open(self.env):
                return vals
            raise GuardedFieldError(
                self.env._("Transfers of a parts claim are made by the claim alone.")
            )
        parent = self.browse(vals.get("return_id") or vals.get("backorder_id") or ())
        # sudo: only the link; the warehouse may not read every claim
        claim = parent.sudo().claim_id
        return {**vals, "claim_id": claim.id} if claim else vals

    def write(self, vals):
        names = GUARDED & vals.keys()
        if names and not guard.is_open(self.env):
            self._aftersales_check_write(vals, names)
        result = super().write(vals)
        self._aftersales_check_company(vals)
        return result

    def _aftersales_check_company(self, names):
        """Refuse documents of another company behind a transfer; core checks none.

        :param names: names of fields that were written
        """
        ours = [
            name
            for name in names
            if (name == "claim_id" or name.startswith("aftersales_"))
            and getattr(self._fields.get(name), "check_company", False)
        ]
        if ours:
            self._check_company(ours)

    def _aftersales_check_write(self, vals, names):
        """Refuse changes of what a claim's transfer stands for."""
        claimed = self.filtered("claim_id")
        if vals.get("claim_id") or vals.get("claim_key"):
            claimed = self
        for picking in claimed:
            changed = [
                name
                for name in names
                if self._fields[name].convert_to_write(picking[name], picking)
                != vals[name]
            ]
            if changed:
                raise GuardedFieldError(
                    self.env._(
                        "%(transfer)s belongs to a parts claim: its way stands as "
                        "approved.",
                        transfer=picking.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claim(self):
        if not guard.is_open(self.env) and self.filtered("claim_id"):
            raise FrozenFactError(
                self.env._("Transfers of a parts claim stay on record. Cancel them.")
            )

    def _aftersales_line_to_scrap(self, vals):
        """Return the claim line a scrap of this transfer's parts belongs to.

        :param dict vals: values of the scrap's move
        :return: ``aftersales.claim.line``, empty when none holds such a part
        """
        self.ensure_one()
        # sudo: the warehouse scraps, it need not read every claim
        lines = self.sudo().claim_id.line_ids.filtered(
            lambda line: line.product_id.id == vals.get("product_id")
        )
        lots = {
            piece[2].get("lot_id") or None
            for piece in vals.get("move_line_ids") or []
            if len(piece) > 2 and isinstance(piece[2], dict)
        }
        held = lines._get_held_lots()
        return lines.filtered(
            lambda line: any((line.id, lot_id) in held for lot_id in lots)
        )[:1]

    def _action_done(self):
        result = super()._action_done()
        for picking in self.filtered("aftersales_handed_on"):
            if picking.claim_id and picking.state == "done":
                picking.date_done = picking.aftersales_handed_on
        return result

    def action_open_claim(self):
        """Open the parts claim of this transfer."""
        check_single(self)
        self.claim_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.claim",
            "res_id": self.claim_id.id,
            "views": [(False, "form")],
        }
