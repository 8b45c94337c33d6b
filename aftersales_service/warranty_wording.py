"""Warranty verdicts in plain words, in the language of the user.

The texts of a whole batch are translated once; a unit then only fills in its
own figures.
"""

from odoo.tools import format_date


class WarrantyWording:
    """Turns facts and outcomes of ``calc.warranty`` into sentences."""

    def __init__(self, env):
        """Fetch the translated texts.

        :param env: environment that gives the language
        """
        self.env = env
        self._days = {}
        equipment = env["aftersales.equipment"]._fields
        self._bases = dict(equipment["warranty_basis"]._description_selection(env))
        self._states = dict(equipment["state"]._description_selection(env))
        self.names = self._get_names()
        self._sentences = self._get_sentences()
        self._values = self._get_values()

    def explain(self, unit, facts, outcome):
        """Return why the verdict is what it is, in one or two sentences.

        :param UnitWords unit: what is called how
        :param facts: ``calc.warranty.Facts``
        :param outcome: ``calc.warranty.Outcome``
        """
        words = self._words(unit, facts)
        reason = self._reason(unit, facts, outcome)
        texts = [self._sentences[reason] % words]
        if facts.part_excluded and outcome.parts == "void" and reason != "cause":
            texts.append(self._sentences["part"] % words)
        if facts.labour_apart and outcome.parts != outcome.labour:
            texts.append(self._sentences["labour"][outcome.labour])
        return " ".join(texts)

    def value(self, code, unit, facts):
        """Return what a test saw, as text.

        :param str code: the test
        :param UnitWords unit: what is called how
        :param facts: ``calc.warranty.Facts``
        """
        words = self._words(unit, facts)
        return getattr(self, f"_value_{code.lower()}")(unit, facts, words)

    # -- the texts

    def _get_names(self):
        """Return what each test asks."""
        return {
            "UNIT_ACTIVE": self.env._("The unit is in use"),
            "TERM_KNOWN": self.env._("The unit's term is known"),
            "IN_TERM": self.env._("The day lies in the unit's term"),
            "SITE_TERM": self.env._("The day lies in the site's term"),
            "CAUSE_NOT_VOID": self.env._("The cause does not end the warranty"),
            "PART_NOT_EXCLUDED": self.env._("The part is not excluded"),
            "LABOUR_TERM": self.env._("The day lies in the term of labour"),
            "REPAIR_TERM": self.env._("The part is in its repair warranty"),
            "OVERRIDE": self.env._("Decided by hand"),
        }

    def _get_sentences(self):
        """Return why a verdict is what it is, by reason."""
        return {
            "retired": self.env._("Not covered: the unit is retired."),
            "replaced": self.env._(
                "Not covered: the unit was replaced; its term went to the new one."
            ),
            "repair": self.env._(
                "Covered by the repair warranty of the part “%(part)s”, up to and "
                "including %(repair_end)s."
            ),
            "cause": self.env._(
                "Not covered: the cause “%(cause)s” ends the warranty, whatever "
                "the term."
            ),
            "unit": self.env._(
                "Covered: %(months)s months from %(basis)s on %(start)s, up to and "
                "including %(end)s."
            ),
            "decided": self.env._(
                "Covered up to and including %(end)s, decided by hand: %(reason)s."
            ),
            "site": self.env._(
                "Covered by the warranty of the site “%(site)s”, up to and "
                "including %(site_end)s."
            ),
            "expired": self.env._(
                "Not covered on %(day)s: the last covered day was %(end)s."
            ),
            "none": self.env._("Not covered: no warranty was given for this unit."),
            **self._get_open_sentences(),
        }

    def _get_open_sentences(self):
        """Return what is said where a term is not known, or parts differ."""
        return {
            "early": self.env._(
                "Undetermined: the term begins on %(start)s only. Ask the "
                "manufacturer and record the decision."
            ),
            "unknown": self.env._(
                "Undetermined: the day of “%(basis)s” is not on file. Fill it in, or "
                "ask the manufacturer and record the decision."
            ),
            "part": self.env._(
                "The part “%(part)s” is excluded from the warranty; labour follows "
                "the unit."
            ),
            "labour": {
                "covered": self.env._("Labour is covered."),
                "expired": self.env._("Labour is not covered."),
                "void": self.env._("Labour is not covered."),
                "undetermined": self.env._("Labour is undetermined."),
            },
        }

    def _get_values(self):
        """Return how a test writes down what it saw."""
        return {
            "term": self.env._("%(months)s months from %(basis)s on %(start)s"),
            "decided": self.env._("decided by hand: %(reason)s"),
            "no_term": self.env._("no term given"),
            "no_date": self.env._("%(basis)s: no date"),
            "against": self.env._("%(day)s against %(end)s"),
            "no_end": self.env._("no last day"),
            "no_cause": self.env._("no cause found yet"),
        }

    # -- the parts of sentences

    def day(self, value):
        """Return a date as the user's language writes it."""
        if value not in self._days:
            self._days[value] = format_date(self.env, value) if value else ""
        return self._days[value]

    def _words(self, unit, facts):
        return {
            "day": self.day(facts.on_date),
            "start": self.day(facts.start),
            "end": self.day(facts.end),
            "site_end": self.day(facts.site_end),
            "repair_end": self.day(facts.repair_end),
            "months": facts.months,
            "basis": self._bases.get(unit.basis, ""),
            "reason": unit.reason or "",
            "site": unit.site or "",
            "cause": unit.cause or "",
            "part": unit.part or "",
        }

    def _reason(self, unit, facts, outcome):
        if not facts.is_active:
            return "replaced" if unit.state == "replaced" else "retired"
        if facts.cause_voids:
            return "cause"
        return self._term_reason(unit, facts, dict(outcome.tests))

    def _term_reason(self, unit, facts, passed):
        """Return which term decided, or why none did."""
        if passed["IN_TERM"]:
            return "decided" if unit.reason else "unit"
        if passed.get("SITE_TERM"):
            return "site"
        if passed.get("REPAIR_TERM"):
            return "repair"
        if passed["TERM_KNOWN"]:
            return "expired" if facts.end else "none"
        return "early" if facts.end else "unknown"

    def _value_unit_active(self, unit, _facts, _words):
        return self._states.get(unit.state, "")

    def _value_term_known(self, unit, facts, words):
        if unit.reason:
            return self._values["decided"] % words
        if not facts.months:
            return self._values["no_term"]
        return self._values["term" if facts.start else "no_date"] % words

    def _value_in_term(self, _unit, facts, words):
        return self._values["against"] % words if facts.end else self._values["no_end"]

    def _value_labour_term(self, _unit, facts, _words):
        if not facts.labour_end:
            return self._values["no_end"]
        return self._values["against"] % {
            "day": self.day(facts.on_date),
            "end": self.day(facts.labour_end),
        }

    def _value_repair_term(self, _unit, facts, _words):
        return self._values["against"] % {
            "day": self.day(facts.on_date),
            "end": self.day(facts.repair_end),
        }

    def _value_site_term(self, _unit, facts, _words):
        return self._values["against"] % {
            "day": self.day(facts.on_date),
            "end": self.day(facts.site_end),
        }

    def _value_cause_not_void(self, unit, _facts, _words):
        return unit.cause or self._values["no_cause"]

    def _value_part_not_excluded(self, unit, _facts, _words):
        return unit.part
