"""The values of a chart, and how numbers that cannot be drawn become gaps.

Databases, collectors and arithmetic produce None, NaN and infinities. They all mean the same to a reader, "no value
here", so they are made one thing, None, once, before anything is scaled or drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

# Twice this still fits a float, so a span or a padded domain never overflows. Beyond it a value counts as infinite.
MAX_VALUE = 1e300
# Below this a span cannot be divided by: 320 over it would be infinite.
MIN_SPAN = 1e-280


def room(value: float) -> float:
    """Return the span to give an axis that holds only `value`: its size, or 1 if that is nothing."""
    return abs(value) if abs(value) > MIN_SPAN else 1.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart, one colour of its bars, one layer of its stack.

    `values` has one number per bucket or category, oldest first; None, NaN and infinities are gaps. A series that is
    shorter than the others ends early: it is never drawn past its last sample.

    `lows` and `highs` are the least and the greatest of what each value stands for, such as a mean: a line over equal
    buckets of time is drawn with a band between them.

    `colour` is which of the eight it has, 1 to 8, so that it keeps it whatever is beside it; 0 is the first that is
    free. Of two that want the same the first has it.
    """

    label: str
    values: Sequence[float | None]
    lows: Sequence[float | None] = ()
    highs: Sequence[float | None] = ()
    colour: int = 0


# The values of a chart: {"p50": [1, 2], …}, [Series("p50", [1, 2]), …], or the numbers of one alone.
SeriesInput = Mapping[str, Sequence[float | None]] | Sequence[Series] | Sequence[float | None]


def as_series(values: SeriesInput) -> list[Series]:
    """Return the series of a chart as a list. Raises TypeError for what are no series at all."""
    if isinstance(values, Mapping):
        return [Series(str(label), numbers) for label, numbers in values.items()]
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise TypeError(f"series must be a mapping, a list of Series or a list of numbers, not {type(values).__name__}")
    series = [item for item in values if isinstance(item, Series)]
    if not series:
        return [Series("", values)] if values else []  # type: ignore[arg-type]
    if len(series) < len(values):
        raise TypeError("series must all be Series, or all be numbers")
    return series


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit drawn as a dashed line with a faint band on its wrong side.

    `level` is "warn" or "bad". The band lies above `value`, or below it when `above` is false.
    """

    value: float
    level: str
    above: bool = True


class Cleaned(NamedTuple):
    """Values ready to draw: None for every gap, the extremes (None without a value), and whether there is no gap."""

    values: Sequence[float | None]
    low: float | None
    high: float | None
    whole: bool


def is_drawable(value: float) -> bool:
    """Tell whether a number can be drawn; NaN and infinities cannot. A Decimal's NaN must not even be compared."""
    return value == value and -MAX_VALUE <= value <= MAX_VALUE


def clean(values: Sequence[float | None], size: int) -> Cleaned:
    """Return `values` as `size` numbers or gaps, with their lowest and highest.

    The usual case, all numbers, is seen by one `sum`: it raises on None and is not finite if any term is not. That is a
    tenth of the cost of checking each value, and the reason why 900 points fit the budget.
    """
    if values and len(values) == size:
        try:
            total = sum(values)  # type: ignore[arg-type]
            if type(total) in (float, int) and isfinite(total):
                low: float = min(values)  # type: ignore[type-var, assignment]
                high: float = max(values)  # type: ignore[type-var, assignment]
                if low >= -MAX_VALUE and high <= MAX_VALUE:
                    return Cleaned(values, low, high, True)
        except (TypeError, ArithmeticError):  # None; beyond a float, or a Decimal's infinities
            pass
    numbers = [float(v) if v is not None and is_drawable(v) else None for v in values[:size]]
    numbers += [None] * (size - len(numbers))
    finite = [v for v in numbers if v is not None]
    if not finite:
        return Cleaned(numbers, None, None, False)
    return Cleaned(numbers, min(finite), max(finite), len(finite) == size)


def negated(cleaned: Cleaned) -> Cleaned:
    """Return values below zero instead of above it, as what flows out beside what flows in."""
    low, high = cleaned.low, cleaned.high
    values = [None if value is None else -value for value in cleaned.values]
    return Cleaned(values, None if high is None else -high, None if low is None else -low, cleaned.whole)


def runs(values: Sequence[float | None]) -> list[tuple[int, int]]:
    """Return the (start, stop) of each unbroken run of values; gaps lie between them."""
    spans, start, size = [], 0, len(values)
    for stop in [i for i, v in enumerate(values) if v is None] + [size]:
        if stop > start:
            spans.append((start, stop))
        start = stop + 1
    return spans


def last_of(values: Sequence[float | None]) -> int | None:
    """Return the index of the last value that is not a gap, or None."""
    for index in range(len(values) - 1, -1, -1):
        if values[index] is not None:
            return index
    return None


@lru_cache(maxsize=1024)
def tokens_of(colours: tuple[int, ...], most: int) -> tuple[str, ...]:
    """Return the tokens "s1" to "s8" of series that ask for these colours, of which there are `most`: none twice."""
    tokens = [f"s{colour}" if 1 <= colour <= most else "" for colour in colours]
    tokens = ["" if token in tokens[:index] else token for index, token in enumerate(tokens)]
    free = iter([token for number in range(1, len(colours) + most + 1) if (token := f"s{number}") not in tokens])
    return tuple([token or next(free) for token in tokens])
