"""The value axis, which all series of a plot share: its ticks and labels, beside or below, and the limits on it."""

from collections.abc import Sequence
from functools import lru_cache
from math import log10
from typing import NamedTuple

from ..marks import LEVELS, Box, Limit, Mark
from ..output.html import Label, label_row
from ..path import HEIGHT, height
from ..text.formats import axis, log_axis
from ..text.numbers import MINUS
from ..values import Cleaned, Threshold, clean
from .ticks import MAX_INTERVALS, domain, log_domain

MAX_LABELS = 9  # below a plot, that are all shown; of more, every n-th is
MAX_CHARACTERS_WITH_ROOM = 26  # that all labels may have together on a narrow tile


class Scale(NamedTuple):
    """An axis that ends on its `ticks` (none without a value). `low` and `high` are its ends as paths are drawn:
    of a logarithmic axis, the exponents of its outermost ticks."""

    ticks: tuple[float, ...]
    low: float
    high: float
    log: bool = False

    @property
    def intervals(self) -> int:
        """How many intervals of the grid there are; without ticks, three."""
        return max(len(self.ticks) - 1, 0) or 3

    @property
    def strong(self) -> int:
        """The rule that is drawn stronger, counted from the top: zero's, or else the lowest."""
        return self.intervals - self.ticks.index(0) if 0 in self.ticks else self.intervals

    def labels(self, unit: str, locale: str, mirrored: bool = False) -> tuple[str, ...]:
        """Return what the ticks say, top first: the same on both sides of zero if `mirrored`."""
        if not self.ticks:
            return ()
        labels = _labels(self.ticks, unit, locale, self.log)
        return tuple([label.replace(MINUS, "").replace("-", "") for label in labels]) if mirrored else labels

    def percent(self, value: float) -> float:
        """Return where a value is, in percent from the top; what lies outside is put at the edge."""
        if self.log:
            value = log10(value) if value > 0 else self.low
        return height(value, self.low, self.high) * 100 / HEIGHT

    def drawn(self, cleaned: Cleaned) -> Cleaned:
        """Return values as paths take them: as they are, or their exponents, in which nothing is zero or less."""
        if not self.log:
            return cleaned
        values = [log10(v) if v is not None and v > 0 else None for v in cleaned.values]
        return clean(values, len(values))


@lru_cache(maxsize=512)
def _labels(ticks: tuple[float, ...], unit: str, locale: str, log: bool) -> tuple[str, ...]:
    return tuple(reversed(log_axis(ticks, unit, locale) if log else axis(ticks, unit, locale)))


def scale_of(
    cleaned: Sequence[Cleaned],
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    *,
    min_range: float = 0.0,
    log: bool = False,
    zero: bool = False,
    max_intervals: int = MAX_INTERVALS,
) -> Scale:
    """Return the axis for these values.

    `minimum` and `maximum` fix its ends, `min_range` is the smallest it may have, `zero` makes it contain zero (bars,
    areas), `max_intervals` how many it may have. With `log` what is zero or less cannot be shown and is a gap.
    """
    if log:
        positive = [v for data in cleaned for v in data.values if v is not None and v > 0]
        if not positive:
            return Scale((), 0.0, 1.0, True)
        ticks = log_domain(min(positive), max(positive), minimum, maximum)
        return Scale(ticks, log10(ticks[0]), log10(ticks[-1]), True)
    lows = [data.low for data in cleaned if data.low is not None]
    highs = [data.high for data in cleaned if data.high is not None]
    if not lows:
        return Scale((), 0.0, 1.0)
    low, high = min(lows), max(highs)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
        minimum = None if minimum is None else min(minimum, 0.0)
        maximum = None if maximum is None else max(maximum, 0.0)
    ticks = domain(low, high, minimum, maximum, unit, min_range, max_intervals)
    return Scale(ticks, ticks[0], ticks[-1])


def limits(thresholds: Sequence[Threshold], scale: Scale) -> list[Mark]:
    """Return a faint band and a dashed line for each threshold on the axis; a band ends where the next one starts."""
    marks: list[Mark] = []
    if not thresholds or not scale.ticks:
        return marks
    first, last = scale.ticks[0], scale.ticks[-1]
    for above in (True, False):
        side = sorted([t.value for t in thresholds if t.above is above])
        for limit in thresholds:
            if limit.above is not above or limit.value != limit.value:
                continue
            later = [v for v in side if (v > limit.value if above else v < limit.value)]
            other = (min(later) if above else max(later)) if later else (last if above else first)
            edge, end = scale.percent(limit.value), scale.percent(other)
            level = limit.level if limit.level in LEVELS else "bad"
            if edge != end:
                marks.append(Box("band", level, 0, min(edge, end), 100, abs(edge - end)))
            if first <= limit.value <= last:
                marks.append(Limit(level, edge))
    return marks


@lru_cache(maxsize=512)
def labels_below(words: tuple[str, ...], zero: int = 0) -> tuple[Label, ...]:
    """Return the labels of evenly spaced ticks, lowest first; those kept where room is scarce count from `zero`."""
    last = len(words) - 1
    every = -(-len(words) // MAX_LABELS)
    shown = [index for index in range(len(words)) if (index - zero) % every == 0]
    wide = sum([len(words[index]) for index in shown]) > MAX_CHARACTERS_WITH_ROOM
    labels = []
    for index in shown:
        rank = (index - zero) // every
        names = ""
        if rank % 4:
            names = ("odd" if wide else "half") if rank % 2 else ("half" if wide else "quarter")
        # A wide label would leave the tile at the right; at the left it has the room of the other axis.
        if len(words[index]) > 5 and index == last:
            names += " last"
        labels.append(Label(index / (last or 1), words[index], names.strip()))
    return tuple(labels)


@lru_cache(maxsize=512)
def labels_html(words: tuple[str, ...], zero: int = 0) -> str:
    """Return the labels as HTML."""
    return label_row(labels_below(words, zero))
