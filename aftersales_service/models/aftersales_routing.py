from odoo import api, fields, models

EVENTS = [
    ("product", "Complaint about a Product"),
    ("service", "Complaint about the Service"),
    ("injury", "Injury"),
    ("difficult", "Difficult Fault"),
    ("upward", "Reported Upwards"),
    ("notice", "Site Owner Told Too Late"),
]


class AftersalesRouting(models.Model):
    """Who is told of what: the matrix of events, levels and functions (ESC-05)."""

    _name = "aftersales.routing"
    _description = "Routing"
    _order = "event, level, sequence, id"
    _rec_name = "event"
    _check_company_auto = True

    event = fields.Selection(EVENTS, required=True)
    level = fields.Integer(
        required=True,
        default=1,
        aggregator=None,
        help="1 is told at once; higher levels when the case is passed on.",
    )
    sequence = fields.Integer(default=10)
    function_id = fields.Many2one(
        "aftersales.function", required=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Lines of a company replace the common ones of that event.",
    )
    active = fields.Boolean(default=True)

    _line_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), event, level, function_id) WHERE active",
        "This function is already told of this event at this level.",
    )
    _level_positive = models.Constraint("CHECK (level > 0)", "Levels count from 1.")

    @api.model
    def _get_lines(self, event, company):
        """Return the lines of an event: the company's own, else the common ones.

        :param str event: one of ``EVENTS``
        :param company: one ``res.company``
        """
        lines = self.sudo().search(  # sudo: routing needs no right on rules
            [("event", "=", event), ("company_id", "in", [company.id, False])]
        )
        own = lines.filtered(lambda line: line.company_id == company)
        return own or lines.filtered(lambda line: not line.company_id)

    @api.model
    def _get_functions(self, event, level, company):
        """Return the functions told of an event at a level.

        :param str event: one of ``EVENTS``
        :param int level: 1 for at once
        :param company: one ``res.company``
        """
        lines = self._get_lines(event, company)
        return lines.filtered(lambda line: line.level == level).function_id.sudo(False)
