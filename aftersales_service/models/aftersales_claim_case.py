from odoo import api, fields, models

JUDGES = (
    "aftersales_service.group_head,aftersales_service.group_quality_vp,"
    "aftersales_service.group_general_manager"
)


class AftersalesClaim(models.Model):
    """The case that decides who bears the cost of a claim (ACC-09)."""

    _inherit = "aftersales.claim"

    case_id = fields.Many2one(
        "aftersales.case",
        string="Responsibility",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=JUDGES,
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"case_id"}

    def _link_case(self, case):
        """Remember the case about this claim's cost.

        :param case: one ``aftersales.case``
        """
        self.sudo()._unguarded().case_id = case  # sudo: opened by the house

    def _apply_case(self, case):
        """Let a decided case say who pays the parts: the claim's own transition.

        Parts and amounts stay as they were approved.

        :param case: one decided ``aftersales.case`` with a payer
        """
        claim = self.sudo()._lock()  # sudo: who decides does not edit claims
        before = claim.line_ids.mapped("payer")
        claim.line_ids._unguarded().write({"payer": case.payer})
        claim._unguarded().case_id = case
        self.env["aftersales.audit"]._log(
            claim, "payer_decided", case=case.name, before=before, payer=case.payer
        )
