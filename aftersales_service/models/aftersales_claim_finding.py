from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_record, as_text, check_single
from ..exceptions import ArgumentError, FrozenFactError, TransitionError
from .aftersales_case import QUALITY_VP
from .aftersales_case_share import PARTIES
from .aftersales_claim import DESK, END_STATES
from .aftersales_fact_mixin import fact_action

FINDERS = (
    "aftersales_service.group_dispatcher,aftersales_service.group_quality_vp,"
    "aftersales_service.group_sales_vp,aftersales_service.group_general_manager"
)


class AftersalesClaim(models.Model):
    """Why the part failed, and who is responsible for its cost (PART-02, PART-07)."""

    _inherit = "aftersales.claim"
    # Written by the desk with the departments it asked.
    _finding_fields = frozenset(
        {"cause_analysis", "handling_proposal", "consulted_ids"}
    )

    cause_analysis = fields.Text(
        copy=False, help="Found with technology development and process quality."
    )
    handling_proposal = fields.Text(copy=False)
    consulted_ids = fields.Many2many(
        "aftersales.function",
        string="Departments Asked",
        copy=False,
        # Who may read the functions of the house.
        groups="aftersales_service.group_dispatcher,aftersales_service.group_head,"
        "aftersales_service.group_quality_vp,aftersales_service.group_general_manager",
    )
    responsible_party = fields.Selection(
        PARTIES,
        string="Responsible",
        readonly=True,
        copy=False,
        tracking=True,
        groups=FINDERS,
    )
    responsible_note = fields.Text(
        string="Why Responsible", readonly=True, copy=False, groups=FINDERS
    )
    responsible_by_id = fields.Many2one(
        "res.users", string="Found By", readonly=True, copy=False, groups=FINDERS
    )
    responsible_on = fields.Datetime(
        string="Found On", readonly=True, copy=False, groups=FINDERS
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "responsible_party",
            "responsible_note",
            "responsible_by_id",
            "responsible_on",
        }

    def _check_editable(self, vals):
        result = super()._check_editable(vals)
        if vals.keys() & self._finding_fields:
            self._check_role(DESK, QUALITY_VP)
            ended = self.filtered(lambda claim: claim.state in END_STATES)
            if ended:
                raise FrozenFactError(
                    self.env._(
                        "%s has ended; its findings are on record.",
                        ", ".join(ended.mapped("display_name")),
                    )
                )
        return result

    @fact_action(access="read")
    def action_find_responsible(
        self, party, note, employee_id=None, at=None, request_key=None
    ):
        """Determine who is responsible for the cost of a claim (PART-07, ACC-09).

        Service staff: a case is opened with the claim's actual cost as loss.

        :param str party: customer, supplier, production, design, transport,
            employee or unknown
        :param str note: why, for the form
        :param employee_id: the employee, an id or a record; by default who worked
            on the order
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise AccessError: for others than the quality vice president, for parties
            to the claim, and for the employee himself
        :raise TransitionError: before the claim is approved, or after its end
        """
        check_single(self)
        label = self._fields["responsible_party"]._description_string(self.env)
        party = as_choice(self.env, party, PARTIES, label)
        note = as_text(self.env, note, self.env._("Why Responsible"))
        # sudo: the quality vice president reads no employees
        employee = as_record(self.sudo().env, "hr.employee", employee_id)
        self._check_finder(employee)
        self._check_findable(party, employee)
        self._note_responsible(party, note, employee, at)
        return self

    def _note_responsible(self, party, note, employee, at):
        """Put the finding on record, with the case where service staff is liable."""
        # sudo: who judges reads claims, he does not write them
        self.sudo()._unguarded().write(
            {
                "responsible_party": party,
                "responsible_note": note,
                "responsible_by_id": self.env.uid,
                "responsible_on": at,
            }
        )
        self.env["aftersales.audit"]._log(
            self, "responsible", reason=note, happened_on=at, party=party
        )
        if party == "employee":
            self.env["aftersales.case"]._open_for(
                self, "claim", facts=note, employees=employee or None
            )

    def _check_findable(self, party, employee):
        """Refuse an employee beside another party, and claims that are not out."""
        if employee and party != "employee":
            raise ArgumentError(
                self.env._("An employee is named only where service staff is liable.")
            )
        if self.state not in ("approved", "issued"):
            raise TransitionError(
                self.env._(
                    "%s is not approved, or has ended: nothing is to be found.",
                    self.display_name,
                )
            )

    def _check_finder(self, employee):
        """Refuse who may not judge this claim: no right, or a party to it."""
        self._check_role(QUALITY_VP)
        parties = self._get_parties()[self.id] | employee.user_id
        if not self.env.su and self.env.user in parties:
            raise AccessError(
                self.env._(
                    "You are a party to %s: somebody else has to judge it.",
                    self.display_name,
                )
            )

    def _needs_responsible(self):
        """Tell whether the house bears a cost and asks who is responsible."""
        self.ensure_one()
        payers = set(self.line_ids.mapped("payer"))
        return self.company_id.aftersales_claim_finding and payers != {"customer"}

    def _missing_close(self):
        items = super()._missing_close()
        # sudo: technicians close claims and do not read the finding
        if self._needs_responsible() and not self.sudo().responsible_party:
            items.append(
                {
                    "field": "responsible_party",
                    "label": self.env._("Responsible"),
                    "reason": self.env._(
                        "The quality vice president has not found who is responsible."
                    ),
                }
            )
        return items
