"""Smashing's widgets: ``POST /widgets/<id>`` with ``{"auth_token": "...", "current": 12.5}``, which is a point of the
series ``<id>``.

So is ``value``, or where neither is a number a text in them, or in ``text`` or ``status``; ``points`` are points with
times of their own, and ``items`` points of a series for each label. What else a widget shows is taken without a word,
and so is a text for a series of numbers.

https://github.com/Smashing/smashing/wiki
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path

from live.api import Refused
from series.ingest.bodies import from_json
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.influxdb import MAX_POINTS_PER_REQUEST, NO_CONFLICTS, Conflicts
from series.samples import MAX_CLOCK_SKEW, Sample, SampleError, as_text
from series.storage.states import key_of
from series.storage.write import Written
from series.values import Number, Value, exact

# A graph counts in seconds since 1970, or just counts: what is before this is no time.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FIGURES = ("current", "value")
TEXTS = (*FIGURES, "text", "status")


def secret_in(body: bytes) -> str:
    """That of a body, where the request has no header for it. Raises ``Refused`` with 400."""
    secret = _widget(body).get("auth_token")
    return secret if isinstance(secret, str) and secret.isascii() else ""


def parse(arrived: Arrived, conflicts: Conflicts = NO_CONFLICTS) -> Parsed:
    """What a widget is to show, without texts that have one of the ``conflicts``. Raises ``Refused`` with 400 or
    413."""
    widget, samples = _widget(arrived.body), []
    try:
        for sample in _samples(arrived.path["widget"], widget, arrived.time):
            if key_of(sample) not in conflicts:
                samples.append(sample)
            if len(samples) > MAX_POINTS_PER_REQUEST:
                message = f"There are more than {MAX_POINTS_PER_REQUEST} points; send at most so many in one request."
                raise Refused(413, "too_many_points", message)
    except SampleError as error:
        raise Refused(400, "invalid_field", str(error), field=error.field) from error

    def without(more: Conflicts) -> Parsed:
        for (_identity, _type, value), conflict in more.items():
            if not isinstance(value, str):
                raise Refused(422, "type_conflict", str(conflict), index=conflict.index, field="value")
        return parse(arrived, {**conflicts, **more})

    return Parsed(samples, accepted, without=without)


def accepted(written: Written) -> HttpResponse:
    """As Smashing answers."""
    return HttpResponse(status=204)


def refused(error: Refused) -> HttpResponse:
    """An error as text; of a token that is unknown, in Smashing's words."""
    message = "Invalid API key" if error.status == 401 else error.message
    return HttpResponse(
        f"{message}\n", status=error.status, content_type="text/plain; charset=utf-8", headers=error.headers
    )


def _widget(body: bytes) -> dict[str, Any]:
    """curl calls it a form, and it is JSON all the same."""
    widget = from_json(body)
    if not isinstance(widget, dict):
        raise Refused(400, "invalid_body", "The body must be an object.")
    return widget


def _samples(name: str, widget: dict[str, Any], arrival: datetime) -> Iterator[Sample]:
    figures: list[Value] = [figure for key in FIGURES if (figure := _number(widget.get(key))) is not None]
    if not figures:
        figures = [as_text(text) for key in TEXTS if isinstance(text := widget.get(key), str) and text]
    for value in figures[:1]:
        yield Sample(name, {}, arrival, value, has_own_time=False)
    for index, point in _objects(widget, "points"):
        if (y := _number(point.get("y"))) is not None:
            yield Sample(name, {}, _time(point.get("x"), index, arrival), y)
    for _index, item in _objects(widget, "items"):
        label, text = item.get("label"), item.get("value")
        shown = as_text(text) if isinstance(text, str) else _number(text)
        if isinstance(label, str) and shown is not None:
            yield Sample(name, {"item": label}, arrival, shown, has_own_time=False)


def _objects(widget: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Those of a list, with their indexes, where it is one: a widget may have anything under any name."""
    elements = widget.get(key)
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, dict):
            yield index, element


def _number(value: Any) -> Number | None:
    """None for what is none. One that no float can be is infinite, which no sample may be."""
    if isinstance(value, int) and not isinstance(value, bool):
        with suppress(OverflowError):
            return exact(value)
        return float("inf")
    return value if isinstance(value, float) else None


def _time(x: Any, index: int, arrival: datetime) -> datetime:
    seconds = _number(x)
    # Also refuses NaN.
    if seconds is not None and EARLIEST.timestamp() <= seconds <= (arrival + MAX_CLOCK_SKEW).timestamp():
        return datetime.fromtimestamp(seconds, UTC)
    expected = f"a time in seconds since 1970, from {EARLIEST.year} on and not in the future"
    raise SampleError("time", f"x of points[{index}] must be {expected}.")


urlpatterns = [path("widgets/<str:widget>", PointsEndpoint(parse, refused=refused, secret_in=secret_in), name="widget")]
