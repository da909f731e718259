"""Prometheus' text exposition format, version 0.0.4: ``jobs_total{result="ok"} 3``, with comments that say of which
type.

Read as Prometheus' own parser in Go reads it, with its words for what is wrong, and the line. Not with the parser of
prometheus_client, which is made for OpenMetrics: it calls a counter ``jobs`` that was sent as ``jobs_total``, and the
other way round. Pure.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}
UNTYPED = "untyped"
# What the samples of a family of these types may end with.
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ESCAPE = re.compile(r'\\([\\n"])')
WORD = re.compile(r"[^ \t\n]+")
BLANK = re.compile(r"[ \t]*")
ESCAPED = {"n": "\n"}
HEX = re.compile(r"[+-]?0[xX]")


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


def parse(text: str) -> list[Metric]:
    """All samples, in order. Raises ``ExpositionError``, which begins with the line."""
    if text and not text.endswith("\n"):
        raise _wrong(text.count("\n") + 1, "unexpected end of input stream")
    types: dict[str, str] = {}
    metrics: list[Metric] = []
    named: set[str] = set()
    for number, line in enumerate(text.split("\n")[:-1], 1):
        line = line.strip(" \t\r")
        try:
            if line.startswith("#"):
                _comment(line, types, named)
            elif line:
                metric = _sample(line, types)
                metrics.append(metric)
                named.add(metric.family)
        except ExpositionError as error:
            raise _wrong(number, str(error)) from None
    return metrics


def _comment(line: str, types: dict[str, str], named: set[str]) -> None:
    words = line[1:].split(None, 2)
    if not words or words[0] != "TYPE":
        return
    if len(words) < 2 or not NAME.fullmatch(words[1]):
        raise ExpositionError("invalid metric name in comment")
    name, type_ = words[1], (words[2] if len(words) > 2 else "").strip().lower()
    if name in types or name in named:
        raise ExpositionError(f'second TYPE line for metric name "{name}", or TYPE reported after samples')
    if type_ not in TYPES:
        raise ExpositionError(f'unknown metric type "{type_}"')
    types[name] = type_


def _sample(line: str, types: Mapping[str, str]) -> Metric:
    match = NAME.match(line)
    if match is None:
        raise ExpositionError("invalid metric name")
    name, position = match[0], _after_blank(line, match.end())
    labels: dict[str, str] = {}
    if line.startswith("{", position):
        position = _labels(line, position + 1, labels)
    elif position == match.end():
        raise ExpositionError("invalid metric name")
    words = WORD.findall(line, position)
    value = _float(words[0]) if words else None
    if value is None:
        raise ExpositionError(f'expected float as value, got "{words[0] if words else ""}"')
    if len(words) > 1:
        if not re.fullmatch(r"[+-]?[0-9]+", words[1]):
            raise ExpositionError(f'expected integer as timestamp, got "{words[1]}"')
        if len(words) > 2:
            raise ExpositionError(f'spurious string after timestamp: "{words[2]}"')
    family = _family(name, types)
    return Metric(family, types.get(family, UNTYPED), name, labels, value, len(words) > 1)


def _family(name: str, types: Mapping[str, str]) -> str:
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
        if re.search(r"(?<!\\)(?:\\\\)*\\[^\\n\"]", quoted[1]):
            raise ExpositionError("invalid escape sequence")
        labels[name] = ESCAPE.sub(lambda escape: ESCAPED.get(escape[1], escape[1]), quoted[1])
        position = _after_blank(line, quoted.end())
        if line.startswith(",", position):
            position += 1
        elif not line.startswith("}", position):
            raise ExpositionError(f"unexpected end of label value {quoted[1]!r}")
    return position + 1


def _float(word: str) -> float | None:
    # Python takes an underscore between digits, where Go does not, and no hexadecimal number, which is rare enough.
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return float.fromhex(word) if HEX.match(word) else None


def _after_blank(text: str, position: int) -> int:
    match = BLANK.match(text, position)
    return match.end() if match else position


def _wrong(number: int, reason: str) -> ExpositionError:
    return ExpositionError(f"text format parsing error in line {number}: {reason}")
