from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common_claim import ClaimCommon
from .plan_common import PlanCommon

VIEWS = ("form", "list", "kanban")
# Who may not read employees reads their public side in its place.
PUBLIC_SIDE = {"hr.employee"}


class ScreenReader(ClaimCommon):
    """Opens what a user's menus offer as the web client does."""

    def _roles(self):
        return (
            self.dispatcher_user,
            self.technician_user,
            self.warehouse_user,
            self.head_user,
            self.sales_vp_user,
            self.quality_vp_user,
            self.gm_user,
            self.hr_user,
        )

    def _actions(self, user):
        """Return the window actions behind the menus that a user sees."""
        menus = self.env["ir.ui.menu"].with_user(user)
        root = self.env.ref("aftersales_service.menu_root")
        seen = menus._visible_menu_ids()
        below = menus.sudo().search([("id", "child_of", root.id)])
        actions = [
            menu.action
            for menu in below
            if menu.action
            and seen.issuperset(map(int, menu.parent_path.split("/")[:-1]))
        ]
        return [one for one in actions if one._name == "ir.actions.act_window"]

    def _spec(self, model, node):
        """Return what the web client asks for a view."""
        spec = {}
        for child in node.iterchildren(tag=etree.Element):
            field = model._fields.get(child.get("name"))
            if child.tag != "field" or field is None:
                spec |= {} if child.tag == "field" else self._spec(model, child)
            elif field.relational:
                spec[field.name] = self._related_spec(model, field, child)
            else:
                spec[field.name] = {}
        return spec

    def _related_spec(self, model, field, node):
        views = node.xpath("./list | ./kanban")
        if field.type == "many2one" or not views:
            return {"fields": {"display_name": {}}}
        return {"fields": self._spec(model.env[field.comodel_name], views[0])}

    def _hidden(self, model, node):
        """Return lists of a view whose rows the user may not read."""
        return [
            f"{model._name}.{name}"
            for name in self._spec(model, node)
            if (field := model._fields[name]).type in ("one2many", "many2many")
            and field.comodel_name not in PUBLIC_SIDE
            and not model.env[field.comodel_name].has_access("read")
        ]

    def _read_screen(self, action, user):
        """Return what goes wrong when a user opens the records of an action."""
        model = self.env[action.res_model].with_user(user)
        kinds = [view for view in action.views if view[1] in VIEWS]
        if model._transient or not kinds:
            return []
        if not model.has_access("read"):
            return [f"the menu of {model._name} leads nowhere"]
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        self.env.invalidate_all()
        records = model.search(domain, limit=3)
        wrong = []
        for view in model.get_views(kinds)["views"].values():
            arch = etree.fromstring(view["arch"])
            wrong += self._hidden(model, arch)
            try:
                records.web_read(self._spec(model, arch))
            except AccessError as error:
                wrong.append(f"{model._name}: {error.args[0][:200]}")
        return wrong


@tagged("post_install", "-at_install")
class TestScreenReads(ScreenReader, PlanCommon):
    """Nobody's menu ends in an access error."""

    def test_every_role_opens_what_its_menus_offer(self):
        """ROLE-01: each list, card and form of each menu can be read by its role."""
        self.filter_part.standard_price = 800.0
        self._verified(self.filter_part)
        self._generate(self._plan(), "2026-03-31")
        for user in self._roles():
            for action in self._actions(user):
                with self.subTest(user=user.login, action=action.name):
                    self.assertEqual(self._read_screen(action, user), [])
