"""The arguments of ``live.charts`` that several kinds of panel take from their source in the same way."""

from collections.abc import Sequence
from typing import Any

from boards.common_options import MINIMUM_RANGE, NAMES, SHOW_EXTREMES, UNIT, X_AXIS, axis_ends, thresholds_of
from boards.sources import Source, grid, trends, window
from boards.windows import Window
from live import charts


def words(source: Source) -> dict[str, Any]:
    """In which words a chart writes its title and its numbers."""
    return {"title": source.title, "unit": source[UNIT], "locale": source.locale}


def ends(source: Source) -> dict[str, Any]:
    """Where the axis of values begins and ends."""
    minimum, maximum = axis_ends(source.options)
    return {"minimum": minimum, "maximum": maximum}


def axis(source: Source) -> dict[str, Any]:
    """The words, and the axis of values with its thresholds."""
    limits = thresholds_of(source.options)
    drawn = [
        charts.Threshold(value, level, above=not limits.below)
        for value, level in ((limits.warn, "warn"), (limits.bad, "bad"))
        if value is not None
    ]
    return words(source) | ends(source) | {"thresholds": drawn}


def line_options(source: Source) -> dict[str, Any]:
    """What lines have, and the upper edge of areas."""
    return {"least_span": source[MINIMUM_RANGE] or 0.0, "extremes": source[SHOW_EXTREMES]}


def series(source: Source) -> dict[str, Any]:
    """The series over what the panel says: names or time."""
    if source[X_AXIS] == NAMES:
        values = grid(source)
        return {"series": values.series, "categories": values.categories}
    within = window(source)
    return over_time(source, within, trends(source, within)) | {"now": source.until}


def over_time(source: Source, within: Window, values: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    """The series over time, from the values in each bucket of a window."""
    lines = [charts.Series(line.name, numbers) for line, numbers in zip(source.lines, values, strict=True)]
    return {"series": lines, "start": within.start, "step": within.step, "zone": source.zone}


def first_known(values: Sequence[float | None]) -> int:
    """The index of the first value; behind the last one if there is none."""
    return next((index for index, value in enumerate(values) if value is not None), len(values))
