from odoo import api, fields, models


class AftersalesLoan(models.Model):
    """Loaners that should be back, and where their transfers say they are."""

    _inherit = "aftersales.loan"

    @api.model
    def _cron_remind(self):
        """Remind of loaners that should be back (DEPOT-02)."""
        self._watch(
            [
                ("state", "=", "out"),
                ("due_on", "<", fields.Date.to_string(fields.Date.today())),
                ("overdue_told_on", "=", False),
            ],
            "_tell_overdue",
        )

    def _tell_overdue(self):
        """Tell who lent it and the head, once a due date."""
        entries = [
            (
                loan,
                user,
                self.env._(
                    "Loaner overdue since %(day)s: %(unit)s",
                    day=fields.Date.to_string(loan.due_on),
                    unit=loan.display_name,
                ),
            )
            for loan in self
            for user in loan.issued_by_id | loan.company_id._aftersales_get_head()
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service_repair.mail_activity_loan"
        )
        self._unguarded().write({"overdue_told_on": fields.Datetime.now()})


class StockMove(models.Model):
    """A loaner is where its transfer says, whoever validated that."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        for move in moves.filtered(
            lambda move: move.state == "done" and move.picking_id.aftersales_loan_id
        ):
            # sudo: the warehouse moves loaners by its own screens
            loan = move.picking_id.aftersales_loan_id.sudo()
            lent = move.picking_type_id.warehouse_id.aftersales_lent_location_id
            if move.location_dest_id == lent:
                loan._set_state(
                    "out",
                    {
                        "issued_on": loan.issued_on or move.date,
                        "returned_on": False,
                    },
                )
            elif move.location_id == lent:
                loan._set_state(
                    "returned", {"returned_on": loan.returned_on or move.date}
                )
        return moves
