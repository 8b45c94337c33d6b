from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .. import guard
from ..exceptions import FrozenFactError, GuardedFieldError, TransitionError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestMixinsEdges(ClaimCommon):
    """What all documents inherit: doors of guarded fields, states, records for good."""

    def _new(self, **values):
        return (
            self.env["aftersales.claim"]
            .with_user(self.technician_user)
            .create(
                {"order_id": self.order.id, "company_id": self.company.id, **values}
            )
        )

    # -- guarded fields

    def test_d5_defaults_of_a_context_reach_open_fields_alone(self):
        """D5: open ones as asked for, guarded ones their own default or none."""
        claims = self.env["aftersales.claim"].with_context(
            default_approved_on="2026-01-01 00:00:00",
            default_urgency="emergency",
            default_evidence="letter",
            default_company_id=self.company2.id,
        )
        names = ["approved_on", "urgency", "evidence", "company_id", "round"]
        self.assertEqual(
            claims.default_get(names),
            {
                "urgency": "regular",
                "evidence": "letter",
                "company_id": self.company2.id,
                "round": 1,
            },
        )
        self.assertEqual(
            claims._unguarded().default_get(["urgency"]), {"urgency": "emergency"}
        )

    def test_d5_a_default_may_come_back_in_any_spelling(self):
        """D5: what equals the default passes, everything else is refused."""
        for values in ({"round": "1"}, {"round": 1.0}, {"approved_on": ""}):
            with self.subTest(values):
                claim = self._new(**values)
                self.assertEqual((claim.round, claim.approved_on), (1, False))
        for values in ({"round": "x"}, {"round": 2}, {"round": 0}, {"round": []}):
            with self.subTest(values), self.assertRaises(GuardedFieldError):
                self._new(**values)

    def test_d5_what_is_worked_out_is_not_entered(self):
        """D5: computed figures are refused, proposed ones may be corrected."""
        claim = self._approved(self.filter_part).with_user(self.dispatcher_user)
        for vals in ({"coverage": "customer"}, {"cost_total": 1.0}):
            with self.subTest(vals), self.assertRaises(GuardedFieldError):
                claim.write(vals)
        claim.write({"cost_purchase": 12.0})
        self.assertEqual(claim.cost_total, 12.0)

    def test_d5_a_refusal_names_the_fields_as_on_screen(self):
        """D5: their labels, in one message."""
        with self.assertRaisesRegex(
            GuardedFieldError, "^Approved On, Round of Parts Claim cannot"
        ):
            self._claim().write({"round": 2, "approved_on": fields.Datetime.now()})

    def test_d5_the_key_opens_every_door(self):
        """D5: our own code creates, writes and copies guarded values."""
        claim = (
            self.env["aftersales.claim"]
            ._unguarded()
            .create(
                {
                    "order_id": self.order.id,
                    "company_id": self.company.id,
                    "state": "verified",
                }
            )
        )
        claim.write({"round": 3})
        copied = claim.copy({"state": "verified", "round": 2})
        self.assertEqual((claim.round, claim.state), (3, "verified"))
        self.assertEqual((copied.round, copied.state), (2, "verified"))
        self.assertTrue(guard.is_open(copied.env))
        with self.assertRaises(GuardedFieldError):
            claim._guarded_again().copy({"round": 2})
        self.assertEqual(claim._guarded_again().copy().round, 1)

    def test_d8_read_leaves_out_what_one_may_not_read(self):
        """D8: asked for everything, a client gets all that he may see."""
        claim = self._approved(self.filter_part)
        for user, transfers, decisions in (
            (self.technician_user, False, False),
            (self.dispatcher_user, False, True),
            (self.warehouse_user, True, False),
        ):
            record = claim.with_user(user)
            with self.subTest(user.login):
                names = record.read()[0].keys()
                self.assertLessEqual({"id", "name", "line_ids", "state"}, names)
                self.assertEqual("picking_ids" in names, transfers)
                self.assertEqual("approval_ids" in names, decisions)
                self.assertEqual(record.read(["name"])[0].keys(), {"id", "name"})

    def test_d8_lists_of_things_are_not_grouped_by_who_may_not_read_them(self):
        """D8: grouping by a list of records needs the right on the field."""
        function = self.env["aftersales.function"].search([], limit=1)
        claim = self._claim().with_user(self.dispatcher_user)
        claim.consulted_ids = function
        domain = [("id", "=", claim.id)]
        groups = claim._read_group(domain, ["consulted_ids"], ["__count"])
        self.assertEqual(groups, [(function, 1)])
        mine = claim.with_user(self.technician_user)
        with self.assertRaises(AccessError):
            mine._read_group(domain, ["consulted_ids"], ["__count"])
        groups = mine._read_group(domain, ["state"], ["__count"])
        self.assertEqual(groups, [("draft", 1)])

    def test_d9_a_role_is_one_of_those_named(self):
        """ROLE-02: one of the groups is enough, none is not, the system may."""
        groups = [f"aftersales_service.group_{name}" for name in ("head", "sales_vp")]
        claim = self._claim()
        claim.with_user(self.sales_vp_user)._check_role(*groups)
        claim.with_user(self.technician_user).sudo()._check_role(*groups)
        with self.assertRaises(AccessError):
            claim.with_user(self.technician_user)._check_role(*groups)

    # -- locks

    def test_d1_what_was_read_before_a_lock_is_read_again(self):
        """D1: a lock forgets what may have changed meanwhile; of nothing it is none."""
        claim = self._claim()
        self.assertEqual(claim.round, 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_claim SET round = 7 WHERE id = %s", (claim.id,)
        )
        self.assertEqual(claim._lock(), claim)
        self.assertEqual(claim.round, 7)
        line = claim.line_ids
        self.assertFalse(line.old_serial)
        self.env.cr.execute(
            "UPDATE aftersales_claim_line SET old_serial = 'X' WHERE id = %s", line.ids
        )
        self.assertEqual(line._lock(), line)
        self.assertEqual(line.old_serial, "X")
        self.assertEqual(line._take_turn(), line)
        self.assertEqual(claim.browse()._lock(), claim.browse())
        self.assertEqual(claim.browse()._take_turn(), claim.browse())

    def test_d3_new_lines_take_the_turn_of_their_document(self):
        """D3: of those that are named, as numbers, and of no others."""
        claim, other = self._claim(), self._claim()
        lines = self.env["aftersales.claim.line"]
        named = [{"claim_id": claim.id}, {"claim_id": False}, {"claim_id": True}, {}]
        self._assert_takes_turn(claim, lambda: lines._take_turn_of(named, "claim_id"))
        with self.assertRaises(AssertionError):
            self._assert_takes_turn(
                other, lambda: lines._take_turn_of(named, "claim_id")
            )

    # -- states

    def test_d5_a_move_answers_with_what_moved(self):
        """D5: those that were there already are not among them."""
        first, second = self.site, self.site.copy()
        both = first | second
        self.assertEqual(both._set_state("active"), second)
        moved = both._set_state("active")
        self.assertEqual(moved, both.browse())
        self.assertEqual(first.browse()._set_state("active"), first.browse())

    def test_d5_each_record_gets_its_own_values(self):
        """D5: values given as a function are asked for each record."""
        claims = self._verified(self.filter_part) | self._verified(self.filter_part)
        start = fields.Datetime.now()
        times = {
            claim.id: start - timedelta(hours=hours)
            for hours, claim in enumerate(claims)
        }
        claims.sudo()._set_state(
            "approved", lambda claim: {"approved_on": times[claim.id]}, reason="Both"
        )
        self.assertEqual(claims.mapped("approved_on"), list(times.values()))
        rows = self.env["aftersales.audit"].search(
            [("model", "=", claims._name), ("event", "=", "approved")], limit=2
        )
        self.assertEqual(
            [(row.state_from, row.reason) for row in rows], [("verified", "Both")] * 2
        )

    def test_d5_a_refusal_says_where_the_documents_stand(self):
        """D5: target and states by their labels, five documents at most."""
        sites = self.env["aftersales.site"].create(
            [
                {
                    "name": f"Store {number}",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "technician_id": self.technician.id,
                }
                for number in range(7)
            ]
        )
        sites[1:]._set_state("active")
        sites[1:]._set_state("closed")
        with self.assertRaises(TransitionError) as caught:
            sites._set_state("suspended")
        message = str(caught.exception)
        self.assertIn("cannot become “Suspended” now", message)
        self.assertIn("Current state: Closed, Draft.", message)
        self.assertEqual(
            [f"Store {n}" in message for n in (0, 4, 5)], [True] * 2 + [False]
        )

    # -- facts on record

    def test_d6_a_frozen_fact_is_named(self):
        """D6: which ones, five at most, by writing as by deleting."""
        checks = self.env["aftersales.warranty.check"].create(
            [
                {
                    "equipment_id": self.equipment.id,
                    "company_id": self.company.id,
                    "on_date": f"2026-03-0{day}",
                    "verdict": "covered",
                    "verdict_parts": "covered",
                    "verdict_labour": "covered",
                }
                for day in range(1, 8)
            ]
        )
        for act in (lambda: checks.write({"verdict": "void"}), checks.sudo().unlink):
            with self.assertRaises(FrozenFactError) as caught:
                act()
            name = checks[0].display_name
            self.assertEqual(str(caught.exception).count(name), 5)

    # -- tables that only grow

    def test_d11_rows_are_appended_in_order_and_complete(self):
        """D11: as given; none of nothing; a row that lacks a value is refused."""
        heads = self.env["aftersales.approval"]
        self.assertEqual(heads._append(("model",), []), heads)
        claim = self._claim()
        columns = ("model", "res_id", "company_id", "decision", "user_id", "round")
        columns += ("decided_on",)
        rows = [
            (
                claim._name,
                claim.id,
                self.company.id,
                "superseded",
                self.env.uid,
                number,
                fields.Datetime.now(),
            )
            for number in (3, 1, 2)
        ]
        self.assertEqual(heads._append(columns, rows).mapped("round"), [3, 1, 2])
        for wrong in (
            [rows[0][:-1]],
            [rows[0], rows[1][:-1]],
            [rows[0], (*rows[1], 1)],
        ):
            with self.assertRaises(ValueError):
                heads._append(columns, wrong)

    def test_d11_hands_off_by_every_method(self):
        """D11: create, write and unlink are refused to the system as well."""
        approvals = self.env["aftersales.approval"].sudo()
        claim = self._approved(self.filter_part)
        for act in (
            lambda: approvals.create({"claim_id": claim.id}),
            lambda: approvals.browse().write({"amount": 1.0}),
            lambda: claim.sudo().approval_ids.unlink(),
        ):
            with self.assertRaisesRegex(FrozenFactError, "“Approval”"):
                act()

    def test_d11_an_update_installs_the_triggers_again(self):
        """D11: the database refuses changes whatever session setting there is."""
        claim = self._approved(self.filter_part)
        self.env.flush_all()
        for model, touched in (
            ("aftersales.approval", False),
            ("aftersales.audit", True),
        ):
            table = SQL.identifier(self.env[model]._table)
            for name in ("append_only", "append_only_rows"):
                self.env.cr.execute(
                    SQL("DROP TRIGGER %s ON %s", SQL.identifier(name), table)
                )
            self.env[model].init()
            self.env[model].init()
            self._set_replication("replica")
            mine = SQL("res_id = %s", claim.id)
            for query, refused in (
                (SQL("UPDATE %s SET res_id = 1 WHERE %s", table, mine), True),
                (SQL("DELETE FROM %s WHERE %s", table, mine), True),
                (SQL("TRUNCATE %s CASCADE", table), True),
                # what the deletion of a user does to a table without his rows
                (SQL("UPDATE %s SET res_id = 1 WHERE false", table), touched),
            ):
                with self.subTest(model, query=query.code):
                    self._assert_refused(query, refused)
            self._set_replication("origin")

    def _set_replication(self, role):
        """Switch off what session settings can switch off, where one may."""
        may = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        if self.env.execute_query(SQL(may))[0][0]:
            setting = SQL("SET LOCAL session_replication_role = %s", role)
            self.env.cr.execute(setting)

    def _assert_refused(self, query, refused):
        """Check whether the database takes a query, and leave nothing of it."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(query)
        except psycopg2.errors.RestrictViolation:
            self.assertTrue(refused)
        else:
            self.assertFalse(refused)
