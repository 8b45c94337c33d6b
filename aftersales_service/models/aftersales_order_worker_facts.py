from datetime import timedelta

from odoo import models

from ..exceptions import MissingError


class AftersalesOrderWorker(models.Model):
    """The stamps themselves."""

    _inherit = "aftersales.order.worker"

    def _stamp(self, name, at):
        """Write a stamp that follows the worker's earlier ones.

        :param str name: departed_on, arrived_on or left_on
        :param datetime at: when it happened
        """
        before = {"arrived_on": "departed_on", "left_on": "arrived_on"}.get(name)
        if before:
            label = self._fields[before]._description_string(self.env)
            for worker in self:
                worker.order_id._check_not_before(at, worker[before], label)
        self._unguarded().write({name: at})
        self.env["aftersales.audit"]._log(
            self.order_id,
            name.removesuffix("_on"),
            happened_on=at,
            employees={str(w.order_id.id): w.employee_id.id for w in self},
        )

    def _check_stamped(self, name):
        """Refuse workers who lack the stamp that comes first."""
        label = self._fields[name]._description_string(self.env)
        unstamped = self.filtered(lambda worker: not worker[name])
        if unstamped:
            raise MissingError(
                self.env._(
                    "Record “%(step)s” for %(workers)s first.",
                    step=label,
                    workers=", ".join(unstamped.employee_id.mapped("name")),
                )
            )

    def _note_lateness(self, at):
        """Freeze the promise that held, and by how much it was missed (PEN-02).

        A worker is late for an order once, however often it is rescheduled.  Late
        without a call to the customer before are two findings (DISP-18).  Nobody
        is late where an incident happened (DISP-22).

        :param datetime at: when these workers arrived
        """
        for worker in self.filtered(lambda worker: not worker.is_late):
            order = worker.order_id
            due = order._get_arrival_due()
            vals = {"due_on": due}
            grace = timedelta(minutes=order._get_arrival_grace())
            if due and at > due + grace and not order.incident_on:
                seconds = int((at - due).total_seconds())
                called_on = order.called_ahead_on
                vals.update(
                    is_late=True,
                    late_minutes=-(-seconds // 60),
                    is_unannounced=not called_on or called_on > at,
                )
            worker._unguarded().write(vals)

    def _keep_attempts(self, at, vals):
        """Keep the journeys of these workers, who found a closed door (DISP-16).

        :param datetime at: when they stood there
        :param dict vals: what happened, as values of the attempts
        """
        self.env["aftersales.order.attempt"].sudo().create(  # sudo: made by the fact
            [
                {
                    **vals,
                    "order_id": worker.order_id.id,
                    "employee_id": worker.employee_id.id,
                    "departed_on": worker.departed_on,
                    "happened_on": at,
                }
                for worker in self
            ]
        )
