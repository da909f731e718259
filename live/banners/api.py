"""Banners over HTTP, so that a deploy script on another machine can post them. JSON in, JSON out.

    def authenticate(request) -> str: ...   # who it is, for the audit log; or raise Refused(401 | 403, ...)

    urlpatterns = [path("api/", include(api.banners(authenticate)))]

``POST banners`` takes ``{"level", "text", "from", "until", "recipients", "announce_minutes_before"}``, of which only
the text is required, and answers 201; ``GET banners`` lists those that are shown or to come; ``POST banners/5/updates``
takes ``{"state", "text"}``, and ``POST banners/5/end`` nothing. Times are as ``live.banners.time_input`` reads them.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt

from live.banners import lifecycle, time_input
from live.banners.fragments import not_over
from live.banners.models import Banner
from live.banners.schedule import urgency
from live.banners.validation import recipients_named

logger = logging.getLogger(__name__)

# Bytes, and seconds until a sender should try a database again that is locked or away.
LARGEST = 64 << 10
RETRY_AFTER = 5
# What the API calls a banner's fields, where it has another word.
NAMES = {"starts": "from", "ends": "until"}

Authenticate = Callable[[HttpRequest], str]
Answer = tuple[int, dict[str, Any]]


class Refused(Exception):
    """A request is not taken, and nothing is changed. ``code`` is for programs, ``message`` a sentence for people."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field, self.headers = status, code, message, field, headers or {}


def banners(authenticate: Authenticate) -> list[URLPattern]:
    """The addresses. No address ends with a slash: what APPEND_SLASH redirects is no POST any more."""

    def view(**by_method: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @csrf_exempt  # whoever asks shows who they are in each request, and no browser adds that by itself
        def answer(request: HttpRequest, **given: Any) -> HttpResponse:
            try:
                act = by_method.get(request.method or "")
                if act is None:
                    allow = ", ".join(by_method)
                    said = f"{request.method} is not allowed here; send {allow}."
                    raise Refused(405, "method_not_allowed", said, headers={"Allow": allow})
                status, content = act(request, authenticate(request), **given)
                return JsonResponse(content, status=status)
            except Exception as error:
                return _no(request, error)

        return answer

    return [
        path("banners", view(GET=_list, POST=_create), name="banners"),
        path("banners/<int:pk>/end", view(POST=_end), name="end_banner"),
        path("banners/<int:pk>/updates", view(POST=_update), name="update_banner"),
    ]


def _list(request: HttpRequest, who: str) -> Answer:
    now = timezone.now()
    found = sorted(not_over(now).prefetch_related("updates"), key=lambda banner: urgency(banner, now))
    return 200, {"banners": [_as_json(banner) for banner in found]}


def _create(request: HttpRequest, who: str) -> Answer:
    given = _body(
        request,
        {"level": str, "text": str, "from": str, "until": str, "recipients": str, "announce_minutes_before": int},
    )
    if "text" not in given:
        raise Refused(400, "missing_field", "text is missing; it is required.", field="text")
    now = timezone.now()
    times: dict[str, Any] = {}
    for name, field in (("from", "starts"), ("until", "ends")):
        if name in given:
            try:
                times[field] = time_input.parse(given[name], now)
            except ValueError as error:
                raise Refused(400, "invalid_field", f"{name}: {error}", field=name) from None
    banner = Banner(
        level=given.get("level", Banner.Level.INFO),
        text=given["text"],
        recipients=recipients_named(given.get("recipients", "everyone")),
        announce_minutes_before=given.get("announce_minutes_before", 0),
        **times,
    )
    return 201, _as_json(lifecycle.save(banner, who=who))


def _update(request: HttpRequest, who: str, pk: int) -> Answer:
    given = _body(request, {"state": str, "text": str})
    if "state" not in given:
        raise Refused(400, "missing_field", "state is missing; it is required.", field="state")
    banner = _banner(pk)
    lifecycle.update(banner, given["state"], given.get("text", ""), who=who)
    return 201, _as_json(_banner(pk))


def _end(request: HttpRequest, who: str, pk: int) -> Answer:
    banner = _banner(pk)
    # Ended twice is ended: a script that is run again is not told that it failed.
    lifecycle.end(banner, who=who)
    return 200, _as_json(banner)


def _banner(pk: int) -> Banner:
    found = Banner.objects.filter(pk=pk).first() if pk < 1 << 63 else None
    if found is None:
        raise Refused(404, "not_found", f"There is no banner {pk}.")
    return found


def _body(request: HttpRequest, fields: dict[str, type]) -> dict[str, Any]:
    """The JSON object of a request, with these fields of these types; null is as if left out."""
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Refused(413, "too_large", f"The body is over {LARGEST >> 10} KiB.")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", f"This is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Refused(400, "invalid_json", f"Send an object with {', '.join(fields)}.")
    for name, value in found.items():
        if name not in fields:
            said = f"{name[:60]!r} is not a field; the fields are {', '.join(fields)}."
            raise Refused(400, "unknown_field", said, field=name[:60])
        if value is not None and (not isinstance(value, fields[name]) or isinstance(value, bool)):
            kind = "a whole number" if fields[name] is int else "a text"
            raise Refused(400, "invalid_field", f"{name} must be {kind}.", field=name)
    return {name: value for name, value in found.items() if value is not None}


def _as_json(banner: Banner) -> dict[str, Any]:
    return {
        "id": banner.pk,
        "level": banner.level,
        "text": banner.text,
        "recipients": str(banner.recipients),
        "from": banner.starts.isoformat(),
        "until": banner.ends.isoformat() if banner.ends else None,
        "announce_minutes_before": banner.announce_minutes_before,
        "updates": [
            {"state": update.state, "text": update.text, "at": update.at.isoformat()} for update in banner.updates.all()
        ],
    }


def _no(request: HttpRequest, error: Exception) -> HttpResponse:
    """What a sender is told about any exception."""
    refused = _refused(error)
    parts = {"code": refused.code, "message": refused.message, "field": refused.field}
    content = {"error": {name: part for name, part in parts.items() if part is not None}}
    response = JsonResponse(content, status=refused.status, headers=refused.headers)
    cause = error if refused.status >= 500 else None
    log_response(
        "%s %s: %s",
        request.method,
        request.path,
        refused.message,
        response=response,
        request=request,
        logger=logger,
        exception=cause,
    )
    return response


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        field, messages = next(iter(error.message_dict.items()))
        name = NAMES.get(field, field)
        return Refused(400, "invalid_field", f"{name}: {' '.join(messages).rstrip('.')}.", field=name)
    if isinstance(error, ValidationError):
        return Refused(409, "conflict", " ".join(error.messages))
    if isinstance(error, OperationalError | InterfaceError):
        said = "The database is locked or away and nothing was changed; send the same again."
        return Refused(503, "unavailable", said, headers={"Retry-After": str(RETRY_AFTER)})
    return Refused(500, "internal", "Something went wrong on the server and nothing was changed; its log says what.")
