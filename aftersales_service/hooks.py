"""Work done once, when the addon is installed or removed."""

from odoo.tools import SQL

# What ``init`` made in the database besides tables.
FUNCTIONS = (
    "aftersales_refuse_change",
    "aftersales_settlement_refuse_update",
    "aftersales_event_refuse_update",
)

PAY_MODELS = ("hr.salary.rule", "hr.salary.rule.category", "hr.payroll.structure")


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


def uninstall_hook(env):
    """Take the triggers of append-only tables away, with their functions.

    :param env: environment of the superuser, before the tables are dropped
    """
    for name in FUNCTIONS:
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
        )
    leave_pay_rules(env)
    drop_links(env, "aftersales_service%")


def drop_links(env, modules):
    """Let the tables of addons go without asking each other.

    Odoo deletes our groups and codes before it drops our tables; what our documents
    still say about them would hold them back, and leave them behind for good.

    :param env: environment of the superuser, before the tables are dropped
    :param str modules: SQL pattern of the names of the addons that are removed
    """
    env.cr.execute(
        SQL(
            """
            SELECT owner.relname, link.conname
              FROM pg_constraint link
              JOIN pg_class owner ON owner.oid = link.conrelid
              JOIN ir_model model ON replace(model.model, '.', '_') = owner.relname
              JOIN ir_model_data data
                ON data.model = 'ir.model' AND data.res_id = model.id
             WHERE link.contype = 'f'
             GROUP BY owner.relname, link.conname
            HAVING bool_and(data.module LIKE %s)
            """,
            modules,
        )
    )
    for table, name in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )


def leave_pay_rules(env):
    """Leave the rules that payslips were computed by with the payroll, out of use.

    A payslip is a document of the payroll and stays; its lines name the rules, which
    the database would not let go.

    :param env: environment of the superuser, before the tables are dropped
    """
    ours = env["ir.model.data"].search(
        [("module", "=", "aftersales_service"), ("model", "in", PAY_MODELS)]
    )
    ids = ours.filtered(lambda data: data.model == PAY_MODELS[0]).mapped("res_id")
    if env["hr.payslip.line"].search_count([("salary_rule_id", "in", ids)], limit=1):
        env["hr.salary.rule"].browse(ids).active = False
        ours.unlink()
