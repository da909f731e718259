"""Heartbeats as healthchecks.io takes them: ``curl https://.../ping/<token>`` at the end of a job.

``/ping/<token>/start`` before it, ``/fail`` where it failed, or its exit status, which is 0 where it went well;
``/log`` changes nothing.

https://healthchecks.io/docs/http_api/
"""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from live.api import Refused
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.heartbeats import DOWN, RUNNING, UP, series_of
from series.samples import Sample
from series.storage.write import Written

EVENTS = {"start": RUNNING, "fail": DOWN}
MAX_EXIT_STATUS = 255
# So many bytes of a body are of use: none.
BODY_LIMIT = "0"


def secret(request: HttpRequest, secret: str, event: str | None = None) -> str:
    """It is in the address."""
    return secret


def parse(arrived: Arrived) -> Parsed:
    """One heartbeat. Raises ``Refused`` for an event that there is not."""
    name, event = series_of(arrived.token.scopes), arrived.path.get("event") or "0"
    if event == "log":
        return Parsed([], accepted)
    value = EVENTS.get(event)
    if value is None:
        if not (event.isascii() and event.isdigit() and int(event) <= MAX_EXIT_STATUS):
            raise Refused(404, "not_found", "The event is start, fail, log or an exit status from 0 to 255.")
        value = DOWN if int(event) else UP
    return Parsed([Sample(name, {}, arrived.time, value, has_own_time=False)], accepted)


def accepted(written: Written) -> HttpResponse:
    """As healthchecks.io answers."""
    return HttpResponse("OK", content_type="text/plain; charset=utf-8", headers={"Ping-Body-Limit": BODY_LIMIT})


def refused(error: Refused) -> HttpResponse:
    """An unknown token is an address that there is not."""
    status = 404 if error.status == 401 else error.status
    message = "not found" if status == 404 else error.message
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8", headers=error.headers)


_endpoint = PointsEndpoint(parse, refused=refused, secret=secret, methods=("GET", "HEAD", "POST"))
urlpatterns = [re_path(r"^ping/(?P<secret>[\w-]{20,100})(?:/(?P<event>\w{1,5}))?\Z", _endpoint)]
