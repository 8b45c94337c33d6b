import secrets

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..calc import sampling


class AftersalesCallbackSample(models.Model):
    """The sample of one month under one rule, with the seed it is drawn by."""

    _name = "aftersales.callback.sample"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Call-Back Sample"
    _order = "period desc, id"
    _guarded_fields = frozenset(
        {"company_id", "rule_id", "period", "seed", "drawn", "chosen"}
    )

    rule_id = fields.Many2one(
        "aftersales.policy.callback",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    period = fields.Date(required=True, readonly=True, help="First day of the month.")
    seed = fields.Char(required=True, readonly=True)
    drawn = fields.Integer(string="Cases", readonly=True, default=0)
    chosen = fields.Integer(string="In the Sample", readonly=True, default=0)
    draw_ids = fields.One2many("aftersales.callback.draw", "sample_id")
    share = fields.Float(related="rule_id.share")

    _period_unique = models.UniqueIndex(
        "(rule_id, company_id, period)", "The sample of this month exists already."
    )

    @api.depends("rule_id", "period")
    def _compute_display_name(self):
        for sample in self:
            rule_sudo = sample.rule_id.sudo()  # sudo: only its name
            sample.display_name = f"{rule_sudo.name} {sample.period or ''}".strip()

    @api.model
    def _draw(self, cases):
        """Say which cases are in the sample, once for good (DISP-05).

        Of every month's cases under a rule the share of the rule is taken: after
        each case as near to it as whole numbers go.  Which ones follows from a seed
        made when the month begins and kept here, so that it can be checked, and
        nobody can foresee or repeat a draw.

        :param cases: list of (document, rule, first day of the month)
        :return: set of (document id, rule id) in the sample
        """
        if not cases:
            return set()
        known = self._get_draws([(document, rule) for document, rule, _day in cases])
        fresh = [case for case in cases if (case[0].id, case[1].id) not in known]
        samples = self._get_samples(fresh)
        vals_list = []
        for document, rule, period in fresh:
            sample = samples[rule.id, document.company_id.id, period]
            vals_list.append(sample._draw_next(document))
        self.env["aftersales.callback.draw"].create(vals_list)
        known.update(
            {
                (vals["document_id"], vals["rule_id"]): vals["is_chosen"]
                for vals in vals_list
            }
        )
        return {key for key, is_chosen in known.items() if is_chosen}

    def _draw_next(self, document):
        """Draw the next case of one month; return the values of its record."""
        self.ensure_one()
        position = self.drawn + 1
        is_chosen = sampling.is_chosen(
            self.seed, position, self.chosen, self.rule_id.share
        )
        self._unguarded().write(
            {"drawn": position, "chosen": self.chosen + int(is_chosen)}
        )
        return {
            "sample_id": self.id,
            "rule_id": self.rule_id.id,
            "document_model": document._name,
            "document_id": document.id,
            "position": position,
            "is_chosen": is_chosen,
        }

    @api.model
    def _get_draws(self, pairs):
        """Return what was drawn before, by document id and rule id."""
        model = pairs[0][0]._name
        draws = self.env["aftersales.callback.draw"].search(
            [
                ("document_model", "=", model),
                ("document_id", "in", [document.id for document, _rule in pairs]),
                ("rule_id", "in", [rule.id for _document, rule in pairs]),
            ]
        )
        return {(draw.document_id, draw.rule_id.id): draw.is_chosen for draw in draws}

    @api.model
    def _get_samples(self, cases):
        """Return the locked samples of cases by (rule, company, month)."""
        keys = {
            (rule.id, document.company_id.id, period)
            for document, rule, period in cases
        }
        found = self.search(
            [
                ("rule_id", "in", [key[0] for key in keys]),
                ("company_id", "in", [key[1] for key in keys]),
                ("period", "in", [key[2] for key in keys]),
            ]
        )
        samples = {sample._get_key(): sample for sample in found}
        missing = [
            {
                "rule_id": rule_id,
                "company_id": company_id,
                "period": period,
                "seed": secrets.token_hex(16),
            }
            for rule_id, company_id, period in sorted(keys - samples.keys())
        ]
        try:
            with self.env.cr.savepoint():
                made = self._unguarded().create(missing)
                made.flush_recordset()
        except UniqueViolation as error:
            # Somebody else begins the month right now: find his seed.
            raise ConcurrencyError(str(error)) from error
        samples.update({sample._get_key(): sample for sample in made._guarded_again()})
        self.union(*samples.values())._lock()
        return samples

    def _get_key(self):
        return self.rule_id.id, self.company_id.id, self.period


class AftersalesCallbackDraw(models.Model):
    """One case of a sample: drawn once, whatever runs twice."""

    _name = "aftersales.callback.draw"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Draw of a Call-Back Sample"
    _order = "sample_id desc, position"

    sample_id = fields.Many2one(
        "aftersales.callback.sample",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    rule_id = fields.Many2one(
        "aftersales.policy.callback",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    document_model = fields.Char(required=True, readonly=True)
    document_id = fields.Many2oneReference(
        string="Case", model_field="document_model", required=True, readonly=True
    )
    position = fields.Integer(required=True, readonly=True)
    is_chosen = fields.Boolean(string="Chosen", readonly=True)

    _document_unique = models.UniqueIndex(
        "(rule_id, document_model, document_id)", "This case was drawn already."
    )
    _position_unique = models.UniqueIndex(
        "(sample_id, position)", "This place of the sample is taken."
    )
