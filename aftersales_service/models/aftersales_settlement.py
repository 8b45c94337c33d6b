from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from ..exceptions import TransitionError

COLUMNS = (
    "adjustment_id",
    "company_id",
    "employee_id",
    "payslip_id",
    "payslip_ref",
    "payslip_code",
    "input_id",
    "refund_id",
    "closes_id",
    "amount",
    "signed_amount",
    "kind",
    "key",
    "create_uid",
    "create_date",
)


class AftersalesSettlement(models.Model):
    """Ledger line between an adjustment and a payslip: append-only.

    A ``reserve`` is live until a ``post`` or a ``release`` closes it; a ``post``
    is live until a ``reverse`` closes it.  The unique key lets the database keep
    one live reservation per adjustment and one reversal per post (rule D2).
    """

    _name = "aftersales.settlement"
    _inherit = ["aftersales.append.mixin"]
    _description = "Settlement"
    _order = "id"
    _rec_name = "key"

    adjustment_id = fields.Many2one(
        "aftersales.adjustment",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True
    )
    payslip_id = fields.Many2one(
        "hr.payslip", readonly=True, ondelete="set null", index="btree_not_null"
    )
    payslip_ref = fields.Integer(
        string="Payslip ID", readonly=True, help="Kept when the draft slip is deleted."
    )
    payslip_code = fields.Char(required=True, readonly=True)
    input_id = fields.Many2one(
        "hr.payslip.input", readonly=True, ondelete="set null", index="btree_not_null"
    )
    refund_id = fields.Many2one(
        "hr.payslip",
        string="Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The credit note that reversed a posted amount.",
    )
    closes_id = fields.Many2one(
        "aftersales.settlement",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    closed_by_ids = fields.One2many("aftersales.settlement", "closes_id", readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    signed_amount = fields.Monetary(
        readonly=True, help="What it adds to its payslip input: a reversal takes off."
    )
    kind = fields.Selection(
        [
            ("reserve", "Reserved"),
            ("post", "Posted"),
            ("release", "Released"),
            ("reverse", "Reversed"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True)
    date = fields.Date(related="adjustment_id.date")
    rule_id = fields.Many2one(related="adjustment_id.rule_id")
    effect = fields.Selection(related="adjustment_id.effect")
    pay_amount = fields.Monetary(
        compute="_compute_pay_amount",
        string="Paid or Deducted",
        help="What it does to the pay: below zero what it takes.",
    )
    rest_amount = fields.Monetary(
        compute="_compute_rest_amount",
        string="Carried Over",
        help="What of its adjustment is left for a later payslip.",
    )

    _key_unique = models.UniqueIndex("(key)", "This settlement was already made.")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND abs(signed_amount) = amount)",
        "A settlement moves a positive amount.",
    )

    def _create_append_only_triggers(self):
        """Refuse every change, but let a deleted payslip take its link along."""
        result = super()._create_append_only_triggers()
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION aftersales_settlement_refuse_update()
                RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                    links text[] := ARRAY['payslip_id', 'input_id', 'refund_id'];
                BEGIN
                    IF to_jsonb(NEW) - links = to_jsonb(OLD) - links
                        AND COALESCE(NEW.payslip_id = OLD.payslip_id,
                                     NEW.payslip_id IS NULL)
                        AND COALESCE(NEW.input_id = OLD.input_id,
                                     NEW.input_id IS NULL)
                        AND COALESCE(NEW.refund_id = OLD.refund_id,
                                     NEW.refund_id IS NULL)
                    THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'Settlements are on record and cannot be changed.'
                        USING ERRCODE = 'restrict_violation';
                END $$;
                DROP TRIGGER IF EXISTS append_only ON aftersales_settlement;
                DROP TRIGGER IF EXISTS append_only_rows ON aftersales_settlement;
                DROP TRIGGER IF EXISTS append_only_update ON aftersales_settlement;
                CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE
                    ON aftersales_settlement
                    FOR EACH STATEMENT EXECUTE FUNCTION aftersales_refuse_change();
                CREATE TRIGGER append_only_update BEFORE UPDATE
                    ON aftersales_settlement
                    FOR EACH ROW EXECUTE FUNCTION aftersales_settlement_refuse_update();
                ALTER TABLE aftersales_settlement ENABLE ALWAYS TRIGGER append_only;
                ALTER TABLE aftersales_settlement
                    ENABLE ALWAYS TRIGGER append_only_update;
                """
            )
        )
        return result

    @api.depends("adjustment_id.name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = (
                f"{line.adjustment_id.name or ''} {kinds.get(line.kind, '')}"
            )

    @api.depends(
        "adjustment_id.residual_amount", "adjustment_id.reserved_amount", "pay_amount"
    )
    def _compute_rest_amount(self):
        for line in self:
            adjustment = line.adjustment_id
            rest = adjustment.residual_amount - adjustment.reserved_amount
            sign = -1 if line.pay_amount < 0 else 1
            line.rest_amount = line.currency_id.round(sign * rest) or 0.0

    @api.depends("signed_amount", "payslip_code")
    def _compute_pay_amount(self):
        """Give the amount the sign that it has for the employee.

        The payslip's penalties are sums above zero; what gives one back is below.
        """
        for line in self:
            sign = -1 if line.payslip_code == "AS_PENALTY" else 1
            line.pay_amount = sign * line.signed_amount

    @api.model
    def _get_live(self, kind, payslips):
        """Return the open reservations or posts of some payslips.

        :param str kind: ``reserve`` or ``post``
        :param payslips: ``hr.payslip`` records
        """
        return self.search(
            [
                ("kind", "=", kind),
                ("payslip_id", "in", payslips.ids),
                ("closed_by_ids", "=", False),
            ]
        )

    @api.model
    def _record(self, entries):
        """Append ledger lines and let their adjustments add up again.

        :param entries: dicts of the columns, without who and when
        :return: the new lines, in the order of the entries
        """
        stamp = {"create_uid": self.env.uid, "create_date": fields.Datetime.now()}
        rows = [
            tuple({**stamp, **entry}.get(column) or None for column in COLUMNS)
            for entry in entries
        ]
        lines = self._append(COLUMNS, rows)
        self.invalidate_model(["closed_by_ids"], flush=False)
        self.env["hr.payslip"].invalidate_model(
            ["aftersales_settlement_ids", "aftersales_line_ids"], flush=False
        )
        self.env["aftersales.adjustment"].browse(
            {entry["adjustment_id"] for entry in entries}
        )._recompute_ledger()
        return lines

    def _close(self, kind, **values):
        """Append the lines that close these: one each, the database sees to it.

        :param str kind: ``post`` or ``release`` of a reservation, ``reverse`` of a
            post
        :param values: columns that differ from the line closed
        :return: the new lines
        """
        return self._record(
            [
                {**line._prepare_entry(), "kind": kind, "closes_id": line.id, **values}
                | {"key": line._get_closing_key(kind)}
                for line in self
            ]
        )

    def _get_closing_key(self, kind):
        """Return the key of the line that closes this one."""
        if kind == "reverse":
            return f"settlement:{self.id}:reverse"
        return self.key.replace(":reserve:", ":close:")

    def _check_still_owed(self):
        """Refuse to post reversed lines again whose money went elsewhere.

        :raise TransitionError: when another payslip has taken it meanwhile
        """
        for line in self:
            adjustment = line.adjustment_id
            free = adjustment.residual_amount - adjustment.reserved_amount
            if adjustment.state != "confirmed" or line.amount > free + 0.004:
                raise TransitionError(
                    self.env._(
                        "%s stands on another payslip since this refund. Take it off "
                        "there first.",
                        adjustment.name,
                    )
                )

    def _prepare_reservations(self):
        """Return entries that reserve again what these lines had reversed."""
        counts = dict(
            self._read_group(
                [
                    ("adjustment_id", "in", self.adjustment_id.ids),
                    ("kind", "=", "reserve"),
                ],
                ["adjustment_id"],
                ["__count"],
            )
        )
        return [
            {
                **line._prepare_entry(),
                "kind": "reserve",
                "closes_id": line.id,
                "key": f"adj:{line.adjustment_id.id}:reserve:"
                f"{counts[line.adjustment_id] + 1}",
            }
            for line in self
        ]

    def _prepare_entry(self):
        """Return the columns of this line as a new entry has them."""
        return {
            "adjustment_id": self.adjustment_id.id,
            "company_id": self.company_id.id,
            "employee_id": self.employee_id.id,
            "payslip_id": self.payslip_id.id,
            "payslip_ref": self.payslip_ref,
            "payslip_code": self.payslip_code,
            "input_id": self.input_id.id,
            "amount": self.amount,
            "signed_amount": self.signed_amount,
        }

    def _prepare_statement_line(self, sign, currency):
        """Return one line of an employee's statement.

        :param int sign: -1 where the payslip line is a deduction
        :param currency: ``res.currency`` of the payslip
        """
        adjustment = self.adjustment_id
        rule = adjustment.rule_id
        clause = " ".join(filter(None, (rule.document_name, rule.document_clause)))
        return {
            "date": adjustment.date,
            "number": adjustment.name,
            "rule": rule.name,
            "clause": clause,
            "source": adjustment.source_name or "",
            "facts": adjustment.facts or "",
            "breakdown": adjustment.breakdown_text,
            "amount": format_amount(self.env, sign * self.signed_amount, currency),
            "rest": self.rest_amount
            and format_amount(self.env, self.rest_amount, currency),
        }
