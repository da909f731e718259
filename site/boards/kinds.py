"""A function for each kind of panel that shows numbers: from their source to a chart."""

from collections.abc import Sequence
from datetime import UTC
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from boards.freshness import duration
from boards.models import LONGEST_TEXT, Panel
from boards.options import DAY, GAUGE, MOST_DAYS, gauge_ends
from boards.sources import (
    HOUR,
    MOST_BARS,
    MOST_BUCKETS,
    Source,
    course,
    expected,
    grid,
    limits_of,
    means,
    window,
)
from boards.windows import Window
from live import charts
from live.charts.text import moments
from series.storage.query import newest_values

# The part of a window in which its first value counts as the value when the window began.
NEAR_START = 0.1
MOST_VALUES = 5000
ROWS = 10
THURSDAY = 3  # the day of the week on which clocks count from, Monday being 0


class CannotBeDrawn(Exception):
    """The data does not go together with the kind; the words are for whoever looks at the panel."""


def line(source: Source) -> charts.Chart:
    return charts.line(**_lain(source), **_axis(source), **_line(source), log=source.panel.log)


def area(source: Source) -> charts.Chart:
    panel, lain = source.panel, _lain(source)
    if panel.stacked:
        for each in lain["series"]:
            _refuse_negative(each.label or panel.title, each.values, _("layers upon each other"))
    return charts.area(**lain, **_axis(source), **_line(source), stacked=panel.stacked)


def bar(source: Source) -> charts.Chart:
    """Over time each bar is the mean of its bucket, the last one, too: it stands for its time and not for now."""
    panel = source.panel
    if panel.over == Panel.Over.LATEST:
        lain = _lain(source)
    else:
        within = window(source, most=MOST_BARS, least=expected(panel))
        lain = _over_time(source, within, means(source, within, ends=False))
    return charts.bar(**lain, **_axis(source), stacked=panel.stacked, horizontal=panel.horizontal)


def table(source: Source) -> charts.Chart:
    """The newest rows that have a value: means of the window's buckets, and the newest values themselves."""
    panel = source.panel
    options = {**_words(source), "most": max(panel.rows or ROWS, 1)}
    if panel.over == Panel.Over.LATEST:
        found = grid(source)
        return charts.table(found.series, names=found.categories, **options)
    within = window(source, most=MOST_BUCKETS, least=expected(panel))
    values = means(source, within)
    rows = [index for index, row in enumerate(zip(*values, strict=True)) if any(each is not None for each in row)]
    return charts.table(
        [charts.Series(name, [each[row] for row in rows]) for name, each in zip(source.names(), values, strict=True)],
        times=[within.at(row) for row in rows],
        zone=panel.board.zone,
        **options,
    )


def histogram(source: Source) -> charts.Chart:
    """How the points of the window are spread: of all series together, the 5,000 newest."""
    bins = source.panel.bins
    asked = window(source, most=MOST_BUCKETS).asked()
    values = newest_values(source.ids, start=asked["start"], end=asked["end"], most=MOST_VALUES)
    return charts.histogram(values, bins=None if bins is None else min(max(bins, 2), 60), **_words(source))


def sparkline(source: Source) -> charts.Chart:
    (trend,) = course(source, window(source, most=MOST_BUCKETS))
    known = _known(trend)
    return charts.sparkline(trend[known:], **_ends(source.panel), **_words(source))


def stat(source: Source) -> charts.Chart:
    panel, value = source.panel, source.value(source.lines[0])
    (trend,) = course(source, window(source, most=MOST_BUCKETS))
    known = _known(trend)
    return charts.stat(
        value,
        # Compared only with what was measured about then, not with the first that ever was.
        previous=trend[known] if known <= len(trend) * NEAR_START else None,
        previous_label=_("%s ago") % duration(panel.window),
        good=panel.good or None,
        trend=trend[known:],
        level=limits_of(panel).level(value) if value is not None else None,
        **_words(source),
    )


def gauge(source: Source) -> charts.Chart:
    low, high = gauge_ends(source.panel)
    if not (isfinite(low) and isfinite(high) and low < high):
        low, high = GAUGE
    options = _axis(source) | {"minimum": low, "maximum": high}
    return charts.gauge(source.value(source.lines[0]), **options)


def donut(source: Source) -> charts.Chart:
    slices = [(name, source.value(line)) for name, line in zip(source.names(), source.lines, strict=True)]
    for name, value in slices:
        _refuse_negative(name, [value], _("shares of a whole"))
    return charts.donut([(name, value) for name, value in slices if value is not None], **_words(source))


def heatmap(source: Source) -> charts.Chart:
    """The mean of each hour of each weekday on the board's clock, of the first series, over at most a year.

    An hour that comes twice in a night is one, with the mean of both.
    """
    panel, last = source.panel, source.last().timestamp()
    begin = (last // HOUR + 1) * HOUR - min(panel.window, MOST_DAYS * DAY)
    within = Window.on_clock(panel.board.zone, begin, last, HOUR)
    (values,) = means(source, within, ends=False)
    found: list[list[list[float]]] = [[[] for _hour in range(24)] for _day in range(7)]
    for index, value in enumerate(values):
        if value is not None:
            day, hour = divmod(int(within.first) // HOUR + index, 24)
            found[(day + THURSDAY) % 7][hour].append(value)
    return charts.heatmap(
        [[sum(each) / len(each) if each else None for each in hours] for hours in found],
        rows=[moments.moment(day * DAY, UTC, "day-of-week", source.locale) for day in range(4, 11)],
        columns=[f"{hour:02}" for hour in range(24)],
        **_ends(panel),
        **_words(source),
    )


def text(panel: Panel) -> charts.Chart:
    return charts.markdown(panel.text[:LONGEST_TEXT], title=panel.title)


def thresholds(panel: Panel) -> list[charts.Threshold]:
    """The limits, as they are drawn."""
    limits = limits_of(panel)
    return [
        charts.Threshold(value, level, above=not limits.below)
        for value, level in ((limits.warn, "warn"), (limits.bad, "bad"))
        if value is not None
    ]


def _words(source: Source) -> dict[str, Any]:
    return {"title": source.panel.title, "unit": source.panel.unit, "locale": source.locale}


def _ends(panel: Panel) -> dict[str, Any]:
    """Where the axis begins and ends. What the admin refuses, but a program can store, counts as not set."""
    low, high = (each if each is not None and isfinite(each) else None for each in (panel.minimum, panel.maximum))
    if low is not None and high is not None and low >= high:
        low = high = None
    return {"minimum": low, "maximum": high}


def _axis(source: Source) -> dict[str, Any]:
    return _words(source) | _ends(source.panel) | {"thresholds": thresholds(source.panel)}


def _line(source: Source) -> dict[str, Any]:
    return {"minimum_range": max(source.panel.least_span or 0.0, 0.0), "show_extremes": source.panel.extremes}


def _lain(source: Source) -> dict[str, Any]:
    """Lines over what the panel says: time, or names."""
    if source.panel.over == Panel.Over.LATEST:
        found = grid(source)
        return {"series": found.series, "categories": found.categories}
    within = window(source, most=MOST_BUCKETS)
    return _over_time(source, within, course(source, within)) | {"now": source.until}


def _over_time(source: Source, within: Window, values: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    series = [charts.Series(line.name, each) for line, each in zip(source.lines, values, strict=True)]
    return {"series": series, "start": within.start, "step": within.step, "zone": source.panel.board.zone}


def _known(values: Sequence[float | None]) -> int:
    """The place of the first value; behind the last one if there is none."""
    return next((index for index, value in enumerate(values) if value is not None), len(values))


def _refuse_negative(name: str, values: Sequence[float | None], what: str) -> None:
    if any(value is not None and value < 0 for value in values):
        words = _("“%(name)s” is negative, and %(what)s cannot be.")
        raise CannotBeDrawn(words % {"name": name, "what": what})
