import hashlib

from odoo import api, fields, models

from ..calc import clock


class AftersalesCallback(models.Model):
    """Which call-backs are born, and when they open and are overdue."""

    _inherit = "aftersales.callback"

    @api.model
    def _create_for(self, documents, triggers, done_on=None):
        """Make the call-backs that documents owe by their policy, once each.

        After a rework the rule under which the customer was dissatisfied owes
        another call, whatever the triggers: until satisfied (CB-03, DISP-06).

        :param documents: orders or tickets with a ``policy_id``
        :param dict triggers: set of trigger names by document id
        :param datetime done_on: when the work was done; now by default
        :return: the call-backs made
        """
        done_on = done_on or fields.Datetime.now()
        documents = documents.sudo()  # sudo: owed by the house, whoever did the work
        previous = self._get_dissatisfied(documents)
        field = self._get_document_field(documents)
        known = {
            (callback[field].id, callback.rule_id.id)
            for callback in self.sudo().search([(field, "in", documents.ids)])
        }
        vals_list = [
            self._prepare_callback_vals(document, rule, done_on, previous)
            for document in documents
            for rule in self._get_rules(document, triggers, previous)
            if (document.id, rule.id) not in known
        ]
        made = self.sudo()._unguarded().create(vals_list)  # sudo: as above
        return self.browse(made.ids)

    @api.model
    def _get_document_field(self, documents):
        """Return the name of the field that points to such documents."""
        return "order_id" if documents._name == "aftersales.order" else "ticket_id"

    @api.model
    def _get_dissatisfied(self, documents):
        """Return by order the call-back that made it a rework."""
        if documents._name != "aftersales.order":
            return {}
        found = self.sudo().search(  # sudo: a call-back of anybody
            [("rework_order_id", "in", documents.ids)], order="id"
        )
        return {callback.rework_order_id: callback for callback in found}

    @api.model
    def _get_rules(self, document, triggers, previous):
        """Return the rules under which a document owes a call.

        :param document: one order or ticket
        :param dict triggers: see ``_create_for``
        :param dict previous: see ``_get_dissatisfied``
        """
        fired = triggers.get(document.id) or ()
        tier = document.partner_id.commercial_partner_id.aftersales_tier or "general"
        rules = document.policy_id.callback_rule_ids.filtered(
            lambda rule: (
                rule.trigger in fired
                and rule.audience in ("all", tier)
                and self._is_sampled(document, rule)
            )
        )
        again = previous.get(document)
        return rules | again.rule_id if again else rules

    @api.model
    def _is_sampled(self, document, rule):
        """Tell whether a document belongs to the share that is called (DISP-05).

        The choice depends on the document and the rule alone: asked again, it is
        the same, and nobody can draw until he likes it.
        """
        if rule.share >= 100.0:
            return True
        seed = f"{document._name}:{document.id}:{rule.id}".encode()
        draw = int.from_bytes(hashlib.sha256(seed).digest()[:4], "big") / 2**32
        return draw * 100.0 < rule.share

    @api.model
    def _prepare_callback_vals(self, document, rule, done_on, previous):
        """Return the values of one call-back.

        :param document: one order or ticket
        :param rule: one ``aftersales.policy.callback``
        :param datetime done_on: when the work was done, naive UTC
        :param dict previous: see ``_get_dissatisfied``
        """
        opens, due = clock.callback_window(
            done_on,
            rule.delay_hours,
            rule.window_hours,
            document.policy_id._get_quiet_hours(),
            self.env["aftersales.commitment"]._get_tz(document),
        )
        again = previous.get(document)
        return {
            self._get_document_field(document): document.id,
            "company_id": document.company_id.id,
            "partner_id": document.partner_id.id,
            "rule_id": rule.id,
            "opens_on": opens,
            "due_on": due,
            "round": again.round + 1 if again else 1,
        }

    # -- watch

    @api.model
    def _cron_watch(self):
        """Open call-backs whose time has come and mark those overdue."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        self._watch([("state", "=", "planned"), ("opens_on", "<=", now)], "_open")
        self._watch([("state", "=", "open"), ("due_on", "<", now)], "_miss")

    def _open(self):
        """Put call-backs on the list of those to make now."""
        self._set_state("open")
        self._tell(self.filtered("user_id"), "mail_activity_callback_due")

    def _miss(self):
        """Mark call-backs overdue and tell the head, once."""
        self._set_state("missed")
        self._tell(self, "mail_activity_callback_missed")

    @api.model
    def _tell(self, callbacks, activity_type):
        """Raise one activity per call-back: for its caller, else for the head."""
        entries = []
        for callback in callbacks:
            head = callback.company_id._aftersales_get_head()
            user = head if callback.state == "missed" else callback.user_id
            if user:
                summary = self.env._(
                    "%(callback)s: call %(partner)s",
                    callback=callback.name,
                    partner=callback.partner_id.display_name,
                )
                entries.append((callback, user, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, f"aftersales_service.{activity_type}"
            )
