"""Notices: sent, read, taken back; and a progress that somebody asks to stop."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from api.caller import Caller, TokenAuth, caller_of
from api.paging import not_found, page
from api.schemas import After, Input, Limit, Page, Text
from live.api import Refused
from live.banners.validation import validate_recipients
from live.notices import (
    MAX_NOTICE_CHARACTERS,
    Recipients,
    TooManyNotices,
    check_rate,
    levels,
    record,
    send,
    silent_progress,
)
from live.notices.models import Notice
from live.notices.permissions import PERIOD
from live.notices.sender import STICKY_TTL

router = Router(auth=TokenAuth("notices"), tags=["notices"])

WORD = "notices"


class NewNotice(Input):
    """What is sent, to whom."""

    text: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_NOTICE_CHARACTERS)] = Field(
        description="Plain text; http(s) addresses and `[words](https://…)` are links."
    )
    recipients: Annotated[Text, StringConstraints(min_length=1, max_length=200)] = Field(
        "everyone", description="`everyone`, `signed_in`, `staff`, `group:Operators`, `user:5`, `board:3`."
    )
    level: Literal["debug", "info", "success", "warning", "error"] = "info"
    link: Annotated[Text, StringConstraints(max_length=500)] = Field(
        "", description="Where it leads: http(s), or a path of this site."
    )
    sticky: bool = Field(False, description="It stays until it is dismissed, also on pages that are opened later.")
    ttl: float | None = Field(
        None,
        gt=0,
        le=STICKY_TTL / timedelta(seconds=1),
        description="Seconds for which a page that reconnects still gets it; null: ten minutes, 30 days if sticky.",
    )
    replace: Annotated[Text, StringConstraints(max_length=100)] = Field(
        "", description="A name: the next one of that name to the same recipients takes its place."
    )


class NoticeOut(Schema):
    """A notice that was sent."""

    id: int
    text: str
    recipients: str
    level: str
    link: str
    sticky: bool
    replace: str
    progress: float | None = Field(description="From 0 to 1: how far something has come.")
    can_be_cancelled: bool
    at: datetime
    expires: datetime


@router.get("notices", response=Page[NoticeOut])
def list_notices(request: HttpRequest, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Those to recipients whom this token may notify, the newest first. They are kept for 30 days."""
    return page(_permitted(caller_of(request)).order_by("-pk"), after, limit, _as_json)


@router.post("notices", response={201: NoticeOut})
def send_notice(request: HttpRequest, body: NewNotice) -> Status[dict[str, Any]]:
    """Send a notice: it is on every open page of its recipients at once, and in the activity."""
    caller, recipients = caller_of(request), Recipients.from_words(body.recipients)
    if not caller.may_notify(WORD, recipients):
        # The same whether there are such, and as they were sent: who typed a key would be told what it is called.
        message = f"This token may not send notices to {body.recipients!r}."
        raise Refused(403, "forbidden", message, field="recipients")
    validate_recipients(str(recipients))
    try:
        check_rate(recipients)
        with transaction.atomic():
            options: dict[str, Any] = body.dict(include={"link", "sticky", "ttl", "replace"})
            user = caller.token.user
            source = Notice.Source.CODE if user is None else Notice.Source.STAFF
            notice = send(recipients, body.level, body.text, by=user, source=source, **options)
            record("notice", recipients, notice.text, by=user, who=caller.name)
    except TooManyNotices as error:
        wait = {"Retry-After": str(PERIOD.seconds)}
        raise Refused(429, "too_many_notices", str(error), headers=wait) from error
    except ValueError as error:
        raise Refused(422, "cannot_be", f"{error}.") from error
    return Status(201, _as_json(notice))


@router.get("notices/{int:pk}", response=NoticeOut)
def get_notice(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One notice."""
    return _as_json(_notice(request, pk))


@router.post("notices/{int:pk}/cancel", response=NoticeOut)
def cancel_notice(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Ask the progress that a notice is about to stop, as its button does."""
    notice = _notice(request, pk)
    if not notice.cancel:
        raise Refused(409, "conflict", "It is about nothing that can be cancelled.")
    silent_progress.cancel(notice)
    notice.refresh_from_db()
    return _as_json(notice)


@router.delete("notices/{int:pk}", response={204: None})
def delete_notice(request: HttpRequest, pk: int) -> Status[None]:
    """Take a notice back: it is in no activity and on no page that is opened later."""
    caller, notice = caller_of(request), _notice(request, pk)
    caller.require("live_notices.delete_notice")
    with transaction.atomic():
        record("notice deleted", notice.recipients, notice.text, by=caller.token.user, who=caller.name)
        notice.delete()
    return Status(204, None)


def _permitted(caller: Caller) -> QuerySet[Notice]:
    """Messages of views are between the site and one person."""
    notices = Notice.objects.exclude(source=Notice.Source.MESSAGE)
    used = notices.order_by().values_list("recipients", flat=True).distinct()
    return notices.filter(recipients__in=[str(one) for one in used if caller.may_notify(WORD, one)])


def _notice(request: HttpRequest, pk: int) -> Notice:
    notice = Notice.objects.exclude(source=Notice.Source.MESSAGE).filter(pk=pk).first()
    if notice is None or not caller_of(request).may_notify(WORD, notice.recipients):
        raise not_found("notice", pk)
    return notice


def _as_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "recipients": str(notice.recipients),
        "level": levels.tag(notice.level),
        "replace": notice.key,
        "progress": notice.fraction,
        "can_be_cancelled": notice.cancel == Notice.Cancel.OFFERED,
    } | {name: getattr(notice, name) for name in ("text", "link", "sticky", "at", "expires")}
