from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

from . import introspection
from .common import AftersalesCommon

ROLES = (
    "technician",
    "dispatcher",
    "head",
    "quality_vp",
    "sales_vp",
    "gm",
    "hr",
    "warehouse",
)


@tagged("post_install", "-at_install")
class TestViewContract(AftersalesCommon):
    """Every screen opens for everybody who finds it in his menu."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addons = introspection.our_addons(cls.env)
        owned = cls.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "in", cls.addons)]
        )
        views = cls.env["ir.ui.view"].with_context(active_test=False)
        cls.views = views.browse(owned.mapped("res_id")).filtered(
            lambda view: view.model and view.type != "qweb"
        )

    def test_buttons_exist(self):
        """Every button calls a public method of its model, or an action."""
        roots = self.env["ir.ui.view"]
        for view in self.views:
            while view.inherit_id:
                view = view.inherit_id
            roots |= view
        for view in roots:
            self._check_buttons(view._get_combined_arch(), view, view.model)

    def _check_buttons(self, node, view, model):
        if node.tag in ("button", "a") and node.get("type") in ("object", "action"):
            with self.subTest(view=view.xml_id, button=node.get("name")):
                self._check_button(node, model)
        for child in node:
            if not isinstance(child.tag, str):
                continue
            inner = model
            if node.tag == "field" and child.tag in ("list", "form", "kanban"):
                field = self.env[model]._fields.get(node.get("name"))
                inner = field.comodel_name if field and field.comodel_name else model
            self._check_buttons(child, view, inner)

    def _check_button(self, node, model):
        name = node.get("name")
        if node.get("type") == "object":
            self.assertTrue(
                introspection.is_public(self.env[model], name),
                f"{model} has no public method {name}",
            )
        elif "." in name:
            self.assertTrue(self.env.ref(name, raise_if_not_found=False), name)
        else:
            actions = self.env["ir.actions.actions"]
            action = actions.browse(int(name)) if name.isdigit() else None
            action = action or self.env.ref(name, raise_if_not_found=False)
            self.assertTrue(action and action.exists(), f"no action {name}")

    def test_screens_open_for_each_role(self):
        self._create_order()
        self._create_ticket()
        root = self.env.ref("aftersales_service.menu_root")
        for role in ROLES:
            user = getattr(self, f"{role}_user")
            menus = self.env["ir.ui.menu"].with_user(user)
            visible = menus.browse(menus._visible_menu_ids()).sudo()
            for menu in visible.filtered("action"):
                if not menu.parent_path.startswith(root.parent_path):
                    continue
                if menu.action._name != "ir.actions.act_window":
                    continue
                with self.subTest(role=role, menu=menu.complete_name):
                    self._open(menu.action, self._as(user))

    def test_rows_of_other_screens_open_for_each_role(self):
        """ROLE-01: who sees an escalation or a served unit opens it by a click."""
        escalation = (
            self.env["aftersales.escalation"]
            ._unguarded()
            .create(
                {
                    "ticket_id": self._create_ticket().id,
                    "company_id": self.company.id,
                    "event": "difficult",
                    "user_ids": [(6, 0, self.head_user.ids)],
                    "escalated_on": "2026-03-02 07:00:00",
                }
            )
        )
        for record in (escalation, self._create_order().unit_ids):
            for role in ROLES[:6]:
                with self.subTest(model=record._name, role=role):
                    self._open_row(record, self._as(getattr(self, f"{role}_user")))

    def _open_row(self, record, env):
        """Open the form that a click on a row without a form of its own asks for."""
        model = env[record._name]
        view = model.get_views([(False, "form")])["views"]["form"]
        self.assertTrue(view["id"], "the platform made one of all fields")
        fields_read = self._specification(etree.fromstring(view["arch"]), model)
        self.assertEqual(len(model.browse(record.ids).web_read(fields_read)), 1)

    def _as(self, user):
        """Return the environment a user's browser works in."""
        return self.env(
            user=user,
            su=False,
            context={
                "lang": "en_US",
                "tz": user.tz,
                "uid": user.id,
                "allowed_company_ids": user.company_ids.ids,
            },
        )

    def _evaluate(self, text, env, default):
        """Evaluate a domain or a context as the web client does."""
        today = fields.Date.context_today(env.user)
        names = {
            "uid": env.uid,
            "context": dict(env.context),
            "allowed_company_ids": env.companies.ids,
            "active_id": False,
            "active_ids": [],
            "time": time,
            "datetime": datetime,
            "relativedelta": dateutil.relativedelta.relativedelta,
            "context_today": lambda: today,
            "current_date": fields.Date.to_string(today),
            "True": True,
            "False": False,
        }
        return safe_eval((text or "").strip() or default, names)

    def _open(self, action, env):
        """Open a window action: its views, its rows, its first record, a new one."""
        context = self._evaluate(action.context, env, "{}")
        model = env[action.res_model].with_context(**context)
        views = [*action.views, (action.search_view_id.id, "search")]
        loaded = model.get_views(views, {"toolbar": True, "load_filters": True})
        archs = {
            mode: etree.fromstring(view["arch"])
            for mode, view in loaded["views"].items()
        }
        domain = Domain(self._evaluate(action.domain, env, "[]"))
        for mode in ("list", "kanban", "calendar"):
            if mode in archs:
                columns = self._specification(archs[mode], model)
                model.web_search_read(domain, columns, limit=40)
        self._search(archs["search"], model, domain, env)
        if "form" in archs:
            self._open_form(archs["form"], model, domain)

    def _open_form(self, arch, model, domain):
        specification = self._specification(arch, model)
        model.search(domain, limit=1).web_read(specification)
        if model.has_access("create") and arch.get("create", "1") not in ("0", "false"):
            model.onchange({}, [], specification)

    def _search(self, arch, model, domain, env):
        """Press every filter and every grouping of a search view."""
        for node in arch.iter("filter"):
            chosen = self._evaluate(node.get("domain"), env, "[]")
            model.search_count(domain & Domain(chosen))
            groupby = self._evaluate(node.get("context"), env, "{}").get("group_by")
            for name in [groupby] if isinstance(groupby, str) else groupby or []:
                kind = model._fields[name.partition(":")[0]].type
                if kind == "properties":  # the client takes them apart
                    continue
                if kind in ("date", "datetime") and ":" not in name:
                    name = f"{name}:month"
                model.formatted_read_group(domain, [name], ["__count"])
            if date := node.get("date"):
                model.formatted_read_group(domain, [f"{date}:month"], ["__count"])

    def _specification(self, node, model):
        """Return what the web client reads for a view: fields of fields."""
        specification = {}
        for child in node:
            if child.tag != "field":
                specification.update(self._specification(child, model))
                continue
            field = model._fields[child.get("name")]
            inner = {}
            if field.relational:
                inner = {"fields": {"display_name": {}}}
                for view in child:
                    if view.tag in ("list", "form", "kanban"):
                        lines = model.env[field.comodel_name]
                        inner["fields"].update(self._specification(view, lines))
            specification[field.name] = inner
        return specification
