from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import FrozenFactError, MissingError, NotAllowedError

KINDS = [
    ("van", "Van Stock"),
    ("part", "Old Parts Owed"),
    ("ticket", "Open Tickets"),
    ("warranty", "Running Warranties"),
    ("deduction", "Residual Deductions"),
]
# What a row of each kind must say, beside its key.
NEEDED = {
    "van": ("employee_id", "product_id", "quantity"),
    "part": ("employee_id", "equipment_id", "product_id", "quantity", "date"),
    "ticket": ("partner_id", "name", "date"),
    "warranty": ("equipment_id", "date", "name"),
    "deduction": ("employee_id", "rule_id", "amount", "date", "name"),
}
# The further columns of each kind's table.
OPTIONAL = {
    "van": ("serial",),
    "part": ("old_serial", "serial", "due_on"),
    "ticket": ("site_id", "equipment_id", "symptom_id", "description"),
    "warranty": (),
    "deduction": (),
}
EXAMPLES = {
    "key": "A-0001",
    "employee_id": "Wang Lei",
    "product_id": "FILTER-01",
    "quantity": "2",
    "date": "2026-02-28",
    "due_on": "2026-03-31",
    "amount": "150.00",
    "equipment_id": "SN-0001",
    "partner_id": "Yunnan Cold Chain",
    "rule_id": "LOSS",
}


class AftersalesOpening(models.Model):
    """What the house brings along on its first day, one row for each balance.

    Rows come from a file, are looked through, and are posted once each into the
    ledgers by the same doors that daily work goes through.
    """

    _name = "aftersales.opening"
    _inherit = ["aftersales.state.mixin", "aftersales.import.mixin"]
    _description = "Opening Balance"
    _order = "kind, key, id"
    _rec_name = "key"
    _check_company_auto = True
    _guarded_fields = frozenset({"posted_on", "posted_by_id", "res_model", "res_id"})
    _state_transitions = {"draft": {"posted"}, "posted": set()}
    _import_keys = {
        "employee_id": ("barcode", "name"),
        "product_id": ("default_code", "barcode", "name"),
        "equipment_id": ("serial", "name"),
        "partner_id": ("ref", "name"),
        "site_id": ("code", "name"),
        "symptom_id": ("code", "name"),
        "rule_id": ("code", "name"),
    }

    kind = fields.Selection(KINDS, required=True, index=True)
    key = fields.Char(
        required=True,
        help="What makes this row one: its number in the old system. A row is taken "
        "in once, however often the file is imported.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(
        string="What It Is", help="Title of the ticket, or the reason on record."
    )
    description = fields.Text()
    date = fields.Date(
        help="Of the fact; for a warranty the last covered day.",
    )
    due_on = fields.Date(string="Due Back")
    employee_id = fields.Many2one(
        "hr.employee", string="Technician", check_company=True, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", check_company=True)
    site_id = fields.Many2one("aftersales.site", check_company=True)
    equipment_id = fields.Many2one(
        "aftersales.equipment", string="Unit", check_company=True
    )
    symptom_id = fields.Many2one(
        "aftersales.code", domain=[("kind", "=", "symptom")], check_company=True
    )
    product_id = fields.Many2one("product.product", string="Part", check_company=True)
    serial = fields.Char(
        string="Serial Number", help="Of the part that is held, or was built in."
    )
    old_serial = fields.Char(help="Of the old part that is owed.")
    quantity = fields.Float(digits="Product Unit")
    rule_id = fields.Many2one(
        "aftersales.pay.rule",
        string="Pay Rule",
        check_company=True,
        domain=[("kind", "=", "penalty")],
    )
    amount = fields.Monetary(help="What is left to deduct.")
    state = fields.Selection(
        [("draft", "To Post"), ("posted", "Posted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    posted_on = fields.Datetime(readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    res_model = fields.Char(string="Posted As", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Posted Document", model_field="res_model", readonly=True, copy=False
    )

    _key_unique = models.UniqueIndex(
        "(company_id, kind, lower(key))",
        "This opening balance was taken in already.",
    )
    _positive = models.Constraint(
        "CHECK (COALESCE(quantity, 0) >= 0 AND COALESCE(amount, 0) >= 0)",
        "An opening balance is not below zero.",
    )

    # -- import

    @api.model
    def _get_import_kind(self):
        """Return which table is imported: the one of the list that is open."""
        kind = self.env.context.get("default_kind")
        return kind if kind in dict(KINDS) else None

    @api.model
    def _get_import_url(self):
        kind = self._get_import_kind()
        return f"{super()._get_import_url()}/{kind}" if kind else ""

    @api.model
    def get_import_templates(self):
        """Return the template of the kind whose list is open; for who may import.

        :return: list of ``{label, template}``
        """
        templates = super().get_import_templates()
        kind = self._get_import_kind()
        if not kind:
            return []
        label = dict(self._fields["kind"]._description_selection(self.env))[kind]
        return [
            {**template, "label": self.env._("Import Template for %s", label)}
            for template in templates
        ]

    @api.model
    def _get_import_columns(self):
        kind = self._get_import_kind()
        if not kind:
            return ()
        return [
            (name, EXAMPLES.get(name, ""))
            for name in ("key", *NEEDED[kind], *OPTIONAL[kind])
        ]

    @api.model
    def _check_import(self, rows, problems):
        """Refuse rows that lack something, stand twice, or were taken in before."""
        default = self._get_import_kind()
        wrong = {problem["record"] for problem in problems}
        known = self._get_known_keys()
        for index, row in enumerate(rows):
            kind = row.get("kind") or default
            if index in wrong:
                continue
            key = str(row.get("key") or "").strip().lower()
            missing = [
                name
                for name in ("key", *NEEDED.get(kind, ()))
                if not self._is_given(row, name)
            ]
            if missing:
                labels = self.fields_get(missing, ["string"])
                message = self.env._(
                    "Fill in %s.",
                    ", ".join(labels[name]["string"] for name in missing),
                )
                problems.append(self._problem(index, message))
            elif (kind, key) in known:
                message = self.env._(
                    "“%s” was taken in already, or stands in the file twice.",
                    row["key"],
                )
                problems.append(self._problem(index, message))
            known.add((kind, key))

    @api.model
    def _get_known_keys(self):
        """Return the (kind, key) of every row that was taken in, in one query."""
        self.flush_model(["company_id", "kind", "key"])
        return set(
            self.env.execute_query(
                SQL(
                    "SELECT kind, lower(key) FROM aftersales_opening "
                    "WHERE company_id = %s",
                    self.env.company.id,
                )
            )
        )

    # -- create and write

    def write(self, vals):
        if self.filtered(lambda row: row.state == "posted") and not self.env.su:
            self._raise_posted()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if self.filtered(lambda row: row.state == "posted"):
            self._raise_posted()

    def _raise_posted(self):
        raise FrozenFactError(
            self.env._(
                "This balance is in the books. Correct it there, as daily work is."
            )
        )

    # -- posting

    def action_post(self):
        """Take opening balances into the ledgers, each once; heads of department.

        All of them or none. Pressing twice, or importing again, posts nothing twice.

        :return: the rows
        :raise MissingError: naming what a row still lacks
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("The head of department takes over opening balances.")
            )
        self._lock()
        todo = self.filtered(lambda row: row.state == "draft")
        todo._check_complete()
        for kind, rows in todo.grouped("kind").items():
            documents = getattr(rows, f"_post_{kind}")()
            for row in rows.sudo()._unguarded():  # sudo: posted by this door alone
                document = documents[row.id]
                row.write({"res_model": document._name, "res_id": document.id})
        todo._set_state(
            "posted",
            {"posted_on": fields.Datetime.now(), "posted_by_id": self.env.uid},
        )
        return self

    def _check_complete(self):
        """Refuse rows that do not say all that their kind needs."""
        for row in self:
            missing = [name for name in NEEDED[row.kind] if not row[name]]
            if row.kind in ("van", "part") and row.product_id.tracking != "none":
                missing += [] if row.serial else ["serial"]
            if missing:
                labels = self.fields_get(missing, ["string"])
                raise MissingError(
                    self.env._(
                        "%(key)s lacks %(fields)s. Fill it in first.",
                        key=row.key,
                        fields=", ".join(labels[name]["string"] for name in missing),
                    )
                )
            if row.product_id.tracking == "serial" and row.quantity not in (0, 1):
                raise MissingError(
                    self.env._(
                        "%s: parts with serial numbers are taken over one by one.",
                        row.key,
                    )
                )

    def action_open_posted(self):
        """Open what this balance became.

        :return: a window action
        """
        self.check_access("read")
        if len(self) != 1 or not self.res_model:
            raise MissingError(self.env._("Choose one balance that was posted."))
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
