"""The numbers of a panel: of which time, in buckets of which width, under which names.

A window ends at the last point and not at the clock, so that a chart stands still when nothing is measured, and equals
itself wherever it is rendered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil
from statistics import median
from typing import NamedTuple

from django.utils import translation

from boards.models import Panel, PanelSeries
from boards.options import DAY, MOST_DAYS
from boards.states import Judge, Limits, State, parse
from boards.windows import Window
from live import charts
from live.charts.axes import clock
from series.storage.query import buckets, worst

# The newest point of each series that has one, by its id.
Newest = Mapping[int, tuple[datetime, float]]

HOUR = 3600
# Widths of a bucket in seconds; a chart takes the first that makes at most so many.
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 7200, 14400, 21600, 43200, DAY)
MOST_BUCKETS = 150
MOST_BARS = 48
# States are merged where they do not change, and a change is worth its place.
MOST_STATES = 300
# A line is broken, and a panel late, when points stay away for longer than this many intervals.
PATIENCE = 2.5


class Run(NamedTuple):
    """A state that lasts from bucket ``first`` to before bucket ``end``, seen first at ``since``."""

    first: int
    end: int
    state: State
    since: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """What a kind is drawn from: a panel, the series that it shows, their newest points, and which of them are late.

    ``until`` is the epoch second up to which the axis of time goes on, hatched, where all of them are late.
    """

    panel: Panel
    lines: Sequence[PanelSeries]
    newest: Newest
    late: frozenset[int] = frozenset()
    until: float | None = None

    @property
    def ids(self) -> list[int]:
        return [line.series_id for line in self.lines]

    @property
    def locale(self) -> str:
        return translation.get_language() or "en"

    def value(self, line: PanelSeries) -> float | None:
        """The newest value of a line."""
        return self.newest[line.series_id][1] if line.series_id in self.newest else None

    def last(self) -> datetime:
        """When the newest point of all was."""
        return max(time for time, _value in self.newest.values())

    def names(self) -> list[str]:
        """How the lines are called, each by a name of its own."""
        seen: Counter[str] = Counter()
        found = []
        for line in self.lines:
            seen[line.name] += 1
            found.append(line.name if seen[line.name] == 1 else f"{line.name} ({seen[line.name]})")
        return found


def expected(panel: Panel) -> float:
    """The seconds between two points; 0 where none are expected. Nobody waits longer than a year."""
    every = panel.expected_every or 0.0
    return every if 0 < every <= MOST_DAYS * DAY else 0.0


def limits_of(panel: Panel) -> Limits:
    """From where on a value is bad, and in which direction."""
    return Limits(panel.warn_at, panel.bad_at, below=panel.good == Panel.Good.UP)


def judge_of(panel: Panel) -> Judge:
    """Who says which state a value is."""
    table, _wrong = parse(panel.states)
    return Judge(table, limits_of(panel))


def window(source: Source, *, most: int, least: float = 0.0) -> Window:
    """The panel's window in at most so many buckets, none of them shorter than ``least`` seconds."""
    panel, zone, last = source.panel, source.panel.board.zone, source.last().timestamp()
    # Beyond the list whole days: what is no whole number drifts against times that are kept in microseconds.
    step = next(
        (step for step in STEPS if step >= least and panel.window <= step * most),
        ceil(max(panel.window / most, least) / DAY) * DAY,
    )
    if step >= DAY:
        # So many days of the clock, however many hours they had.
        begin = clock.instant((clock.shown(last, zone) // step + 1) * step - panel.window, zone)
        return Window.on_clock(zone, begin, last, step)
    # Buckets of hours begin with those of the board's own clock.
    origin = -clock.offset(last, zone) if step >= HOUR else 0.0
    end = ((last - origin) // step + 1) * step + origin
    start = (end - panel.window - origin) // step * step + origin
    return Window(start, end, step, origin)


def means(source: Source, within: Window, *, ends: bool = True) -> list[list[float | None]]:
    """The mean of each bucket, for each line; with ``ends`` the newest value of each, where it is newest."""
    found = buckets(source.ids, **within.asked())
    for series, (time, value) in source.newest.items() if ends else ():
        place = within.place(time.timestamp())
        if series in found and place >= 0:
            # The end of a line is what is now, and not a mean over a wide bucket.
            found[series][place] = value
    return [found[pk] for pk in source.ids]


def course(source: Source, within: Window) -> list[list[float | None]]:
    """The means as lines are drawn: without the gaps that are only the pause between two samples."""
    every = expected(source.panel) / within.step
    return [bridged(values, every) for values in means(source, within)]


def bridged(values: Sequence[float | None], interval: float) -> list[float | None]:
    """Fill gaps that are only the pause between two samples. ``interval``: buckets between samples, 0 if unknown."""
    known = [index for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return list(values)
    longest = pause(known, interval)
    filled = list(values)
    for before, after in pairwise(known):
        if 1 < after - before <= longest:
            low, high = values[before], values[after]
            assert low is not None and high is not None
            for index in range(before + 1, after):
                filled[index] = low + (high - low) * (index - before) / (after - before)
    return filled


def pause(known: Sequence[int], interval: float) -> float:
    """The longest distance of two samples, in buckets, that is no gap. ``known``: the buckets that have one."""
    usual = median(after - before for before, after in pairwise(known)) if len(known) > 1 else 1
    return PATIENCE * max(interval, usual)


def runs(source: Source, within: Window, judge: Judge) -> list[list[Run]]:
    """For each line the states that it was in, the worst of each bucket. A state lasts until the next sample."""
    found = worst(source.ids, rank=judge.rank(), **within.asked())
    size = within.size
    every = expected(source.panel) / within.step
    result = []
    for pk in source.ids:
        known = [(index, each) for index, each in enumerate(found[pk]) if each is not None]
        longest = pause([index for index, _each in known], every)
        usual = max(int(longest / PATIENCE), 1)
        line: list[Run] = []
        for place, (index, each) in enumerate(known):
            following = known[place + 1][0] if place + 1 < len(known) else size
            # After a gap nothing is known: a sample stands for as long as one does, and no longer.
            end = following if following - index <= longest else min(index + usual, size)
            # The sample before the window stands for what is before the first one in it.
            index = 0 if index < usual and not line else index
            state = judge.ranked[each.rank]
            if line and line[-1].end == index and line[-1].state == state:
                line[-1] = line[-1]._replace(end=end)
            else:
                line.append(Run(index, end, state, each.since))
        result.append(line)
    return result


class Grid(NamedTuple):
    """The newest values by two names: the category on the axis, and the series, which is a colour."""

    categories: list[str]
    series: list[charts.Series]


def grid(source: Source) -> Grid:
    """The newest value of each line: by its category and label, or by its name alone where no line has a category."""
    if not any(line.group for line in source.lines):
        return Grid(source.names(), [charts.Series("", [source.value(line) for line in source.lines])])
    categories = list(dict.fromkeys(line.group or line.name for line in source.lines))
    labels = list(dict.fromkeys(line.name for line in source.lines))
    found = {(line.name, line.group or line.name): source.value(line) for line in reversed(source.lines)}
    series = [charts.Series(label, [found.get((label, each)) for each in categories]) for label in labels]
    return Grid(categories, series)
