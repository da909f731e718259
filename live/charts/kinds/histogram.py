"""Histograms: how often values of which size occur."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil, log2
from typing import NamedTuple

from ..axes.ticks import MAX_INTERVALS, MIN_RELATIVE_RANGE, around, number_step, number_ticks
from ..axes.value import Scale, labels_below, labels_html
from ..marks import Box
from ..output.chart import Chart, Data, chart_kind
from ..output.plot import Plot
from ..output.tooltip import tooltip, words_column
from ..text.alternative import name
from ..text.formats import axis, compact, exact
from ..values import clean, room
from .empty import no_data

MAX_BINS = 60


class Bins(NamedTuple):
    """Counted values: bin i holds those from `edges[i]` to below `edges[i + 1]`; the last one, also the highest edge.

    `discrete` says that each bin holds one whole number, the one at its lower edge.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    discrete: bool


@chart_kind("histogram")
def histogram(
    values: Sequence[float | None], *, bins: int | None = None, title: str = "", unit: str = "", locale: str = "en"
) -> Chart:
    """Return a chart of how many of `values` lie in each of the bins between round edges. Gaps do not count.

    `bins` is about how many there are, 1 to 60. By default it is the greater of what the rules of Freedman and Diaconis
    and of Sturges say. Whole numbers are never divided: their bins are of whole width.

    No values at all give the empty state. Raises ValueError for a number of bins that cannot be, TypeError for values
    that are none.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise TypeError(f"values must be a list of numbers, not {type(values).__name__}")
    if bins is not None:
        if isinstance(bins, bool) or not isinstance(bins, int):
            raise TypeError(f"bins must be a whole number, not {bins!r}")
        if not 1 <= bins <= MAX_BINS:
            raise ValueError(f"there can be 1 to {MAX_BINS} bins, not {bins}")
    numbers = sorted([v for v in clean(values, len(values)).values if v is not None])
    if not numbers:
        return no_data(kind="histogram")
    counted = binned(numbers, bins, unit)
    size, peak = len(counted.counts), max(counted.counts)
    words = axis(counted.edges, unit, locale)
    names = words[:-1] if counted.discrete else [f"{a} \u2013 {b}" for a, b in pairwise(words)]
    scale = _scale(peak)
    boxes = [
        Box("bar", "s1", 100 * i / size, 100 - 100 * count / scale.high, 100 / size, 100 * count / scale.high)
        for i, count in enumerate(counted.counts)
        if count
    ]

    def write_tooltip() -> str:
        return tooltip([_cell(label, n, len(numbers), locale) for label, n in zip(names, counted.counts, strict=True)])

    def data() -> Data:
        tail = f" ({unit})" if unit else ""
        rows = [(counted.edges[i], counted.edges[i + 1], count) for i, count in enumerate(counted.counts)]
        return Data((f"From{tail}", f"To{tail}", "Count"), rows)

    plot = Plot(
        text_alternative=_text_alternative(title, numbers, names[counted.counts.index(peak)], peak, unit, locale),
        y=scale.labels("", locale),
        x=labels_below(words),
        x_html=labels_html(words),
        marks=boxes,
        tooltip=write_tooltip,
        intervals=scale.intervals,
        strong=scale.strong,
    )
    return plot.chart("histogram", data)


def binned(numbers: Sequence[float], bins: int | None, unit: str = "") -> Bins:
    """Return the bins of `numbers`, which are in ascending order and at least one. See `histogram`."""
    low, high = numbers[0], numbers[-1]
    whole = abs(low) < 1e15 and abs(high) < 1e15 and not any(v % 1 for v in numbers)
    if high - low <= MIN_RELATIVE_RANGE * max(abs(low), abs(high)):  # all the same
        raw = 1.0 if whole else room(low) / 10
    else:
        raw = (high - low) / (bins or _usual(numbers))
        raw = max(raw, 1.0) if whole else raw
    while True:
        top, bottom = number_step(raw, unit)
        if whole:
            top, bottom = max(top // bottom, 1), 1  # 2.5 would hold two whole numbers and three in turn
        edges = _edges(low, high, top, bottom, whole and top == 1)
        if len(edges) - 1 <= MAX_BINS:
            break
        raw *= 1.3
    inner = [bisect_left(numbers, edge) for edge in edges[1:-1]]
    counts = tuple([b - a for a, b in zip([0, *inner], [*inner, len(numbers)], strict=True)])
    return Bins(edges, counts, whole and top == 1)


def _usual(numbers: Sequence[float]) -> int:
    size, span = len(numbers), numbers[-1] - numbers[0]
    sturges = ceil(log2(size)) + 1
    middle = numbers[3 * size // 4] - numbers[size // 4]
    # Divided first: the whole could be beyond a float.
    wanted = span / middle * size ** (1 / 3) / 2 if middle > span * 1e-9 else 0.0
    return min(max(sturges, ceil(min(wanted, MAX_BINS))), MAX_BINS)


def _edges(low: float, high: float, top: int, bottom: int, discrete: bool) -> tuple[float, ...]:
    """Return multiples of top / bottom from at or below `low` to at or above `high`: of discrete values, above."""
    first, last = around(low, high, top, bottom)
    if last <= first or (discrete and last * top / bottom <= high):
        last += 1
    if last - first > 4 * MAX_BINS:  # not worth to be made
        return (0.0,) * (4 * MAX_BINS)
    return tuple([index * top / bottom for index in range(first, last + 1)])


def _scale(peak: int) -> Scale:
    """Return the axis of counts: from zero, in whole steps."""
    if peak <= MAX_INTERVALS:
        ticks: tuple[float, ...] = tuple(range(peak + 1))
    else:  # fewer intervals, until their steps are whole
        wanted = (number_ticks(0, peak, "", count) for count in range(MAX_INTERVALS, 0, -1))
        ticks = next(choice for choice in wanted if choice[1] == int(choice[1]))
    return Scale(ticks, 0, ticks[-1])


def _text_alternative(title: str, numbers: Sequence[float], busiest: str, peak: int, unit: str, locale: str) -> str:
    size = len(numbers)
    head = f"{name(title)}, " if title else ""
    if size == 1:
        return f"{head}1 value: {compact(numbers[0], unit, locale)}"
    head += f"{exact(size, '', locale)} values: "
    low, high = numbers[0], numbers[-1]
    if low == high:
        return f"{head}all {compact(low, unit, locale)}"
    # Halved first: the sum could be beyond a float.
    middle = numbers[size // 2] if size % 2 else numbers[size // 2 - 1] / 2 + numbers[size // 2] / 2
    share = compact(100 * peak / size, "%", locale)
    return (
        f"{head}median {compact(middle, unit, locale)}, range {compact(low, unit, locale)} to "
        f"{compact(high, unit, locale)}, most in {busiest} ({exact(peak, '', locale)}, {share})"
    )


@lru_cache(maxsize=4096)
def _cell(label: str, count: int, size: int, locale: str) -> str:
    share = compact(100 * count / size, "%", locale)
    return words_column(label, [("", f"{exact(count, '', locale)} \u00b7 {share}")])
