"""From a panel to what its template shows: a function of the database, and of the clock only where it says so.

Here are the states: nothing to show yet, late, partly there. ``kinds`` makes the charts, ``sources`` has the numbers,
``freshness`` says how old they are. Drawing takes two or three queries, however many series there are.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.freshness import freshness
from boards.kinds import CannotBeDrawn, named
from boards.models import Panel, PanelSeries
from boards.sources import Line, Source
from live import charts
from series.freshness import valid_interval
from series.queries import latest


def draw(panel: Panel) -> dict[str, Any]:
    """Draw a panel from the database as it is now: ``chart`` and what stands beside it, as a template takes it.

    ``caption`` is the unit and the window; ``state`` is "", "empty", "stale", "partial" or "error", and ``note`` says
    why, in words; ``next_change`` is when the clock alone will change it; ``has_table`` is whether its data makes a
    table. Whatever options are stored, it never raises.
    """
    kind = named(panel.kind)
    if kind is None:
        message = _("There is no kind of panel “%s” here. Choose another one in the admin.") % panel.kind
        return _context(charts.no_data(message), "error")
    options = kind.values(panel.options)
    caption = kind.caption(options)
    if not kind.has_series:
        chart = kind.chart(Source(panel.title, panel.board.zone, options))
        return _context(chart, "" if chart.data().rows else "empty", caption=caption)
    series = list(panel.lines.select_related("series"))
    if not series:
        message = _("This panel shows no series yet. Choose them in the admin.")
        return _context(charts.no_data(message, kind=panel.kind), "empty", caption=caption)
    shown = series[:1] if kind.one_series else series
    lines = [Line(line.series_id, line.name, line.category) for line in shown]
    newest = latest([line.series_id for line in lines])
    if not newest:
        chart = charts.no_data(_("No data yet. Send some:"), command=command_for(shown), kind=panel.kind)
        return _context(chart, "empty", caption=caption)
    interval = valid_interval(panel.expected_interval)
    source = Source(panel.title, panel.board.zone, options, interval, lines, newest)
    fresh = freshness(source, timezone.now())
    source = replace(source, late=fresh.late, until=fresh.until)
    try:
        chart = kind.chart(source)
    except CannotBeDrawn as reason:
        return _context(charts.no_data(str(reason), kind=panel.kind), "error", caption=caption, has_table=True)
    state, note = fresh.state, fresh.note
    if state == "partial" and kind.marks_missing_series:
        state, note = "", ""
    if len(series) > len(shown):
        caption = [lines[0].name, *caption]
    next_change = min(filter(None, (fresh.next_change, kind.next_change(source))), default=None)
    return _context(chart, state, note, next_change, caption=caption, has_table=True)


def _context(
    chart: charts.Chart,
    state: str,
    note: str = "",
    next_change: datetime | None = None,
    *,
    caption: Sequence[str] = (),
    has_table: bool = False,
) -> dict[str, Any]:
    return {
        "chart": chart,
        "caption": " · ".join(filter(None, caption)),
        "state": state,
        "note": note,
        "next_change": next_change,
        "has_table": has_table,
    }


def command_for(lines: Sequence[PanelSeries]) -> str:
    """The exact command that fills the first series."""
    tags = lines[0].series.tags
    body = {"series": lines[0].series.name, "value": 12.5} | ({"tags": tags} if tags else {})
    data = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl --json '{data}' -H \"Authorization: Bearer $TOKEN\" {settings.ADDRESS}/api/points"
