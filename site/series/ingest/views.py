"""The addresses that points are sent to, and what they answer."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt

from series.ingest import native
from series.ingest.access import admit, authenticate, check_prefix
from series.ingest.bodies import read_body
from series.ingest.errors import Refused
from series.metrics import REQUESTS
from series.samples import Sample
from series.writing import write

log = logging.getLogger("series.ingest")

# Seconds until a sender should try a database again that is locked or away.
RETRY_AFTER = 5


@csrf_exempt  # a token says who sends, and no browser adds it by itself
def points(request: HttpRequest) -> HttpResponse:
    """``POST /api/points``: our own JSON. 200 says that the points are committed; every error says that none are."""

    def parse(body: bytes, arrival: datetime) -> list[Sample]:
        return native.parse(body, content_type=(request.content_type or "").lower(), arrival=arrival)

    try:
        response: HttpResponse = JsonResponse({"accepted": _take(request, parse)})
    except Exception as error:
        refused = _refused(error)
        response = JsonResponse({"error": _as_json(refused)}, status=refused.status, headers=refused.headers)
        log_response(
            "%s %s: %s",
            request.method,
            request.path,
            str(refused),
            response=response,
            request=request,
            logger=log,
            exception=error if refused.status >= 500 else None,
        )
    REQUESTS.labels(status=response.status_code).inc()
    return response


def _take(request: HttpRequest, parse: Callable[[bytes, datetime], list[Sample]]) -> int:
    """Every format's way from a request to committed points."""
    arrival = timezone.now()
    if request.method != "POST":
        message = f"{request.method} is not allowed here; send points with POST."
        raise Refused(405, "method_not_allowed", message, headers={"Allow": "POST"})
    token = authenticate(request)
    admit(token)
    samples = parse(read_body(request), arrival)
    check_prefix(token, samples)
    return write(samples)


def _refused(error: Exception) -> Refused:
    """What a sender is told about any exception."""
    if isinstance(error, Refused):
        return error
    # IntegrityError: somebody deleted one of the series between our finding it and the commit.
    if isinstance(error, OperationalError | InterfaceError | IntegrityError):
        message = "The database is locked or away and nothing was written; send the same again."
        return Refused(503, "unavailable", message, headers={"Retry-After": str(RETRY_AFTER)})
    return Refused(500, "internal", "Something went wrong on the server and nothing was written; its log says what.")


def _as_json(refused: Refused) -> dict[str, str | int]:
    parts = {"code": refused.code, "message": refused.message, "index": refused.index, "field": refused.field}
    return {name: part for name, part in parts.items() if part is not None}
