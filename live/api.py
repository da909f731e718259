"""How an HTTP API refuses a request: one exception, and one JSON body, at every address of a project.

A program that sends to a project reads its errors with one piece of code, whichever app they come from:

    {"error": {"code": "invalid_field", "message": "value must be a finite number.", "index": 3, "field": "value"}}
"""

import dataclasses
import hashlib
import json
import logging
import sys
from collections.abc import Callable, Collection
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import Counter

from live import database_errors
from live.limited_log import LimitedLog, mark_logged

logger = logging.getLogger(__name__)
# For errors outside of all endpoints; each of these has its own.
limited_log = LimitedLog(logger)

MAX_LOGGED_PATH_CHARACTERS = 200
REFUSED = Counter("live_api_refused_total", "Requests to an API that were refused, by the code of the error", ["code"])

View = Callable[..., HttpResponse]


@dataclass(eq=False)
class Refused(Exception):
    """A request is refused, and nothing is changed.

    ``status``: the HTTP status. ``code``: for programs, stable. ``message``: a sentence that says what is expected.
    ``field``: which field. ``index``: of which element or line, from 0. ``headers``: what the response must carry.
    """

    status: int
    code: str
    message: str
    _: KW_ONLY
    field: str | None = None
    index: int | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        where = "" if self.index is None else f" (index {self.index})"
        return f"{self.status} {self.code}: {self.message}{where}"


def to_json(refused: Refused) -> HttpResponse:
    """The response to a refused request, as above; ``index`` and ``field`` are left out where there are none."""
    parts = {"code": refused.code, "message": refused.message, "index": refused.index, "field": refused.field}
    error = {name: part for name, part in parts.items() if part is not None}
    return JsonResponse({"error": error}, status=refused.status, headers=refused.headers)


def endpoint(
    handle: View, *, methods: Collection[str] = (), to_response: Callable[[Refused], HttpResponse] = to_json
) -> View:
    """A view that calls ``handle`` for these methods (for all, where there are none) and refuses the others with 405.

    Whatever ``handle`` raises is counted, logged and becomes a response through ``to_response``: ``Refused`` as it is,
    a database that is locked or away as 503, everything else as 500. What a sender can cause as often as it likes is
    logged once a minute for each code of an error.
    """
    errors = Errors(to_response)

    @csrf_exempt  # a request shows who sends it by what no browser adds by itself
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            check_method(request, methods)
            return handle(request, **kwargs)
        except Exception as error:
            return errors.response(request, error)

    return view


def check_method(request: HttpRequest, methods: Collection[str]) -> None:
    """Raise ``Refused`` with 405 for other methods than these; where there are none, all are allowed."""
    if methods and request.method not in methods:
        allow = ", ".join(methods)
        message = f"{request.method} is not allowed here; send {allow}."
        raise Refused(405, "method_not_allowed", message, headers={"Allow": allow})


def etag_of(content: Any) -> str:
    """The ``ETag`` of what is answered as JSON: another one when that is another."""
    text = json.dumps(content, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def check_unchanged(request: HttpRequest, etag: str) -> None:
    """Raise ``Refused`` with 412 where a request names in ``If-Match`` what it has read, and that has changed since."""
    wanted = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-Match", "*").split(",")]
    if not {"*", etag} & set(wanted):
        message = "It has changed since it was read; read it again, and then send what is to change."
        raise Refused(412, "changed", message, headers={"ETag": etag})


class Errors:
    """What an endpoint's requests are answered that end with an exception: counted, and logged once a minute for each
    code of an error."""

    def __init__(self, to_response: Callable[[Refused], HttpResponse] = to_json) -> None:
        self._to_response, self._limited_log = to_response, LimitedLog(logger)

    def response(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """``Refused`` as it is, a database that is locked or away as 503, everything else as 500."""
        return _answer(request, error, self._to_response, self._limited_log)


def server_error(request: HttpRequest) -> HttpResponse:
    """What ``handler500`` is to return for the addresses of an API: for errors outside its endpoints, in middleware."""
    error = sys.exc_info()[1]
    assert isinstance(error, Exception)
    return _answer(request, error, to_json, limited_log)


def _answer(
    request: HttpRequest, error: Exception, to_response: Callable[[Refused], HttpResponse], limited_log: LimitedLog
) -> HttpResponse:
    refused = _refused(error)
    response = to_response(refused)
    if database_errors.is_unavailable(error):
        database_errors.report(request, response, error)
    REFUSED.labels(refused.code).inc()
    more = "" if refused.status == 500 else limited_log.next(refused.code)
    if more is None:
        mark_logged(response)
    else:
        words = request.method, request.path[:MAX_LOGGED_PATH_CHARACTERS], f"{refused}{more}"
        cause = error if refused.status >= 500 else None
        log_response("%s %s: %s", *words, response=response, request=request, logger=logger, exception=cause)
    return response


def unavailable(message: str) -> Refused:
    """503, and when to come back."""
    return Refused(503, "unavailable", message, headers={"Retry-After": str(database_errors.RETRY_AFTER_SECONDS)})


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if database_errors.is_unavailable(error):
        return unavailable("The database is locked or away and nothing was changed; send the same again.")
    return Refused(500, "internal", "Something went wrong on the server and nothing was changed; its log says what.")


@endpoint
def not_found(request: HttpRequest) -> HttpResponse:
    """For all other addresses of an API: ``re_path(r"^api(?:/|$)", api.not_found)`` as the last one."""
    raise Refused(404, "not_found", f"There is nothing at {request.path[:MAX_LOGGED_PATH_CHARACTERS]}.")
