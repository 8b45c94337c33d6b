from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf

from ..arguments import check_single
from ..exceptions import MissingError

CHUNK = 50  # reports printed in one run


class AftersalesMonthBook(models.TransientModel):
    """Bind the service reports of a month to one book and file it (DOC-05)."""

    _name = "aftersales.month.book"
    _description = "Month Book"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        ),
        help="Any day of the month.",
    )
    order_count = fields.Integer(string="Reports", compute="_compute_order_count")

    @api.depends("company_id", "month")
    def _compute_order_count(self):
        for book in self:
            book.order_count = len(book._get_orders())

    def _get_orders(self):
        """Return the orders finished in the month, on the company's clock."""
        self.ensure_one()
        if not self.month or not self.company_id:
            return self.env["aftersales.order"]
        first = fields.Datetime.to_datetime(self.month.replace(day=1))
        orders = self.env["aftersales.order"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("done", "closed")),
                ("done_on", ">=", first - relativedelta(days=1)),
                ("done_on", "<", first + relativedelta(months=1, days=1)),
            ],
            order="done_on, id",
        )
        return orders.filtered(
            lambda order: (
                order._get_pay_date(order.done_on).replace(day=1)
                == self.month.replace(day=1)
            )
        )

    def action_make(self):
        """Bind and file the book; again after late reports it is a new version.

        Dispatchers and heads. The company and the technical department are noted
        as receivers.

        :return: the window of the filed book
        :raise MissingError: when no report belongs to the month
        """
        check_single(self)
        self.env["aftersales.order"]._ensure_planner()
        orders = self._get_orders()
        if not orders:
            raise MissingError(self.env._("No work was finished in this month."))
        book = self._find_book()
        content = self._bind(orders)
        if book:
            paper = book._file_version(content, self._get_file_name())
        else:
            paper = self._file_book(content)
        paper._note_copies(["company", "technical"])
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.document",
            "view_mode": "form",
            "res_id": paper.id,
        }

    def _bind(self, orders):
        """Return one PDF: filed reports as they are, the others printed now."""
        filed = {paper.order_id: paper for paper in orders._get_filed_reports()}
        pieces, waiting = [], orders.browse()
        for order in orders:
            if order in filed:
                pieces += self._print(waiting)
                waiting = orders.browse()
                # sudo: the planner binds what is on file
                pieces.append(filed[order].sudo()._get_bytes())
            else:
                waiting |= order
        return merge_pdf(pieces + self._print(waiting))

    def _print(self, orders):
        """Return the PDFs of orders, printed in runs of some."""
        return [
            orders[start : start + CHUNK]._print_report()
            for start in range(0, len(orders), CHUNK)
        ]

    def _get_month_end(self):
        """Return the last day of the month."""
        return self.month.replace(day=1) + relativedelta(months=1, days=-1)

    def _find_book(self):
        """Return the valid book of this month, if it was bound before."""
        return self.env["aftersales.document"].search(
            [
                ("form_id", "=", self.env.ref("aftersales_service.form_book").id),
                ("company_id", "=", self.company_id.id),
                ("paper_date", "=", self._get_month_end()),
                ("state", "=", "filed"),
            ],
            limit=1,
        )

    def _get_file_name(self):
        return self.env._("Month Book %s", self.month.strftime("%Y-%m")) + ".pdf"

    def _file_book(self, content):
        return self.env["aftersales.document"]._file(
            self.env.ref("aftersales_service.form_book"),
            content,
            self._get_file_name(),
            {
                "company_id": self.company_id.id,
                "paper_date": self._get_month_end(),
            },
        )
