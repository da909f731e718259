"""InfluxDB 2: ``POST /api/v2/write?bucket=...``, as Telegraf, Home Assistant and InfluxDB's own clients send.

There is one organisation and any bucket: what a token may write says its scopes. A body with a line that cannot be
parsed is refused as a whole; of one whose lines are right, a point that cannot be kept is left out, and said.

https://docs.influxdata.com/influxdb/v2/api/
"""

from django.http import HttpResponse, JsonResponse
from django.urls import path

from live.api import Refused
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.influxdb import NO_CONFLICTS, Conflicts, read
from series.storage.write import Written

UNITS = {"ns": 1, "us": 1000, "ms": 1_000_000, "s": 1_000_000_000}
CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    413: "request too large",
    415: "invalid",
    422: "unprocessable entity",
    429: "too many requests",
    503: "unavailable",
}


def parse(arrived: Arrived, conflicts: Conflicts = NO_CONFLICTS) -> Parsed:
    """A body, parsed, without the lines that have one of the ``conflicts``. Raises ``Refused`` in InfluxDB's words."""
    query = arrived.request.GET
    precision = query.get("precision") or "ns"
    if precision not in UNITS:
        raise Refused(400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s")
    if not query.get("bucket"):
        raise Refused(404, "not found", "bucket not found")
    lines = read(arrived.body, unit=UNITS[precision], arrival=arrived.time, conflicts=conflicts)
    if lines.bad.count:
        raise Refused(400, "invalid", "\n".join(lines.bad.texts()))

    def response(written: Written) -> HttpResponse:
        dropped = lines.refused.count + written.too_old
        if not dropped:
            return HttpResponse(status=204)
        reasons = [*lines.refused.texts(), *([TOO_OLD] if written.too_old else [])]
        message = f"failure writing points to database: partial write: {'; '.join(reasons)} dropped={dropped}"
        return refused(Refused(422, "unprocessable entity", message))

    return Parsed(lines.samples, response, without=lambda more: parse(arrived, {**conflicts, **more}))


TOO_OLD = "points beyond retention policy"


def refused(error: Refused) -> HttpResponse:
    """An error as InfluxDB 2 writes it."""
    code = CODES.get(error.status, "internal error")
    message = "unauthorized access" if error.status == 401 else error.message
    return JsonResponse(
        {"code": code, "message": message},
        status=error.status,
        headers={**error.headers, "X-Platform-Error-Code": code},
        content_type="application/json; charset=utf-8",
    )


urlpatterns = [path("api/v2/write", PointsEndpoint(parse, refused=refused))]
