"""Offers to add series to a board: one for each name of series that no panel shows and nobody has dismissed.

Several series of one name are one offer, of a panel with a selector. An offer describes the first points of a series,
so that it does not change while more arrive.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from boards import guess as guesses
from boards.data.first_points import beginning_of
from boards.data.panels_of_series import meant_by_queries
from boards.guess import Guess
from boards.models import Board, DismissedSeries
from live import charts
from live.charts.text import moments
from series.durations import UNIT_SECONDS, duration
from series.making import NUMBER
from series.models import Series
from series.selectors import selector_of, selector_of_tagged
from series.storage.states import texts_of

# The newest series that are looked at, and the offers that are shown: a sender of hundreds must not flood a page.
MAX_READ, MAX_OFFERS = 500, 3
# From so many points there is a rhythm to be seen, which is only said, and not waited for.
MIN_POINTS_OF_RHYTHM = 3
# Before it an age is "a moment".
MOMENT_SECONDS = 120
LOOKS = {
    guesses.NUMBER: gettext_noop("a number"),
    guesses.COUNT: gettext_noop("a count"),
    guesses.COUNTER: gettext_noop("a counter, shown as its rate"),
    guesses.PERCENTAGE: gettext_noop("a percentage"),
    guesses.BYTES: gettext_noop("bytes"),
    guesses.DURATION: gettext_noop("a duration"),
    guesses.TEMPERATURE: gettext_noop("a temperature"),
    guesses.MONEY: gettext_noop("money"),
    guesses.STATE: gettext_noop("a state"),
    guesses.MEASURE: gettext_noop("a measurement"),
}


class Unshown(NamedTuple):
    """A series that no panel shows."""

    pk: int
    name: str
    tags: Mapping[str, str]
    value_type: str
    created: datetime


class Offer(NamedTuple):
    """Series of one name, and what a panel of them would be. ``key`` is that of the newest one."""

    key: int
    name: str
    selector: str
    number: int
    text: str
    guess: Guess


class Offers(NamedTuple):
    """Those that are shown, how many more there are, and when the clock alone will change what they say."""

    shown: Sequence[Offer]
    more: int
    next_change: datetime | None


def offers_now() -> Offers:
    """The newest offers. Takes a few queries, whatever there is to offer."""
    by_name = unshown()
    now, newest = timezone.now(), list(by_name.values())[:MAX_OFFERS]
    changes = [_age_changes(series[0].created, now) for series in newest]
    shown = [offer_of(series, now) for series in newest]
    return Offers(shown, max(len(by_name) - MAX_OFFERS, 0), min(changes, default=None))


def offer_named(name: str) -> Offer | None:
    """The offer of that name; None if all of its series are on a board by now."""
    series = unshown(name).get(name)
    return offer_of(series, timezone.now()) if series else None


def unshown(name: str = "") -> dict[str, list[Unshown]]:
    """The series that have a point and are on no board, the newest first, by their names; or those of one name, also if
    that was dismissed."""
    rows = Series.objects.filter(latest__isnull=False, shown_on=None).order_by("-pk")
    rows = rows.filter(name=name) if name else rows.exclude(name__in=DismissedSeries.objects.values("name"))
    newest_first = [Unshown(*row) for row in rows.values_list(*Unshown._fields)[:MAX_READ]]
    meant = meant_by_queries([one.pk for one in newest_first])
    result: dict[str, list[Unshown]] = {}
    for one in newest_first:
        if one.pk not in meant:
            result.setdefault(one.name, []).append(one)
    return result


def offer_of(series: Sequence[Unshown], now: datetime) -> Offer:
    """The offer of some series of one name, the newest first."""
    newest = series[0]
    points, guessed = beginning_of(
        newest.pk, newest.name, holds_states=newest.value_type != NUMBER, many=len(series) > 1
    )
    return Offer(
        newest.pk,
        newest.name,
        selector_for(series),
        len(series),
        " · ".join(filter(None, [_value(newest, points, guessed, now), _look(points, guessed)])),
        guessed,
    )


def selector_for(series: Sequence[Unshown]) -> str:
    """What is written for them: the series, or a selector of all of its name, such as ``latency{host=*}``."""
    if len(series) == 1:
        return selector_of(series[0].name, series[0].tags)
    tags = sorted({tag for one in series for tag in one.tags})
    # A tag that some of them do not have cannot be asked for.
    everywhere = [tag for tag in tags if all(tag in one.tags for one in series)]
    differing = [tag for tag in everywhere if len({one.tags[tag] for one in series}) > 1]
    name = series[0].name
    return selector_of_tagged(name, differing[0]) if differing else selector_of(name, {})


def boards_to_add_to(boards: QuerySet[Board], only: int = 0) -> list[tuple[int, str]]:
    """Keys and titles of these boards, the one first to which a panel was added last; or one of them alone."""
    rows = boards.filter(pk=only) if only else boards
    used = rows.annotate(last=Coalesce(Max("panels__pk"), 0)).order_by("-last", "-pk")
    return list(used.values_list("pk", "title"))


def _value(newest: Unshown, points: Sequence[tuple[datetime, float]], guessed: Guess, now: datetime) -> str:
    """``first value 12, a moment ago``."""
    if not points:
        return ""
    value = points[0][1]
    text = texts_of([newest.pk]).get(newest.pk, {}).get(value, "") if newest.value_type != NUMBER else ""
    unit = "" if guessed.function else guessed.unit
    shown = text or charts.compact(value, unit, translation.get_language() or "en")
    age = (now - newest.created).total_seconds()
    ago = moments.relative(age, translation.get_language() or "en")
    words = (
        _("first value %(value)s, a moment ago") if age < MOMENT_SECONDS else _("first value %(value)s, %(ago)s ago")
    )
    return words % {"value": shown, "ago": ago}


def _look(points: Sequence[tuple[datetime, float]], guessed: Guess) -> str:
    """``looks like a count, about every minute``."""
    look = _(LOOKS[guessed.looks_like])
    if len(points) < MIN_POINTS_OF_RHYTHM:
        return _("looks like %(look)s") % {"look": look}
    seconds = median((after[0] - before[0]).total_seconds() for before, after in pairwise(points))
    return _("looks like %(look)s, about every %(interval)s") % {"look": look, "interval": _about(seconds)}


def _about(seconds: float) -> str:
    """As people say it: minute, 10 s, 5 min."""
    size = next((size for size in UNIT_SECONDS.values() if seconds >= 0.9 * size), 1)
    number = max(round(seconds / size), 1)
    if number > 1:
        return duration(number * size)
    names = {86_400: _("day"), 3600: _("hour"), 60: _("minute"), 1: _("second")}
    return names[size]


def _age_changes(created: datetime, now: datetime) -> datetime:
    age = (now - created).total_seconds()
    if age < MOMENT_SECONDS:
        return created + timedelta(seconds=MOMENT_SECONDS)
    return created + timedelta(seconds=round(age + moments.until_relative_changes(age)))
