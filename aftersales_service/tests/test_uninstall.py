from odoo.tests import tagged

from .. import hooks
from .common_history import HistoryCommon


@tagged("post_install", "-at_install")
class TestUninstall(HistoryCommon):
    """What the hooks leave behind; the proof takes the whole addon away (b21)."""

    def _our_rules(self):
        return self.env["ir.model.data"].search(
            [("module", "=", "aftersales_service"), ("model", "=", "hr.salary.rule")]
        )

    def test_paid_slips_keep_their_rules(self):
        """DOC-07: rules of paid slips become the payroll's own, out of use."""
        slip = self._paid()
        totals = self._totals(slip)
        rules = slip.line_ids.salary_rule_id
        ours = set(self._our_rules().mapped("res_id"))
        self.assertTrue(ours.intersection(rules.ids))
        hooks.leave_pay_rules(self.env)
        self.assertFalse(self._our_rules())
        kept = rules.filtered(lambda rule: rule.id in ours)
        self.assertFalse(any(kept.mapped("active")))
        self.assertEqual(totals, self._totals(slip))

    def test_without_payslips_nothing_is_left(self):
        """DOC-07: rules that nobody was paid by go with the addon."""
        self.env["hr.payslip"].search([("state", "!=", "done")]).unlink()
        before = self._our_rules()
        used = self.env["hr.payslip.line"].search_count(
            [("salary_rule_id", "in", before.mapped("res_id"))]
        )
        hooks.leave_pay_rules(self.env)
        self.assertEqual(bool(self._our_rules()), not used)

    def test_links_of_an_addon_are_dropped_for_its_tables_only(self):
        """DOC-07: our tables ask nobody any more, those of others still do."""
        count = """
            SELECT COUNT(*) FROM pg_constraint link
              JOIN pg_class owner ON owner.oid = link.conrelid
             WHERE link.contype = 'f' AND owner.relname = %s
        """
        tables = ("aftersales_claim", "res_partner")
        before = [self._count(count, table) for table in tables]
        hooks.drop_links(self.env, "aftersales_service%")
        after = [self._count(count, table) for table in tables]
        self.assertTrue(before[0])
        self.assertEqual(after, [0, before[1]])

    def _count(self, query, table):
        self.env.cr.execute(query, [table])
        return self.env.cr.fetchone()[0]
