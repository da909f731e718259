"""What was sent lately, and what else happened, the newest first: as far as whoever looks is a recipient of it.

``{% live "live_notices.activity" %}`` puts the last of it on a page, where it stays true; ``page`` has all of it. An
event is a row of some model; another app adds its own kinds of events with an ``EventKind`` for each.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from itertools import repeat
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import CharField, F, Min, Model, QuerySet, Value
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live import fragment, moments
from live.notices import levels, text
from live.notices.models import Notice
from live.notices.recipient_kinds import KINDS_BY_ACCOUNT, Recipients, person, roles
from live.page.access import User, visitor
from live.page.together import asked_together

EVENTS_PER_PAGE = 20
# Of how many of the newest rows of a model the recipients are asked whether somebody is one of them.
MAX_ROWS_ASKED = 500
# When it happened, the name of its kind, and the row's pk.
Event = tuple[datetime, str, int]


@dataclass(frozen=True)
class EventKind:
    """A kind of event in the activity: ``rows()`` of a model, each of which happened at its field ``time``.

    ``recipients`` is the lookup from a row to whom it is for. ``describe(row)`` gives ``level`` (a message's tag),
    ``body`` (HTML), ``who`` and ``link``. Making one registers it. An app calls ``activity_changed()`` for new rows.
    """

    registry: ClassVar[dict[str, "EventKind"]] = {}

    name: str
    rows: Callable[[], QuerySet[Any]]
    time: str
    describe: Callable[[Any], dict[str, Any]]
    recipients: str = "recipients"

    def __post_init__(self) -> None:
        self.registry[self.name] = self

    def of(self, audience: Collection[Recipients]) -> QuerySet[Any]:
        """Those for these recipients."""
        return self.rows().filter(**{f"{self.recipients}__in": audience}).order_by()

    def until(self, now: datetime, audience: Collection[Recipients]) -> Any:
        """Those that have happened, as events."""
        rows = self.of(audience).filter(**{f"{self.time}__lte": now})
        named = rows.annotate(happened=F(self.time), what=Value(self.name, output_field=CharField()))
        return named.values_list("happened", "what", "pk")

    def next_after(self, now: datetime, audience: Collection[Recipients]) -> datetime | None:
        """When the next of them will happen, if any is to."""
        coming = self.of(audience).filter(**{f"{self.time}__gt": now})
        moment: datetime | None = coming.aggregate(at=Min(self.time))["at"]
        return moment


def recipients_of(user: User) -> tuple[Recipients, ...]:
    """``per=``: the recipients whom a user is one of, among those of the newest events. Asked every two seconds."""
    included = set(roles(user))
    alone = person(user)
    # Not without need: all to whom nothing was sent alone share one rendering.
    if alone is not None and is_told_alone(user):
        included.add(alone)
    included.update(to for to in recipients_of_newest(user) if to.kind not in KINDS_BY_ACCOUNT and to.includes(user))
    return tuple(sorted(included))


@asked_together
def is_told_alone(users: Sequence[User]) -> list[bool]:
    """Whether a notice was sent to each of them alone."""
    people = [person(user) for user in users]
    addressed = Notice.objects.filter(recipients__in={one for one in people if one})
    alone = set(addressed.order_by().values_list("recipients", flat=True).distinct())
    return [one in alone for one in people]


@asked_together
def recipients_of_newest(users: Sequence[User]) -> Iterable[set[Recipients]]:
    """Those of the newest events: the same for all."""
    sources: set[tuple[type[Model], str]] = {
        (kind.rows().model, kind.recipients) for kind in EventKind.registry.values()
    }
    newest: set[Recipients] = set()
    for model, lookup in sources:
        newest.update(model._default_manager.order_by("-pk").values_list(lookup, flat=True)[:MAX_ROWS_ASKED])
    return repeat(newest, len(users))


def events(audience: Collection[Recipients], now: datetime) -> QuerySet[Any, Event]:
    """All that has happened to those recipients, the newest first."""
    first, *others = [kind.until(now, audience) for kind in EventKind.registry.values()]
    united: QuerySet[Any, Event] = first.union(*others, all=True) if others else first
    return united.order_by("-happened", "-what", "-pk")


def described(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What the template shows of these events."""
    listed = list(events)
    kinds = EventKind.registry.values()
    rows = {kind.name: kind.rows().in_bulk([pk for _at, name, pk in listed if name == kind.name]) for kind in kinds}
    return [
        {"at": at, "label": levels.LABELS.get(event["level"], capfirst(event["level"])), **event}
        for at, name, pk in listed
        if pk in rows[name]  # not deleted since
        for event in [EventKind.registry[name].describe(rows[name][pk])]
    ]


def describe_notice(notice: Notice) -> dict[str, Any]:
    """A notice as an event, with ``at``."""
    # Of HTML only the words: its elements may have ids, and be on the page already.
    body: str = unescape(strip_tags(notice.text)) if notice.html else text.text_to_html(notice.text)
    who = notice.by.get_username() if notice.by else ""
    # Forms mostly name the person themselves, and a message needs no name for who gets it.
    named = notice.source == Notice.Source.MESSAGE or notice.text.startswith(who)
    level = levels.tag(notice.level)
    return {"at": notice.at, "level": level, "body": body, "who": "" if named else who, "link": notice.link}


# What still runs is shown by its end.
EventKind("notice", lambda: Notice.objects.filter(fraction=None).select_related("by"), "at", describe_notice)


@fragment("live/notices/activity.html#activity", per=recipients_of)
def activity(audience: tuple[Recipients, ...]) -> dict[str, Any]:
    """The last events to its viewers."""
    now = moments.now()
    coming = [kind.next_after(now, audience) for kind in EventKind.registry.values()]
    return {
        "events": described(events(audience, now)[:EVENTS_PER_PAGE]),
        "next_change": min((at for at in coming if at), default=None),
    }


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All of it, in pages: the first is live, the others are as they were when they were loaded.

    A project gives it its own looks with a template ``live_notices/activity.html``, which includes
    ``live/notices/activity.html#page``.
    """
    all_events = events(recipients_of(visitor(request)), moments.now())
    shown = Paginator(all_events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "events": described(shown.object_list) if shown.number > 1 else []}
    return render(request, ["live_notices/activity.html", "live/notices/activity_page.html"], context)


activity_changed = activity.changed


@receiver(post_save, sender=Notice)
def _notice_saved(instance: Notice, using: str, **kwargs: Any) -> None:
    if instance.fraction is None:
        activity_changed(using=using)
