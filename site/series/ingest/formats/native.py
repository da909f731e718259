"""Our own JSON, at ``POST /api/points``: an object, an array of them, or one a line (NDJSON).

An element is ``{"series": "cpu", "value": 12.5, "time": "2026-01-31T10:00:00Z", "tags": {"host": "a"}}``. ``time`` may
also be a number of seconds since the epoch, and is the time of arrival where it is left out.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from reprlib import repr as shortened
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from live.api import Refused
from series.fields import from_microseconds
from series.ingest.endpoint import points_endpoint
from series.samples import MAX_LABEL_LENGTH, MAX_TIME, Sample, SampleError

MAX_POINTS_PER_REQUEST = 50_000

DOCUMENT_TYPES = {"application/json"}
LINES_TYPES = {"application/x-ndjson", "application/ndjson", "application/jsonl"}
FORM_TYPE = "application/x-www-form-urlencoded"

FIELDS = {"series", "value", "time", "tags"}
TIME_FORMAT = "a number of seconds since 1970 or an ISO 8601 text with a zone, such as 2026-01-31T10:00:00Z"
# Longer integers are beyond every float, and Python refuses to read the longest at all.
MAX_INTEGER_DIGITS = 400
# How far ahead of our clock a point may be. One from a clock that is wrong would be the newest for as long as it is
# ahead: panels end at their newest point, and would stand still without a word.
MAX_CLOCK_SKEW = timedelta(minutes=10)


def parse(body: bytes, *, content_type: str, arrival: datetime) -> list[Sample]:
    """The samples of a body. Raises ``Refused`` with 400, 413 or 415 for the first thing that is wrong with it.

    ``content_type`` is without parameters; where it is empty the body shows what it is.
    """
    elements = _elements(body, content_type)
    if len(elements) > MAX_POINTS_PER_REQUEST:
        message = f"There are {len(elements)} points; send at most {MAX_POINTS_PER_REQUEST} in one request."
        raise Refused(413, "too_many_points", message)
    return [_sample(element, index, arrival) for index, element in elements]


def _elements(body: bytes, content_type: str) -> list[tuple[int, Any]]:
    """The elements, each with its index in the array, or the index of its line."""
    if content_type and content_type not in DOCUMENT_TYPES | LINES_TYPES:
        hint = " With curl -d add -H 'Content-Type: application/json'." if content_type == FORM_TYPE else ""
        expected = "send application/json or application/x-ndjson"
        message = f"Content-Type {content_type!r} is not supported; {expected}.{hint}"
        raise Refused(415, "unsupported_media_type", message)
    if not body:
        raise Refused(400, "empty_body", "The body is empty; send a JSON object, an array of them, or one a line.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, "invalid_utf8", f"The body is not UTF-8: {error}.") from error
    if content_type in LINES_TYPES or (not content_type and _is_lines(text)):
        return [(index, _loaded(line, index)) for index, line in _lines(text)]
    document = _loaded(text, None)
    return list(enumerate(document)) if isinstance(document, list) else [(0, document)]


def _is_lines(text: str) -> bool:
    """Whether a second JSON value follows the first one."""
    try:
        _loaded(text, None)
    except Refused as error:
        cause = error.__cause__
        return isinstance(cause, json.JSONDecodeError) and cause.msg == "Extra data"
    return False


def _lines(text: str) -> Iterable[tuple[int, str]]:
    # Not splitlines(): it also splits at characters that may stand in a JSON text.
    return ((index, line) for index, line in enumerate(text.split("\n")) if line.strip())


def _loaded(text: str, index: int | None) -> Any:
    try:
        return json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:
        hint = " One object a line needs Content-Type: application/x-ndjson." if error.msg == "Extra data" else ""
        raise Refused(400, "invalid_json", f"This is not JSON: {error}.{hint}", index=index) from error
    except RecursionError as error:
        raise Refused(400, "invalid_json", "The JSON is nested too deeply.", index=index) from error


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= MAX_INTEGER_DIGITS else float(digits)


def _sample(element: Any, index: int, arrival: datetime) -> Sample:
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
            name=_name(element["series"]),
            tags=_tags(element.get("tags", {})),
            time=_time(element["time"]) if "time" in element else arrival,
            value=_value(element["value"]),
        )
        if sample.time - arrival > MAX_CLOCK_SKEW:
            minutes = (sample.time - arrival) // timedelta(minutes=1)
            raise SampleError("time", f"time is {minutes} minutes in the future; is the sender's clock right?")
        return sample
    except SampleError as error:
        raise Refused(400, "invalid_field", error.message, index=index, field=error.field) from error


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise SampleError("series", f"series must be a text; this is {_type_of(value)}.")
    return value


def _tags(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SampleError("tags", f"tags must be an object of texts; this is {_type_of(value)}.")
    for key, text in value.items():
        if not isinstance(text, str):
            raise SampleError("tags", f"the tag {shortened(key)} must be a text; this is {_type_of(text)}.")
    return value


def _value(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleError("value", f"value must be a finite number; this is {_type_of(value)}.")
    try:
        return float(value)
    except OverflowError:
        raise SampleError("value", "value must be a finite number; this is beyond a 64-bit float.") from None


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise SampleError("time", f"time must be {TIME_FORMAT}; this is another text.") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleError("time", f"time must be {TIME_FORMAT}; this is {_type_of(value)}.")
    # Also refuses NaN, and numbers too great for the arithmetic below.
    if not 0 <= value < MAX_TIME.timestamp():
        raise SampleError("time", f"time must be from 1970 up to, not including, {MAX_TIME.year}, in seconds.")
    return from_microseconds(round(value * 1_000_000))


def _type_of(value: Any) -> str:
    """A value of JSON in the words of JSON, for a sentence. Never the value, which may be megabytes long."""
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "an array"}
    return names.get(type(value), "an object")


def _samples(request: HttpRequest, body: bytes, arrival: datetime) -> list[Sample]:
    return parse(body, content_type=(request.content_type or "").lower(), arrival=arrival)


def _accepted(number: int) -> HttpResponse:
    return JsonResponse({"accepted": number})


urlpatterns = [path("api/points", points_endpoint(_samples, accepted=_accepted), name="points")]
