from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import NotEntitledError
from .common_claim import ClaimCommon

# Who reads (r), creates (c) and edits (w) what, by the design's table of acts.
# A dash means that every door is shut.
ROLES = (
    "technician",
    "dispatcher",
    "head",
    "quality_vp",
    "sales_vp",
    "gm",
    "hr",
    "warehouse",
    "employee",
    "portal",
)
DOCUMENTS = {
    # document: rights in the order of ROLES
    "aftersales.call": ("-", "rcw", "rcw", "r", "-", "r", "-", "-", "-", "-"),
    "aftersales.order": ("rw", "rcw", "rcw", "r", "r", "r", "-", "r", "-", "-"),
    "aftersales.claim": ("rcw", "rcw", "rcw", "r", "r", "r", "-", "r", "-", "-"),
    "aftersales.approval": ("-", "r", "r", "r", "r", "r", "-", "-", "-", "-"),
    "aftersales.commitment": ("r", "r", "rw", "r", "-", "r", "-", "-", "-", "-"),
    "aftersales.callback": ("r", "rw", "rw", "r", "-", "r", "-", "-", "-", "-"),
    "aftersales.policy": ("r", "r", "rcw", "-", "-", "-", "-", "-", "-", "-"),
    "aftersales.deputy": ("-", "rcw", "rcw", "rcw", "rcw", "rcw", "-", "-", "-", "-"),
    "aftersales.document.due": ("r", "r", "r", "r", "-", "r", "-", "-", "-", "-"),
    "aftersales.site": ("r", "rcw", "rcw", "r", "r", "r", "-", "-", "-", "-"),
    "hr.payslip": ("-", "-", "-", "-", "-", "-", "rcw", "-", "-", "-"),
}
LETTERS = {"r": "read", "c": "create", "w": "write"}


@tagged("post_install", "-at_install")
class TestRoleMatrix(ClaimCommon):
    """Each role against each act; what is forbidden is refused."""

    def test_role_01_documents_by_role(self):
        """ROLE-01, ROLE-03: role x {read, create, edit}: shut doors raise."""
        for document, rights in DOCUMENTS.items():
            for role, letters in zip(ROLES, rights, strict=True):
                user = getattr(self, f"{role}_user")
                model = self.env[document].with_user(user)
                for letter, operation in LETTERS.items():
                    with self.subTest(document=document, role=role, act=operation):
                        self.assertEqual(model.has_access(operation), letter in letters)
                        if letter not in letters:
                            with self.assertRaises(AccessError):
                                model.check_access(operation)

    def _try(self, claim, role, name):
        """Tell whether a role may do something to a claim; undo it."""
        record = claim.with_user(getattr(self, f"{role}_user"))
        record.invalidate_recordset()
        try:
            with self.env.cr.savepoint() as savepoint:
                getattr(record, name)()
                savepoint.rollback()
        except (AccessError, NotEntitledError):
            return False
        finally:
            self.env.invalidate_all()
        return True

    def test_role_01_approve_and_issue(self):
        """ROLE-01, PART-08: an emergency of 900 is the head's, parts the store's."""
        self.filter_part.standard_price = 900.0
        self._stock(self.filter_part, 5)
        claim = self._verified(self.filter_part)
        deciders = {role for role in ROLES if self._try(claim, role, "action_approve")}
        self.assertEqual(deciders, {"head"})
        claim.with_user(self.head_user).action_approve()
        preparers = {role for role in ROLES if self._try(claim, role, "action_issue")}
        self.assertEqual(preparers, {"dispatcher", "head", "warehouse"})
        # Whoever prepares the transfer: the goods leave by the store's hand.
        picking = claim.with_user(self.warehouse_user).action_issue()
        for role in ROLES:
            if role != "warehouse":
                user = getattr(self, f"{role}_user")
                with self.subTest(role), self.assertRaises(AccessError):
                    picking.with_user(user).button_validate()

    def test_role_01_pay(self):
        """ROLE-01: HR confirms pay; neither the desk nor the technician does."""
        [penalty] = self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": "NO_CALL",
                    "employee": self.technician,
                    "date": "2026-03-02",
                    "event": self.order,
                    "source": self.order,
                    "facts": "Left without a call.",
                }
            ]
        )
        verifiers = {
            role for role in ROLES if self._try(penalty, role, "action_verify")
        }
        self.assertEqual(verifiers, {"head"})
        penalty.with_user(self.head_user).action_verify()
        payers = {role for role in ROLES if self._try(penalty, role, "action_confirm")}
        self.assertEqual(payers, {"hr"})

    def test_role_03_each_sees_his_own(self):
        """ROLE-03: technician own work, warehouse no wages, HR no customer calls."""
        order = self.order
        self.assertTrue(order.with_user(self.technician_user).name)
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).read(["name"])
        for user, model in [
            (self.warehouse_user, "hr.payslip"),
            (self.warehouse_user, "aftersales.adjustment"),
            (self.hr_user, "aftersales.call"),
            (self.hr_user, "aftersales.callback"),
            (self.dispatcher_user, "hr.payslip"),
            (self.head_user, "hr.payslip"),
        ]:
            with (
                self.subTest(user=user.login, model=model),
                self.assertRaises(AccessError),
            ):
                self.env[model].with_user(user).search([])
        self.assertFalse(
            self.env["helpdesk.ticket"].with_user(self.hr_user).search([])
            if self.env["helpdesk.ticket"].with_user(self.hr_user).has_access("read")
            else False
        )

    def test_role_05_departments_are_free(self):
        """ROLE-05: people work with any department, or none: nothing reads a chart."""
        department = self.env["hr.department"].create(
            {"name": "Compressors South", "company_id": self.company.id}
        )
        self.technician.department_id = department
        self.technician2.department_id = False
        for employee in (self.technician, self.technician2):
            order = self._create_order(
                worker_ids=[(0, 0, {"employee_id": employee.id})]
            )
            self.assertEqual(order.lead_id, employee)
