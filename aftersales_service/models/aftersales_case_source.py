from odoo import api, models

from .. import guard
from ..exceptions import ArgumentError


class AftersalesCase(models.Model):
    """A case that somebody reports names the document it is about."""

    _inherit = "aftersales.case"

    @api.model
    def _get_guarded_on_create(self):
        """Let reporters name the source, once and for good."""
        return super()._get_guarded_on_create() - {"source_model", "source_id"}

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if not guard.is_open(self.env):
            cases._take_sources()
        return cases

    def _take_sources(self):
        """Check the documents that new cases name, and tie both together.

        :raise ArgumentError: for what is no document of ours, or another company's
        :raise AccessError: for a document that the reporter may not read
        """
        named = self.filtered(lambda case: case.source_model or case.source_id)
        for model, cases in named.grouped("source_model").items():
            sources = cases._browse_sources(model)
            sources.check_access("read")
            for case in cases:
                source = sources.browse(case.source_id)
                if source.company_id - case.company_id:
                    raise ArgumentError(
                        self.env._(
                            "%s belongs to another company.", source.display_name
                        )
                    )
                case._unguarded().source_name = source.display_name
                if model == "aftersales.claim":
                    source._link_case(case)

    def _browse_sources(self, model):
        """Return the documents that these cases name.

        :param str model: the model they name
        """
        ours = model and (model.startswith("aftersales.") or model == "helpdesk.ticket")
        documents = self.env.get(model) if ours else None
        is_document = (
            documents is not None
            and not documents._abstract
            and not documents._transient
            and "company_id" in documents._fields
        )
        sources = documents.browse(self.mapped("source_id")) if is_document else self
        if not is_document or len(sources.exists()) != len(sources):
            raise ArgumentError(
                self.env._(
                    "Choose the document that the case is about: it was not found."
                )
            )
        return sources
