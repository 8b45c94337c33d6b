import logging

from odoo import api, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

# Records handled between two commits of a watching cron.
CHUNK_SIZE = 100


class AftersalesWatchMixin(models.AbstractModel):
    """A cron's loop over the records that are due (rules D1 and D4).

    Work is chosen by a domain that leaves out what is done, so an interrupted run
    goes on where it stopped.  Records somebody else holds wait for the next run,
    and one that fails does not stop the others.
    """

    _name = "aftersales.watch.mixin"
    _description = "After-Sales Watched Document"

    @api.model
    def _watch(self, domain, method_name):
        """Call a method on all records of a domain, chunk by committed chunk.

        :param domain: which records are due
        :param str method_name: method called on a locked recordset
        :return: True when all were handled, False when the time ran out
        """
        cron = self.env["ir.cron"]
        due_ids = self.search(domain).ids
        if not due_ids:
            return True
        cron._commit_progress(remaining=len(due_ids))
        for chunk in split_every(CHUNK_SIZE, due_ids):
            records = self.browse(chunk)
            if not records._watch_chunk(domain, method_name):
                for record in records:
                    record._watch_chunk(domain, method_name)
            if not cron._commit_progress(len(chunk)):
                return False
        return True

    def _watch_chunk(self, domain, method_name):
        """Handle the records of self that are free and still due.

        :return: True unless it failed and was undone
        """
        try:
            with self.env.cr.savepoint():
                free = self.try_lock_for_update()
                free.invalidate_recordset()
                getattr(free.filtered_domain(domain), method_name)()
        except Exception:
            _logger.exception("%s.%s failed on %s", self._name, method_name, self.ids)
            return False
        return True
