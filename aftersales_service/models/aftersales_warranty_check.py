from odoo import api, fields, models
from odoo.tools import SQL

from .. import guard
from ..arguments import as_choice, as_text
from ..calc.warranty import RULES_VERSION
from ..exceptions import NotAllowedError, NotEntitledError
from ..warranty_wording import WarrantyWording

VERDICTS = [
    ("covered", "Covered"),
    ("expired", "Expired"),
    ("void", "Void"),
    ("undetermined", "Undetermined"),
]


class AftersalesWarrantyCheck(models.Model):
    """A warranty verdict as a record, with every test it made."""

    _name = "aftersales.warranty.check"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Warranty Check"
    _order = "id desc"
    _rec_name = "equipment_id"

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    on_date = fields.Date(string="Warranty on the Day", required=True, readonly=True)
    cause_id = fields.Many2one("aftersales.code", readonly=True, ondelete="restrict")
    product_id = fields.Many2one(
        "product.product", string="Part", readonly=True, ondelete="restrict"
    )
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    verdict_parts = fields.Selection(
        VERDICTS, string="Parts", required=True, readonly=True
    )
    verdict_labour = fields.Selection(
        VERDICTS, string="Labour", required=True, readonly=True
    )
    explanation = fields.Text(readonly=True)
    test_ids = fields.One2many("aftersales.warranty.test", "check_id", readonly=True)
    is_override = fields.Boolean(string="Decided by Hand", readonly=True)
    override_of_id = fields.Many2one(
        "aftersales.warranty.check",
        string="Replaces",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    override_ids = fields.One2many(
        "aftersales.warranty.check", "override_of_id", string="Replaced By"
    )
    override_reason = fields.Text(string="Reason", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _override_unique = models.UniqueIndex(
        "(override_of_id) WHERE override_of_id IS NOT NULL",
        "This verdict was already replaced. Decide on the latest one.",
    )

    # -- actions

    def action_override(self, verdict, reason):
        """Replace verdicts by a decision, for example of the manufacturer.

        The old check stays as it is; served units that stand on it follow the
        new one.

        :param str verdict: covered, expired, void or undetermined
        :param str reason: why, kept on the new check and in the audit trail
        :return: the new checks, in order; the same decision again returns the
            one already made
        :raise NotAllowedError: for anybody but a head of department who did
            not ask for the check himself
        """
        verdict = as_choice(self.env, verdict, VERDICTS, self.env._("Verdict"))
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_may_override()
        self.equipment_id._lock()
        self.invalidate_recordset(["override_ids"])
        again = self.override_ids
        self._check_latest(again, verdict)
        checks = self.browse()
        todo = self - again.override_of_id
        if todo:
            checks = todo._store_override(verdict, reason)
            todo._move_served_units(checks)
            self.env["aftersales.audit"]._log(
                checks, "warranty_override", reason=reason, verdict=verdict
            )
        by_old = {new.override_of_id.id: new.id for new in again | checks}
        return self.browse(by_old[check.id] for check in self)

    def _check_may_override(self):
        """Refuse the decision to those who may not take it."""
        self.check_access("read")
        if self.env.su:
            return
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise NotAllowedError(
                self.env._(
                    "Only the head of department decides on a warranty. Ask for it."
                )
            )
        if self.filtered(lambda check: check.create_uid == self.env.user):
            raise NotAllowedError(
                self.env._(
                    "You asked for this check yourself. Another head of department "
                    "has to decide."
                )
            )

    def _check_latest(self, again, verdict):
        """Refuse to replace a verdict twice with different decisions."""
        other = again.filtered(lambda check: check.verdict != verdict)
        if other:
            raise NotEntitledError(
                self.env._(
                    "The verdict on %(units)s was already replaced. Decide on the "
                    "latest one.",
                    units=", ".join(other[:5].mapped("display_name")),
                )
            )

    def _move_served_units(self, checks):
        """Let served units that stand on a replaced check follow the new one."""
        new = {check.override_of_id.id: check.id for check in checks}
        units = (
            self.env["aftersales.order.unit"]
            .sudo()  # sudo: the decision reaches orders the head may not plan
            .search([("warranty_check_id", "in", self.ids)])
        )
        for old, followers in units.grouped("warranty_check_id").items():
            followers.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).write(
                {"warranty_check_id": new[old.id]}
            )

    # -- the engine

    @api.model
    def _store(self, judged, cause, product):
        """Write verdicts and their tests in two statements.

        :param judged: list of (unit, ``UnitWords``, ``calc.warranty.Facts``,
            ``calc.warranty.Outcome``)
        :param cause: ``aftersales.code`` judged, or empty
        :param product: part judged, or empty
        :return: the new checks, in order
        """
        wording = WarrantyWording(self.env)
        checks, tests = [], []
        for position, (unit, words, facts, outcome) in enumerate(judged):
            checks.append(
                {
                    "equipment_id": unit.id,
                    "company_id": unit.company_id.id,
                    "on_date": facts.on_date,
                    "cause_id": cause.id or None,
                    "product_id": product.id or None,
                    "verdict": outcome.overall,
                    "verdict_parts": outcome.parts,
                    "verdict_labour": outcome.labour,
                    "explanation": wording.explain(words, facts, outcome),
                }
            )
            tests += [
                {
                    "check_id": position,
                    "sequence": sequence,
                    "code": code,
                    "name": wording.names[code],
                    "passed": passed,
                    "value": wording.value(code, words, facts),
                    "rule_version": RULES_VERSION,
                }
                for sequence, (code, passed) in enumerate(outcome.tests, 1)
            ]
        return self._insert_all(checks, tests)

    def _store_override(self, verdict, reason):
        """Write the decision that replaces each of these checks.

        :return: the new checks, in order
        """
        decision = {
            "is_override": True,
            "override_reason": reason,
            "decided_by_id": self.env.uid,
            "explanation": self.env._(
                "Decided by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            ),
            **dict.fromkeys(("verdict", "verdict_parts", "verdict_labour"), verdict),
        }
        checks = [
            {
                "equipment_id": check.equipment_id.id,
                "company_id": check.company_id.id,
                "on_date": check.on_date,
                "cause_id": check.cause_id.id or None,
                "product_id": check.product_id.id or None,
                "override_of_id": check.id,
                **decision,
            }
            for check in self
        ]
        test = {
            "sequence": 1,
            "code": "OVERRIDE",
            "name": WarrantyWording(self.env).names["OVERRIDE"],
            "passed": verdict == "covered",
            "rule_version": RULES_VERSION,
        }
        tests = [
            {**test, "check_id": position, "value": f"{check.verdict} → {verdict}"}
            for position, check in enumerate(self)
        ]
        return self._insert_all(checks, tests)

    @api.model
    def _insert_all(self, checks, tests):
        """Insert checks and the tests that point at them by position."""
        created = self._insert_rows(self, checks)
        for test in tests:
            test["check_id"] = created[test["check_id"]]
        self._insert_rows(self.env["aftersales.warranty.test"], tests)
        self.env["aftersales.equipment"].browse(
            check["equipment_id"] for check in checks
        ).invalidate_recordset(["warranty_check_ids", "warranty_check_count"])
        return self.browse(created)

    @api.model
    def _insert_rows(self, model, rows):
        """Insert rows of a frozen model in one statement.

        The ORM inserts a hundred rows at a time; fleets are judged by the ten
        thousand.

        :param model: a model without stored computed fields
        :param rows: list of dicts with the same keys
        :return: the new ids, in order
        """
        if not rows:
            return []
        self.env.flush_all()
        stamp = {
            "create_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_uid": self.env.uid,
            "write_date": self.env.cr.now(),
        }
        columns = [*rows[0], *stamp]
        tail = tuple(stamp.values())
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(SQL("%s", (*row.values(), *tail)) for row in rows),
            )
        )
        return [row_id for (row_id,) in inserted]
