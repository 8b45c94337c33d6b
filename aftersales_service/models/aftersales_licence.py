from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesLicence(models.Model):
    """A licence that a kind of work demands of who leads it (TRN-09)."""

    _name = "aftersales.licence"
    _description = "Licence Demanded"
    _order = "service_type, checklist_id, id"
    _rec_name = "skill_id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    service_type = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.order"]
            ._fields["service_type"]
            ._description_selection(self.env)
        ),
        help="Empty: work of every type that asks the checklist.",
    )
    checklist_id = fields.Many2one(
        "aftersales.checklist",
        check_company=True,
        index="btree_not_null",
        help="Demanded where the order asks this checklist.",
    )
    skill_id = fields.Many2one(
        "hr.skill",
        string="Licence",
        required=True,
        index=True,
        domain=[("skill_type_id.is_certification", "=", True)],
        ondelete="cascade",
    )

    _has_scope = models.Constraint(
        "CHECK (service_type IS NOT NULL OR checklist_id IS NOT NULL)",
        "Choose a service type or a checklist.",
    )

    @api.constrains("skill_id")
    def _check_certification(self):
        for licence in self:
            if not licence.skill_id.skill_type_id.is_certification:
                raise ValidationError(
                    self.env._(
                        "“%s” is a skill, not a certification: it has no term. Mark "
                        "its type as certification first.",
                        licence.skill_id.display_name,
                    )
                )

    @api.model
    def _get_demanded(self, orders):
        """Return the licences that orders demand, by rule and by the dispatcher.

        :param orders: ``aftersales.order``
        :return: ``{order id: hr.skill records}``, constant queries
        """
        rules = self.sudo().search(  # sudo: rules of the house
            [("company_id", "in", [*orders.company_id.ids, False])]
        )
        by_checklist = any(rule.checklist_id for rule in rules)
        demanded = {}
        for order in orders.sudo():  # sudo: the checklists of any order
            asked = self.env["aftersales.checklist"]
            if by_checklist:
                asked |= order.check_ids.item_id.checklist_id
                asked |= order.policy_id.kit_checklist_id
            fitting = rules.filtered(
                lambda rule, order=order, asked=asked: (
                    rule.company_id.id in (False, order.company_id.id)
                    and rule.service_type in (False, order.service_type)
                    and (not rule.checklist_id or rule.checklist_id in asked)
                )
            )
            demanded[order.id] = fitting.skill_id | order.licence_ids
        return demanded

    @api.model
    def _get_held(self, employees, skills):
        """Return the terms of the licences that employees hold.

        :return: ``{(employee id, skill id): [(from, to)]}``, dates or False
        """
        if not employees or not skills:
            return {}
        terms = (
            self.env["hr.employee.skill"]
            .sudo()  # sudo: dispatchers read no HR files; only the term is used
            .search_fetch(
                [
                    ("employee_id", "in", employees.ids),
                    ("skill_id", "in", skills.ids),
                ],
                ["employee_id", "skill_id", "valid_from", "valid_to"],
            )
        )
        held = {}
        for term in terms:
            key = (term.employee_id.id, term.skill_id.id)
            held.setdefault(key, []).append((term.valid_from, term.valid_to))
        return held

    @api.model
    def _is_valid(self, terms, day):
        """Tell whether one of the terms covers a day."""
        return any(
            (not start or start <= day) and (not end or end >= day)
            for start, end in terms or ()
        )
