"""Banners over HTTP, so that a deploy script on another machine can post them. JSON in, JSON out.

    def authenticate(request) -> str: ...   # who it is, for the audit log; or raise live.api.Refused(401 | 403, ...)

    def may_notify(request, recipients) -> bool: ...   # whether they may decide what these recipients are shown

    urlpatterns = [path("api/", include(api.banners(authenticate, may_notify)))]

``POST banners`` takes ``{"level", "text", "from", "until", "recipients", "announce_minutes_before"}``, of which only
the text is required, and responds with 201; ``GET banners`` lists those that are shown or to come. ``banners/5`` is one
of them: ``GET``, ``PATCH`` with what is to change, ``DELETE``. ``POST banners/5/updates`` takes ``{"state", "text"}``,
and ``POST banners/5/end`` nothing. Times and recipients are as ``live.banners.text_input`` reads them. Banners for
others than those whom somebody may notify do not exist for them.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from live import moments
from live.api import Refused, View, check_unchanged, endpoint, etag_of
from live.banners import lifecycle, text_input
from live.banners.fragments import not_over
from live.banners.models import Banner
from live.banners.schedule import urgency
from live.notices import Recipients

MAX_BODY_BYTES = 64 << 10
# A banner's fields for which the API has another word; and these words.
FIELDS = {"from": "starts", "until": "ends"}
NAMES = {field: name for name, field in FIELDS.items()}

Authenticate = Callable[[HttpRequest], str]
MayNotify = Callable[[HttpRequest, Recipients], bool]
# Status and content of a response.
Result = tuple[int, dict[str, Any]]
TYPES = {"level": str, "text": str, "from": str, "until": str, "recipients": str, "announce_minutes_before": int}


class Caller(NamedTuple):
    """Who sends a request, for the audit log, and whom they may notify."""

    who: str
    may_notify: Callable[[Recipients], bool]


def banners(authenticate: Authenticate, may_notify: MayNotify = lambda request, recipients: True) -> list[URLPattern]:
    """The addresses. No address ends with a slash: what APPEND_SLASH redirects is no POST any more."""

    def view(**actions: Callable[..., Result]) -> View:
        def handle(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            caller = Caller(authenticate(request), partial(may_notify, request))
            try:
                status, content = actions[request.method or ""](request, caller, **kwargs)
            except ValidationError as error:
                raise _refused(error) from None
            if status == 204:
                return HttpResponse(status=status)
            headers = {"ETag": etag_of(content)} if "id" in content else {}
            return JsonResponse(content, status=status, headers=headers)

        return endpoint(handle, methods=actions)

    return [
        path("banners", view(GET=_list, POST=_create), name="banners"),
        path("banners/<int:pk>", view(GET=_get, PATCH=_change, DELETE=_delete), name="banner"),
        path("banners/<int:pk>/end", view(POST=_end), name="end_banner"),
        path("banners/<int:pk>/updates", view(POST=_update), name="update_banner"),
    ]


def _list(request: HttpRequest, caller: Caller) -> Result:
    now = moments.now()
    some = [banner for banner in not_over(now).prefetch_related("updates") if caller.may_notify(banner.recipients)]
    return 200, {"banners": [_as_json(banner) for banner in sorted(some, key=lambda banner: urgency(banner, now))]}


def _create(request: HttpRequest, caller: Caller) -> Result:
    body = _body(request, TYPES, required="text")
    banner = text_input.to_banner({FIELDS.get(name, name): value for name, value in body.items()})
    _check(caller, banner.recipients)
    return 201, _as_json(lifecycle.save(banner, who=caller.who))


def _get(request: HttpRequest, caller: Caller, pk: int) -> Result:
    return 200, _as_json(_banner(caller, pk))


@transaction.atomic
def _change(request: HttpRequest, caller: Caller, pk: int) -> Result:
    body = _body(request, TYPES, nullable="until")
    banner = _banner(caller, pk, lock=True)
    check_unchanged(request, etag_of(_as_json(banner)))
    fields = {FIELDS.get(name, name): value for name, value in body.items()}
    for name, value in text_input.to_values(fields, moments.now()).items():
        setattr(banner, name, value)
    _check(caller, banner.recipients)
    return 200, _as_json(lifecycle.save(banner, who=caller.who))


def _delete(request: HttpRequest, caller: Caller, pk: int) -> Result:
    lifecycle.delete(_banner(caller, pk), who=caller.who)
    return 204, {}


def _update(request: HttpRequest, caller: Caller, pk: int) -> Result:
    body = _body(request, {"state": str, "text": str}, required="state")
    lifecycle.update(_banner(caller, pk), **body, who=caller.who)
    return 201, _as_json(_banner(caller, pk))


def _end(request: HttpRequest, caller: Caller, pk: int) -> Result:
    banner = _banner(caller, pk)
    # Ended twice is ended: a script that is run again does not fail.
    lifecycle.end(banner, who=caller.who)
    return 200, _as_json(banner)


def _banner(caller: Caller, pk: int, *, lock: bool = False) -> Banner:
    some = Banner.objects.select_for_update() if lock else Banner.objects
    banner = some.filter(pk=pk).first()
    if banner is None or not caller.may_notify(banner.recipients):
        raise Refused(404, "not_found", f"There is no banner {pk}.")
    return banner


def _check(caller: Caller, recipients: Recipients) -> None:
    if not caller.may_notify(recipients):
        # Not by name: who typed a key would be told what it is called.
        raise Refused(403, "forbidden", "You may not post banners for these recipients.", field="recipients")


def _body(request: HttpRequest, fields: dict[str, type], *, required: str = "", nullable: str = "") -> dict[str, Any]:
    """The JSON object of a request, with these fields of these types; null is as if left out, but for one of them."""
    raw = request.read(MAX_BODY_BYTES + 1)
    if len(raw) > MAX_BODY_BYTES:
        raise Refused(413, "too_large", f"The body is over {MAX_BODY_BYTES >> 10} KiB.")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", f"This is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise Refused(400, "invalid_json", f"Send an object with {', '.join(fields)}.")
    for name, value in body.items():
        if name not in fields:
            message = f"{name[:60]!r} is not a field; the fields are {', '.join(fields)}."
            raise Refused(400, "unknown_field", message, field=name[:60])
        if value is not None and (not isinstance(value, fields[name]) or isinstance(value, bool)):
            kind = "a whole number" if fields[name] is int else "a text"
            raise Refused(400, "invalid_field", f"{name} must be {kind}.", field=name)
    if required and body.get(required) is None:
        raise Refused(400, "missing_field", f"{required} is missing; it is required.", field=required)
    return {name: value for name, value in body.items() if value is not None or name == nullable}


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


def _refused(error: ValidationError) -> Refused:
    if not hasattr(error, "error_dict"):
        return Refused(409, "conflict", " ".join(error.messages))
    field, messages = next(iter(error.message_dict.items()))
    name = NAMES.get(field, field)
    return Refused(400, "invalid_field", f"{name}: {' '.join(messages).rstrip('.')}.", field=name)
