"""Send somebody a notice: from a view, a signal, a command, a task, a shell; in sync code and in async code.

A notice is a row, written in the caller's transaction: it is shown when that commits, and never if it rolls back.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.template.loader import render_to_string

from live import moments
from live.notices import levels, text
from live.notices.feed import notices
from live.notices.models import Notice, record
from live.notices.permissions import check_permission, check_rate
from live.notices.recipient_kinds import Recipients, everyone
from live.notices.sequence import sequence
from live.page.access import User

MAX_NOTICE_CHARACTERS = 2000
TTL, STICKY_TTL = timedelta(minutes=10), timedelta(days=30)
# How long notices are kept for the activity, how many, and after how many new ones that is checked.
RETENTION, MAX_NOTICES, PRUNE_EVERY_NOTICES = timedelta(days=30), 20_000, 500


def notify(
    recipients: Recipients,
    level: str | int,
    message: str,
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
    """Send them a notice, at commit. Shown once on each of their open pages, and kept in the activity.

    ``message`` is plain text, in which http(s) addresses and ``[words](https://…)`` are links; with ``context`` it is
    the name of a template, whose HTML is taken as it is. ``level`` is "debug", "info", "success", "warning", "error", a
    tag of MESSAGE_TAGS or a number. ``link`` is where it leads: http(s), or a path of this site. ``ttl`` (seconds or a
    timedelta) is how long a page that reconnects still gets it: 10 minutes, 30 days if ``sticky``. A sticky one stays
    until it is dismissed, also on pages that are opened later. ``replace`` names it: the next one of that name to the
    same recipients takes its place. ``by`` is the person who sends it: then their permission is checked.

    Raises ``ValueError`` in words, ``PermissionDenied``, ``TooManyNotices`` (to everyone, a minute), and
    ``RuntimeError`` in async code, which calls ``anotify``.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise RuntimeError("notify() waits for the database; in async code write: await anotify(...)")
    # Also where they are text, as they are stored: what is for everyone is counted, and in the audit log.
    recipients = Recipients.from_text(str(recipients)).check()
    # Before the transaction, which is to begin with a write.
    words = render_to_string(message, dict(context)).strip() if context is not None else message
    new = not (replace and Notice.objects.filter(recipients=recipients, key=replace).exists())
    if by is not None:
        check_permission(by, recipients)
    if new:
        check_rate(recipients)
    options: dict[str, Any] = dict(link=link, icon=icon, ttl=ttl, sticky=sticky, replace=replace, tags=tags, by=by)
    source = Notice.Source.STAFF if by is not None else Notice.Source.CODE
    # What a person sends again is another act; what code counts up is one thing.
    audited = by is not None or (new and recipients == everyone)
    return send(recipients, level, words, html=context is not None, source=source, audited=audited, **options)


async def anotify(recipients: Recipients, level: str | int, message: str, **options: Any) -> Notice:
    """``notify``, for async code."""
    return await sync_to_async(notify)(recipients, level, message, **options)


def send(
    recipients: Recipients,
    level: str | int,
    message: str,
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
    audited: bool = False,
) -> Notice:
    """``notify`` without asking whether it is allowed: for messages, forms and progress. ``html``: taken as it is;
    ``audited``: it is also written into the audit log."""
    message = str(message)
    if not message.strip():
        raise ValueError("there is nothing to send: the text is empty")
    default = STICKY_TTL if sticky else TTL
    lifetime = default if ttl is None else ttl if isinstance(ttl, timedelta) else timedelta(seconds=ttl)
    if lifetime <= timedelta():
        raise ValueError(f"ttl is {ttl!r}; it must be more than nothing")
    limits = {"the text": MAX_NOTICE_CHARACTERS, "link": 500, "icon": 50, "replace": 100, "tags": 200}
    for (name, limit), words in zip(limits.items(), (message, link, icon, replace, tags), strict=True):
        if len(words or "") > limit:
            raise ValueError(f"{name} has {len(words)} characters; at most {limit} fit a notice")
    recipients.check()
    now = moments.now()
    values = {
        "level": levels.level_number(level),
        "tags": tags or "",
        "text": message,
        "html": html,
        "link": text.check_link(str(link)),
        "icon": icon,
        "sticky": sticky,
        "source": source,
        "by_id": None if by is None else by.pk,
        "at": now,
        "expires": now + lifetime,
        "fraction": fraction,
        "heard_at": None if fraction is None else now,
    } | ({} if cancel is None else {"cancel": cancel})
    with transaction.atomic():
        if replace:  # also where another process makes the same one at this moment
            same = Notice.objects.filter(recipients=recipients, key=replace)
            # One that is over was about something else: who has dismissed it gets this one. And a write comes first:
            # SQLite refuses to go from reading to writing when somebody has written in between.
            same.filter(expires__lte=now).update(key="")
            notice, made = same.select_for_update().get_or_create(recipients=recipients, key=replace, defaults=values)
            if not made:
                for name, value in values.items():
                    setattr(notice, name, value)
                notice.revision, notice.seq = notice.revision + 1, None
                # Not what somebody has asked meanwhile.
                notice.save(update_fields=[*values, "revision", "seq"])
        else:
            notice = Notice.objects.create(recipients=recipients, **values)
        if audited:
            record("notice", recipients, notice.text, by=by)
        transaction.on_commit(partial(announce, notice.pk), robust=True)
    return notice


def announce(pk: int) -> None:
    """After the commit of a notice: its sequence number, the hint that there is one; now and then some tidying up."""
    if not Notice.objects.filter(pk=pk, seq=None).exists():  # another one of the same transaction has done it for all
        return
    count = sequence()
    notices.changed()
    newest = notices.last()
    if newest // PRUNE_EVERY_NOTICES > (newest - count) // PRUNE_EVERY_NOTICES:
        prune()


def prune() -> int:
    """Delete notices that are too old or too many; how many there were. The audit log stays."""
    now = moments.now()
    old = Notice.objects.filter(created__lt=now - RETENTION, expires__lt=now).order_by("pk")
    newest = Notice.objects.order_by("-pk").values_list("pk", flat=True)
    pks = [
        *old.values_list("pk", flat=True)[: PRUNE_EVERY_NOTICES * 2],
        *newest[MAX_NOTICES : MAX_NOTICES + PRUNE_EVERY_NOTICES * 2],
    ]
    return Notice.objects.filter(pk__in=pks).delete()[1].get(Notice._meta.label, 0)
