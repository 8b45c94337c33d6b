from odoo import api, fields, models

from ..calc import clock
from ..exceptions import FactTimeError


class AftersalesPhoneLog(models.Model):
    """A call that a technician did not take (DISP-28)."""

    _name = "aftersales.phone.log"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Technician not Reached"
    _order = "called_on desc, id desc"
    _rec_name = "employee_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
    )
    called_on = fields.Datetime(
        string="Called on", required=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        [
            ("no_answer", "No Answer"),
            ("off", "Switched Off"),
            ("refused", "Call Refused"),
        ],
        string="What Happened",
        required=True,
        default="no_answer",
    )
    note = fields.Char()
    user_id = fields.Many2one(
        "res.users",
        string="Called by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    in_hours = fields.Boolean(
        string="In Phone Hours",
        compute="_compute_in_hours",
        store=True,
        help="Within the hours in which technicians can be reached.",
    )

    @api.depends("called_on", "company_id")
    def _compute_in_hours(self):
        for entry in self:
            local = entry._get_local_time()
            minutes = local and local.hour * 60 + local.minute
            company_sudo = entry.company_id.sudo()  # sudo: its hours are no secret
            entry.in_hours = bool(local) and (
                round(company_sudo.aftersales_phone_from * 60)
                <= minutes
                <= round(company_sudo.aftersales_phone_to * 60)
            )

    def _get_local_time(self):
        """Return when the call was made, on the clock of the company."""
        self.ensure_one()
        zone = self.company_id._get_aftersales_tz()
        return self.called_on and clock.to_local(self.called_on, zone)

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(
            [{**vals, "user_id": self.env.uid} for vals in vals_list]
        )
        now = fields.Datetime.now()
        if any(entry.called_on > now for entry in entries):
            raise FactTimeError(
                self.env._("A call cannot be recorded before it is made.")
            )
        entries.filtered("in_hours")._propose_fines()
        return entries

    def _propose_fines(self):
        """Propose what an unanswered call in phone hours costs (PEN-04)."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        self.env["aftersales.adjustment"]._propose_phone_off(
            [
                {
                    "employee": entry.employee_id,
                    "date": entry._get_local_time().date(),
                    "event": entry,
                    "source": entry,
                    "facts": self.env._(
                        "Called at %(time)s by %(user)s: %(kind)s. %(note)s",
                        time=entry._get_local_time().strftime("%Y-%m-%d %H:%M"),
                        user=entry.user_id.name,
                        kind=labels[entry.kind],
                        note=entry.note or "",
                    ).strip(),
                }
                for entry in self
            ]
        )
