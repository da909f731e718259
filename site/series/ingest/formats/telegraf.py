"""Telegraf's ``outputs.http`` with ``data_format = "json"``, at ``POST /api/telegraf``.

    {"metrics": [{"name": "cpu", "tags": {"host": "a"}, "fields": {"usage_idle": 91.5}, "timestamp": 1700000000}]}

or one of these by itself. Times are in seconds, as ``json_timestamp_units`` is by default. A field is a series, named
as in InfluxDB's formats, and as there a metric that cannot be kept is left out, and said: 1,000 come in one request.

https://docs.influxdata.com/telegraf/v1/data_formats/output/json/
"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import path

from live.api import Refused, to_json
from series.fields import to_microseconds
from series.ingest.bodies import from_json
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.influxdb import MAX_POINTS_PER_REQUEST, NO_CONFLICTS, Conflicts, conflict_of, samples_of
from series.ingest.line_protocol import Line, Value
from series.samples import Sample, SampleError
from series.storage.write import Written
from series.values import exact

SECOND_NANOSECONDS = 1_000_000_000


def parse(arrived: Arrived, conflicts: Conflicts = NO_CONFLICTS) -> Parsed:
    """The metrics of a body, without those that have one of the ``conflicts``. Raises ``Refused`` with 400 or 413."""
    body = from_json(arrived.body)
    metrics = body.get("metrics", [body]) if isinstance(body, dict) else body
    if not isinstance(metrics, list):
        raise Refused(400, "invalid_body", "The body must be an object with metrics, or one metric.")
    samples: list[Sample] = []
    left_out: list[Refused] = []
    arrival = to_microseconds(arrived.time)
    for index, metric in enumerate(metrics):
        line = _line(metric, index)
        try:
            some = samples_of(line, SECOND_NANOSECONDS, arrival)
            if conflict := conflict_of(some, conflicts):
                raise SampleError("value", str(conflict))
            samples += some
        except SampleError as error:
            left_out.append(Refused(422, "partial_write", str(error), index=index, field=error.field))
        if len(samples) > MAX_POINTS_PER_REQUEST:
            message = f"There are more than {MAX_POINTS_PER_REQUEST} points; send at most so many in one request."
            raise Refused(413, "too_many_points", message)

    def response(written: Written) -> HttpResponse:
        if not left_out:
            return accepted(written)
        first = left_out[0]
        first.message = f"{len(left_out)} of {len(metrics)} metrics were left out; of the first: {first.message}"
        return to_json(first)

    return Parsed(samples, response, without=lambda more: parse(arrived, {**conflicts, **more}))


def accepted(written: Written) -> JsonResponse:
    """How many points were stored."""
    return JsonResponse({"accepted": written.stored} | ({"too_old": written.too_old} if written.too_old else {}))


def _line(metric: Any, index: int) -> Line:
    """A metric as a line of InfluxDB's protocol, which it is. Raises ``Refused`` with 400 for what is no metric."""
    try:
        return _checked(metric)
    except SampleError as error:
        raise Refused(400, "invalid_field", str(error), index=index, field=error.field) from error


def _checked(metric: Any) -> Line:
    if not isinstance(metric, dict):
        raise SampleError("metric", "a metric must be an object with name, fields and tags.")
    name, tags, fields, time = (metric.get(key) for key in ("name", "tags", "fields", "timestamp"))
    if not isinstance(name, str):
        raise SampleError("name", "name must be a text.")
    if not (isinstance(tags or {}, dict) and all(isinstance(text, str) for text in (tags or {}).values())):
        raise SampleError("tags", "tags must be an object of texts.")
    if not isinstance(fields, dict):
        raise SampleError("fields", "fields must be an object of values.")
    if not (time is None or isinstance(time, int)):
        raise SampleError("timestamp", "timestamp must be a whole number of seconds since 1970.")
    values = {field: _value(field, value) for field, value in fields.items()}
    return Line(0, name, dict(tags or {}), values, time)


def _value(field: str, value: Any) -> Value:
    try:
        if isinstance(value, str | bool | float):
            return value
        if isinstance(value, int):
            return exact(value)
    except OverflowError:
        pass
    raise SampleError("fields", f"the field {field[:50]!r} must be a number, true, false or a text.")


urlpatterns = [path("api/telegraf", PointsEndpoint(parse))]
