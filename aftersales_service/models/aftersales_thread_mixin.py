from odoo import models
from odoo.tools import clean_context


class AftersalesThreadMixin(models.AbstractModel):
    """Changes of many documents are logged in one go.

    Core logs them document by document, with a score of queries for each. The
    messages are the same here: one for each document, with every value that changed.
    """

    _name = "aftersales.thread.mixin"
    _inherit = ["mail.thread"]
    _description = "After-Sales Log of Changes"

    def _message_track(self, fields_iter, initial_values_dict):
        """Log in batch what changed, except where core tells or names somebody."""
        if len(self) < 2 or not fields_iter:
            return super()._message_track(fields_iter, initial_values_dict)
        data = self.env.cr.precommit.data
        authors = data.get(f"mail.tracking.author.{self._name}", {})
        bodies = data.get(f"mail.tracking.message.{self._name}", {})
        tracked = self.fields_get(
            fields_iter, attributes=("string", "type", "selection", "currency_field")
        )
        tracking, special = {}, self.browse()
        for record in self.exists():
            before = initial_values_dict[record.id]
            changes, commands = record._mail_track(tracked, before)
            is_told = changes and record._track_subtype(
                {name: before[name] for name in changes}
            )
            if is_told or record.id in authors:
                special |= record
            else:
                tracking[record.id] = (changes, commands)
        self._log_tracking(tracking, dict(bodies))
        if special:
            tracking |= super(AftersalesThreadMixin, special)._message_track(
                fields_iter, initial_values_dict
            )
        for kind in ("message", "author"):
            data.pop(f"mail.tracking.{kind}.{self._name}", None)
        return tracking

    def _log_tracking(self, tracking, bodies):
        """Write one note for each document that changed, and its values.

        :param dict tracking: ``{id: (changed names, commands)}``
        :param dict bodies: texts that somebody gave, by id
        """
        values, texts = {}, {}
        for record in self:
            changes, commands = tracking.get(record.id, (None, None))
            if changes and commands:
                values[record.id] = [command[2] for command in commands]
                texts[record.id] = bodies.get(record.id)
                if record.id not in bodies:
                    texts[record.id] = record._track_get_default_log_message(changes)
        if not values:
            return
        messages = self.browse(values)._message_log_batch(bodies=texts)
        self.env["mail.tracking.value"].sudo().create(  # sudo: as core does
            [
                {**vals, "mail_message_id": message.id}
                for message in messages
                for vals in values[message.res_id]
            ]
        )

    def _track_finalize(self):
        """Log what changed; mails that follow from it are written in batch too."""
        initial_values = self.env.cr.precommit.data.pop(
            f"mail.tracking.{self._name}", {}
        )
        ids = [record_id for record_id, vals in initial_values.items() if vals]
        if not ids:
            return
        records = self.browse(ids).sudo()  # sudo: as core does
        tracking = records.with_context(clean_context(self.env.context))._message_track(
            self._track_get_fields(), initial_values
        )
        groups = {}
        for record in records:
            changes = tracking.get(record.id, (None, None))[0]
            templates = record._track_template(changes) if changes else {}
            if templates:
                key = record._get_mail_key(templates)
                groups.setdefault(
                    key, [changes, self.browse().sudo()]
                )  # sudo: as above
                groups[key][1] |= record
        for changes, some in groups.values():
            some._message_track_post_template(changes)

    def _get_mail_key(self, templates):
        """Return what documents share whose mails are the same mailing.

        :param dict templates: ``{field: (template, values)}`` of one document
        """
        if any(
            template and values.get("composition_mode") != "mass_mail"
            for template, values in templates.values()
        ):
            return self.id
        return repr(
            sorted(
                (name, template.id, sorted(values.items()))
                for name, (template, values) in templates.items()
                if template
            )
        )
