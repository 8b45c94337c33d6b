from odoo import models

from .. import arguments
from ..exceptions import ArgumentError

YES = ("1", "true", "yes", "y")
NO = ("0", "false", "no", "n", "")


class AftersalesChecklistItem(models.Model):
    """What a checklist item accepts as an answer."""

    _inherit = "aftersales.checklist.item"

    def _parse_answer(self, value, photo=None):
        """Return the answer as it is stored, and whether it passes.

        :param value: what the client sent
        :param photo: a checked picture, or None
        :return: tuple of text and bool
        :raise ArgumentError: for an answer of the wrong type
        """
        self.ensure_one()
        return getattr(self, f"_parse_{self.answer_type}")(value, photo)

    def _parse_tick(self, value, _photo):
        text = str(value).strip().lower() if value not in (None, False) else "no"
        if text not in YES + NO:
            self._refuse_answer(value, self.env._("yes or no"))
        return ("yes", True) if text in YES else ("no", False)

    def _parse_choice(self, value, _photo):
        choices = [choice.strip() for choice in (self.choices or "").split(",")]
        if not isinstance(value, str) or value.strip() not in choices:
            self._refuse_answer(value, ", ".join(choices))
        return value.strip(), True

    def _parse_number(self, value, _photo):
        try:
            if isinstance(value, bool):
                raise ValueError
            number = float(value)
            if number != number or number in (float("inf"), float("-inf")):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            self._refuse_answer(value, self.env._("a number"))
        has_limits = self.minimum or self.maximum
        is_passed = not has_limits or self.minimum <= number <= self.maximum
        return f"{number:g}", is_passed

    def _parse_text(self, value, _photo):
        return arguments.as_text(self.env, value, self.name), True

    def _parse_photo(self, value, photo):
        if not photo:
            self._refuse_answer(value, self.env._("a photo"))
        return self.env._("Photo"), True

    def _refuse_answer(self, value, expected):
        raise ArgumentError(
            self.env._(
                "“%(value)s” is no answer to “%(question)s”. Expected: %(expected)s.",
                value=value,
                question=self.name,
                expected=expected,
            )
        )
