"""How tests break what the conservation laws protect, and look."""

from odoo.tools import SQL

TABLES = ("aftersales_settlement", "aftersales_audit", "aftersales_approval")


class IntegrityControls:
    """Positive controls: change tables behind the ORM, then ask the law."""

    def _sql(self, statement, *params):
        """Run SQL behind the ORM and behind the triggers."""
        self.env.flush_all()
        for table in TABLES:
            self.env.cr.execute(
                SQL("ALTER TABLE %s DISABLE TRIGGER ALL", SQL.identifier(table))
            )
        self.env.cr.execute(statement, params)
        self.assertTrue(self.env.cr.rowcount, "the control changed nothing")
        self.env.invalidate_all()

    def _assert_holds(self, *laws):
        results = self.env["aftersales.integrity"].run(list(laws) or None)
        self.assertFalse([result for result in results if not result["ok"]])

    def _assert_broken(self, law, record, problem):
        """Check that a law names this record and this problem, and nothing else."""
        laws = self.env["aftersales.integrity"]
        (result,) = laws.run([law])
        self.assertEqual(result["law"], law)
        self.assertEqual((result["ok"], result["count"]), (False, 1), result)
        (found,) = result["sample"]
        self.assertEqual((found["model"], found["res_id"]), (record._name, record.id))
        self.assertEqual(found["problem"], laws._get_problems()[problem])
        self.assertTrue(found["name"].strip())
