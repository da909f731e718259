"""The numbers of a panel: of which time, in buckets of which width, under which names.

A window ends at the last point and not at the clock, so that a chart stands still when nothing is measured, and equals
itself wherever it is rendered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from django.utils import translation

from boards.data.lines import Computed, Key, Line, Newest, computed
from boards.data.windows import Window
from boards.options import (
    MINIMUM_RANGE,
    NAMES,
    SHOW_EXTREMES,
    UNIT,
    WINDOW,
    X_AXIS,
    Option,
    Values,
    axis_ends,
    thresholds_of,
)
from live import charts
from live.charts.text import moments
from series.evaluation import Choose
from series.fields import MICROSECOND
from series.pauses import Numbers, without_pauses
from series.selection import chosen
from series.storage.newest import Newest as StoredNewest
from series.storage.query import Bucket, buckets
from series.storage.reducers import Reducer, reduced

T = TypeVar("T")

# Of a chart over time, unless its kind has room for fewer.
MAX_BUCKETS = 150
# Of buckets whose extremes are shown.
MIN_EXTREMES_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """What a chart is drawn from: a panel's title, zone and options, the series that it shows and their newest points.

    ``newest`` has the newest point of each line that has one, by its key, ``stored`` what was read for that of the
    series, if it was, and ``texts`` of those that hold states the texts by their codes; ``late`` are those whose points
    stay away, and ``until`` is the epoch second up to which the axis of time goes on, hatched, if all of them do.

    ``now`` is the moment that is shown; nothing after it is, unless it ``is_live``. ``start`` and ``end`` are there
    where the board shows a fixed time.
    """

    title: str
    zone: tzinfo
    options: Values
    lines: Sequence[Line] = ()
    newest: Newest = field(default_factory=dict)
    stored: Mapping[int, StoredNewest] | None = None
    texts: Mapping[int, Mapping[float, str]] = field(default_factory=dict)
    late: frozenset[Key] = frozenset()
    until: float | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    is_live: bool = True
    start: datetime | None = None
    end: datetime | None = None
    choose: Choose = chosen
    # What was read already.
    _known: dict[tuple[Window, bool], dict[Key, list[Bucket | None]]] = field(default_factory=dict, init=False)

    def __getitem__(self, option: Option[T]) -> T:
        return self.options[option]

    @property
    def keys(self) -> list[Key]:
        return [line.key for line in self.lines]

    @property
    def ids(self) -> list[int]:
        """The keys of the series among the lines."""
        return [line.key for line in self.lines if isinstance(line.key, int)]

    @property
    def locale(self) -> str:
        return translation.get_language() or "en"

    @property
    def interval(self) -> float:
        """How many seconds are expected between two points, of the series with most of them; 0 if unknown."""
        return min(filter(None, (line.expectation.interval for line in self.lines)), default=0.0)

    def is_late(self, line: Line) -> bool:
        """Whether the points of a line stay away: nobody knows then whether all is well."""
        return line.key in self.late

    def value(self, line: Line) -> float | None:
        """The newest value of a line, as charts draw it."""
        value = self.newest[line.key][1] if line.key in self.newest else None
        return None if value is None else float(value)

    def texts_of(self, line: Line) -> Mapping[float, str]:
        """The texts of a line that holds states, by their codes; none of others."""
        return self.texts.get(line.key, {}) if isinstance(line.key, int) else {}

    def state(self, line: Line) -> str:
        """The text of the newest value of a line that holds states; empty for others."""
        value = self.value(line)
        return "" if value is None else self.texts_of(line).get(value, "")

    def last(self) -> datetime:
        """When the newest point of all was."""
        return max(time for time, _value in self.newest.values())

    def fixed_time(self) -> str:
        """The time that the board shows, in words; empty where it goes on."""
        if self.start is None or self.end is None:
            return ""
        ends = (moments.moment(at.timestamp(), self.zone, "date m", self.locale) for at in (self.start, self.end))
        return " \N{EN DASH} ".join(ends)

    def names(self) -> list[str]:
        """How the lines are called, each by a name of its own."""
        names = [line.name for line in self.lines]
        before = [names[:index].count(name) for index, name in enumerate(names)]
        return [f"{name} ({count + 1})" if count else name for name, count in zip(names, before, strict=True)]

    def window(self, *, max_buckets: int = MAX_BUCKETS, min_step: float = 0.0) -> Window:
        """The panel's window in at most so many buckets, none of them shorter than ``min_step`` seconds."""
        length, last = self[WINDOW], self.last().timestamp()
        if self.end is not None:
            last = (self.end - MICROSECOND).timestamp()
        return Window.up_to(last, length, self.zone, max_buckets=max_buckets, min_step=min_step)

    def buckets(self, within: Window, *, states: bool = False) -> dict[Key, list[Bucket | None]]:
        """The points in each bucket of a window, by line; of a moment that is over none that came later. What is
        computed is one point in each bucket."""
        if (within, states) not in self._known:
            limits = within.query() | {"end": self.end_of(within)}
            read = buckets(self.ids, states=states, newest=self.stored, **limits)
            known: dict[Key, list[Bucket | None]] = dict(read.items())

            def read_values(function: Reducer | None, ids: Sequence[int]) -> dict[int, Numbers]:
                return reduced(ids, function or Reducer.MEAN, **limits)

            for key, values in computed(self.lines, self.choose, read_values).items():
                times = (datetime.fromtimestamp(within.at(index), UTC) for index in range(len(values)))
                known[key] = [
                    None if value is None else Bucket(1, value, value, value, time)
                    for value, time in zip(values, times, strict=True)
                ]
            # The moment may be in the middle of the window.
            size = within.size
            self._known[within, states] = {key: [*line, *[None] * (size - len(line))] for key, line in known.items()}
        return self._known[within, states]

    def end_of(self, within: Window) -> datetime:
        """Before which points count: the end of a window, or the moment that is shown."""
        start, end = (datetime.fromtimestamp(at, UTC) for at in (within.start, within.end))
        return end if self.is_live else max(start, min(end, self.now + MICROSECOND))

    def means(self, within: Window, *, newest_last: bool = True) -> list[Numbers]:
        """The mean of each bucket, for each line; with ``newest_last`` the newest value of each, where it is newest."""
        by_key: dict[Key, Numbers] = {
            key: [bucket and bucket.mean for bucket in line] for key, line in self.buckets(within).items()
        }
        for key, (time, value) in self.newest.items() if newest_last else ():
            index = within.index_of(time.timestamp())
            # The end of a line is what is now, and not a mean over a wide bucket; a function is of its bucket.
            if 0 <= index < within.size and not (isinstance(key, Computed) and key.query.has_function):
                by_key[key][index] = None if value is None else float(value)
        return [by_key[key] for key in self.keys]

    def trends(self, within: Window) -> list[Numbers]:
        """The means as lines are drawn: without the gaps that are only the pause between two samples."""
        lines = zip(self.lines, self.means(within), strict=True)
        return [without_pauses(values, line.expectation.interval / within.step) for line, values in lines]

    def extremes(self, within: Window) -> list[tuple[Numbers, Numbers]]:
        """For each line the least and the greatest value of each bucket, as lines are drawn: of a long range they say
        that there was a spike. None where buckets are short."""
        if within.step < MIN_EXTREMES_SECONDS:
            return [([], []) for _line in self.lines]
        return [self._extremes(line, within) for line in self.lines]

    def _extremes(self, line: Line, within: Window) -> tuple[Numbers, Numbers]:
        if not isinstance(line.key, int):
            return [], []
        known, interval = self.buckets(within)[line.key], line.expectation.interval / within.step
        lows, highs = [bucket and bucket.min for bucket in known], [bucket and bucket.max for bucket in known]
        return without_pauses(lows, interval), without_pauses(highs, interval)

    def grid(self) -> dict[str, Any]:
        """The newest values over names: each line's category and label, or its name where no line has a category."""
        categories, cells = self.cells(self.value)
        # Of all that is under one label, which is the colour.
        colours = {line.name: line.colour for line in reversed(self.lines)}
        series = [charts.Series(label, values, colour=colours.get(label, 0)) for label, values in cells.items()]
        return {"categories": categories, "series": series}

    def cells(self, content: Callable[[Line], T | None]) -> tuple[list[str], dict[str, list[T | None]]]:
        """What there is of each line, by categories and labels."""
        if not any(line.category for line in self.lines):
            return self.names(), {"": [content(line) for line in self.lines]}
        categories = list(dict.fromkeys(line.category or line.name for line in self.lines))
        cells = {(line.name, line.category or line.name): content(line) for line in reversed(self.lines)}
        labels = dict.fromkeys(line.name for line in self.lines)
        return categories, {label: [cells.get((label, category)) for category in categories] for label in labels}

    # Arguments of the functions in ``live.charts``.

    def series(self, *, with_extremes: bool = False) -> dict[str, Any]:
        """The series over what the panel says: names or time."""
        if self[X_AXIS] == NAMES:
            return self.grid()
        within = self.window()
        extremes = self.extremes(within) if with_extremes else None
        more = {"now": self.until, "columns": within.columns(self.interval)}
        return self.over_time(within, self.trends(within), extremes) | more

    def over_time(
        self, within: Window, values: Sequence[Numbers], extremes: Sequence[tuple[Numbers, Numbers]] | None = None
    ) -> dict[str, Any]:
        """The series over time, from the values in each bucket of a window, and their extremes."""
        extremes = extremes or [([], []) for _line in self.lines]
        parts = zip(self.lines, values, extremes, strict=True)
        lines = [charts.Series(line.name, numbers, lows, highs, line.colour) for line, numbers, (lows, highs) in parts]
        return {"series": lines, "start": within.start, "step": within.step, "zone": self.zone}

    def words(self) -> dict[str, Any]:
        """In which words a chart writes its title and its numbers."""
        return {"title": self.title, "unit": self[UNIT], "locale": self.locale}

    def ends(self) -> dict[str, Any]:
        """Where the axis of values begins and ends."""
        return dict(zip(("minimum", "maximum"), axis_ends(self.options), strict=True))

    def axis(self) -> dict[str, Any]:
        """The words, and the axis of values with its thresholds."""
        thresholds = thresholds_of(self.options)
        drawn = [charts.Threshold(limit, level, not thresholds.below) for level, limit in reversed(thresholds.limits)]
        return self.words() | self.ends() | {"thresholds": drawn}

    def line_axis(self) -> dict[str, Any]:
        """The same for lines, which may say how much their axis shows at least, and their extremes."""
        return self.axis() | {"minimum_range": self[MINIMUM_RANGE] or 0.0, "show_extremes": self[SHOW_EXTREMES]}
