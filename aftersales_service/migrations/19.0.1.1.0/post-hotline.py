"""The hotline's channels belong to every company; open complaints get a verdict."""

from odoo import SUPERUSER_ID, api

CHANNELS = ("web", "email", "phone", "other")


def migrate(cr, version):
    """Free the shared channels, and let heads verify complaints on record.

    :param cr: database cursor
    :param str version: installed version, empty on a fresh database
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in CHANNELS:
        channel = env.ref(
            f"helpdesk_mgmt.helpdesk_ticket_channel_{name}", raise_if_not_found=False
        )
        if channel:
            channel.company_id = False
    cr.execute(
        """
        UPDATE helpdesk_ticket
           SET verified = 'pending'
         WHERE call_type = 'complaint' AND verified IS NULL
           AND stage_id NOT IN (SELECT id FROM helpdesk_ticket_stage WHERE closed)
        """
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket SET severity = 'normal' WHERE severity IS NULL
        """
    )
