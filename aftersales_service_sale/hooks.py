"""Work done once, when the addon is removed."""

from odoo.addons.aftersales_service.hooks import drop_links


def uninstall_hook(env):
    """Let our tables go without asking each other.

    :param env: environment of the superuser, before the tables are dropped
    """
    drop_links(env, "aftersales_service_sale")
