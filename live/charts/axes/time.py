"""The time axis below a plot: where the samples are, what the labels say, and the columns of the tooltip.

Samples come in buckets of equal length, or each with a time of its own. Everything is in epoch seconds until it is
written, and written in the wall clock of one zone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import pairwise
from math import isfinite
from statistics import median
from typing import ClassVar

from ..marks import Box
from ..output.chart import Cell
from ..output.html import Label, percent
from ..output.tooltip import DEFAULT_COLUMNS, MAX_COLUMNS, NO_WIDTHS, tooltip
from ..path import Trace, trace
from ..text.alternative import Naming
from ..text.moments import moment, zone_name, zone_names
from ..values import Cleaned
from .clock import bucket_start, nth_bucket, shown
from .ticks import DAY, HOUR, MINUTE
from .time_labels import labels_html, time_labels

MAX_MISSED_INTERVALS = 2.5  # without a sample; then a line is broken and the rest of a plot is hatched
WIDTH_UNITS = 2000  # units across in which samples with times of their own are placed


@dataclass(slots=True)
class TimeAxis:
    """Time from `start` to `end`, in epoch seconds, with `size` samples.

    With buckets, sample i is at `start + i * step`, and `times` is None. Otherwise sample i is at `times[i]`, and
    `step` is the expected interval. `end` is the last sample's time, or later where the samples have stopped coming.
    Buckets `on_clock` are days of the zone's clock, of 23 to 25 hours, or parts of them that begin at the same hours
    each day: the axis is even in what the clock shows.
    `kind` is how a sample's time reads: as short as the step and the whole range allow.
    """

    start: float
    end: float
    step: float
    size: int
    zone: tzinfo
    locale: str
    times: tuple[float, ...] | None = None
    on_clock: bool = False
    kind: str = field(init=False)
    head: ClassVar[str] = "Time"  # of the column of times in a table

    def __post_init__(self) -> None:
        self.kind = _kind(self.end - self.start, self.step)

    @property
    def span(self) -> float:
        """The seconds from edge to edge; never 0."""
        if self.on_clock:
            last = max(self.size - 1, 0)
            # A clock never shows the end that it skips.
            even = last * self.step if self.end == self.at(last) else shown(self.end, self.zone) - self.first
            return even or self.step
        return self.end - self.start or self.step

    @property
    def first(self) -> float:
        """What the clock shows when the first bucket begins, if they are `on_clock`; else `start`."""
        return bucket_start(self.start, self.step, self.zone) if self.on_clock else self.start

    def at(self, index: int) -> float:
        """Return when sample `index` was, in epoch seconds."""
        if self.on_clock:
            return nth_bucket(self.start, self.step, index, self.zone)
        return self.times[index] if self.times else self.start + index * self.step

    def cells(self) -> Sequence[Cell]:
        """Return when each sample was, in the zone: the first column of the data as a table."""
        return [datetime.fromtimestamp(self.at(index), self.zone) for index in range(self.size)]

    def where(self, index: int) -> str:
        """Return when sample `index` was, in words."""
        return moment(self.at(index), self.zone, self.kind, self.locale)

    def naming(self) -> Naming:
        """Return how the samples and the range are called in the text alternative."""
        return Naming(self.where, self.words(), "at")

    def words(self) -> str:
        """Return the whole range in words, with the zone."""
        if not self.size:
            return zone_name(self.end, self.zone)
        first, last = self.at(0), self.at(self.size - 1)
        end = moment(last, self.zone, self.kind, self.locale, with_zone=True)
        if self.size == 1:
            return end
        changes = zone_name(first, self.zone) != zone_name(last, self.zone)
        return f"{moment(first, self.zone, self.kind, self.locale, with_zone=changes)}\u2013{end}"

    def x(self, index: int) -> float:
        """Return where sample `index` is, in percent from the left; the only one is at the right."""
        if self.end == self.start:
            return 100.0
        return 100 * (index * self.step if self.on_clock else self.at(index) - self.start) / self.span

    def unit(self, index: int) -> int:
        """Return where sample `index` is in the units of `trace`."""
        return round(self.x(index) / 100 * WIDTH_UNITS) if self.times else index

    def width(self) -> float:
        """Return the width of the plot in the units of `trace`."""
        return WIDTH_UNITS if self.times else max(self.span / self.step, 1)

    def trace(self, cleaned: Cleaned, low: float, high: float, *, area: bool = False) -> Trace:
        """Draw a series; what comes back counts in units of `width`."""
        if not self.times:
            return trace(cleaned, low, high, area=area)
        xs = [self.unit(index) for index in range(self.size)]
        pauses = MAX_MISSED_INTERVALS * self.step
        breaks = {i + 1 for i, (a, b) in enumerate(pairwise(self.times)) if b - a > pauses}
        return trace(cleaned, low, high, area=area, xs=xs, breaks=breaks)

    def late(self, newest: int) -> list[Box]:
        """Return the hatch from the newest sample to the end, if it has been missing for too long."""
        left = self.x(newest)
        if self.end - self.at(newest) <= MAX_MISSED_INTERVALS * self.step or left >= 100:
            return []
        return [Box("late", "", left, 0, 100 - left, 100)]

    def labels(self) -> tuple[Label, ...]:
        """Return the labels below the plot."""
        return time_labels(self.start, self.end, self.step, self.kind, self.zone, self.locale, self.on_clock)

    def labels_html(self) -> str:
        """Return the labels below the plot as HTML. Panels over the same window share it."""
        return labels_html(self.labels())

    def zone_name(self) -> str:
        """Return what the zone is called: by both of its names where its clock is changed meanwhile."""
        return zone_names(self.start, self.end, self.zone)

    def interval(self) -> str:
        """Return the time from edge to edge for a page's script, "1790000000/1790003600"; "" where there is none."""
        return f"{self.start:.14g}/{self.end:.14g}" if self.start < self.end else ""

    def tooltip_html(self, cell: Callable[[int], str], columns: int = DEFAULT_COLUMNS, *, rows: bool = False) -> str:
        """Return the tooltip; `cell` writes its words for a sample."""
        picked, widths = self.columns(columns)
        return tooltip([cell(index) for index in picked], widths, rows=rows)

    def columns(self, count: int = DEFAULT_COLUMNS) -> tuple[Sequence[int], Mapping[int, str]]:
        """Return the samples that have a column of the tooltip, and the widths of columns that are not like others.

        With more samples than columns, each column stands for every n-th sample, counted from the epoch: so the columns
        of the next frame are the same but for the first and the last, are found in the cache, and compress to nothing.
        The first column is the first sample and the last the newest one, with what width remains.
        """
        last = self.size - 1
        if last < 1:
            return range(self.size), NO_WIDTHS
        if self.times or self.end > self.at(last):
            return self._uneven(count)
        every = 1 if self.size <= min(count * 2, MAX_COLUMNS) else -(-last // min(count, MAX_COLUMNS - 1))
        half = every / 2
        # Those of full width: not cut by either edge.
        first = -round(self.first / self.step) % every
        middles = [i for i in range(first, self.size, every) if i > half and i + half < last]
        left = middles[0] - half if middles else last / 2
        right = middles[-1] + half if middles else last / 2
        return [0, *middles, last], {0: percent(left, last), len(middles) + 1: percent(last - right, last)}

    def _uneven(self, count: int) -> tuple[Sequence[int], Mapping[int, str]]:
        """Return columns around samples that are not evenly spaced: each reaches half way to its neighbours."""
        picked = sorted({round(i * (self.size - 1) / max(count - 1, 1)) for i in range(count)})
        positions = [self.x(index) for index in picked]
        edges = [0.0, *[(a + b) / 2 for a, b in pairwise(positions)], 100.0]
        return picked, {i: percent(b - a, 100) for i, (a, b) in enumerate(pairwise(edges))}


def _kind(span: float, step: float) -> str:
    if step >= DAY:
        return "day" if span > 300 * DAY else "date"
    clock = "ms" if step < 1 else "s" if step < MINUTE else "m"
    if span <= 20 * HOUR:
        return clock
    return f"day-of-week {clock}" if span <= 6 * DAY else f"date {clock}"


def time_axis(
    size: int,
    *,
    start: float | datetime | None = None,
    step: float | None = None,
    times: Sequence[float | datetime] | None = None,
    every: float | None = None,
    now: float | datetime | None = None,
    zone: tzinfo,
    locale: str,
) -> TimeAxis:
    """Return the axis for `size` samples, from the arguments of a chart.

    Either `start` and `step`, the time of the first bucket and the seconds from one to the next; or `times`, one for
    each sample, ascending, with `every` seconds expected between them (by default their median distance). Steps of
    whole days from a midnight of the zone on are days of its clock, also where one has 23 or 25 hours; and steps of 2
    hours or more that divide a day, from where one of them begins there, begin at the same hours each day. Times are
    aware datetimes or epoch seconds. `now` draws the axis on to that time, hatched, if samples are overdue by then.
    Raises ValueError for what does not fit together, and what `datetime` raises for a time that it cannot hold.
    """
    on_clock = False
    if times is not None:
        if start is not None or step is not None:
            raise ValueError("give either times, or start and step")
        moments = tuple([seconds(time) for time in times])
        if any(b < a for a, b in pairwise(moments)):
            raise ValueError("times must be in ascending order")
        if len(moments) < size:
            raise ValueError(f"there are {size} values and only {len(moments)} times")
        moments = moments[:size]
        gaps = [b - a for a, b in pairwise(moments) if b > a]
        usual = every if every is not None else median(gaps) if gaps else 1.0
        begin, end = (moments[0], moments[-1]) if moments else (0.0, 0.0)
    elif start is None or step is None:
        raise ValueError("a time axis needs start and step, or times")
    else:
        moments, begin, usual = (), seconds(start), float(step)
        end = begin + max(size - 1, 0) * usual
    if not (isfinite(usual) and usual > 0):
        raise ValueError(f"step must be positive, not {usual!r}")
    # A clock may skip an hour, or have it twice: those stay as they are. And what does not begin where a day of this
    # clock does, or a part of it, is of another clock, or of UTC.
    is_of_days = usual % DAY == 0 or (usual >= 2 * HOUR and DAY % usual == 0)
    if times is None and is_of_days and nth_bucket(begin, usual, 0, zone) == begin:
        on_clock, end = True, nth_bucket(begin, usual, max(size - 1, 0), zone)
    until = end if now is None else seconds(now)
    if until - end > MAX_MISSED_INTERVALS * usual and size:
        end = until
    return TimeAxis(begin, end, usual, size, zone, locale, moments or None, on_clock)


def seconds(at: float | datetime) -> float:
    """Return a time in epoch seconds. Raises ValueError for one without a zone, or that is not finite."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone")
        return at.timestamp()
    if not isfinite(at):
        raise ValueError(f"a time must be finite, not {at!r}")
    return float(at)
