"""The board was a view of another addon; it is a screen of its own now."""


def migrate(cr, version):
    """Make room for the new action: it keeps the name and the path of the old."""
    cr.execute(
        """
        DELETE FROM ir_model_data
         WHERE module = 'aftersales_service_timeline'
           AND name = 'aftersales_order_action_board'
           AND model = 'ir.actions.act_window'
     RETURNING res_id
        """
    )
    actions = [row[0] for row in cr.fetchall()]
    cr.execute("DELETE FROM ir_act_window WHERE id = ANY(%s)", [actions])
