"""Lengths of time in words: people read and write ``5 min``, ``24 h`` or ``7 d``, the database keeps seconds."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_duration
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

UNIT_SECONDS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
NEVER = gettext_noop("never")
DAY = UNIT_SECONDS["d"]
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(d|h|min|s)\b", re.IGNORECASE)


def duration(seconds: float) -> str:
    """A time in the greatest unit that says it exactly in few digits: 0.5 s, 45 s, 5 min, 24 h, 7 d."""
    for unit, size in UNIT_SECONDS.items():
        number = f"{seconds / size:g}"
        if (seconds >= 2 * size or seconds == size < DAY) and "e" not in number and float(number) * size == seconds:
            return f"{number} {unit}"
    return f"{seconds:.15g} s"


def seconds_of(text: str) -> float:
    """The seconds of ``5 min``, ``1 h 30 min`` or ``PT5M`` (ISO 8601). Raises ``ValueError`` for other texts."""
    if text[:1] in ("P", "p"):
        time = parse_duration(text.upper())
        if time is None or text[-1:] in "Pp":
            raise ValueError(text)
        return time.total_seconds()
    if not _PART.search(text) or _PART.sub("", text).strip():
        raise ValueError(text)
    return sum(float(number.replace(",", ".")) * UNIT_SECONDS[unit.lower()] for number, unit in _PART.findall(text))


@deconstructible
@dataclass
class DurationRange:
    """Validator: so many seconds at least and at most, which it says in words."""

    minimum: float
    maximum: float

    def __call__(self, seconds: float) -> None:
        if not self.minimum <= seconds <= self.maximum:
            words = _("It must be %(least)s to %(most)s.")
            raise ValidationError(words % {"least": duration(self.minimum), "most": duration(self.maximum)})


class DurationField(forms.Field):
    """A form's field for a length of time: words in the browser, seconds in ``cleaned_data``."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return seconds_of(value.strip()) if value.strip() else None
        except (ValueError, OverflowError):
            words = _("“%(text)s” is not a length of time; one looks like 5 min, 24 h or 7 d.")
            raise ValidationError(words, params={"text": value[:40]}) from None

    def prepare_value(self, value: Any) -> Any:
        return duration(value) if isinstance(value, int | float) else value


class IntervalField(DurationField):
    """The same for an interval that may also be *never*, which is 0 seconds."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip().lower() in {NEVER, _(NEVER)}:
            return 0.0
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return _(NEVER) if value == 0.0 else super().prepare_value(value)
