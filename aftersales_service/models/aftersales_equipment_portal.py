import base64
import secrets

from odoo import fields, models

TAIL = 4  # characters of a serial that a stranger at the unit may read


class AftersalesEquipment(models.Model):
    """The code on the unit: whoever stands before it can report a fault."""

    _inherit = "aftersales.equipment"

    qr_token = fields.Char(
        string="Code on the Unit",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    qr_made_on = fields.Datetime(string="Code Made On", readonly=True, copy=False)

    _qr_token_unique = models.UniqueIndex(
        "(qr_token) WHERE qr_token IS NOT NULL", "This code is on another unit."
    )

    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"qr_token", "qr_made_on"}

    def action_print_label(self):
        """Print labels with the code that opens the unit's fault report.

        Technicians, dispatchers and heads. A unit without a code gets one.

        :return: the report action
        """
        self.check_access("read")
        units_sudo = self.sudo()  # sudo: codes are made here, never read by people
        units_sudo._make_codes(units_sudo.filtered(lambda unit: not unit.qr_token))
        return self.env.ref("aftersales_service.action_report_label").report_action(
            self
        )

    def action_rotate_code(self):
        """Replace the codes: labels printed so far stop working.

        Dispatchers and heads.

        :return: the same units
        """
        self.env["aftersales.order"]._ensure_planner()
        self.check_access("write")
        self._lock()
        self._make_codes(self)
        self.env["aftersales.audit"]._log(self, "code_rotated")
        return self

    def _make_codes(self, units):
        """Give units a new random code each."""
        now = fields.Datetime.now()
        for unit in units.sudo()._unguarded():  # sudo: nobody writes codes by hand
            unit.write({"qr_token": secrets.token_urlsafe(24), "qr_made_on": now})

    def _get_label_facts(self):
        """Return what the printed label of this unit says."""
        self.ensure_one()
        unit_sudo = self.sudo()  # sudo: the code is printed, not read
        url = f"{self.get_base_url()}/service/unit/{unit_sudo.qr_token}"
        # sudo: the picture needs no rights of its reader
        code = (
            self.env["ir.actions.report"]
            .sudo()
            .barcode("QR", url, width=300, height=300)
        )
        return {
            "picture": base64.b64encode(code),
            "name": unit_sudo._get_public_name(),
            "serial": unit_sudo.serial,
            "hotline": unit_sudo.company_id._get_aftersales_hotline(),
            "company": unit_sudo.company_id,
        }

    def _get_public_name(self):
        """Return brand and model: all that a stranger reads of a unit."""
        self.ensure_one()
        names = (self.brand, self.model or self.product_id.name)
        return " ".join(filter(None, names)) or self.env._("This unit")

    def _get_portal_sites(self):
        """Return the customer's units by site, with the warranty in plain words.

        :return: list of ``{name, address, units}``; units without a site come last
        """
        orders = self.env["aftersales.order"]
        sites = self.site_id
        by_site = self.grouped("site_id")
        return [
            {
                "name": site.name,
                "address": orders._show_address(site.address_id),
                "units": [
                    {
                        "id": unit.id,
                        "name": unit.name,
                        "kind": unit._get_public_name(),
                        "serial": unit.serial,
                        "warranty": unit.warranty_text,
                        "state": unit.warranty_state,
                        "end": unit.warranty_end,
                    }
                    for unit in by_site[site]
                ],
            }
            for site in [*sites, sites.browse()]
            if site in by_site
        ]

    def _get_public_values(self):
        """Return what the fault report without a login shows; no customer in it."""
        self.ensure_one()
        serial = self.serial or ""
        return {
            "name": self._get_public_name(),
            "tail": serial[-TAIL:] if len(serial) > TAIL else "",
            "company": self.company_id.name,
            "hotline": self.company_id._get_aftersales_hotline(),
        }

    def _find_by_code(self, token):
        """Return the unit a code was made for, in the superuser's name."""
        units_sudo = self.sudo()  # sudo: the code is the right
        if not isinstance(token, str) or len(token) != 32 or not token.isascii():
            return units_sudo.browse()
        return units_sudo.search(
            [("qr_token", "=", token), ("state", "not in", ("retired", "replaced"))],
            limit=1,
        )
