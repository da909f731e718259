"""Our own JSON, at ``POST /api/points``: an object, an array of them, or one a line (NDJSON).

An element is ``{"series": "cpu", "value": 12.5, "time": "2026-01-31T10:00:00Z", "tags": {"host": "a"}}``. ``value`` is
a number, or a state: a text, true or false. ``time`` may also be a number of seconds since the epoch, and is the time
of arrival where it is left out.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from reprlib import repr as shortened
from typing import Any, TypeVar

from django.http import JsonResponse
from django.urls import path

from live.api import Refused
from series.fields import MICROSECOND, from_microseconds, to_microseconds
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.samples import MAX_LABEL_LENGTH, MAX_SKEW, MAX_TIME, Sample, SampleError
from series.storage.write import Written
from series.values import Number, Value, exact

T = TypeVar("T")

MAX_POINTS_PER_REQUEST = 50_000
# A series has an identity of 2,000 bytes at most, each of which may be written as an escape of six characters.
MAX_ELEMENT_CHARACTERS = 16_384
USUAL_ELEMENT_CHARACTERS = 1024
# An integer that has fewer characters is equal to a float.
LONG_INTEGER_CHARACTERS = 16
# That any integer of 64 bits has.
MAX_INTEGER_CHARACTERS = 20
NUMBER = re.compile(r"\s*[+-]?[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?\s*")
SPACE = re.compile(r"[ \t\n\r]*")

DOCUMENT_TYPES = {"application/json"}
LINES_TYPES = {"application/x-ndjson", "application/ndjson", "application/jsonl"}
FORM_TYPE = "application/x-www-form-urlencoded"

MAX_SECONDS = MAX_TIME.timestamp()
FIELDS = {"series", "value", "time", "tags"}
TIME_FORMAT = "a number of seconds since 1970 or an ISO 8601 text with a zone, such as 2026-01-31T10:00:00Z"


def _integer(text: str) -> Number:
    """A float, unless no float is equal to it. Python refuses to read the longest integers at all."""
    is_long = LONG_INTEGER_CHARACTERS <= len(text) <= MAX_INTEGER_CHARACTERS
    return exact(int(text)) if is_long else float(text)


DECODER = json.JSONDecoder(parse_int=_integer)


def parse(arrived: Arrived) -> Parsed:
    """A body, parsed. Raises ``Refused`` with 400, 413 or 415 for the first thing that is wrong with it.

    Where the request has no Content-Type, the body shows what it is. Each element is checked before the next one is
    read, so that what a body costs is bounded by what is right in it.
    """
    content_type = arrived.request.content_type or ""
    text = _text(arrived.body, content_type)
    samples: list[Sample] = []
    arrival = to_microseconds(arrived.time)
    for index, element in _elements(text, content_type):
        if len(samples) == MAX_POINTS_PER_REQUEST:
            message = f"There are more than {MAX_POINTS_PER_REQUEST} points; send at most so many in one request."
            raise Refused(413, "too_many_points", message)
        samples.append(_sample(element, index, arrival))
    return Parsed(samples, accepted)


def _text(body: bytes, content_type: str) -> str:
    if content_type and content_type not in DOCUMENT_TYPES | LINES_TYPES:
        hint = " With curl -d add -H 'Content-Type: application/json'." if content_type == FORM_TYPE else ""
        expected = "send application/json or application/x-ndjson"
        message = f"Content-Type {content_type!r} is not supported; {expected}.{hint}"
        raise Refused(415, "unsupported_media_type", message)
    if not body:
        raise Refused(400, "empty_body", "The body is empty; send a JSON object, an array of them, or one a line.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, "invalid_utf8", f"The body is not UTF-8: {error}.") from error


def _elements(text: str, content_type: str) -> Iterator[tuple[int, Any]]:
    """The elements, each with its index in the array, or the index of its line."""
    start = _after_space(text, 0)
    if content_type in LINES_TYPES:
        yield from _lines(text)
    elif text.startswith("[", start):
        yield from _array(text, start + 1)
    else:
        element, end = _element(text, start)
        if content_type or _after_space(text, end) == len(text):
            _end(text, end)
            yield 0, element
        else:
            # A second JSON value follows the first one: these are lines.
            yield from _lines(text)


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    index = position = 0
    # Neither splitlines(), which also splits at characters that may stand in a JSON text, nor a list of empty lines.
    while (start := _after_space(text, position)) < len(text):
        index += text.count("\n", position, start)
        position = text.find("\n", start)
        line = text[start : position if position >= 0 else len(text)]
        element, end = _element(line, 0, index)
        _end(line, end, index)
        yield index, element
        if position < 0:
            break


def _array(text: str, position: int) -> Iterator[tuple[int, Any]]:
    index, position = 0, _after_space(text, position)
    if not text.startswith("]", position):
        while True:
            element, position = _element(text, position, index)
            yield index, element
            index, position = index + 1, _after_space(text, position)
            if not text.startswith(",", position):
                break
            position = _after_space(text, position + 1)
        if not text.startswith("]", position):
            raise _not_json(json.JSONDecodeError("Expecting ',' delimiter", text, position))
    _end(text, position + 1)


def _element(text: str, start: int, index: int | None = None) -> tuple[Any, int]:
    """The JSON value that begins there, and where it ends: no more of a text is read than an element may be long."""
    for characters in (USUAL_ELEMENT_CHARACTERS, MAX_ELEMENT_CHARACTERS):
        part = text[start : start + characters]
        try:
            element, end = DECODER.raw_decode(part)
        except json.JSONDecodeError as error:
            cause = json.JSONDecodeError(error.msg, text, start + error.pos)
            if start + len(part) == len(text):
                raise _not_json(cause, index) from None
        except RecursionError as error:
            raise Refused(400, "invalid_json", "The JSON is nested too deeply.", index=index) from error
        else:
            return element, start + end
    raise _not_json(cause, index, f" Or is an element longer than {MAX_ELEMENT_CHARACTERS} characters?")


def _end(text: str, position: int, index: int | None = None) -> None:
    """Refuse what stands behind the last value."""
    rest = _after_space(text, position)
    if rest < len(text):
        hint = " One object a line needs Content-Type: application/x-ndjson."
        raise _not_json(json.JSONDecodeError("Extra data", text, rest), index, hint)


def _not_json(error: json.JSONDecodeError, index: int | None = None, hint: str = "") -> Refused:
    return Refused(400, "invalid_json", f"This is not JSON: {error}.{hint}", index=index)


def _after_space(text: str, position: int) -> int:
    space = SPACE.match(text, position)
    return space.end() if space else position


def _sample(element: Any, index: int, arrival: int) -> Sample:
    if not isinstance(element, dict):
        message = f"Each element must be an object with series and value; this is {_type_of(element)}."
        raise Refused(400, "invalid_element", message, index=index)
    for field in element:
        if field not in FIELDS:
            message = f"{shortened(field)} is not a field; the fields are series, value, time and tags."
            raise Refused(400, "unknown_field", message, index=index, field=field[:MAX_LABEL_LENGTH])
    for field in ("series", "value"):
        if field not in element:
            raise Refused(400, "missing_field", f"{field} is missing; it is required.", index=index, field=field)
    try:
        sample = Sample(
            _checked("series", element["series"], str, "a text"),
            _tags(element["tags"]) if "tags" in element else {},
            _time(element["time"]) if "time" in element else arrival,
            _value(element["value"]),
            has_own_time="time" in element,
        )
        ahead = sample.microseconds - arrival
        if ahead > MAX_SKEW:
            minutes = ahead * MICROSECOND // timedelta(minutes=1)
            ours = f"the server's clock says {from_microseconds(arrival):%Y-%m-%d %H:%M:%S} UTC"
            raise SampleError("time", f"time is {minutes} minutes in the future: {ours}. Which clock is right?")
        return sample
    except SampleError as error:
        raise Refused(400, "invalid_field", str(error), index=index, field=error.field) from error


def _value(value: Any) -> Value:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        raise SampleError("value", "value must be a finite number; this is a text: a number has no quotes around it.")
    if isinstance(value, float | int | str):
        return value
    raise SampleError("value", f"value must be a finite number, a text, true or false; this is {_type_of(value)}.")


def _checked(field: str, value: Any, kind: type[T], expected: str) -> T:
    if isinstance(value, kind):
        return value
    raise SampleError(field, f"{field} must be {expected}; this is {_type_of(value)}.")


def _tags(value: Any) -> dict[str, str]:
    tags: dict[str, str] = _checked("tags", value, dict, "an object of texts")
    for key, text in tags.items():
        if not isinstance(text, str):
            raise SampleError("tags", f"the tag {shortened(key)} must be a text; this is {_type_of(text)}.")
    return tags


def _time(value: Any) -> datetime | int:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise SampleError("time", f"time must be {TIME_FORMAT}; this is another text.") from None
    seconds = _checked("time", float(value) if type(value) is int else value, float, TIME_FORMAT)
    # Also refuses NaN, and numbers too great for the arithmetic below.
    if not 0 <= seconds < MAX_SECONDS:
        raise SampleError("time", f"time must be from 1970 up to, not including, {MAX_TIME.year}, in seconds.")
    return round(seconds * 1_000_000)


def _type_of(value: Any) -> str:
    """A value of JSON in the words of JSON, for a sentence. Never the value, which may be megabytes long."""
    if value is None:
        return "null"
    names = {bool: "true or false", float: "a number", int: "a number", str: "a text", list: "an array"}
    return names.get(type(value), "an object")


def accepted(written: Written) -> JsonResponse:
    """How many points were stored, and how many were too old for that, if any."""
    return JsonResponse({"accepted": written.stored} | ({"too_old": written.too_old} if written.too_old else {}))


urlpatterns = [path("api/points", PointsEndpoint(parse), name="points")]
