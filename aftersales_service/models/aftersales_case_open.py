from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from .aftersales_case import QUALITY_VP


class AftersalesCase(models.Model):
    """Cases that facts open by themselves."""

    _inherit = "aftersales.case"

    @api.model
    def _open_for(
        self,
        sources,
        kind,
        facts="",
        employees=None,
        loss_kind=None,
        loss_amount=None,
        rule=None,
        date=None,
    ):
        """Open a case about each document, once per document and kind.

        A draft only: who is responsible, and for how much, is found later.  It may
        be called by whoever records the fact, whatever his role.

        :param sources: the documents, all of one model
        :param str kind: a key of the field ``kind``
        :param str facts: what is known
        :param employees: ``hr.employee`` possibly concerned, or a dict of them by
            document id; by default who worked on the order behind the document
        :param str loss_kind: economic, image or reputation
        :param float loss_amount: the loss in company currency; for a parts claim
            its actual cost by default (ACC-09)
        :param rule: the ``aftersales.pay.rule`` breached, if it is known
        :param date: date of the fact; today by default
        :return: the live cases, one per document, in the documents' order
        """
        known = self._get_live_cases(sources, kind)
        fact = self._prepare_fact(kind, facts, rule, date)
        vals_list = [
            fact
            | self._prepare_source(source, kind, employees)
            | self._prepare_loss(source, loss_kind, loss_amount)
            for source in sources
            if source.id not in known
        ]
        for case in self._create_opened(vals_list):
            known[case.source_id] = case
        return self.union(*(known[source.id] for source in sources))

    @api.model
    def _prepare_fact(self, kind, facts, rule, date):
        """Return what all cases about one fact have in common."""
        return {
            "kind": kind,
            "facts": facts or False,
            "happened_on": date or fields.Date.context_today(self),
            "breached_rule_id": rule.id if rule else False,
        }

    @api.model
    def _create_opened(self, vals_list):
        """Create cases that facts opened, and tell the quality vice president."""
        if not vals_list:
            return self.browse()
        try:
            with self.env.cr.savepoint():
                # sudo: opened by the house, whoever recorded the fact
                made = self.sudo()._unguarded().create(vals_list)
                made.flush_recordset()
        except UniqueViolation as error:
            # Somebody else opens the same case right now: begin again and find it.
            raise ConcurrencyError(str(error)) from error
        made = self.browse(made.ids)
        self.env["aftersales.audit"]._log(made, "opened")
        for case in made.sudo():  # sudo: the house opens it
            if case.source_model == "aftersales.claim":
                case._get_source()._link_case(case)
        made._tell_judges(QUALITY_VP, self.env._("Find who is responsible"))
        return made

    @api.model
    def _get_live_cases(self, sources, kind):
        """Return by document id the case about it that was not dismissed."""
        found = self.sudo().search(  # sudo: who opens one may not read it
            [
                ("source_model", "=", sources._name),
                ("source_id", "in", sources.ids),
                ("kind", "=", kind),
                ("reverses_id", "=", False),
                ("state", "!=", "dismissed"),
            ]
        )
        return {case.source_id: self.browse(case.id) for case in found}

    @api.model
    def _prepare_source(self, source, kind, employees):
        """Return the values that say what a case is about, and who is concerned."""
        source = source.sudo()  # sudo: as ``_open_for``
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        if isinstance(employees, dict):
            employees = employees.get(source.id)
        if employees is None:
            employees = self._get_workers(source)
        return {
            "company_id": source.company_id.id or self.env.company.id,
            "subject": f"{kinds[kind]}: {source.display_name}",
            "source_model": source._name,
            "source_id": source.id,
            "source_name": source.display_name,
            "share_ids": [
                fields.Command.create({"party": "employee", "employee_id": employee.id})
                for employee in employees
            ],
        }

    @api.model
    def _prepare_loss(self, source, loss_kind, loss_amount):
        """Return the loss a case starts from."""
        if loss_amount is None:
            is_claim = source._name == "aftersales.claim"
            loss_amount = source.sudo().cost_total if is_claim else 0.0  # sudo: costs
        return {
            "loss_kind": loss_kind or ("economic" if loss_amount else False),
            "loss_amount": loss_amount,
        }

    @api.model
    def _get_workers(self, source):
        """Return the employees whose work stands behind a document."""
        order = source
        if source._name != "aftersales.order":
            order = source["order_id"] if "order_id" in source._fields else None
            if not order and "ticket_id" in source._fields:
                order = source.ticket_id.order_ids
            if source._name == "helpdesk.ticket":
                order = source.order_ids
        return order.worker_ids.employee_id if order else self.env["hr.employee"]

    def _tell_judges(self, group, summary):
        """Put cases on the lists of those who have to judge them next.

        :param str group: xmlid of the group that judges
        :param str summary: what to do
        """
        # sudo: who holds the role is no secret to who opened the case
        users = self.env.ref(group).sudo().all_user_ids.filtered("active")
        entries = [
            (case, user, f"{case.name}: {summary}")
            for case in self.sudo()  # sudo: its number
            for user in users
            if case.company_id in user.company_ids
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.mail_activity_case", scope="approvals"
            )
