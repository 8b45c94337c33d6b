import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models

PURPOSES = [
    ("visit", "See the Visit, Confirm or Move It"),
    ("sign", "Sign the Report"),
    ("rate", "Rate the Service"),
]
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
KEY_IN_LINK = re.compile(rf"access_token={TOKEN.pattern}")


class AftersalesLink(models.Model):
    """A link that opens one order for one purpose, until it expires (rule T3).

    The table keeps a hash: who reads it, or a copy of the database, opens nothing.
    """

    _name = "aftersales.link"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Customer Link"
    _order = "id desc"
    _rec_name = "purpose"
    _guarded_fields = frozenset(
        {
            "order_id",
            "company_id",
            "partner_id",
            "purpose",
            "token_hash",
            "expires_on",
            "revoked_on",
            "used_on",
        }
    )

    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, readonly=True, index=True
    )
    partner_id = fields.Many2one("res.partner", string="Made for", readonly=True)
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    token_hash = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    expires_on = fields.Datetime(required=True, readonly=True)
    revoked_on = fields.Datetime(readonly=True, copy=False)
    used_on = fields.Datetime(readonly=True, copy=False, help="First acted on.")
    is_live = fields.Boolean(string="Still Opens", compute="_compute_is_live")

    _token_unique = models.UniqueIndex("(token_hash)", "This link exists already.")

    @api.depends("expires_on", "revoked_on")
    def _compute_is_live(self):
        now = fields.Datetime.now()
        for link in self:
            link.is_live = not link.revoked_on and link.expires_on > now

    @api.model
    def _hash(self, token):
        """Return what is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _issue(self, orders, purpose):
        """Make one link per order; the token is known to the caller alone.

        :param orders: service orders
        :param str purpose: what the link is good for
        :return: ``{order id: token}``
        """
        tokens = {order.id: secrets.token_urlsafe(32) for order in orders}
        now = fields.Datetime.now()
        # sudo: whoever's act has the link made; nobody writes links by hand
        self.sudo()._unguarded().create(
            [
                {
                    "order_id": order.id,
                    "partner_id": order.partner_id.id,
                    "purpose": purpose,
                    "token_hash": self._hash(tokens[order.id]),
                    "expires_on": now
                    + timedelta(days=order.company_id.aftersales_link_days),
                }
                for order in orders.sudo()  # sudo: as above
            ]
        )
        return tokens

    @api.model
    def _find(self, order_id, token):
        """Return the live link that a token is, in the superuser's name.

        :param int order_id: the order it must open
        :param token: what the visitor brought
        :return: one link, or none for whatever reason
        """
        links = self.sudo()  # sudo: visitors have no access, the token is the right
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            return links.browse()
        return links.search(
            [
                ("token_hash", "=", self._hash(token)),
                ("order_id", "=", order_id),
                ("revoked_on", "=", False),
                ("expires_on", ">", fields.Datetime.now()),
            ]
        )

    @api.model
    def _hide_in_chatter(self, mails):
        """Take the keys out of what the house keeps of letters with links.

        The letter itself goes out whole; who reads the document reads no key in it.

        :param mails: ``mail.mail`` records in the superuser's name
        """
        for mail in mails:
            message = mail.mail_message_id
            message.body = KEY_IN_LINK.sub("access_token=", message.body or "")

    def _mark_used(self):
        """Note the first act done through these links."""
        self.filtered(lambda link: not link.used_on)._unguarded().write(
            {"used_on": fields.Datetime.now()}
        )

    def action_revoke(self):
        """Make links useless at once; dispatchers and heads.

        :return: the same links
        """
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("read")
        links = self._lock().filtered(lambda link: not link.revoked_on)
        # sudo: planners hold no write access on links, this act is theirs
        links.sudo()._unguarded().write({"revoked_on": fields.Datetime.now()})
        self.env["aftersales.audit"]._log(links.order_id, "link_revoked")
        return self
