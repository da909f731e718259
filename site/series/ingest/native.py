"""Our own JSON: an object, an array of them, or one a line (NDJSON). Pure: bytes in, samples out.

An element is ``{"series": "cpu", "value": 12.5, "time": "2026-01-31T10:00:00Z", "tags": {"host": "a"}}``. ``time`` may
also be a number of seconds since the epoch, and is the time of arrival where it is left out.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from reprlib import repr as shortened
from typing import Any

from series.fields import from_microseconds
from series.ingest.errors import Refused
from series.samples import LATEST, LONGEST_LABEL, Sample, SampleError

MOST_POINTS = 50_000

DOCUMENT = {"application/json"}
LINES = {"application/x-ndjson", "application/ndjson", "application/jsonl"}
FORM = "application/x-www-form-urlencoded"

FIELDS = {"series", "value", "time", "tags"}
TIME = "time must be a number of seconds since 1970 or an ISO 8601 text with a zone, such as 2026-01-31T10:00:00Z"
# Longer integers are beyond every float, and Python refuses to read the longest at all.
LONGEST_INTEGER = 400
# A point may be so far ahead of our clock. One from a clock that is wrong would be the newest for as long as it is
# ahead: panels end at their newest point, and would stand still without a word.
AHEAD = timedelta(minutes=10)


def parse(body: bytes, *, content_type: str, arrival: datetime) -> list[Sample]:
    """The samples of a body. Raises ``Refused`` with 400, 413 or 415 for the first thing that is wrong with it.

    ``content_type`` is without parameters; where it is empty the body shows what it is.
    """
    elements = _elements(body, content_type)
    if len(elements) > MOST_POINTS:
        message = f"There are {len(elements)} points; send at most {MOST_POINTS} in one request."
        raise Refused(413, "too_many_points", message)
    return [_sample(element, index, arrival) for index, element in elements]


def _elements(body: bytes, content_type: str) -> list[tuple[int, Any]]:
    """Each element with its index: its place in the array, or its line."""
    if content_type and content_type not in DOCUMENT | LINES:
        hint = " With curl -d add -H 'Content-Type: application/json'." if content_type == FORM else ""
        expected = "send application/json or application/x-ndjson"
        message = f"Content-Type {content_type!r} is not supported; {expected}.{hint}"
        raise Refused(415, "unsupported_media_type", message)
    if not body:
        raise Refused(400, "empty_body", "The body is empty; send a JSON object, an array of them, or one a line.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, "invalid_utf8", f"The body is not UTF-8: {error}.") from error
    if content_type in LINES or (not content_type and _is_lines(text)):
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
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _sample(element: Any, index: int, arrival: datetime) -> Sample:
    if not isinstance(element, dict):
        message = f"Each element must be an object with series and value; this one is {_kind(element)}."
        raise Refused(400, "invalid_element", message, index=index)
    for field in element:
        if field not in FIELDS:
            message = f"{shortened(field)} is not a field; the fields are series, value, time and tags."
            raise Refused(400, "unknown_field", message, index=index, field=field[:LONGEST_LABEL])
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
        if sample.time - arrival > AHEAD:
            minutes = (sample.time - arrival) // timedelta(minutes=1)
            raise SampleError("time", f"time is {minutes} minutes in the future; is the sender's clock right?")
        return sample
    except SampleError as error:
        raise Refused(400, "invalid_field", error.message, index=index, field=error.field) from error


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise SampleError("series", f"series must be a text; this one is {_kind(value)}.")
    return value


def _tags(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SampleError("tags", f"tags must be an object of texts; this one is {_kind(value)}.")
    for key, text in value.items():
        if not isinstance(text, str):
            raise SampleError("tags", f"the tag {shortened(key)} must be a text; this one is {_kind(text)}.")
    return value


def _value(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleError("value", f"value must be a finite number; this one is {_kind(value)}.")
    try:
        return float(value)
    except OverflowError:
        raise SampleError("value", "value must be a finite number; this one is beyond a 64-bit float.") from None


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise SampleError("time", f"{TIME}; this one is another text.") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleError("time", f"{TIME}; this one is {_kind(value)}.")
    # Also refuses NaN, and numbers too great for the arithmetic below.
    if not 0 <= value < LATEST.timestamp():
        raise SampleError("time", f"time must be from 1970 up to, not including, {LATEST.year}, in seconds.")
    return from_microseconds(round(value * 1_000_000))


def _kind(value: Any) -> str:
    """A value of JSON in the words of JSON, for a sentence. Never the value: it may be megabytes long."""
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "an array"}
    return names.get(type(value), "an object")
