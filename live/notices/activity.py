"""What was said lately: notices and what happened to banners, the newest first, as far as somebody hears it.

``{% live "live_notices.activity" %}`` puts the last of it on a page, where it stays true; ``page`` has all of it.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live import fragment
from live.notices import audiences, levels, text
from live.notices.audiences import Audience, AudienceError
from live.notices.models import Banner, BannerUpdate, Notice
from live.page.access import User, visitor

logger = logging.getLogger(__name__)

# How many are shown at once.
LAST = 20
# Of how many of the newest notices the audiences are asked whether somebody is in them.
ASKED = 500
# Kinds that nobody has to be asked about, because roles and the person say it.
KNOWN = ("everyone", "signed_in", "staff", "group:", "user:", "session:")
LEVELS = {
    "debug": gettext_lazy("Debug"),
    "info": gettext_lazy("Information"),
    "success": gettext_lazy("Success"),
    "warning": gettext_lazy("Warning"),
    "error": gettext_lazy("Error"),
}
# When it happened, what it is ("notice", or of a banner "start", "end" and "update"), and the row's pk.
Event = tuple[datetime, str, int]
# A banner's level, as that of a notice.
SEVERITY = {"info": "info", "maintenance": "info", "degraded": "warning", "outage": "error"}


def heard_by(user: User) -> str:
    """``per=``: the audiences that a user is in, of those that were told something lately. Asked every two seconds."""
    names = set(audiences.roles(user))
    person = audiences.person(user)
    # Not without need: everybody who was told nothing alone shares one rendering.
    if person is not None and Notice.objects.filter(audience=str(person)).exists():
        names.add(str(person))
    names |= {name for name in _others() if _is_in(user, name)}
    return json.dumps(sorted(names))


def _others() -> set[str]:
    """The audiences of the newest notices and banners that a user has to be asked about."""
    newest = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    told = Notice.objects.filter(pk__gt=newest - ASKED)
    for kind in KNOWN:
        told = told.exclude(audience__startswith=kind)
    shown = Banner.objects.order_by("-pk").values_list("audience", flat=True)[:ASKED]
    found = {*told.order_by().values_list("audience", flat=True).distinct(), *shown}
    return {name for name in found if not name.startswith(KNOWN)}


def _is_in(user: User, name: str) -> bool:
    """Whether the user is in an audience that apps define. One that fails must not take the others with it."""
    try:
        return Audience.parse(name).includes(user)
    except AudienceError:  # of an app that is not installed any more
        return False
    except Exception:
        logger.exception("who is in the audience %s could not be asked; what it was told is not shown", name)
        return False


def events(audience: str, now: datetime) -> QuerySet[Any, Event]:
    """When, what kind and the pk of everything that those audiences were told up to now, the newest first."""
    names = json.loads(audience)
    # What still runs is told by its end.
    notices = _named(Notice.objects.filter(audience__in=names, fraction=None, at__lte=now), "at", "notice")
    # One that was ended before it began has never been.
    banners = Banner.objects.filter(Q(ends=None) | Q(ends__gt=F("starts")), audience__in=names)
    starts = _named(banners.filter(starts__lte=now), "starts", "start")
    ends = _named(banners.filter(ends__lte=now), "ends", "end")
    updates = _named(BannerUpdate.objects.filter(banner__audience__in=names, at__lte=now), "at", "update")
    found: QuerySet[Any, Event] = notices.union(starts, ends, updates, all=True)
    return found.order_by("-happened", "-what", "-pk")


def _named(found: QuerySet[Any], time: str, what: str) -> Any:
    named = found.order_by().annotate(happened=F(time), what=Value(what, output_field=CharField()))
    return named.values_list("happened", "what", "pk")


def described(found: Iterable[Event]) -> list[dict[str, Any]]:
    """What the template shows of these events."""
    listed = list(found)
    pks: dict[str, list[int]] = {}
    for _at, what, pk in listed:
        pks.setdefault(what, []).append(pk)
    banners = Banner.objects.select_related("by").in_bulk([*pks.get("start", []), *pks.get("end", [])])
    rows: dict[str, dict[int, Any]] = {
        "notice": Notice.objects.select_related("by").in_bulk(pks.get("notice", [])),
        "start": banners,
        "end": banners,
        "update": BannerUpdate.objects.select_related("by", "banner").in_bulk(pks.get("update", [])),
    }
    shown = []
    for at, what, pk in listed:
        row = rows[what].get(pk)
        if row is not None:  # deleted since
            shown.append(event_of(row) if what == "notice" else {"at": at, **_of_banner(row, what)})
    return shown


def event_of(notice: Notice) -> dict[str, Any]:
    """A notice as an event: ``tag`` and ``level``, ``body``, ``who``, ``link`` and ``at``."""
    # Of HTML only the words: its elements may have ids, and be on the page already.
    body: str = unescape(strip_tags(notice.text)) if notice.html else text.to_html(notice.text)
    who = notice.by.get_username() if notice.by else ""
    # Forms mostly name the person themselves, and a message needs no name for who is told it.
    named = notice.source == Notice.Source.MESSAGE or notice.text.startswith(who)
    return {"at": notice.at, **_event(levels.tag(notice.level), body, "" if named else who, notice.link)}


def _of_banner(row: Banner | BannerUpdate, what: str) -> dict[str, Any]:
    banner = row.banner if isinstance(row, BannerUpdate) else row
    about = f"{capfirst(banner.get_level_display())}: {banner.text}"
    if isinstance(row, BannerUpdate):
        about = f"{capfirst(row.get_state_display())}. {row.text}\n{about}"
    elif what == "end":
        about = _("Over: %(what)s") % {"what": about}
    who = row.by.get_username() if row.by and what != "end" else ""
    over = what == "end" or (isinstance(row, BannerUpdate) and row.state == BannerUpdate.State.RESOLVED)
    return _event("success" if over else SEVERITY.get(banner.level, "info"), text.to_html(about), who, "")


def _event(tag: str, body: str, who: str, link: str) -> dict[str, Any]:
    return {"tag": tag, "level": LEVELS.get(tag, capfirst(tag)), "body": body, "who": who, "link": link}


@fragment("live/notices/activity.html#activity", per=heard_by)
def activity(audience: str) -> dict[str, Any]:
    """The last events that its viewers hear of."""
    now = timezone.now()
    there = Banner.objects.filter(audience__in=json.loads(audience))
    coming = [
        there.filter(**{f"{time}__gt": now}).order_by(time).values_list(time, flat=True).first()
        for time in ("starts", "ends")
    ]
    return {
        "events": described(events(audience, now)[:LAST]),
        "next_change": min((at for at in coming if at), default=None),
    }


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All of it, in pages: the first is live, the others are as they were when they were loaded.

    A project gives it its own looks with a template ``live_notices/activity.html``, which includes
    ``live/notices/activity.html#page``.
    """
    shown = Paginator(events(heard_by(visitor(request)), timezone.now()), LAST).get_page(request.GET.get("page"))
    context = {"page": shown, "events": described(shown.object_list) if shown.number > 1 else []}
    return render(request, ["live_notices/activity.html", "live/notices/activity_page.html"], context)


@receiver(post_save, sender=Notice)
def _notice(instance: Notice, **kwargs: Any) -> None:
    if instance.fraction is None:
        activity.changed()


@receiver([post_save, post_delete], sender=Banner)
@receiver([post_save, post_delete], sender=BannerUpdate)
def _banner(**kwargs: Any) -> None:
    activity.changed()
