"""Whether a panel's numbers are still fresh, in words, and when that will read differently.

Being late is all that depends on the clock, so everything here stands still from one ``next_change`` to the next: every
process that draws a panel in between draws the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from boards.data.sources import Source
from boards.options import WINDOW
from live.charts.text import moments
from series.durations import DAY, UNIT_SECONDS, duration
from series.fields import from_microseconds
from series.storage.newest import Newest

# Of fewer no number is shown: seconds are counted in tens.
FEW_SECONDS = 10
# The part of the window that may be hatched. Then the picture stands still, with the last data in it.
MAX_HATCHED_PART = 0.25
# What a note names of the series that it is about.
MAX_NAMES = 3
MAX_NAME_CHARACTERS = 40
# Data that is farther ahead of our clock than this is worth a word.
MAX_AHEAD = timedelta(minutes=1)
MISSING = ngettext_lazy(
    "%(some)d of %(all)d series has no data: %(names)s", "%(some)d of %(all)d series have no data: %(names)s", "some"
)
LATE = ngettext_lazy(
    "%(some)d of %(all)d series is late: %(names)s", "%(some)d of %(all)d series are late: %(names)s", "some"
)


def freshness(source: Source, now: datetime) -> tuple[Source, dict[str, Any]]:
    """A source with one newest point at least, marked with what is late; and what a panel shows about that.

    ``state`` is "", "stale" (all of it is late) or "partial" (some is late, or was never there), ``note`` says so in
    words, ``age`` in short where all of it is late ("15 min old"), and ``next_change`` is when the clock alone will
    change any of this. What is learned of a series is what is learned by now, also where a moment is shown that is
    over.
    """
    lines = [line for line in source.lines if line.key in source.newest]
    due = {line.key: line.expectation.overdue_at(source.newest[line.key][0]) for line in lines}
    late = frozenset(key for key, at in due.items() if at is not None and at <= now)
    source = replace(source, late=late)
    if len(late) == len(source.newest):
        return _stale(source, now)
    missing = [line.name for line in source.lines if line.key not in source.newest]
    behind = [line.name for line in source.lines if line.key in late]
    notes = [
        words % {"some": len(names), "all": len(source.lines), "names": _listed(names)}
        for words, names in ((MISSING, missing), (LATE, behind))
        if names
    ]
    next_change = min((at for at in due.values() if at is not None and at > now), default=None)
    return source, {"state": "partial" if notes else "", "note": " · ".join(notes), "next_change": next_change}


def _stale(source: Source, now: datetime) -> tuple[Source, dict[str, Any]]:
    last = source.last()
    age = (now - last).total_seconds()
    # Rounded: the boundaries are whole seconds, and their sum with the age is not.
    change = round(age + moments.until_relative_changes(age))
    ago = moments.relative(age, source.locale) if age >= FEW_SECONDS else _("seconds")
    # On the board's clock, with the date if it is a day ago.
    time = moments.moment(last.timestamp(), source.zone, "s" if age < DAY else "date s", source.locale)
    # Of the series that came last.
    expected = next(line.expectation for line in source.lines if source.newest.get(line.key, (None,))[0] == last)
    if expected.is_learned:
        words = _("Last data %(ago)s ago (%(time)s), expected every %(interval)s (learned from its rhythm)")
    else:
        words = _("Last data %(ago)s ago (%(time)s), expected every %(interval)s")
    note = words % {"ago": ago, "time": time, "interval": duration(expected.interval)}
    until = last.timestamp() + min(change, MAX_HATCHED_PART * source[WINDOW])
    next_change = last + timedelta(seconds=change)
    return replace(source, until=until), {
        "state": "stale",
        "note": note,
        "age": _("%s old") % ago,
        "next_change": next_change,
    }


def future(stored: Iterable[Newest], now: datetime) -> tuple[str, datetime | None]:
    """What a panel says of data of its series in the future, and when the clock alone will change these words.

    A clock is wrong then, or was when the data was written.
    """
    newest = max((from_microseconds(one.time) for one in stored), default=now)
    if newest <= now + MAX_AHEAD:
        return "", None
    seconds = (newest - now).total_seconds()
    unit = next(size for size in UNIT_SECONDS.values() if seconds >= 2 * size or size == UNIT_SECONDS["min"])
    count = ceil(seconds / unit)
    words = _("The newest data is %(time)s in the future. Is a clock wrong?") % {"time": duration(count * unit)}
    return words, newest - timedelta(seconds=(count - 1) * unit)


def _listed(names: Sequence[str]) -> str:
    shown = [Truncator(name).chars(MAX_NAME_CHARACTERS) for name in names[:MAX_NAMES]]
    if len(names) > MAX_NAMES:
        shown.append(_("%d more") % (len(names) - MAX_NAMES))
    return ", ".join(shown)
