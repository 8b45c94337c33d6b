import hashlib
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError

TECHNICIAN = "aftersales_service.group_technician"
KEY_BYTES = 24


class ResUsers(models.Model):
    """What a technician decided about his phone and his calendar."""

    _inherit = "res.users"

    aftersales_place_consent = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Place Stamp Agreed",
        copy=False,
        help="Whether the place of arrival may be kept. It can be withdrawn any time.",
    )
    # Only the hash is kept: who reads the database cannot read the calendar.
    aftersales_calendar_hash = fields.Char(
        copy=False, index="btree_not_null", groups="base.group_system"
    )
    aftersales_calendar_since = fields.Datetime(
        string="Calendar Link Made On", copy=False, groups="base.group_system"
    )

    def action_set_place_consent(self, agreed):
        """Agree that the place of arrival is kept, or withdraw it.

        Each technician for himself alone.

        :param bool agreed: True to agree
        :return: the same user
        """
        self._check_own_phone()
        self.sudo().aftersales_place_consent = "yes" if agreed is True else "no"
        # sudo: users do not write users; it is his own word
        return self

    def action_make_calendar_link(self):
        """Make a new personal calendar address; the one before stops working.

        Each technician for himself alone. The address is shown this once.

        :return: str, a path below the address of the server
        """
        self._check_own_phone()
        key = secrets.token_urlsafe(KEY_BYTES)
        self.sudo().write(  # sudo: users do not write users; it is his own key
            {
                "aftersales_calendar_hash": self._get_calendar_hash(key),
                "aftersales_calendar_since": fields.Datetime.now(),
            }
        )
        return f"/aftersales/calendar/{key}.ics"

    def action_revoke_calendar_link(self):
        """Stop the personal calendar address.

        Each technician for himself alone.

        :return: the same user
        """
        self._check_own_phone()
        self.sudo().write(  # sudo: users do not write users; it is his own key
            {"aftersales_calendar_hash": False, "aftersales_calendar_since": False}
        )
        return self

    def _check_own_phone(self):
        """Refuse everybody but a technician who asks for himself."""
        if self != self.env.user or not self.env.user.has_group(TECHNICIAN):
            raise AccessError(
                self.env._("Technicians decide this, each one for himself.")
            )

    @api.model
    def _get_calendar_hash(self, key):
        """Return what is stored of a calendar key."""
        return hashlib.sha256(key.encode()).hexdigest()

    @api.model
    def _find_by_calendar_key(self, key):
        """Return the technician a calendar key belongs to, or none.

        :param str key: the secret part of the address
        """
        users = self.sudo().search(  # sudo: the key is the right
            [("aftersales_calendar_hash", "=", self._get_calendar_hash(key))], limit=1
        )
        return users.filtered(lambda user: user.has_group(TECHNICIAN))
