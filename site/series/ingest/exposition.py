"""Prometheus' text exposition format, version 0.0.4: ``jobs_total{result="ok"} 3``, with comments that say of which
type.

Read as Prometheus' own parser in Go reads it, with its words for what is wrong, and the line. Not with the parser of
prometheus_client, which is made for OpenMetrics: it calls a counter ``jobs`` that was sent as ``jobs_total``, and the
other way round. Pure.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}
UNTYPED = "untyped"
# What the samples of a family of these types may end with.
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
# Possessive (*+): what could be tried again is remembered, and takes a hundred bytes for each character.
QUOTED = re.compile(r'"((?:[^"\\\n]++|\\.)*+)"')
ESCAPE = re.compile(r'\\([\\n"])')
WORD = re.compile(r"[^ \t\n]*")
BLANK = re.compile(r"[ \t]*")
ESCAPED = {"n": "\n"}
WRONG_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*+\\([^\\n]|\Z)")
WRONG_ESCAPE_IN_LABEL = re.compile(r"(?<!\\)(?:\\\\)*+\\[^\\n\"]")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NO_NUMBER = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE)
TIME = re.compile(r"[+-]?[0-9]+")
# Labels that are numbers, in families of these types.
NUMERIC_LABELS = {"histogram": "le", "summary": "quantile"}


class ExpositionError(ValueError):
    """The text is not in this format."""


class Metric(NamedTuple):
    """One sample: of which family, under which name, with which labels. A family of no type is untyped."""

    family: str
    type: str
    name: str
    labels: Mapping[str, str]
    value: float
    has_time: bool


def parse(text: str) -> Iterator[Metric]:
    """The samples, in order. Raises ``ExpositionError``, which begins with the line."""
    *lines, rest = text.split("\n")
    if rest.strip(" \t"):
        raise _wrong(len(lines) + 1, "unexpected end of input stream")
    types: dict[str, str] = {}
    explained: set[str] = set()
    for number, line in enumerate(lines, 1):
        line = line.lstrip(" \t")
        try:
            if line.startswith("#"):
                _comment(line, types, explained)
            elif line:
                metric = _sample(line, types)
                types.setdefault(metric.family, UNTYPED)
                yield metric
        except ExpositionError as error:
            raise _wrong(number, str(error)) from None


def _comment(line: str, types: dict[str, str], explained: set[str]) -> None:
    """A type or a help text, or any other words. Where nothing follows, these say nothing."""
    start = _after_blank(line, 1)
    keyword = _word(line, start)
    position = _after_blank(line, start + len(keyword))
    if keyword not in {"HELP", "TYPE"} or position == len(line):
        return
    match = NAME.match(line, position)
    end = match.end() if match else position
    if end < len(line) and (match is None or line[end] not in " \t"):
        raise ExpositionError("invalid metric name in comment")
    name, rest = _family(line[position:end], types), line[_after_blank(line, end) :]
    if not rest:
        return
    if keyword == "HELP":
        if name in explained:
            raise ExpositionError(f'second HELP line for metric name "{name}"')
        if wrong := WRONG_ESCAPE.search(rest):
            raise ExpositionError(f"invalid escape sequence '\\{wrong[1]}'")
        explained.add(name)
    elif name in types:
        raise ExpositionError(f'second TYPE line for metric name "{name}", or TYPE reported after samples')
    elif rest.lower() not in TYPES:
        raise ExpositionError(f'unknown metric type "{rest}"')
    else:
        types[name] = rest.lower()


def _sample(line: str, types: Mapping[str, str]) -> Metric:
    match = NAME.match(line)
    if match is None:
        raise ExpositionError("invalid metric name")
    name, position = match[0], _after_blank(line, match.end())
    family = _family(name, types)
    type_ = types.get(family, UNTYPED)
    labels: dict[str, str] = {}
    if line.startswith("{", position):
        position = _after_blank(line, _labels(line, position + 1, labels))
    elif position == match.end():
        raise ExpositionError("invalid metric name")
    numeric = NUMERIC_LABELS.get(type_, "")
    if numeric in labels and number(labels[numeric]) is None:
        raise ExpositionError(f"expected float as value for '{numeric}' label, got \"{labels[numeric]}\"")
    word = _word(line, position)
    value = number(word)
    if value is None:
        raise ExpositionError(f'expected float as value, got "{word}"')
    has_time = (end := position + len(word)) < len(line)
    if has_time:
        time = _word(line, start := _after_blank(line, end))
        if not TIME.fullmatch(time):
            raise ExpositionError(f'expected integer as timestamp, got "{time}"')
        if start + len(time) < len(line):
            raise ExpositionError(f'spurious string after timestamp: "{line[start + len(time) :]}"')
    return Metric(family, type_, name, labels, value, has_time)


def _family(name: str, types: Mapping[str, str]) -> str:
    if name in types:
        return name
    for suffix in ("_bucket", "_sum", "_count"):
        family = name.removesuffix(suffix)
        if family != name and suffix in SUFFIXES.get(types.get(family, ""), ()):
            return family
    return name


def _labels(line: str, position: int, labels: dict[str, str]) -> int:
    """Read labels up to the closing brace, and return where it ends."""
    while not line.startswith("}", position := _after_blank(line, position)):
        match = LABEL.match(line, position)
        if match is None:
            raise ExpositionError(f"invalid label name for metric {line.partition('{')[0].strip()!r}")
        name, position = match[0], _after_blank(line, match.end())
        if name == "__name__":
            raise ExpositionError('label name "__name__" is reserved')
        if name in labels:
            raise ExpositionError(f'duplicate label names for metric "{name}"')
        if not line.startswith("=", position):
            raise ExpositionError(f"expected '=' after label name, found {line[position : position + 1]!r}")
        quoted = QUOTED.match(line, _after_blank(line, position + 1))
        if quoted is None:
            raise ExpositionError("expected '\"' at start of label value")
        if WRONG_ESCAPE_IN_LABEL.search(quoted[1]):
            raise ExpositionError("invalid escape sequence")
        labels[name] = ESCAPE.sub(lambda escape: ESCAPED.get(escape[1], escape[1]), quoted[1])
        position = _after_blank(line, quoted.end())
        if line.startswith(",", position):
            position += 1
        elif not line.startswith("}", position):
            raise ExpositionError(f"unexpected end of label value {quoted[1]!r}")
    return position + 1


def number(word: str) -> float | None:
    """As Go reads it, without what only Go has. None for what is none, and for what is too great to be one."""
    if NUMBER.fullmatch(word):
        value = float(word)
        return value if math.isfinite(value) else None
    return float(word) if NO_NUMBER.fullmatch(word) else None


def _word(text: str, position: int) -> str:
    match = WORD.match(text, position)
    return match[0] if match else ""


def _after_blank(text: str, position: int) -> int:
    match = BLANK.match(text, position)
    return match.end() if match else position


def _wrong(number: int, reason: str) -> ExpositionError:
    return ExpositionError(f"text format parsing error in line {number}: {reason}")
