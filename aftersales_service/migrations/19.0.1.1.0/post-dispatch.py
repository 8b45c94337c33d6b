"""Dispatch: what the shipped policies demand, and promises made before today."""


def migrate(cr, version):
    """Set up databases of earlier versions.

    :param cr: database cursor
    :param str version: version installed before
    """
    for column, name in (
        ("triage_required", "policy_comp"),
        ("stage_order", "policy_equip"),
        ("needs_application", "policy_equip"),
    ):
        cr.execute(
            f"""
            UPDATE aftersales_policy
               SET {column} = TRUE
             WHERE id IN (SELECT res_id
                            FROM ir_model_data
                           WHERE module = 'aftersales_service'
                             AND model = 'aftersales.policy'
                             AND name = %s)
            """,
            [name],
        )
    cr.execute(
        """
        UPDATE aftersales_order
           SET first_promised_start = promised_start
         WHERE first_promised_start IS NULL AND promised_start IS NOT NULL
        """
    )
