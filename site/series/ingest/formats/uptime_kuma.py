"""Heartbeats as Uptime Kuma takes them: ``GET /api/push/<token>?status=up&msg=OK&ping=12.3``.

``ping``, in milliseconds, is a series of its own, ``backup.ping``, where the token may write that, too.

https://github.com/louislam/uptime-kuma/wiki/Internal-API
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path

from live.api import Refused
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.heartbeats import DOWN, UP, series_of
from series.samples import Sample
from series.storage.write import Written
from tokens.scopes import permits

MAX_PING_MILLISECONDS = 100_000_000_000.0
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def secret(request: HttpRequest, secret: str) -> str:
    """It is in the address."""
    return secret


def parse(arrived: Arrived) -> Parsed:
    """One heartbeat. Raises ``Refused`` with 400."""
    name, query = series_of(arrived.token.scopes), arrived.request.GET
    status = query.get("status", "up")
    if status not in {"up", "down"}:
        raise Refused(400, "invalid_status", "status must be up or down.")
    samples = [Sample(name, {}, arrived.time, UP if status == "up" else DOWN, has_own_time=False)]
    if ping := query.get("ping"):
        try:
            milliseconds = float(ping)
        except ValueError:
            milliseconds = -1.0
        if not 0 <= milliseconds <= MAX_PING_MILLISECONDS:
            message = f"ping must be a number of milliseconds from 0 to {MAX_PING_MILLISECONDS:g}."
            raise Refused(400, "invalid_ping", message)
        if permits(arrived.token.scopes, f"write:{name}.ping"):
            samples.append(Sample(f"{name}.ping", {}, arrived.time, milliseconds, has_own_time=False))
    return Parsed(samples, accepted)


def accepted(written: Written) -> JsonResponse:
    """As Uptime Kuma answers."""
    return JsonResponse({"ok": True})


def refused(error: Refused) -> HttpResponse:
    """An error in Uptime Kuma's words."""
    status = 404 if error.status == 401 else error.status
    message = "Monitor not found or not active." if status == 404 else error.message
    return JsonResponse({"ok": False, "msg": message}, status=status, headers=error.headers)


_endpoint = PointsEndpoint(parse, refused=refused, secret=secret, methods=METHODS)
urlpatterns = [re_path(r"^api/push/(?P<secret>[\w-]{20,100})\Z", _endpoint)]
