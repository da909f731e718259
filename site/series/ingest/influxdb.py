"""What both versions of InfluxDB's API have in common: from lines to samples.

A field is a series: ``cpu,host=a user=1`` is ``cpu.user`` with the tag host, and the field ``value`` is the measurement
by itself. A line whose series hold something else is left out, in InfluxDB's words.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from live.api import Refused
from series.fields import from_microseconds, to_microseconds
from series.ingest.line_protocol import BadLine, Line, parse
from series.samples import MAX_SKEW, Sample, SampleError, as_text, identity_of
from series.storage.states import Conflict, Key, key_of
from series.values import ValueType

Conflicts = Mapping[Key, Conflict]
NO_CONFLICTS: Conflicts = {}
# As InfluxDB calls them.
TYPES = {ValueType.NUMBER: "float", ValueType.TEXT: "string", ValueType.FIXED: "boolean"}
# Texts that are no states: Home Assistant writes so what else it knows of an entity, its icon, its manufacturer, and
# each would be a series.
NO_STATE_SUFFIX = "_str"
# A field of this name does not name what is measured.
ANONYMOUS_FIELD = "value"
MAX_POINTS_PER_REQUEST = 50_000
# That are said in one response; the others are counted.
MAX_REASONS = 10
# Microseconds are what is kept of a time.
NANOSECONDS = 1000


class Reasons:
    """Why lines are not taken: of the first ones, and how many they are."""

    def __init__(self) -> None:
        self.count = 0
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        self.count += 1
        if len(self._texts) < MAX_REASONS:
            self._texts.append(text)

    def texts(self) -> list[str]:
        more = self.count - len(self._texts)
        return [*self._texts, *([f"and {more} more"] if more else [])]


class Lines(NamedTuple):
    """What a body holds: samples, lines that cannot be parsed, and why points of other lines cannot be kept."""

    samples: list[Sample]
    bad: Reasons
    refused: Reasons


def read(body: bytes, *, unit: int, arrival: datetime, conflicts: Conflicts = NO_CONFLICTS) -> Lines:
    """The lines of a body, whose times are in ``unit`` nanoseconds. A line without a time has that of its arrival, in
    whole units. Lines that have one of the ``conflicts`` cannot be kept. Raises ``Refused`` with 400 for what is no
    text, and 413 for too much of it.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "invalid_utf8", f"The body is not UTF-8: {error}.") from error
    samples: list[Sample] = []
    bad, refused, arrived = Reasons(), Reasons(), to_microseconds(arrival)
    for count, line in enumerate(parse(text), 1):
        if isinstance(line, BadLine):
            bad.add(f"{line} (line {line.number}, column {line.column})")
        else:
            try:
                some = samples_of(line, unit, arrived)
                if conflict := conflicts and conflict_of(some, conflicts):
                    refused.add(_words(line, conflict))
                else:
                    samples += some
            except SampleError as error:
                refused.add(f"line {line.number}: {error}")
        if count > MAX_POINTS_PER_REQUEST or len(samples) > MAX_POINTS_PER_REQUEST:
            message = f"There are more than {MAX_POINTS_PER_REQUEST} points; send at most so many in one request."
            raise Refused(413, "too_many_points", message)
    return Lines(samples, bad, refused)


def conflict_of(samples: Iterable[Sample], conflicts: Conflicts) -> Conflict | None:
    """That of the first sample that has one."""
    return next((conflicts[key] for sample in samples if (key := key_of(sample)) in conflicts), None)


def _words(line: Line, conflict: Conflict) -> str:
    """As InfluxDB has them."""
    name = line.measurement
    names = {field: name if field == ANONYMOUS_FIELD else f"{name}.{field}" for field in line.fields}
    field = next(field for field, name in names.items() if identity_of(name, line.tags) == conflict.identity)
    return (
        f'field type conflict: input field "{field}" on measurement "{line.measurement}" is type'
        f" {TYPES[conflict.sent]}, already exists as type {TYPES[conflict.held]}"
    )


def samples_of(line: Line, unit: int, arrival: int) -> list[Sample]:
    """One for each field. ``arrival``: in microseconds since the epoch. Raises ``SampleError`` for the first that
    cannot be one. Senders put into texts whatever they have: they are cut, and never refused."""
    has_own_time = line.time is not None
    time = (arrival * NANOSECONDS // unit if line.time is None else line.time) * unit // NANOSECONDS
    if time > arrival + MAX_SKEW:
        clock = from_microseconds(arrival)
        raise SampleError("time", f"time is in the future; the server's clock says {clock:%Y-%m-%d %H:%M:%S} UTC")
    measurement, tags = line.measurement, line.tags
    return [
        Sample(
            measurement if field == ANONYMOUS_FIELD else f"{measurement}.{field}",
            tags,
            time,
            as_text(value) if isinstance(value, str) else value,
            has_own_time,
        )
        for field, value in line.fields.items()
        if type(value) is float or not (isinstance(value, str) and field.endswith(NO_STATE_SUFFIX))
    ]
