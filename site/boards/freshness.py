"""Whether a panel's numbers are still fresh, in words, and when that will read differently.

Being late is all that depends on the clock, so everything here stands still from one ``next_change`` to the next: every
process that draws a panel in between draws the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Panel, PanelSeries
from boards.options import DAY
from boards.sources import PATIENCE, Newest, expected
from live.charts.text import moments

# A panel is late after so many seconds at the earliest: a slow second is no incident.
LEAST_PATIENCE = 5.0
# Fewer have no number: they are told in tens.
FEW_SECONDS = 10
# The part of the window that may be hatched. Then the picture stands still, with the last data in it.
MOST_HATCHED = 0.25
# What a note names of the series that it is about.
MOST_NAMES = 3
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Freshness:
    """What there is to say about a panel's data.

    ``state`` is "", "stale" (all of it is late) or "partial" (some is late, or was never there), ``note`` says so in
    words. ``late`` are the ids of the series that are late, ``until`` is the epoch second up to which a stale chart's
    axis goes on. ``next_change`` is when the clock alone will change any of this.
    """

    state: str = ""
    note: str = ""
    late: frozenset[int] = frozenset()
    until: float | None = None
    next_change: datetime | None = None


def due_at(panel: Panel, last: datetime) -> datetime | None:
    """When the next point is overdue; None if none is expected."""
    every = expected(panel)
    return last + timedelta(seconds=max(PATIENCE * every, LEAST_PATIENCE)) if every else None


def freshness(panel: Panel, lines: Sequence[PanelSeries], newest: Newest, now: datetime, locale: str) -> Freshness:
    """What is late or missing. ``newest`` has the newest point of each line that has one, and of one at least."""
    due = {pk: due_at(panel, time) for pk, (time, _value) in newest.items()}
    late = frozenset(pk for pk, at in due.items() if at is not None and at <= now)
    if len(late) == len(newest):
        return _stale(panel, max(time for time, _value in newest.values()), late, now, locale)
    waiting = [at for at in due.values() if at is not None and at > now]
    next_change = min(waiting, default=None)
    missing = [line.name for line in lines if line.series_id not in newest]
    behind = [line.name for line in lines if line.series_id in late]
    notes = []
    if missing:
        words = ngettext(
            "%(some)d of %(all)d series has no data: %(names)s",
            "%(some)d of %(all)d series have no data: %(names)s",
            len(missing),
        )
        notes.append(words % {"some": len(missing), "all": len(lines), "names": _named(missing)})
    if behind:
        words = ngettext(
            "%(some)d of %(all)d series is late: %(names)s",
            "%(some)d of %(all)d series are late: %(names)s",
            len(behind),
        )
        notes.append(words % {"some": len(behind), "all": len(lines), "names": _named(behind)})
    return Freshness("partial" if notes else "", " · ".join(notes), late, None, next_change)


def _stale(panel: Panel, last: datetime, late: frozenset[int], now: datetime, locale: str) -> Freshness:
    age = (now - last).total_seconds()
    # Rounded: the boundaries are whole seconds, and their sum with the age is not.
    change = round(age + moments.until_relative_changes(age))
    words = (
        _("Last data %(ago)s ago (%(time)s), expected every %(every)s")
        if age >= FEW_SECONDS
        else _("Last data seconds ago (%(time)s), expected every %(every)s")
    )
    note = words % {
        "ago": moments.relative(age, locale),
        "time": said(panel, last, age, locale),
        "every": duration(expected(panel)),
    }
    until = last.timestamp() + min(change, MOST_HATCHED * panel.window)
    return Freshness("stale", note, late, until, last + timedelta(seconds=change))


def said(panel: Panel, time: datetime, age: float, locale: str) -> str:
    """A time on the board's clock, with the date if it is a day ago."""
    kind = "s" if age < DAY else "date s"
    return moments.moment(time.timestamp(), panel.board.zone, kind, locale)


def duration(seconds: float) -> str:
    """A time in words: 0.5 s, 45 s, 5 min, 25 h, 7 d."""
    for size, word in ((DAY, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds:g} s"


def _named(names: Sequence[str]) -> str:
    shown = [name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names[:MOST_NAMES]]
    rest = len(names) - len(shown)
    return ", ".join([*shown, *([_("%d more") % rest] if rest else [])])
