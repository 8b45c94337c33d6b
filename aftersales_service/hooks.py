"""Work done once, when the addon is installed."""


def post_init_hook(env):
    """Give the companies and warehouses that already exist what new ones get.

    :param env: environment of the superuser on the database just installed
    """
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._aftersales_ensure_setup()
    env["res.company"].search([("aftersales_policy_id", "=", False)]).write(
        {"aftersales_policy_id": env.ref("aftersales_service.policy_comp").id}
    )
