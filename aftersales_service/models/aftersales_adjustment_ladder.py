from odoo import api, models

from ..calc import ladders, scales


class AftersalesAdjustment(models.Model):
    """Ladders: what an event costs depends on the others of its period.

    Complaints of a month are re-rated when one more comes or one falls away
    (AMB-05, AMB-06): the difference is an entry of its own, nothing is edited.
    """

    _inherit = "aftersales.adjustment"

    @api.model
    def _propose_on_ladder(self, proposals):
        """Propose events of ladder rules, and re-rate the others of their periods.

        :param proposals: as ``_propose``; ``amount`` are the costs that a step with
            a percent passes on
        :return: the adjustments made for these events, without top-ups
        """
        ledger = self.sudo()  # sudo: as _propose
        entries = ledger._prepare_proposals(proposals)
        pairs = {(vals["employee_id"], vals["rule_id"]) for vals in entries}
        ledger.env["aftersales.pay.turn"]._pass(pairs)
        made = self._propose(proposals, again=True)
        ledger._rerate(pairs, [vals["date"] for vals in entries], fresh=made)
        return made

    def _entered(self):
        """Put entries made by hand under a ladder on its steps (PEN-16)."""
        records = super()._entered()
        ladder = records.sudo().filtered(  # sudo: as _propose
            lambda entry: entry.rule_id.method == "ladder"
        )
        pairs = {(entry.employee_id.id, entry.rule_id.id) for entry in ladder}
        ladder.env["aftersales.pay.turn"]._pass(pairs)
        for entry in ladder.filtered(lambda entry: not entry.event_id):
            entry._unguarded().write({"event_model": entry._name, "event_id": entry.id})
        ladder._rerate(pairs, ladder.mapped("date"), fresh=ladder)
        return records

    def _cancel(self, reason):
        """Cancel also what was added to the same events, then re-rate the others."""
        events = self._get_ladder_entries()
        unpaid = events.filtered(lambda entry: not entry.settled_amount)
        (events - unpaid)._take_back(reason)
        result = super(AftersalesAdjustment, self | unpaid)._cancel(reason)
        events._rerate_periods(reason)
        return result

    def _reverse(self, reason):
        """Reverse also what was added to the same events, then re-rate the others."""
        events = self._get_ladder_entries()
        entries = super()._reverse(reason)
        (events - self)._take_back(reason)
        events._rerate_periods(reason)
        return entries

    def _get_ladder_entries(self):
        """Return the live entries of the ladder events that these belong to.

        An event stands or falls whole: its top-ups go with it.
        """
        mine = self.sudo().filtered(  # sudo: entries of the same event
            lambda entry: (
                entry.rule_id.method == "ladder"
                and entry.event_id
                and entry.effect != "reversal"
            )
        )
        events = {self._get_event_key(entry._get_event_vals()) for entry in mine}
        pairs = {(entry.employee_id.id, entry.rule_id.id) for entry in mine}
        found = self._find_live(pairs).filtered(
            lambda entry: self._get_event_key(entry._get_event_vals()) in events
        )
        return found.with_env(self.env)

    def _get_event_vals(self):
        return {
            "event_model": self.event_model,
            "event_id": self.event_id,
            "employee_id": self.employee_id.id,
            "rule_id": self.rule_id.id,
        }

    @api.model
    def _find_live(self, pairs, domain=()):
        """Return the entries of some ladders that still count, oldest fact first.

        :param pairs: (employee id, rule id)
        :param domain: further conditions
        """
        entries = self.sudo().search(  # sudo: all events of a person count together
            [
                ("employee_id", "in", [employee for employee, _rule in pairs]),
                ("rule_id", "in", [rule for _employee, rule in pairs]),
                ("state", "!=", "cancel"),
                ("effect", "!=", "reversal"),
                ("event_id", "!=", False),
                *domain,
            ],
            order="date, id",
        )
        return entries._filter_live()

    def _rerate_periods(self, reason):
        """Re-rate the ladders that these entries stand on.

        :param str reason: why they fell away
        """
        pairs = {(entry.employee_id.id, entry.rule_id.id) for entry in self}
        self.env["aftersales.pay.turn"].sudo()._pass(pairs)  # sudo: as _propose
        # sudo: as _propose
        self.sudo()._rerate(pairs, self.mapped("date"), reason=reason)

    @api.model
    def _rerate(self, pairs, dates, fresh=(), reason=""):
        """Make the events of some ladders cost what their count says.

        Only those are looked at that can count together with what came or fell
        away: an event reaches as far as the period, and so do those it is counted
        with.

        :param pairs: (employee id, rule id)
        :param dates: days of the events that came or fell away
        :param fresh: events just proposed, whose amount is still open
        :param str reason: why others fell away
        """
        if not pairs:
            return
        rules = self.env["aftersales.pay.rule"].browse({rule for _who, rule in pairs})
        reach = max(rules.mapped("ladder_days"), default=0)
        first, last = ladders.span(dates, reach)
        seen = ladders.span((first, last), reach)
        live = self._find_live(
            pairs, [("date", ">=", seen[0]), ("date", "<=", seen[1])]
        )
        by_ladder = live.grouped(lambda entry: (entry.employee_id, entry.rule_id))
        for ladder, entries in by_ladder.items():
            bases = entries.filtered(lambda entry: entry.effect == "base")
            counts = bases._get_counts(ladder[1])
            for base, count in zip(bases, counts, strict=True):
                if not first <= base.date <= last:
                    continue
                tops = entries.filtered(
                    lambda entry, base=base: (
                        entry.effect == "top_up"
                        and entry._get_event_vals() == base._get_event_vals()
                    )
                )
                base._rate_event(tops, count, base in fresh, reason)

    def _get_counts(self, rule):
        """Return the count each of these events stands on, in their order."""
        dates, days = self.mapped("date"), rule.ladder_days
        if rule.ladder_mode == "incremental":
            return ladders.ranks(dates, days)
        return ladders.totals(dates, days)

    def _rate_event(self, tops, count, is_fresh, reason):
        """Bring one event to what its count says.

        :param tops: its live top-ups
        :param int count: what it stands on
        :param bool is_fresh: whether its own amount is still open
        :param str reason: why others fell away
        """
        steps = scales.rung(
            count, self.rate_id.bracket_ids._to_steps(), self.base_amount
        )
        target = scales.total(steps)
        held = sum((scales.money(one.amount) for one in self | tops), scales.ZERO)
        if is_fresh:
            self._unguarded().write(self._prepare_rung(target, count))
        elif held < target:
            self._add_top_up(target - held, count)
        elif held > target:
            self._lower(tops, target, count, reason)

    def _prepare_rung(self, amount, count):
        """Return amount and breakdown of one entry on its step of the ladder."""
        label = self.env._(
            "%(rule)s, %(count)s in the period", rule=self.rule_id.name, count=count
        )
        amount = float(amount)
        step = {"label": label, "base": 1.0, "rate": amount, "amount": amount}
        return {"amount": amount, "breakdown": [step], "quantity": count}

    def _add_top_up(self, amount, count):
        """Propose the difference that one more event makes for an earlier one."""
        values = self._prepare_reversal("")
        values.update(
            self._prepare_rung(amount, count),
            effect="top_up",
            reverses_id=False,
            reason=False,
            sequence=self._next_sequence("top_up"),
            facts=self.env._(
                "%(name)s counts again: now %(count)s of the period.\n%(facts)s",
                name=self.name,
                count=count,
                facts=self.facts or "",
            ),
        )
        entry = self.browse(self._unguarded().create([values]).ids)
        self.env["aftersales.audit"]._log(entry, "proposed")

    def _lower(self, tops, target, count, reason):
        """Take back what one event costs too much since others fell away."""
        held = sum((scales.money(one.amount) for one in self | tops), scales.ZERO)
        for top in tops.sorted("id", reverse=True):
            if held - scales.money(top.amount) >= target:
                held -= scales.money(top.amount)
                top._take_back(reason)
                tops -= top
        if held > target:
            values = self._prepare_reversal("")
            values.update(
                self._prepare_rung(target, count),
                effect="base",
                reverses_id=False,
                reason=reason,
                sequence=self._next_sequence("base"),
                facts=self.facts,
            )
            (self | tops)._take_back(reason)
            entry = self.browse(self._unguarded().create([values]).ids)
            self.env["aftersales.audit"]._log(entry, "proposed", reason=reason)

    def _next_sequence(self, effect):
        """Return the next number of an entry of this event and effect."""
        event = [(name, "=", value) for name, value in self._get_event_vals().items()]
        found = self.search(
            [*event, ("effect", "=", effect)], order="sequence desc", limit=1
        )
        return found.sequence + 1 if found else 0

    def _take_back(self, reason):
        """Cancel these entries, or reverse what of them was paid.

        :param str reason: why
        """
        paid = self.filtered("settled_amount")
        (self - paid)._cancel_entries(reason)
        if paid:
            entries = paid._reverse_entries(reason)
            entries.filtered(lambda entry: not entry.is_above_limit)._confirm()
