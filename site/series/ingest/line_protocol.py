"""InfluxDB's line protocol: ``cpu,host=web-1 user=12.5,system=3i 1700000000000000000``, the fields of one moment a
line.

Read as InfluxDB 1.8 and 2 read it, with their words for what is wrong, because senders show these to people; and with
the line and the column, which InfluxDB does not say. Pure.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from series.ingest.line_breaks import lines_of
from series.values import Number, exact

# Of measurement and tags: the longest that InfluxDB takes.
MAX_HEAD_BYTES = 65_535
# Of a line: more would be a body that is one line, which is parsed at once.
MAX_FIELDS = 50_000
# Of a line that cannot be parsed, in what is said of it.
MAX_QUOTED_CHARACTERS = 1000

Value = Number | bool | str
Head = tuple[str, dict[str, str]]


class Line(NamedTuple):
    """One line. ``number``: counted from 1. ``fields``: by their name a number, true or false, or a text. ``time``: as
    it stands there, in the unit that the request says; None where it is left out."""

    number: int
    measurement: str
    tags: dict[str, str]
    fields: dict[str, Value]
    time: int | None


class BadLine(NamedTuple):
    """What is wrong with a line. ``column``: of the first character that is, counted from 1."""

    number: int
    column: int
    text: str
    reason: str

    def __str__(self) -> str:
        text = self.text
        if len(text) > MAX_QUOTED_CHARACTERS:
            text = f"{text[:MAX_QUOTED_CHARACTERS]}..."
        return f"unable to parse '{text}': {self.reason}"


class _Wrong(Exception):
    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason, self.position = reason, position


# Possessive (*+): what could be tried again is remembered, and takes a hundred bytes for each character.
# In measurement and tags a character counts as escaped where a backslash stands before it, whatever stands before that.
MEASUREMENT = re.compile(r"[^,](?:[^, ]++|(?<=\\)[, ])*+", re.DOTALL)
TAG_KEY = re.compile(r"[^ ,=](?:[^ ,=]++|(?<=\\)[ ,=])*+", re.DOTALL)
TAG_VALUE = re.compile(r"[^ ,](?:[^ ,=]++|(?<=\\)[ ,=])*+", re.DOTALL)
FIELD_KEY = re.compile(r"(?:[^\\=, ]++|\\.|\\$)++", re.DOTALL)
# What follows the quote that ends a text belongs to it, up to the next field.
TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"(?:[^\\ ,="]++|\\.|\\$|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
WORD = re.compile(r"[^, ]+")
NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
INTEGER = re.compile(r"(-?)0*([0-9]{1,20})([iu])")
TIME = re.compile(r"-?[0-9]+")
TRUE, FALSE = {"t", "T", "true", "True", "TRUE"}, {"f", "F", "false", "False", "FALSE"}
ESCAPED = re.compile(r"\\([, =])")
ESCAPED_IN_MEASUREMENT = re.compile(r"\\([, ])")
ESCAPED_IN_TEXT = re.compile(r'\\(["\\])')
MAX_TIME_DIGITS = 19
MIN_TIME, MAX_TIME = -(1 << 63), (1 << 63) - 1
INTEGERS = {"i": range(-(1 << 63), 1 << 63), "u": range(1 << 64)}
SPACE = " \t\0"
AFTER_SPACE = re.compile(f"[{SPACE}]*")
NO_PLAIN_BEGINNING = {*SPACE, "#"}


def parse(body: str) -> Iterator[Line | BadLine]:
    """Each line that is neither empty nor a comment, in order."""
    heads: dict[str, Head] = {}
    for number, line in lines_of(body):
        parsed = _plain(number, line, heads)
        if parsed is not None:
            yield parsed
            continue
        text = line.lstrip(SPACE)
        if not text or text[0] == "#" or text == "\r":
            continue
        text = text.removesuffix("\r")
        try:
            yield _whole(number, text)
        except _Wrong as wrong:
            yield BadLine(number, len(line) - len(line.lstrip(SPACE)) + wrong.position + 1, text, wrong.reason)


def _plain(number: int, line: str, heads: dict[str, Head]) -> Line | None:
    """The usual line, quickly: numbers only and nothing escaped. None for all others, right or wrong."""
    if "\\" in line or '"' in line or line[:1] in NO_PLAIN_BEGINNING:
        return None
    parts = line.split(" ", 3)
    time = None
    if not (len(parts) == 2 or (len(parts) == 3 and (time := _time(parts[2])) is not None)):
        return None
    if parts[1][:1] in NO_PLAIN_BEGINNING or len(parts[1]) > MAX_FIELDS:
        return None
    fields: dict[str, Value] = {}
    for field in parts[1].split(","):
        key, _, word = field.partition("=")
        value = _number(word)
        if not key or value is None:
            return None
        fields[key] = value
    head = heads.get(parts[0])
    if head is None:
        try:
            head, _ = _head(parts[0] + " ")
        except _Wrong:
            return None
        heads[parts[0]] = head
    return Line(number, *head, fields, time)


def _whole(number: int, text: str) -> Line:
    """Any line. Raises ``_Wrong`` for the first thing that is wrong with it."""
    head, position = _head(text)
    position = _after_spaces(text, position)
    if position == len(text):
        raise _Wrong("missing fields", position)
    fields: dict[str, Value] = {}
    while True:
        key, value, position = _field(text, position)
        fields[key] = value
        if len(fields) > MAX_FIELDS:
            raise _Wrong(f"more than {MAX_FIELDS} fields", position)
        if not text.startswith(",", position):
            break
        position += 1
    start = _after_spaces(text, position)
    if start == len(text):
        return Line(number, *head, fields, None)
    stamp = WORD.match(text, start)
    if stamp is None or not TIME.fullmatch(stamp[0]):
        raise _Wrong("bad timestamp", start)
    if (time := _time(stamp[0])) is None:
        raise _Wrong("time outside range", start)
    if (rest := _after_spaces(text, stamp.end())) < len(text):
        raise _Wrong("point is invalid", rest)
    return Line(number, *head, fields, time)


def _head(text: str) -> tuple[Head, int]:
    """Measurement and tags, and where they end: at a space."""
    measurement = MEASUREMENT.match(text)
    if measurement is None:
        raise _Wrong("missing measurement", 0)
    tags: dict[str, str] = {}
    position = measurement.end()
    while text.startswith(",", position):
        key = TAG_KEY.match(text, position + 1)
        if key is None:
            raise _Wrong("missing tag key", position + 1)
        if not text.startswith("=", key.end()):
            raise _Wrong("missing tag value", key.end())
        value = TAG_VALUE.match(text, key.end() + 1)
        if value is None:
            raise _Wrong("missing tag value", key.end() + 1)
        if text.startswith("=", value.end()):
            raise _Wrong("invalid tag format", value.end())
        name = ESCAPED.sub(r"\1", key[0])
        if name in tags:
            raise _Wrong("duplicate tags", key.start())
        tags[name], position = ESCAPED.sub(r"\1", value[0]), value.end()
        if position > MAX_HEAD_BYTES:
            break
    if position == len(text):
        raise _Wrong("missing fields", position)
    if len(text[:position].encode("utf-8", "surrogatepass")) > MAX_HEAD_BYTES:
        raise _Wrong(f"max key length exceeded: {position} > {MAX_HEAD_BYTES}", 0)
    return (ESCAPED_IN_MEASUREMENT.sub(r"\1", measurement[0]), tags), position


def _field(text: str, position: int) -> tuple[str, Value, int]:
    """Name and value of the field that begins there, and where it ends."""
    key = FIELD_KEY.match(text, position)
    if key is None:
        raise _Wrong("missing field key" if text.startswith("=", position) else "invalid field format", position)
    start = key.end() + 1
    if not text.startswith("=", key.end()):
        raise _Wrong("invalid field format", key.end())
    if key[0].endswith("\\"):
        raise _Wrong("invalid value", key.end() - 1)
    name = ESCAPED.sub(r"\1", key[0])
    if text.startswith('"', start):
        quoted = TEXT.match(text, start)
        if quoted is None or text.startswith('"', quoted.end()):
            raise _Wrong("unbalanced quotes", start)
        return name, ESCAPED_IN_TEXT.sub(r"\1", quoted[0][1:-1]), quoted.end()
    word = WORD.match(text, start)
    if word is None:
        raise _Wrong("missing field value", start)
    value = True if word[0] in TRUE else False if word[0] in FALSE else _number(word[0])
    if value is None:
        is_number = word[0][0] in "0123456789.-Nn"
        raise _Wrong("invalid number" if is_number else "invalid boolean", start)
    return name, value, word.end()


def _number(word: str) -> Number | None:
    """None for what is none, and for what does not fit into 64 bits. Unsigned integers that only just do are floats."""
    if NUMBER.fullmatch(word):
        value = float(word)
        return value if math.isfinite(value) else None
    integer = INTEGER.fullmatch(word)
    if integer is None or (number := int(integer[1] + integer[2])) not in INTEGERS[integer[3]]:
        return None
    return exact(number)


def _time(word: str) -> int | None:
    """None for what is none, and for what does not fit into 64 bits."""
    if not TIME.fullmatch(word):
        return None
    if len(word) > MAX_TIME_DIGITS:
        # Python refuses to read the longest integers at all, also where they begin with zeros.
        digits = word.lstrip("-0") or "0"
        if len(digits) > MAX_TIME_DIGITS:
            return None
        word = f"-{digits}" if word[0] == "-" else digits
    time = int(word)
    return time if MIN_TIME <= time <= MAX_TIME else None


def _after_spaces(text: str, position: int) -> int:
    match = AFTER_SPACE.match(text, position)
    return match.end() if match else position
