from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .. import arguments
from ..exceptions import MissingError
from .aftersales_fact_mixin import fact_action

THREE_COPIES = ("customer", "head", "company")
REPORT = "aftersales_service.action_report_order"
REPORT_FORM = "aftersales_service.form_f12"
READY = ("done", "closed")


class AftersalesOrder(models.Model):
    """The papers of an order: filed report, copies handed out, papers missing."""

    _inherit = "aftersales.order"

    document_ids = fields.One2many(
        "aftersales.document", "order_id", string="Filed Papers"
    )
    document_count = fields.Integer(compute="_compute_papers")
    missing_papers = fields.Char(compute="_compute_papers")
    has_missing_papers = fields.Boolean(
        string="Papers Missing",
        compute="_compute_papers",
        search="_search_has_missing_papers",
    )

    @api.depends("document_ids.state", "state")
    def _compute_papers(self):
        required = self._get_required_forms()
        for order in self:
            order_sudo = order.sudo()  # sudo: how many and which, not the papers
            papers = order_sudo.document_ids.filtered(
                lambda paper: paper.state == "filed"
            )
            owed = required.filtered(lambda form, order=order: form._is_owed(order))
            missing = owed - papers.form_id if order.state in READY else owed.browse()
            order.document_count = len(papers)
            order.missing_papers = ", ".join(missing.mapped("display_name"))
            order.has_missing_papers = bool(missing)

    @api.model
    def _get_required_forms(self):
        """Return the forms that every finished order owes."""
        # sudo: names of forms, also for those who print none
        return self.env["aftersales.form"].sudo().search([("is_required", "=", True)])

    @api.model
    def _search_has_missing_papers(self, operator, value):
        if operator != "in":
            return NotImplemented
        missing = Domain.FALSE
        for form in self._get_required_forms():
            filed = Domain("form_id", "=", form.id) & Domain("state", "=", "filed")
            # Whether a paper is there is no secret; what it says is.
            lacks = Domain("document_ids", "not any!", filed)
            if form.company_id:
                lacks &= Domain("company_id", "=", form.company_id.id)
            if form.required_from:
                lacks &= Domain("done_on", ">=", form.required_from)
            lacks &= form._get_owed_domain()
            missing |= lacks
        missing &= Domain("state", "in", READY)
        return missing if True in value else ~missing

    @api.model
    def _ensure_field_staff(self):
        """Refuse everybody who neither plans nor works in the field."""
        if not (
            self._is_planner()
            or self.env.user.has_group("aftersales_service.group_technician")
        ):
            raise AccessError(self.env._("Only the service department may do this."))

    # -- the report

    def action_file_report(self):
        """File the service reports of finished orders, once each (DOC-08).

        Workers on the order, dispatchers and heads.

        :return: the filed papers
        :raise MissingError: when the work is not done yet
        """
        self._ensure_field_staff()
        self.check_access("write")
        self._lock()
        unfinished = self.filtered(lambda order: order.state not in READY)
        if unfinished:
            raise MissingError(
                self.env._(
                    "%s: only the report of finished work is filed.",
                    ", ".join(unfinished.mapped("display_name")),
                )
            )
        form = self.env.ref(REPORT_FORM)
        have = self._get_filed_reports()
        for order in self - have.order_id:
            order._file_one_report(form)
        return self._get_filed_reports()

    def _get_filed_reports(self):
        """Return the valid filed service reports of these orders."""
        form = self.env.ref(REPORT_FORM)
        return self.document_ids.filtered(
            lambda paper: paper.form_id == form and paper.state == "filed"
        )

    def _file_one_report(self, form):
        """Print and file the report of one order."""
        self.ensure_one()
        file_name = f"{self._get_report_base_filename()}.pdf".replace("/", "-")
        return self.env["aftersales.document"]._file(
            form,
            self._print_report(),
            file_name,
            {
                "order_id": self.id,
                "ticket_id": self.sudo().ticket_id.id,  # sudo: its number only
                "paper_date": self._get_pay_date(self.signed_on or self.done_on),
                "signers": self._get_signers(),
            },
        )

    def _print_report(self):
        """Return the PDF of the reports of these orders, all in one file."""
        # sudo: the report names parts and people; access was checked by the caller
        reports = self.env["ir.actions.report"].sudo()
        content, _kind = reports.with_context(
            force_report_rendering=True
        )._render_qweb_pdf(REPORT, self.ids)
        return content

    def _get_signers(self):
        """Return who signed the report, in which role and when (DOC-11)."""
        lines = []
        if self.signed_on:
            lines.append(
                self.env._(
                    "Customer: %(name)s, %(time)s",
                    name=self.signed_by,
                    time=self._show_time(self.signed_on),
                )
            )
        if self.sign_refused:
            reason = self.sign_refused_reason
            lines.append(self.env._("Customer did not sign: %s", reason))
        lead = self.sudo().lead_id.name  # sudo: names of employees
        if lead:
            lines.append(
                self.env._(
                    "Technician: %(name)s, %(time)s",
                    name=lead,
                    time=self._show_time(self.done_on),
                )
            )
        return "\n".join(lines)

    # -- copies

    @fact_action
    def action_hand_out(self, recipients=None, at=None, request_key=None):
        """Note that the copies of the report were handed out (DISP-04).

        Files the report first where that is still to be done. Workers on the
        order, dispatchers and heads.

        :param recipients: list of recipients; by default customer, head, company
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the entries of the distribution list
        """
        papers = self.action_file_report()
        labels = papers.copy_ids._fields["recipient"]._description_selection(self.env)
        if not isinstance(recipients, list | tuple | type(None)):
            recipients = [recipients]
        chosen = [
            arguments.as_choice(self.env, name, labels, self.env._("Recipient"))
            for name in recipients or THREE_COPIES
        ]
        return papers._note_copies(chosen, given_on=at)

    def _missing_close(self):
        """Where the policy says, three copies are handed out first (DISP-04)."""
        yield from super()._missing_close()
        for order in self.filtered("policy_id.copies_before_close"):
            copies = order._get_filed_reports().copy_ids
            if set(THREE_COPIES) - set(copies.mapped("recipient")):
                yield (
                    order.id,
                    "document_ids",
                    self.env._(
                        "Hand out the copies for customer, head and company first."
                    ),
                )
