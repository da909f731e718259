"""Tell somebody something: from a view, a signal, a command, a task, a shell; in sync code and in async code.

A notice is a row, written in the caller's transaction: it is said when that commits, and never if it rolls back.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from live.notices import levels, rules, text
from live.notices.audiences import Audience, everyone
from live.notices.models import Dismissal, Notice
from live.notices.sequence import sequence
from live.page.access import User

LONGEST = 2000
TTL, STICKY_TTL = timedelta(minutes=10), timedelta(days=30)
# How long notices are kept for the activity feed, how many, and after how many new ones that is looked at.
KEPT_FOR, KEPT, EVERY = timedelta(days=30), 20_000, 500


def notify(
    audience: Audience,
    level: str | int,
    said: str,
    *,
    context: Mapping[str, Any] | None = None,
    link: str = "",
    icon: str = "",
    ttl: timedelta | float | None = None,
    sticky: bool = False,
    replace: str = "",
    tags: str = "",
    by: User | None = None,
) -> Notice:
    """Tell an audience something, at commit. Shown once on each of their open pages, and kept in the activity feed.

    ``said`` is plain text, in which http(s) addresses and ``[words](https://…)`` are links; with ``context`` it names
    a template, whose HTML is taken as it is. ``level`` is "debug", "info", "success", "warning", "error", a tag of
    MESSAGE_TAGS or a number. ``link`` is where it leads: http(s), or a path of this site. ``ttl`` (seconds or a
    timedelta) is how long a page that comes back still gets it: 10 minutes, 30 days if ``sticky``. A sticky one stays
    until it is dismissed, also on pages that are opened later. ``replace`` names it: the next one of that name to that
    audience takes its place. ``by`` is the person who says it: then their permission is checked.

    Raises ``ValueError`` in words, ``PermissionDenied``, ``TooManyNotices`` (to everyone, a minute), and
    ``RuntimeError`` in async code, which calls ``anotify``.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise RuntimeError("notify() waits for the database; in async code write: await live.anotify(...)")
    # Also where it is given as it is stored: what is for everyone is counted, and in the trail.
    audience = Audience.parse(str(audience))
    html = context is not None
    # Before the transaction, which is to begin with a write.
    words = render_to_string(said, dict(context)).strip() if context is not None else said
    new = not (replace and Notice.objects.filter(audience=str(audience), key=replace).exists())
    rules.check(audience, by, new=new)
    options: dict[str, Any] = dict(link=link, icon=icon, ttl=ttl, sticky=sticky, replace=replace, tags=tags)
    # What a person says anew is said again; what code counts up is one thing.
    trail = by is not None or (new and audience == everyone)
    return tell(audience, level, words, by=by, trail=trail, html=html, **options)


def tell(
    audience: Audience, level: str | int, said: str, *, by: User | None, trail: bool = True, **options: Any
) -> Notice:
    """``notify``, where it is known that it is allowed: what is said and, with ``trail``, the trail of it."""
    source = Notice.Source.STAFF if by is not None else Notice.Source.CODE
    with transaction.atomic():
        notice = write(audience, level, said, by=by, source=source, **options)
        if trail:
            rules.audit("notice", audience, notice.text, by=by)
    return notice


async def anotify(audience: Audience, level: str | int, said: str, **options: Any) -> Notice:
    """``notify``, for async code."""
    return await sync_to_async(notify)(audience, level, said, **options)


def write(
    audience: Audience,
    level: str | int,
    said: str,
    *,
    html: bool = False,
    link: str = "",
    icon: str = "",
    ttl: timedelta | float | None = None,
    sticky: bool = False,
    replace: str = "",
    tags: str = "",
    by: User | None = None,
    source: str = Notice.Source.CODE,
    fraction: float | None = None,
    cancel: str | None = None,
) -> Notice:
    """``notify`` without asking whether it is allowed: for messages, forms and progress. ``html``: taken as it is."""
    said = str(said)
    if not said.strip():
        raise ValueError("there is nothing to say: the text is empty")
    if len(said) > LONGEST:
        raise ValueError(f"the text has {len(said)} characters; at most {LONGEST} fit a notice")
    lasts = (STICKY_TTL if sticky else TTL) if ttl is None else ttl
    lasts = lasts if isinstance(lasts, timedelta) else timedelta(seconds=lasts)
    if lasts <= timedelta():
        raise ValueError(f"ttl is {ttl!r}; it must be more than nothing")
    given = {"link": (link, 500), "icon": (icon, 50), "replace": (replace, 100), "tags": (tags, 200)}
    for what, (words, longest) in given.items():
        if len(words or "") > longest:
            raise ValueError(f"{what} has {len(words)} characters; at most {longest} fit a notice")
    Audience.parse(str(audience))
    now = timezone.now()
    values = {
        "level": levels.number(level),
        "tags": tags or "",
        "text": said,
        "html": html,
        "link": text.check_link(str(link)),
        "icon": icon,
        "sticky": sticky,
        "source": source,
        "by_id": None if by is None else by.pk,
        "at": now,
        "expires": now + lasts,
        "fraction": fraction,
    } | ({} if cancel is None else {"cancel": cancel})
    with transaction.atomic():
        made = True
        if replace:  # also where another process makes the same one at this moment
            same = Notice.objects.filter(audience=str(audience), key=replace)
            # One that is over was about something else: who has put it away hears of this one. And a write comes first:
            # SQLite refuses to go from reading to writing when somebody has written in between.
            same.filter(expires__lte=now).update(key="")
            notice, made = same.select_for_update().get_or_create(audience=str(audience), key=replace, defaults=values)
        else:
            notice = Notice.objects.create(audience=str(audience), **values)
        if not made:
            for name, value in values.items():
                setattr(notice, name, value)
            notice.revision, notice.seq = notice.revision + 1, None
            # Not what somebody has asked meanwhile.
            notice.save(update_fields=[*values, "revision", "seq"])
        transaction.on_commit(partial(_announce, notice.pk), robust=True)
    return notice


def _announce(pk: int) -> None:
    """After the commit: its place, the word that there is something, and now and then some tidying up."""
    from live.notices.feed import notices

    if not Notice.objects.filter(pk=pk, seq=None).exists():  # another one of the same transaction has done it for all
        return
    given = sequence()
    notices.changed()
    newest = notices.last()
    if newest // EVERY > (newest - given) // EVERY:
        prune()


def prune() -> int:
    """Delete notices that are too old or too many; how many there were. The audit trail stays."""
    now = timezone.now()
    old = Notice.objects.filter(created__lt=now - KEPT_FOR, expires__lt=now).order_by("pk").values_list("pk", flat=True)
    surplus = Notice.objects.order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + EVERY * 2]
    pks = [*old[: EVERY * 2], *surplus]
    Dismissal.objects.filter(notice__in=pks).delete()
    return Notice.objects.filter(pk__in=pks).delete()[0]
