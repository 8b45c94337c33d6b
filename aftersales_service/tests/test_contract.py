import ast

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .. import guard
from . import introspection
from .common import AftersalesCommon

# Not required one by one, but a record needs one of them.
TARGETS = {"order_id"}
# Tables behind which no person stands: without rows of a company of their own.
WITHOUT_RULE = {"aftersales.request", "aftersales.throttle"}


@tagged("post_install", "-at_install")
class TestModelContract(TransactionCase):
    """What holds for every model of every addon of this repository."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = introspection.our_models(cls.env)
        cls.tables = [
            model
            for model in cls.models
            if not model._abstract and not model._transient
        ]

    def test_every_model_is_described_and_ordered(self):
        for model in self.models:
            with self.subTest(model._name):
                self.assertNotEqual(model._description, model._name)
        for model in self.tables:
            ordered = [
                class_
                for class_ in introspection.our_classes(model)
                if "_order" in vars(class_)
            ]
            with self.subTest(model._name):
                self.assertTrue(ordered, "declare _order")

    def test_labels_of_a_model_are_distinct(self):
        for model in introspection.touched_models(self.env):
            ours = introspection.our_fields(model)
            labels = {}
            for field in model._fields.values():
                labels.setdefault(field.string, set()).add(field.name)
            for field in ours:
                with self.subTest(str(field)):
                    self.assertEqual(labels[field.string], {field.name})

    def test_every_model_has_access_rows_for_staff_only(self):
        rows = self.env["ir.model.access"].search(
            [("model_id.model", "in", [model._name for model in self.models])]
        )
        internal = self.env.ref("base.group_user")
        by_model = rows.grouped(lambda row: row.model_id.model)
        for model in self.models:
            if model._abstract:
                continue
            with self.subTest(model._name):
                own = by_model.get(model._name, rows.browse())
                self.assertTrue(own, "no access row")
                for row in own:
                    self.assertTrue(row.group_id, f"{row.name} is for everybody")
                    self.assertIn(
                        internal,
                        row.group_id.all_implied_ids,
                        f"{row.name} is for outsiders",
                    )

    def test_every_table_has_a_company_rule(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        by_model = rules.grouped(lambda rule: rule.model_id.model)
        for model in self.tables:
            if model._name in WITHOUT_RULE:
                continue
            domains = [
                rule.domain_force for rule in by_model.get(model._name, rules.browse())
            ]
            with self.subTest(model._name):
                self.assertTrue(
                    any("company_ids" in (domain or "") for domain in domains),
                    "no global rule on company_ids, own or through the parent",
                )

    def test_every_inverse_is_indexed(self):
        for model in introspection.touched_models(self.env):
            for field in introspection.our_fields(model):
                if field.type != "one2many" or not field.inverse_name:
                    continue
                inverse = self.env[field.comodel_name]._fields[field.inverse_name]
                with self.subTest(str(field)):
                    self.assertTrue(
                        not inverse.store
                        or inverse.type != "many2one"
                        or inverse.index,
                        f"{inverse} has no index",
                    )

    def test_fields_on_core_models_do_not_break_them(self):
        own = {model._name for model in self.models}
        for model in introspection.touched_models(self.env):
            if model._name in own or model._abstract:
                continue
            for field in introspection.our_fields(model):
                with self.subTest(str(field)):
                    self.assertFalse(
                        field.required and field.store, "NOT NULL on a core table"
                    )
                    if model._name in ("hr.employee", "hr.version"):
                        self.assertTrue(field.groups, "plain users read this model")

    def test_transition_tables_are_closed(self):
        mixin = self.env.registry["aftersales.state.mixin"]
        documents = [model for model in self.tables if isinstance(model, mixin)]
        self.assertTrue(documents)
        for model in documents:
            state = model._fields["state"]
            states = set(state.get_values(self.env))
            table = model._state_transitions
            with self.subTest(model._name):
                self.assertEqual(set(table), states)
                self.assertLessEqual(set().union(*table.values()), states)
                self.assertTrue(state.required, "a document always has a state")
                self.assertTrue(state.default, "and starts in one")

    def test_guarded_fields_exist(self):
        mixin = self.env.registry["aftersales.guard.mixin"]
        for model in introspection.touched_models(self.env):
            if isinstance(model, mixin) and not model._abstract:
                with self.subTest(model._name):
                    self.assertLessEqual(
                        model._get_guarded_fields(), model._fields.keys()
                    )

    def test_state_has_one_writer(self):
        """D5: nothing but the mixin writes ``state``."""
        found = [
            f"{path.name}:{node.lineno}"
            for path, tree in introspection.source_trees(self.env)
            if path.name != "aftersales_state_mixin.py"
            for node in ast.walk(tree)
            if self._writes_state(node)
        ]
        self.assertFalse(found)

    def _writes_state(self, node):
        if isinstance(node, ast.Assign):
            return any(
                isinstance(target, ast.Attribute) and target.attr == "state"
                for target in node.targets
            )
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("write", "update")
            and any(
                isinstance(key, ast.Constant) and key.value == "state"
                for argument in node.args
                if isinstance(argument, ast.Dict)
                for key in argument.keys
            )
        )

    def test_crons_run(self):
        owned = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.cron"),
                ("module", "in", introspection.our_addons(self.env)),
            ]
        )
        crons = self.env["ir.cron"].with_context(active_test=False)
        for cron in crons.browse(owned.mapped("res_id")):
            with self.subTest(cron.name), self.enter_registry_test_mode():
                self.assertIs(cron.method_direct_trigger(), True)


@tagged("post_install", "-at_install")
class TestMethodContract(AftersalesCommon):
    """What clients may call: a known list, refused to who has no role (B6)."""

    def test_public_methods_are_the_allowed_ones(self):
        """A new line in ``tests/public_methods.txt`` is a deliberate act."""
        for addon, lines in introspection.public_method_lines(self.env).items():
            allowed = introspection.read_allowlist(addon)
            with self.subTest(addon):
                self.assertEqual(
                    "\n".join(sorted(set(allowed) - set(lines))), "", "no longer there"
                )
                self.assertEqual(
                    "\n".join(sorted(set(lines) - set(allowed))),
                    "",
                    "public, but not allowed",
                )
                self.assertEqual(allowed, sorted(allowed), "keep the list sorted")

    def test_arguments_do_not_clash_with_json2(self):
        for lines in introspection.public_method_lines(self.env).values():
            for line in lines:
                names = [
                    part.partition("=")[0].strip(" *")
                    for part in line.partition("(")[2].rstrip(")").split(",")
                ]
                with self.subTest(line):
                    self.assertFalse({"ids", "context"} & set(names))

    def test_every_public_method_is_documented(self):
        for model in introspection.touched_models(self.env):
            for name in introspection.our_public_methods(model):
                docs = [
                    vars(class_)[name].__doc__
                    for class_ in introspection.our_classes(model)
                    if name in vars(class_)
                ]
                with self.subTest(f"{model._name}.{name}"):
                    self.assertTrue(any(docs), "no docstring")

    def test_without_a_role_everything_is_refused(self):
        self._create_order()
        self._create_ticket()
        for model in introspection.touched_models(self.env):
            methods = introspection.our_public_methods(model)
            if not methods or model._name.endswith(".mixin"):
                continue
            record = self._get_any_record(model)
            for user in (self.employee_user, self.portal_user):
                for name in methods:
                    with self.subTest(f"{user.login}: {model._name}.{name}"):
                        self._assert_refused(record.with_user(user), name)

    def _get_any_record(self, model):
        """Return a record to aim at, made for the purpose when there is none."""
        if model._abstract:
            return model
        record = model.search([], order="id desc", limit=1)
        if record:
            return record
        maker = model.with_context(**{guard.CONTEXT_KEY: guard.GUARD})
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return maker.create(self._prepare_any(model)).with_env(self.env)
        except (UserError, IntegrityError):
            return model

    def _prepare_any(self, model):
        """Return values for the required fields of a model."""
        given = model.default_get(list(model._fields))
        values = {
            "many2one": lambda field: (
                self._get_any_record(self.env[field.comodel_name]).id
            ),
            "selection": lambda field: field.get_values(self.env)[0],
            "char": lambda field: "x",
            "text": lambda field: "x",
            "date": lambda field: "2026-01-01",
            "datetime": lambda field: "2026-01-01 08:00:00",
        }
        return {
            name: values.get(field.type, lambda field: 1)(field)
            for name, field in model._fields.items()
            if (field.required or name in TARGETS)
            and not field.compute
            and field.type not in ("one2many", "many2many")
            and not given.get(name)
        }

    def _assert_refused(self, record, name):
        """Call a method as somebody without rights."""
        arguments = introspection.required_arguments(record, name)
        try:
            with self.env.cr.savepoint():
                result = getattr(record, name)(*["x"] * arguments)
                self.env.flush_all()
        except (AccessError, UserError):
            return
        # A window without a document behind it says nothing to nobody.
        self.assertTrue(
            not record and name.startswith("action_open_") and isinstance(result, dict),
            "not refused",
        )
