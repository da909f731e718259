"""InfluxDB 1: ``POST /write?db=...``, and the other addresses at which its clients ask whether anybody is there.

A database is made by asking for it, and is any. The good lines of a body are written whatever the others are; the token
is a password, and the user anybody.

https://docs.influxdata.com/influxdb/v1/tools/api/
"""

import re
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from live.api import Refused
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.influxdb import NO_CONFLICTS, Conflicts, read
from series.storage.write import Written
from tokens.authentication import secret_of

MICROSECOND, SECOND = 1000, 1_000_000_000
UNITS = {
    **{"": 1, "n": 1, "ns": 1, "u": MICROSECOND, "us": MICROSECOND, "ms": 1000 * MICROSECOND},
    **{"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND},
}
MAX_ERROR_HEADER_CHARACTERS = 1024
# Of InfluxDB, whose API this is.
VERSION = {"X-Influxdb-Version": "1.8.10", "X-Influxdb-Build": "Boardcast"}
MAKES_OR_LISTS_DATABASES = re.compile(r"\s*(CREATE|SHOW)\s+DATABASES?\b", re.IGNORECASE)
STARTED = time.monotonic()


def secret(request: HttpRequest) -> str:
    """The password in the query goes before the header. ``Token user:password`` is a header, too."""
    return request.GET.get("p") or secret_of(request).rpartition(":")[2]


def parse(arrived: Arrived, conflicts: Conflicts = NO_CONFLICTS) -> Parsed:
    """A body, parsed, without the lines that have one of the ``conflicts``. Raises ``Refused`` in InfluxDB's words."""
    query = arrived.request.GET
    precision = query.get("precision", "")
    if precision not in UNITS:
        message = f'invalid precision "{precision}" (use n, u, ms, s, m or h)'
        raise Refused(400, "invalid_precision", message)
    if not query.get("db"):
        raise Refused(400, "no_database", "database is required")
    lines = read(arrived.body, unit=UNITS[precision], arrival=arrived.time, conflicts=conflicts)
    if lines.bad.count and not lines.samples and not lines.refused.count:
        raise Refused(400, "invalid", "\n".join(lines.bad.texts()))

    def response(written: Written) -> HttpResponse:
        dropped = lines.refused.count + written.too_old
        too_old = ["points beyond retention policy"] if written.too_old else []
        reasons = [*lines.bad.texts(), *lines.refused.texts(), *too_old]
        if not reasons:
            return HttpResponse(status=204)
        return refused(Refused(400, "partial", f"partial write: {'; '.join(reasons)} dropped={dropped}"))

    return Parsed(lines.samples, response, without=lambda more: parse(arrived, {**conflicts, **more}))


def refused(error: Refused) -> HttpResponse:
    """An error as InfluxDB 1 writes it. Telegraf drops what has any 4xx, so whatever may be sent again is 503."""
    status = {422: 400, 429: 503}.get(error.status, error.status)
    message = {401: "authorization failed", 413: "Request Entity Too Large"}.get(status, error.message)
    header = " ".join(message.split()).encode("ascii", "replace").decode()[:MAX_ERROR_HEADER_CHARACTERS]
    headers = {**error.headers, "X-Influxdb-Error": header}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="InfluxDB"'
    return JsonResponse({"error": message}, status=status, headers=headers)


@csrf_exempt
def query(request: HttpRequest) -> HttpResponse:
    """Clients make a database before they write to it, or look for it. There is nothing else to ask here."""
    statement = request.GET.get("q") or request.POST.get("q", "")
    result: dict[str, Any] = {"statement_id": 0}
    if not MAKES_OR_LISTS_DATABASES.match(statement):
        result["error"] = "queries are not supported; boards show what is written here"
    return JsonResponse({"results": [result]}, headers=VERSION)


@csrf_exempt
def ping(request: HttpRequest) -> HttpResponse:
    """Whether anybody is there."""
    return HttpResponse(status=204, headers=VERSION)


def health(request: HttpRequest) -> HttpResponse:
    """The same, as InfluxDB 2 and Vector ask for it."""
    body = {"name": "boardcast", "status": "pass", "message": "ready for queries and writes", "version": "v2.7.0"}
    return JsonResponse(body, headers=VERSION)


def ready(request: HttpRequest) -> HttpResponse:
    """The same, with how long it has been."""
    return JsonResponse({"status": "ready", "up": f"{time.monotonic() - STARTED:.0f}s"}, headers=VERSION)


urlpatterns = [
    path("write", PointsEndpoint(parse, refused=refused, secret=secret)),
    path("query", query),
    path("ping", ping),
    path("health", health),
    path("ready", ready),
]
