from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_approval_tier import PATHS

COLUMNS = (
    "model",
    "res_id",
    "claim_id",
    "company_id",
    "tier_id",
    "path",
    "sequence",
    "round",
    "amount",
    "decision",
    "user_id",
    "principal_id",
    "decided_on",
    "reason",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
)


class AftersalesApproval(models.Model):
    """One decision on a document: append-only, by the ORM and the database."""

    _name = "aftersales.approval"
    _inherit = ["aftersales.append.mixin"]
    _description = "Approval"
    _order = "id desc"
    _rec_name = "claim_id"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, index=True
    )
    claim_id = fields.Many2one(
        "aftersales.claim", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = fields.Many2one(
        "aftersales.approval.tier", readonly=True, ondelete="restrict"
    )
    path = fields.Selection(PATHS, readonly=True)
    sequence = fields.Integer(readonly=True, string="Step")
    round = fields.Integer(required=True, readonly=True, default=1)
    amount = fields.Monetary(readonly=True, string="Amount Judged")
    decision = fields.Selection(
        [
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    principal_id = fields.Many2one(
        "res.users",
        string="In the Name Of",
        readonly=True,
        ondelete="restrict",
        help="Whose deputy decided (ROLE-04).",
    )
    decided_on = fields.Datetime(required=True, readonly=True)
    reason = fields.Text(readonly=True)
    informed_user_ids = fields.Many2many("res.users", readonly=True, string="Told")
    urgency_reason = fields.Char(
        related="claim_id.urgency_reason", string="Reason of the Emergency"
    )

    _step_unique = models.UniqueIndex(
        "(model, res_id, round, path, sequence) WHERE decision = 'approved'",
        "This step is already approved.",
    )

    @api.model
    def _record(self, decisions):
        """Put decisions on record.

        :param list decisions: dicts with ``claim``, ``decision``, ``path``,
            ``amount`` and, where they apply, ``tier``, ``reason``, ``at`` (when, if
            not now), ``principal`` (whose deputy decided) and ``informed`` (users
            told)
        """
        now = fields.Datetime.now()
        uid = self.env.uid
        rows = []
        for decision in decisions:
            claim, tier = decision["claim"], decision.get("tier")
            rows.append(
                (
                    claim._name,
                    claim.id,
                    claim.id,
                    claim.company_id.id,
                    tier.id if tier else None,
                    decision["path"],
                    tier.sequence if tier else None,
                    claim.round,
                    decision["amount"],
                    decision["decision"],
                    uid,
                    (decision.get("principal") or self.env["res.users"]).id or None,
                    decision.get("at") or now,
                    decision.get("reason") or None,
                    uid,
                    now,
                    uid,
                    now,
                )
            )
        approvals = self._append(COLUMNS, rows)
        self._record_informed(approvals, decisions)
        self.env["aftersales.claim"].invalidate_model(["approval_ids"])

    @api.model
    def _record_informed(self, approvals, decisions):
        """Keep who was told of each decision (ESC-06)."""
        pairs = [
            (approval.id, user.id)
            for approval, decision in zip(approvals, decisions, strict=True)
            for user in decision.get("informed") or ()
        ]
        if pairs:
            field = self._fields["informed_user_ids"]
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) VALUES %s",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    SQL.identifier(field.column2),
                    SQL(", ").join(SQL("%s", pair) for pair in pairs),
                )
            )
