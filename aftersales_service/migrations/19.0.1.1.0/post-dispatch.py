"""Dispatch: what the shipped policies demand, and promises made before today."""


def migrate(cr, version):
    """Set up databases of earlier versions.

    :param cr: database cursor
    :param str version: version installed before
    """
    cr.execute(
        """
        UPDATE aftersales_policy
           SET triage_required = TRUE
         WHERE id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'aftersales_service'
                         AND model = 'aftersales.policy'
                         AND name = 'policy_comp')
        """
    )
    cr.execute(
        """
        UPDATE aftersales_order
           SET first_promised_start = promised_start
         WHERE first_promised_start IS NULL AND promised_start IS NOT NULL
        """
    )
