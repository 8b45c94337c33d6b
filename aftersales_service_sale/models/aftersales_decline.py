from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.aftersales_service.arguments import as_record, as_text
from odoo.addons.aftersales_service.exceptions import TransitionError
from odoo.addons.aftersales_service.images import as_image
from odoo.addons.aftersales_service.models.aftersales_fact_mixin import fact_action


class AftersalesDecline(models.Model):
    """A part the customer did not want changed, with his signature (WARR-07)."""

    _name = "aftersales.decline"
    _inherit = ["aftersales.guard.mixin", "aftersales.frozen.mixin"]
    _description = "Declined Part"
    _order = "declined_on desc, id desc"
    _rec_name = "product_id"
    _guarded_fields = frozenset({"order_id", "equipment_id", "product_id"})

    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment", string="Unit", required=True, readonly=True, index=True
    )
    product_id = fields.Many2one(
        "product.product", string="Part", required=True, readonly=True, index=True
    )
    benefit = fields.Text(
        string="What Was Explained",
        required=True,
        readonly=True,
        help="Why the part should be changed, as the customer was told.",
    )
    declined_by = fields.Char(required=True, readonly=True)
    declined_on = fields.Datetime(required=True, readonly=True)
    signature = fields.Image(
        max_width=1024,
        max_height=1024,
        required=True,
        readonly=True,
        attachment=True,
    )
    user_id = fields.Many2one("res.users", string="Recorded By", readonly=True)

    @api.model
    def _get_texts(self, pairs):
        """Return “declined on …” for units and parts, by pair of ids.

        :param pairs: set of (equipment id, product id)
        """
        rows = self.sudo()._read_group(  # sudo: one fact of the unit's history
            [
                ("equipment_id", "in", [unit for unit, _part in pairs]),
                ("product_id", "in", [part for _unit, part in pairs]),
            ],
            ["equipment_id", "product_id"],
            ["declined_on:max"],
        )
        return {
            (unit.id, part.id): self.env._(
                "Declined on %s", format_date(self.env, moment)
            )
            for unit, part, moment in rows
        }


class AftersalesOrder(models.Model):
    """Parts the customer declines on a visit."""

    _inherit = "aftersales.order"

    decline_ids = fields.One2many(
        "aftersales.decline", "order_id", string="Declined Parts"
    )

    def _check_may_decline(self):
        """Refuse others than workers and desk, and orders whose record is complete."""
        self._get_acting_workers()
        over = self.filtered(lambda order: order.state in ("closed", "cancel"))
        if over:
            raise TransitionError(
                self.env._(
                    "%s is over: nothing is added to its record.",
                    ", ".join(over[:5].mapped("display_name")),
                )
            )

    @fact_action
    def action_decline_part(
        self, product_id, benefit, name, signature, at=None, request_key=None
    ):
        """Record that the customer does not want a part changed (WARR-07).

        Workers on the order and the desk; one unit an order.

        :param product_id: the part, id or ``product.product``
        :param str benefit: what the customer was told in favour of the change
        :param str name: who declined
        :param signature: PNG or JPEG in base64
        :param datetime at: when, UTC
        :return: the record of it
        """
        self._check_may_decline()
        part = as_record(self.env, "product.product", product_id)
        benefit = as_text(self.env, benefit, self.env._("What Was Explained"))
        name = as_text(self.env, name, self.env._("Declined By"))
        image = as_image(self.env, signature, self.env._("Signature"))
        # sudo: technicians record facts, they keep no such list by hand
        declines = self.env["aftersales.decline"].sudo()._unguarded()
        made = declines.create(
            [
                {
                    "order_id": order.id,
                    "equipment_id": order.unit_ids.equipment_id[:1].id,
                    "product_id": part.id,
                    "benefit": benefit,
                    "declined_by": name,
                    "declined_on": at,
                    "signature": image,
                    "user_id": self.env.uid,
                }
                for order in self
            ]
        )
        self.env["aftersales.audit"]._log(
            self, "part_declined", reason=name, happened_on=at
        )
        return made.with_env(self.env)


class AftersalesClaimLine(models.Model):
    """A part that fails after it was declined says so (WARR-07)."""

    _inherit = "aftersales.claim.line"

    declined_text = fields.Char(
        string="Declined Before", compute="_compute_declined_text", compute_sudo=True
    )

    @api.depends("product_id", "claim_id.equipment_id")
    def _compute_declined_text(self):
        texts = self.env["aftersales.decline"]._get_texts(
            {(line.claim_id.equipment_id.id, line.product_id.id) for line in self}
        )
        for line in self:
            key = (line.claim_id.equipment_id.id, line.product_id.id)
            line.declined_text = texts.get(key)
