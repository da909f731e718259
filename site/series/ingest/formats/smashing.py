"""Smashing's widgets: ``POST /widgets/<id>`` with ``{"auth_token": "...", "current": 12.5}``, which is a point of the
series ``<id>``.

So is ``value``; ``points`` are points with times of their own, and ``items`` points of a series for each label. What
else a widget shows, texts above all, is nothing that a series could hold, and is taken without a word.

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
from series.ingest.influxdb import MAX_POINTS_PER_REQUEST
from series.samples import MAX_CLOCK_SKEW, Sample, SampleError
from series.storage.write import Written

# A graph counts in seconds since 1970, or just counts: what is before this is no time.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FIGURES = ("current", "value")


def secret_in(body: bytes) -> str:
    """That of a body, where the request has no header for it. Raises ``Refused`` with 400."""
    secret = _widget(body).get("auth_token")
    return secret if isinstance(secret, str) and secret.isascii() else ""


def parse(arrived: Arrived) -> Parsed:
    """What a widget is to show. Raises ``Refused`` with 400 or 413."""
    widget, samples = _widget(arrived.body), []
    try:
        for sample in _samples(arrived.path["widget"], widget, arrived.time):
            samples.append(sample)
            if len(samples) > MAX_POINTS_PER_REQUEST:
                message = f"There are more than {MAX_POINTS_PER_REQUEST} points; send at most so many in one request."
                raise Refused(413, "too_many_points", message)
    except SampleError as error:
        raise Refused(400, "invalid_field", str(error), field=error.field) from error
    return Parsed(samples, accepted)


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
    figures = [figure for key in FIGURES if (figure := _number(widget.get(key))) is not None]
    for figure in figures[:1]:
        yield Sample(name, {}, arrival, figure, has_own_time=False)
    for index, point in _objects(widget, "points"):
        if (y := _number(point.get("y"))) is not None:
            yield Sample(name, {}, _time(point.get("x"), index, arrival), y)
    for _index, item in _objects(widget, "items"):
        label, figure = item.get("label"), _number(item.get("value"))
        if isinstance(label, str) and figure is not None:
            yield Sample(name, {"item": label}, arrival, figure, has_own_time=False)


def _objects(widget: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Those of a list, with their indexes, where it is one: a widget may have anything under any name."""
    elements = widget.get(key)
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, dict):
            yield index, element


def _number(value: Any) -> float | None:
    """None for what is none. One that no float can be is infinite, which no sample may be."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(OverflowError):
            return float(value)
        return float("inf")
    return None


def _time(x: Any, index: int, arrival: datetime) -> datetime:
    seconds = _number(x)
    # Also refuses NaN.
    if seconds is not None and EARLIEST.timestamp() <= seconds <= (arrival + MAX_CLOCK_SKEW).timestamp():
        return datetime.fromtimestamp(seconds, UTC)
    expected = f"a time in seconds since 1970, from {EARLIEST.year} on and not in the future"
    raise SampleError("time", f"x of points[{index}] must be {expected}.")


urlpatterns = [path("widgets/<str:widget>", PointsEndpoint(parse, refused=refused, secret_in=secret_in), name="widget")]
