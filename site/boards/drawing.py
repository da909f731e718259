"""From a panel to its chart: which numbers, of which time, and whether they are still fresh.

What is drawn is a function of the database. A window ends at the last point and not at the clock, so that a chart
stands still when nothing is measured, and equals itself wherever it is rendered. Only being late depends on the
clock, and it says when it will.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from boards.models import Panel, PanelSeries
from live import charts
from series.queries import buckets, latest

# The newest point of each series that has one, by its id.
Newest = dict[int, tuple[datetime, float]]

# Widths of a bucket in seconds; a chart takes the first that makes at most so many.
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
MOST_BUCKETS = 150
# A line is broken, and a panel late, when points stay away for longer than this many intervals ...
PATIENCE = 2.5
# ... and, for being late, at least so many seconds: a slow second is no incident.
LEAST_PATIENCE = 5.0
# The part of a window in which its first value counts as the value when the window began.
NEAR_START = 0.1
# Units that stand beside every number anyway.
SHOWN_UNITS = {"%", "s", "B", "B/s"}
WORDS = {"ok": "OK", "warn": "Warning", "bad": "Critical", "off": "No data"}


def draw(panel: Panel) -> dict[str, Any]:
    """The chart's HTML, the caption's words, ``late`` (since when, or None) and ``next_change``."""
    lines = list(panel.lines.select_related("series"))
    if not lines:
        chart = charts.no_data(_("This panel shows no series yet. Choose them in the admin."))
        return {"chart": chart, "caption": caption(panel), "late": None}
    newest = latest([line.series_id for line in lines])
    if not newest:
        chart = charts.no_data(_("No data yet. Send some:"), command=command_for(lines))
        return {"chart": chart, "caption": caption(panel), "late": None}
    last = max(time for time, _value in newest.values())
    due = due_at(panel, last)
    late = due is not None and due <= timezone.now()
    return {
        "chart": KINDS[panel.kind](panel, lines, newest, late),
        "caption": caption(panel),
        "late": last if late else None,
        "next_change": None if late else due,
    }


def due_at(panel: Panel, last: datetime) -> datetime | None:
    """When the next point is overdue; None if none is expected."""
    if panel.expected_every is None:
        return None
    return last + timedelta(seconds=max(PATIENCE * panel.expected_every, LEAST_PATIENCE))


def caption(panel: Panel) -> str:
    """The unit and the window, in words."""
    unit = "" if panel.unit in SHOWN_UNITS else panel.unit
    window = {Panel.Kind.LINE: _("last %s") % duration(panel.window)}.get(Panel.Kind(panel.kind), "")
    return " · ".join(word for word in (unit, window) if word)


def duration(seconds: int) -> str:
    """A window in words: 45 s, 5 min, 25 h, 7 d."""
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds} s"


def command_for(lines: Sequence[PanelSeries]) -> str:
    """The exact command that fills the first series."""
    tags = lines[0].series.tags
    body = {"series": lines[0].series.name, "value": 12.5} | ({"tags": tags} if tags else {})
    data = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl --json '{data}' -H \"Authorization: Bearer $TOKEN\" {settings.ADDRESS}/api/points"


def window_of(
    panel: Panel, lines: Sequence[PanelSeries], newest: Newest
) -> tuple[float, float, list[list[float | None]]]:
    """Start (seconds since the epoch), seconds a bucket, and for each line a list of means that ends on its newest."""
    last = max(time for time, _value in newest.values())
    step = next((step for step in STEPS if panel.window <= step * MOST_BUCKETS), panel.window / MOST_BUCKETS)
    end = (last.timestamp() // step + 1) * step
    start = ((end - panel.window) // step) * step
    found = buckets(
        [line.series_id for line in lines],
        start=datetime.fromtimestamp(start, UTC),
        end=datetime.fromtimestamp(end, UTC),
        step_seconds=step,
    )
    for series, (time, value) in newest.items():
        place = int((time.timestamp() - start) // step)
        if series in found and place >= 0:
            # The end of a line is what is now, and not a mean over a wide bucket.
            found[series][place] = value
    return start, step, [bridged(found[line.series_id], (panel.expected_every or 0) / step) for line in lines]


def bridged(values: Sequence[float | None], interval: float) -> list[float | None]:
    """Fill gaps that are only the pause between two samples. ``interval``: buckets between samples, 0 if unknown."""
    known = [index for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return list(values)
    longest = PATIENCE * max(interval, median(after - before for before, after in pairwise(known)))
    filled = list(values)
    for before, after in pairwise(known):
        if 1 < after - before <= longest:
            low, high = values[before], values[after]
            assert low is not None and high is not None
            for index in range(before + 1, after):
                filled[index] = low + (high - low) * (index - before) / (after - before)
    return filled


def thresholds(panel: Panel) -> list[charts.Threshold]:
    return [
        charts.Threshold(value, level)
        for value, level in ((panel.warn_at, "warn"), (panel.bad_at, "bad"))
        if value is not None
    ]


def level_of(panel: Panel, value: float) -> str | None:
    """How bad a value is; None where the panel has no thresholds."""
    if panel.bad_at is not None and value >= panel.bad_at:
        return "bad"
    if panel.warn_at is not None and value >= panel.warn_at:
        return "warn"
    return "ok" if (panel.warn_at, panel.bad_at) != (None, None) else None


def axis(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "unit": panel.unit,
        "locale": translation.get_language() or "en",
        "minimum": panel.minimum,
        "maximum": panel.maximum,
        "thresholds": thresholds(panel),
    }


def over_time(panel: Panel, lines: Sequence[PanelSeries], newest: Newest, late: bool) -> SafeString:
    start, step, values = window_of(panel, lines, newest)
    drawn = [charts.Line(line.name, each) for line, each in zip(lines, values, strict=True)]
    return charts.line_over_time(drawn, start=start, step=step, zone=panel.board.zone, **axis(panel))


def over_categories(panel: Panel, lines: Sequence[PanelSeries], newest: Newest, late: bool) -> SafeString:
    values = [newest[line.series_id][1] if line.series_id in newest else None for line in lines]
    return charts.line_over_categories([line.name for line in lines], [charts.Line("", values)], **axis(panel))


def figure(panel: Panel, lines: Sequence[PanelSeries], newest: Newest, late: bool) -> SafeString:
    first = lines[0].series_id
    value = newest[first][1] if first in newest else None
    _start, _step, (trend,) = window_of(panel, lines[:1], newest)
    known = next((index for index, each in enumerate(trend) if each is not None), len(trend))
    return charts.stat(
        value,
        title=panel.title,
        unit=panel.unit,
        locale=translation.get_language() or "en",
        # Compared only with what was measured about then, not with the first that ever was.
        previous=trend[known] if known <= len(trend) * NEAR_START else None,
        previous_label=_("%s ago") % duration(panel.window),
        good=panel.good or None,
        trend=trend[known:],
        level=level_of(panel, value) if value is not None else None,
    )


def states(panel: Panel, lines: Sequence[PanelSeries], newest: Newest, late: bool) -> SafeString:
    locale = translation.get_language() or "en"
    items = []
    for line in lines:
        _time, value = newest.get(line.series_id, (None, None))
        level = "off" if value is None or late else level_of(panel, value) or "ok"
        detail = "" if value is None else charts.compact(value, panel.unit, locale)
        items.append(charts.StatusItem(line.name, level, _(WORDS[level]), detail))
    return charts.status(items)


KINDS: dict[str, Callable[[Panel, Sequence[PanelSeries], Newest, bool], SafeString]] = {
    Panel.Kind.LINE: over_time,
    Panel.Kind.CATEGORIES: over_categories,
    Panel.Kind.STAT: figure,
    Panel.Kind.STATUS: states,
}
