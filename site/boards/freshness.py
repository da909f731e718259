"""Whether a panel's numbers are still fresh, in words, and when that will read differently.

Being late is all that depends on the clock, so everything here stands still from one ``next_change`` to the next: every
process that draws a panel in between draws the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.common_options import WINDOW
from boards.durations import DAY, duration
from boards.sources import Source
from live.charts.text import moments
from series.freshness import overdue_at

# Of fewer no number is shown: seconds are counted in tens.
FEW_SECONDS = 10
# The part of the window that may be hatched. Then the picture stands still, with the last data in it.
MAX_HATCHED_PART = 0.25
# What a note names of the series that it is about.
MAX_NAMES = 3
MAX_NAME_CHARACTERS = 40


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


def freshness(source: Source, now: datetime) -> Freshness:
    """What is late or missing in a source with one newest point at least."""
    due = {pk: overdue_at(time, source.interval) for pk, (time, _value) in source.newest.items()}
    late = frozenset(pk for pk, at in due.items() if at is not None and at <= now)
    if len(late) == len(source.newest):
        return _stale(source, late, now)
    next_change = min((at for at in due.values() if at is not None and at > now), default=None)
    missing = [line.name for line in source.lines if line.series_id not in source.newest]
    behind = [line.name for line in source.lines if line.series_id in late]
    notes = []
    if missing:
        words = ngettext(
            "%(some)d of %(all)d series has no data: %(names)s",
            "%(some)d of %(all)d series have no data: %(names)s",
            len(missing),
        )
        notes.append(words % {"some": len(missing), "all": len(source.lines), "names": _listed(missing)})
    if behind:
        words = ngettext(
            "%(some)d of %(all)d series is late: %(names)s",
            "%(some)d of %(all)d series are late: %(names)s",
            len(behind),
        )
        notes.append(words % {"some": len(behind), "all": len(source.lines), "names": _listed(behind)})
    return Freshness("partial" if notes else "", " · ".join(notes), late, None, next_change)


def _stale(source: Source, late: frozenset[int], now: datetime) -> Freshness:
    last = source.last()
    age = (now - last).total_seconds()
    # Rounded: the boundaries are whole seconds, and their sum with the age is not.
    change = round(age + moments.until_relative_changes(age))
    words = (
        _("Last data %(ago)s ago (%(time)s), expected every %(interval)s")
        if age >= FEW_SECONDS
        else _("Last data seconds ago (%(time)s), expected every %(interval)s")
    )
    # On the board's clock, with the date if it is a day ago.
    time = moments.moment(last.timestamp(), source.zone, "s" if age < DAY else "date s", source.locale)
    ago = moments.relative(age, source.locale)
    note = words % {"ago": ago, "time": time, "interval": duration(source.interval)}
    until = last.timestamp() + min(change, MAX_HATCHED_PART * source[WINDOW])
    return Freshness("stale", note, late, until, last + timedelta(seconds=change))


def _listed(names: Sequence[str]) -> str:
    shown = [
        name if len(name) <= MAX_NAME_CHARACTERS else name[: MAX_NAME_CHARACTERS - 1] + "…"
        for name in names[:MAX_NAMES]
    ]
    rest = len(names) - len(shown)
    return ", ".join([*shown, *([_("%d more") % rest] if rest else [])])
