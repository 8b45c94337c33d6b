from odoo import api, fields, models


class AftersalesAudit(models.Model):
    """The trail in words: people read no names of models and states."""

    _inherit = "aftersales.audit"

    document_kind = fields.Char(compute="_compute_words")
    event_text = fields.Char(compute="_compute_words", string="What Happened")
    state_text = fields.Char(compute="_compute_words", string="Before")

    @api.depends("model", "event", "state_from")
    @api.depends_context("lang")
    def _compute_words(self):
        kinds = {name: self._get_kind(name) for name in set(self.mapped("model"))}
        for row in self:
            row.document_kind, states = kinds[row.model]
            row.event_text = self._say(row.event, states)
            row.state_text = self._say(row.state_from, states)

    @api.model
    def _get_kind(self, name):
        """Return what a document is called, and the names of its states."""
        # sudo: the name of a kind of document is no secret
        kind = self.env["ir.model"].sudo()._get(name).name or name
        if name not in self.env or "state" not in self.env[name]._fields:
            return kind, {}
        state = self.env[name]._fields["state"]
        if state.type != "selection":
            return kind, {}
        return kind, dict(state._description_selection(self.env))

    @api.model
    def _say(self, code, states):
        """Return the name of a state; other events as they were recorded."""
        return code and (states.get(code) or code.replace("_", " ").capitalize())
