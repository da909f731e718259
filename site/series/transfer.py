"""Series as text and back: InfluxDB's line protocol, a point a line, its time in nanoseconds.

Whatever reads line protocol reads it: another installation of this, InfluxDB, a script. States are texts in it, or true
and false; all that have no code of their own are the newest of these.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils import timezone

from series.fields import to_microseconds
from series.ingest.influxdb import ANONYMOUS_FIELD, NANOSECONDS, samples_of
from series.ingest.line_protocol import BadLine, Line, parse
from series.models import Point, Series
from series.samples import Sample, SampleError
from series.storage.states import TypeConflict, texts_of
from series.storage.write import write
from series.values import BOOLEANS, ValueType

ROWS_AT_ONCE = 5000
ESCAPED_IN_NAME, ESCAPED_IN_TAG, ESCAPED_IN_TEXT = (re.compile(chars) for chars in ("[, ]", "[,= ]", r'["\\]'))


class NoLineProtocol(ValueError):
    """A series cannot be written as line protocol, or a line cannot be read as a point; the message says which."""


def lines(series: Series) -> Iterator[str]:
    """The points that there are of a series, the oldest first, each as a line with its end.

    Raises ``NoLineProtocol`` where its name or a tag cannot be in one: one that begins with #, an empty tag.
    """
    head, texts = _head(series), texts_of([series.pk]).get(series.pk)
    points = Point.objects.filter(series=series).order_by("time").values_list("time", "value", "exact")
    for time, value, exact in points.iterator(ROWS_AT_ONCE):
        words = f"{value!r}" if exact is None else f"{exact}i"
        if texts is not None:
            text = texts.get(value, "")
            is_boolean = series.value_type == ValueType.FIXED and text in BOOLEANS
            words = text if is_boolean else f'"{ESCAPED_IN_TEXT.sub(_escaped, text)}"'
        yield f"{head} {ANONYMOUS_FIELD}={words} {to_microseconds(time) * NANOSECONDS}\n"


def store(text: Iterable[str]) -> Iterator[int]:
    """Write the points of these lines, some thousands together; how many it were, each time.

    Raises ``NoLineProtocol`` at the first line that is none, or whose point cannot be kept; what is before it may be
    written already. Writing the same lines again changes nothing.
    """
    remaining, number = iter(text), 0
    while part := list(islice(remaining, ROWS_AT_ONCE)):
        samples = list(_samples("".join(part), number))
        try:
            written = write(samples)
        except TypeConflict as error:
            raise NoLineProtocol(f"After line {number}: {error}") from error
        yield written.stored
        number += len(part)


def _head(series: Series) -> str:
    tags = "".join(
        f",{ESCAPED_IN_TAG.sub(_escaped, key)}={ESCAPED_IN_TAG.sub(_escaped, series.tags[key])}"
        for key in sorted(series.tags)
    )
    head = ESCAPED_IN_NAME.sub(_escaped, series.name) + tags
    line = next(parse(f"{head} {ANONYMOUS_FIELD}=0 0"), None)
    if not isinstance(line, Line) or (line.measurement, line.tags) != (series.name, series.tags):
        raise NoLineProtocol(f"{series} cannot be written as line protocol.")
    return head


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _samples(text: str, before: int) -> Iterator[Sample]:
    for line in parse(text):
        if isinstance(line, BadLine):
            raise NoLineProtocol(f"Line {before + line.number}, column {line.column}: {line}.")
        try:
            yield from samples_of(line, 1, to_microseconds(timezone.now()))
        except SampleError as error:
            raise NoLineProtocol(f"Line {before + line.number}: {error}") from error
