"""The numbers of a panel: of which time, in buckets of which width, under which names.

A window ends at the last point and not at the clock, so that a chart stands still when nothing is measured, and equals
itself wherever it is rendered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import pairwise
from math import ceil
from statistics import median
from typing import NamedTuple, TypeVar

from django.utils import translation

from boards.common_options import WINDOW
from boards.durations import DAY
from boards.options import Option, Values
from boards.windows import Window
from live import charts
from live.charts import clock
from series.freshness import LATE_AFTER_INTERVALS
from series.queries import buckets

T = TypeVar("T")
# The newest point of each series that has one, by its id.
Newest = Mapping[int, tuple[datetime, float]]

HOUR = 3600
# Widths of a bucket in seconds; a chart takes the first that makes at most so many.
STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 7200, 14400, 21600, 43200, DAY)
MAX_BUCKETS = 150


class Line(NamedTuple):
    """A series as a panel shows it: under a name, and where the axis has categories under one of these."""

    series_id: int
    name: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a chart is drawn from: a panel's title, zone and options, the series that it shows and their newest points.

    ``interval`` is how many seconds are expected between two points, 0 if unknown. ``late`` are the ids of series whose
    points stay away, ``until`` is the epoch second up to which the axis of time goes on, hatched, if all of them are.
    """

    title: str
    zone: tzinfo
    options: Values
    interval: float = 0.0
    lines: Sequence[Line] = ()
    newest: Newest = field(default_factory=dict)
    late: frozenset[int] = frozenset()
    until: float | None = None

    def __getitem__(self, option: Option[T]) -> T:
        return self.options[option]

    @property
    def ids(self) -> list[int]:
        return [line.series_id for line in self.lines]

    @property
    def locale(self) -> str:
        return translation.get_language() or "en"

    def value(self, line: Line) -> float | None:
        """The newest value of a line."""
        return self.newest[line.series_id][1] if line.series_id in self.newest else None

    def last(self) -> datetime:
        """When the newest point of all was."""
        return max(time for time, _value in self.newest.values())

    def names(self) -> list[str]:
        """How the lines are called, each by a name of its own."""
        uses: Counter[str] = Counter()
        names = []
        for line in self.lines:
            uses[line.name] += 1
            names.append(line.name if uses[line.name] == 1 else f"{line.name} ({uses[line.name]})")
        return names


def window(source: Source, *, max_buckets: int = MAX_BUCKETS, min_step: float = 0.0) -> Window:
    """The panel's window in at most so many buckets, none of them shorter than ``min_step`` seconds."""
    length, zone, last = source[WINDOW], source.zone, source.last().timestamp()
    # Beyond the list whole days: what is no whole number drifts against times that are kept in microseconds.
    step = next(
        (step for step in STEPS_SECONDS if step >= min_step and length <= step * max_buckets),
        ceil(max(length / max_buckets, min_step) / DAY) * DAY,
    )
    if step >= DAY:
        # So many days of the clock, however many hours they had.
        begin = clock.instant((clock.shown(last, zone) // step + 1) * step - length, zone)
        return Window.on_clock(zone, begin, last, step)
    # Buckets of hours begin with those of the board's own clock.
    origin = -clock.offset(last, zone) if step >= HOUR else 0.0
    end = ((last - origin) // step + 1) * step + origin
    start = (end - length - origin) // step * step + origin
    return Window(start, end, step, origin)


def means(source: Source, within: Window, *, newest_last: bool = True) -> list[list[float | None]]:
    """The mean of each bucket, for each line; with ``newest_last`` the newest value of each, where it is newest."""
    by_series = buckets(source.ids, **within.query())
    for series, (time, value) in source.newest.items() if newest_last else ():
        index = within.index_of(time.timestamp())
        if series in by_series and index >= 0:
            # The end of a line is what is now, and not a mean over a wide bucket.
            by_series[series][index] = value
    return [by_series[pk] for pk in source.ids]


def trends(source: Source, within: Window) -> list[list[float | None]]:
    """The means as lines are drawn: without the gaps that are only the pause between two samples."""
    interval = source.interval / within.step
    return [without_pauses(values, interval) for values in means(source, within)]


def without_pauses(values: Sequence[float | None], interval: float) -> list[float | None]:
    """Fill gaps that are only the pause between two samples. ``interval``: buckets between samples, 0 if unknown."""
    known = [index for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return list(values)
    longest = longest_pause(known, interval)
    filled = list(values)
    for before, after in pairwise(known):
        if 1 < after - before <= longest:
            low, high = values[before], values[after]
            assert low is not None and high is not None
            for index in range(before + 1, after):
                filled[index] = low + (high - low) * (index - before) / (after - before)
    return filled


def longest_pause(known: Sequence[int], interval: float) -> float:
    """The longest distance of two samples, in buckets, that is no gap. ``known``: the buckets that have one."""
    usual = median(after - before for before, after in pairwise(known)) if len(known) > 1 else 1
    return LATE_AFTER_INTERVALS * max(interval, usual)


class Grid(NamedTuple):
    """The newest values by two names: the category on the axis, and the series, which is a colour."""

    categories: list[str]
    series: list[charts.Series]


def grid(source: Source) -> Grid:
    """The newest value of each line: by its category and label, or by its name alone where no line has a category."""
    if not any(line.category for line in source.lines):
        return Grid(source.names(), [charts.Series("", [source.value(line) for line in source.lines])])
    categories = list(dict.fromkeys(line.category or line.name for line in source.lines))
    labels = list(dict.fromkeys(line.name for line in source.lines))
    values = {(line.name, line.category or line.name): source.value(line) for line in reversed(source.lines)}
    series = [charts.Series(label, [values.get((label, category)) for category in categories]) for label in labels]
    return Grid(categories, series)
