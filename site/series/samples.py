"""One sample: what every ingest format is parsed into, checked in one place. Pure: no Django, no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from series.values import FixedState, Value

MAX_LABEL_LENGTH = 200
# An entry of a PostgreSQL B-tree holds at most 2,704 bytes, and identities are unique.
MAX_IDENTITY_BYTES = 2000
MIN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
MAX_TIME = datetime(2200, 1, 1, tzinfo=UTC)
# How far ahead of our clock a point may be. One from a clock that is wrong would be the newest for as long as it is
# ahead: panels end at their newest point, and would stand still without a word.
MAX_CLOCK_SKEW = timedelta(minutes=10)
# The same in microseconds since the epoch, or of them.
MICROSECOND = timedelta(microseconds=1)
MAX_MICROSECONDS = (MAX_TIME - MIN_TIME) // MICROSECOND
MAX_SKEW = MAX_CLOCK_SKEW // MICROSECOND
# That have been checked, and what they are called.
MAX_REMEMBERED_SERIES = 8192
# Leaves room for a sum: PostgreSQL raises an error for a sum or mean that overflows, and the panel would be gone.
MAX_VALUE = 1e300

# Control characters, line separators and lone surrogates: they cannot be shown, and PostgreSQL takes neither NUL nor
# surrogates in a text.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
SPECIAL = re.compile(r"[\\{},=]")


class SampleError(ValueError):
    """A sample cannot have this value. ``field`` is ``series``, ``tags``, ``time`` or ``value``."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def identity_of(name: str, tags: Mapping[str, str]) -> str:
    """The one text of a series: ``cpu{core=1,host=a}``, tags sorted by their key; ``cpu`` without tags.

    Injective: a backslash stands before each of ``\\ { } , =`` that belongs to a name, key or value.
    """
    pairs = ",".join(f"{_escaped(key)}={_escaped(tags[key])}" for key in sorted(tags))
    return _escaped(name) + (f"{{{pairs}}}" if tags else "")


def check_labels(name: str, tags: Mapping[str, str]) -> None:
    """Raise ``SampleError`` unless a series may have this name and these tags."""
    _check_text("series", "series", name, least=1)
    for key, value in tags.items():
        _check_text("tags", "a tag's name", key, least=1)
        _check_text("tags", f"the tag {key!r}", value, least=0)
    if len(identity_of(name, tags).encode()) > MAX_IDENTITY_BYTES:
        raise SampleError("tags", f"series and tags together must be at most {MAX_IDENTITY_BYTES} bytes long.")


@dataclass(slots=True, init=False)
class Sample:
    """A value of a series at a time; the unit of ``value`` is the sender's. ``time`` is aware, or in microseconds since
    the epoch: that is what is kept of it, and counted with, because there are very many of these.

    ``has_own_time``: its sender said when it was. Where not, ``time`` is that of its arrival, by our clock.

    Raises ``SampleError`` for what no database of ours could keep or no panel could show.
    """

    name: str
    tags: Mapping[str, str]
    microseconds: int
    value: Value
    has_own_time: bool = field(compare=False)
    # That of its series.
    identity: str = field(compare=False, repr=False)

    def __init__(
        self, name: str, tags: Mapping[str, str], time: datetime | int, value: Value, has_own_time: bool = True
    ) -> None:
        self.identity = _checked_identity(name, tuple(tags.items()))
        microseconds = _microseconds(time) if isinstance(time, datetime) else time
        if not 0 <= microseconds < MAX_MICROSECONDS:
            raise SampleError("time", f"time must be from {MIN_TIME.year} up to, not including, {MAX_TIME.year}.")
        # Of most there is no more to check.
        if type(value) is not float or not -MAX_VALUE <= value <= MAX_VALUE:
            _check_value(value)
        self.name, self.tags, self.microseconds, self.value = name, tags, microseconds, value
        self.has_own_time = has_own_time

    @property
    def time(self) -> datetime:
        """In UTC, exact."""
        return MIN_TIME + self.microseconds * MICROSECOND


def _microseconds(time: datetime) -> int:
    if time.tzinfo is None:
        raise SampleError("time", "time must have a time zone, such as Z or +01:00.")
    return (time - MIN_TIME) // MICROSECOND


def _check_value(value: Value) -> None:
    if isinstance(value, str):
        _check_text("value", "a text", value, least=0)
    # Also refuses NaN.
    elif not isinstance(value, FixedState) and not -MAX_VALUE <= value <= MAX_VALUE:
        limit = f"{MAX_VALUE:g}"
        raise SampleError("value", f"value must be a finite number between -{limit} and {limit}.")


def as_text(text: str) -> str:
    """A text as a sample may have it: what is too long is cut, and what cannot be shown is a space."""
    return UNPRINTABLE.sub(" ", text[:MAX_LABEL_LENGTH])


@lru_cache(MAX_REMEMBERED_SERIES)
def _checked_identity(name: str, tags: tuple[tuple[str, str], ...]) -> str:
    """A sender has few series, and sends them again and again."""
    check_labels(name, dict(tags))
    return identity_of(name, dict(tags))


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)


def _check_text(field: str, what: str, text: str, *, least: int) -> None:
    if not least <= len(text) <= MAX_LABEL_LENGTH:
        raise SampleError(field, f"{what} must be {least} to {MAX_LABEL_LENGTH} characters long; it has {len(text)}.")
    if UNPRINTABLE.search(text):
        raise SampleError(field, f"{what} must not contain control characters, line breaks or lone surrogates.")
