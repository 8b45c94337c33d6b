from odoo import api, fields, models

from ..calc import clock, quiet

WHOLE_SHARE = 100.0
CALLER_ACTIVITY = "mail_activity_callback_due"


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
        owed = [
            (document, rule)
            for document in documents
            for rule in self._get_rules(document, triggers, previous)
            if (document.id, rule.id) not in known
        ]
        clocks = documents.company_id._aftersales_clock(done_on)
        made = (
            self.sudo()  # sudo: as above
            ._unguarded()
            .create(
                [
                    self._prepare_callback_vals(
                        document, rule, done_on, previous, clocks
                    )
                    for document, rule in self._keep_sampled(owed, previous, done_on)
                ]
            )
        )
        made._guarded_again()._assign_clerks()
        return self.browse(made.ids) | self._call_again(documents - made[field])

    @api.model
    def _call_again(self, documents):
        """Owe the second call also where the first one stood under no rule.

        :param documents: orders or tickets that owe no call by a rule
        :return: the call-backs made
        """
        again = self._get_dissatisfied(documents)
        bare = documents.browse(
            order.id for order, first in again.items() if not first.rule_id
        )
        fresh = bare.filtered(lambda order: not order.callback_ids)
        made = self._owe_today(fresh)
        for callback in made.sudo()._unguarded():  # sudo: owed by the house
            callback.round = again[callback.order_id].round + 1
        return made

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
        partner = document.partner_id.commercial_partner_id
        audience = {"all", partner.aftersales_tier or "general"}
        if partner.is_aftersales_member:
            audience.add("member")
        if partner.is_aftersales_priority:
            audience.add("priority")
        rules = document.policy_id.callback_rule_ids.filtered(
            lambda rule: rule.trigger in fired and rule.audience in audience
        )
        again = previous.get(document)
        return rules | again.rule_id if again else rules

    @api.model
    def _keep_sampled(self, owed, previous, done_on):
        """Return those of the calls owed that the share of their rule takes in.

        :param list owed: (document, rule)
        :param dict previous: see ``_get_dissatisfied``; these are always called
        :param datetime done_on: when the work was done, naive UTC
        """
        to_draw = [
            (document, rule, self._get_sample_period(document, done_on))
            for document, rule in owed
            if rule.share < WHOLE_SHARE
            and rule != self._get_rule_again(document, previous)
        ]
        # sudo: the lots are drawn by the house
        taken = self.env["aftersales.callback.sample"].sudo()._draw(to_draw)
        dropped = {(case[0].id, case[1].id) for case in to_draw} - taken
        return [
            (document, rule)
            for document, rule in owed
            if (document.id, rule.id) not in dropped
        ]

    @api.model
    def _get_rule_again(self, document, previous):
        """Return the rule under which the customer was dissatisfied before."""
        again = previous.get(document)
        return again.rule_id if again else self.env["aftersales.policy.callback"]

    @api.model
    def _get_sample_period(self, document, done_on):
        """Return the first day of the month in which the work was done."""
        tz = document.company_id._aftersales_tz()
        return clock.to_local(done_on, tz).date().replace(day=1)

    @api.model
    def _prepare_callback_vals(self, document, rule, done_on, previous, clocks):
        """Return the values of one call-back.

        :param document: one order or ticket
        :param rule: one ``aftersales.policy.callback``
        :param datetime done_on: when the work was done, naive UTC
        :param dict previous: see ``_get_dissatisfied``
        :param dict clocks: the working time of companies, by id
        """
        opens, due = quiet.callback_window(
            done_on,
            rule.delay_hours,
            rule.window_hours,
            document.policy_id._get_quiet_hours(),
            self.env["aftersales.commitment"]._get_tz(document),
            unit=rule.window_unit,
            days=rule.window_days,
            is_working=clocks[document.company_id.id].is_working,
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
        """Put call-backs on the list of those to make now, or send their link."""
        moved = self._set_state("open")
        moved._assign_clerks()
        moved._send_links()
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
            waits_for_caller = callback.state == "open" and callback.user_id
            user = waits_for_caller or head
            if user:
                summary = self.env._(
                    "%(callback)s: call %(partner)s",
                    callback=callback.name,
                    partner=callback.partner_id.display_name,
                )
                entries.append((callback, user, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                f"aftersales_service.{activity_type}",
                # The caller is his deputy already where he is absent.
                scope=None if activity_type == CALLER_ACTIVITY else "escalations",
            )
