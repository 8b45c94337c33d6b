from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..exceptions import ArgumentError, NotEntitledError

KEEPERS = "payroll.group_payroll_user,aftersales_service.group_general_manager"
PEOPLE = ("hr.employee", "res.users", "res.partner")
# Documents of others that our people work with; all of ours are searched besides.
BESIDE = (
    "helpdesk.ticket",
    "hr.payslip",
    "stock.picking",
    "sale.order",
    "repair.order",
    "hr.expense",
)
# What must be finished before a person is forgotten: model, links, what is open.
OPEN_WORK = {
    "hr.employee": (
        ("aftersales.order", "worker_ids.employee_id", ("closed", "cancel")),
        ("aftersales.trip", "employee_id", ("confirmed", "cancel")),
        ("aftersales.adjustment", "employee_id", ("settled", "cancel")),
        ("aftersales.case.share", "employee_id", ("decided", "dismissed")),
        ("hr.payslip", "employee_id", ("done", "cancel")),
    ),
    "res.partner": (
        ("aftersales.order", "partner_id", ("closed", "cancel")),
        ("aftersales.callback", "partner_id", ("done", "cancel")),
    ),
}


class AftersalesPerson(models.AbstractModel):
    """What the product holds about one person: an employee or a contact.

    The links are read from the registry, so that a new document is never missed.
    """

    _name = "aftersales.person"
    _description = "Personal Data"

    @api.model
    def _check_keeper(self, person):
        """Refuse who may not see everything about a person, and what is no person.

        :param person: an employee or a partner, in superuser mode
        :raise AccessError: for others than HR and the general manager, and for
            people of companies that are not the user's
        :raise ArgumentError: for companies and for contacts who are our own people
        """
        if not self.env.su and not self.env.user.has_groups(KEEPERS):
            raise AccessError(
                self.env._(
                    "Only HR and the general manager export or erase personal data."
                )
            )
        if person.company_id and person.company_id not in self.env.companies:
            raise AccessError(
                self.env._("This person belongs to a company that is not yours.")
            )
        if person._name == "res.partner":
            self._check_contact(person)

    @api.model
    def _check_contact(self, partner):
        """Refuse companies, and contacts behind which an employee or a user stands."""
        if partner.is_company:
            raise ArgumentError(
                self.env._("A company is no person. Choose one of its contacts.")
            )
        ours = partner.with_context(active_test=False)
        users = ours.user_ids.filtered(lambda user: not user.share)
        if users or ours.employee_ids:
            raise ArgumentError(
                self.env._(
                    "%(name)s is one of our own people: choose the employee instead.",
                    name=partner.display_name,
                )
            )

    @api.model
    def _get_identity(self, person):
        """Return the records that are this person: ``{model: records}``."""
        env = person.with_context(active_test=False).env
        person = person.with_env(env)
        if person._name == "hr.employee":
            # Leaving takes the user off the employee; the work contact remains.
            users = person.user_id | person.work_contact_id.user_ids
            partners = person.work_contact_id | users.partner_id
            partners = partners.filtered(lambda partner: not partner.is_company)
            employees = person
        else:
            users, partners = person.user_ids, person
            employees = env["hr.employee"]
        return {"hr.employee": employees, "res.users": users, "res.partner": partners}

    @api.model
    def _get_link_fields(self):
        """Return the stored links to people: ``{model: [field]}``."""
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not name.startswith("aftersales.") and name not in BESIDE:
                continue
            if not model._auto or model._abstract or model._transient:
                continue
            links = [
                field
                for field in model._fields.values()
                if field.type in ("many2one", "many2many")
                and field.store
                and field.comodel_name in PEOPLE
                and field.name not in ("create_uid", "write_uid")
            ]
            if links:
                found[name] = links
        return found

    @api.model
    def _find(self, identity):
        """Return the documents that name the person by a link.

        One query for each kind of document, whatever their number.

        :param dict identity: as of ``_get_identity``
        :return: ``{model: records}``, in superuser mode, without empty ones
        """
        found = {}
        for name, links in self._get_link_fields().items():
            # sudo: everything that is held, whoever may read the single document
            model = self.env[name].sudo().with_context(active_test=False)
            domain = Domain.OR(
                Domain(link.name, "in", identity[link.comodel_name].ids)
                for link in links
                if identity[link.comodel_name]
            )
            if records := model.search(domain, order="id"):
                found[name] = records
        return found

    @api.model
    def _get_kind(self, name):
        """Return what a model is called in the user's language."""
        return self.env["ir.model"]._get(name).sudo().name  # sudo: only its label

    @api.model
    def _get_open_work(self, person):
        """Return what must be finished first, as sentences.

        :param person: an employee or a partner, in superuser mode
        """
        found = []
        if person._name == "hr.employee":
            if person.active:
                found.append(self.env._("The employee is not archived."))
            held = person.aftersales_location_id.quant_ids
            if any(quant.quantity > 0 for quant in held):
                found.append(self.env._("Parts are still with the employee."))
        for name, link, done in OPEN_WORK[person._name]:
            model = person.env[name]
            state = "case_id.state" if name == "aftersales.case.share" else "state"
            count = model.search_count(
                [(link, "in", person.ids), (state, "not in", done)]
            )
            if count:
                found.append(
                    self.env._(
                        "Not finished: %(count)s × %(kind)s.",
                        count=count,
                        kind=self._get_kind(name),
                    )
                )
        if person._name == "res.partner":
            found += self._get_open_tickets(person)
        return found

    @api.model
    def _get_open_tickets(self, partner):
        """Return the sentence about open tickets of a contact, if there are any."""
        domain = [("partner_id", "in", partner.ids), ("closed", "=", False)]
        count = partner.env["helpdesk.ticket"].search_count(domain)
        return [self.env._("Not finished: %s tickets.", count)] if count else []

    @api.model
    def _is_erased(self, person):
        """Tell whether a person was erased before: the trail knows it."""
        trail = self.env["aftersales.audit"].sudo()  # sudo: one fact about the person
        return bool(
            trail.search_count(
                [
                    ("model", "=", person._name),
                    ("res_id", "=", person.id),
                    ("event", "=", "erased"),
                ],
                limit=1,
            )
        )

    @api.model
    def _check_erasable(self, person):
        """Refuse to forget oneself, and people with unfinished work."""
        if self.env.user in self._get_identity(person)["res.users"]:
            raise NotEntitledError(
                self.env._("Nobody erases himself: a colleague has to do it.")
            )
        if missing := self._get_open_work(person):
            raise NotEntitledError(
                self.env._(
                    "%(name)s cannot be erased yet. Finish first:\n%(missing)s",
                    name=person.display_name,
                    missing="\n".join(missing),
                )
            )
