"""From a panel to its chart: what is drawn is a function of the database, and of the clock only where it says so.

Here are the states: nothing to show yet, late, partly there. ``sources`` finds the numbers, ``freshness`` says how old
they are, ``kinds`` and ``kinds_of_states`` make the charts. Drawing takes two or three queries of any number of series.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boards import kinds, kinds_of_states
from boards.freshness import duration, freshness
from boards.models import Panel, PanelSeries
from boards.sources import Source
from live import charts
from series.storage.query import latest

Kind = Panel.Kind
KINDS: dict[str, Callable[[Source], charts.Chart]] = {
    Kind.LINE: kinds.line,
    Kind.AREA: kinds.area,
    Kind.BAR: kinds.bar,
    Kind.HISTOGRAM: kinds.histogram,
    Kind.SPARKLINE: kinds.sparkline,
    Kind.STAT: kinds.stat,
    Kind.GAUGE: kinds.gauge,
    Kind.DONUT: kinds.donut,
    Kind.HEATMAP: kinds.heatmap,
    Kind.TIMELINE: kinds_of_states.timeline,
    Kind.STATUS: kinds_of_states.status,
    Kind.TABLE: kinds.table,
}
# These show one series: the first.
OF_ONE = {Kind.SPARKLINE, Kind.STAT, Kind.GAUGE, Kind.HEATMAP}
# These show a stretch of time, which their caption says; some only where they lie over time.
OF_A_WINDOW = {Kind.HISTOGRAM, Kind.SPARKLINE, Kind.HEATMAP, Kind.TIMELINE}
OVER_TIME = {Kind.LINE, Kind.AREA, Kind.BAR, Kind.TABLE}
# Units that stand beside every number anyway, or that nobody reads.
SHOWN_UNITS = {"%", "ratio", "s", "B", "B/s"}


def draw(panel: Panel) -> dict[str, Any]:
    """Draw a panel from the database as it is now: ``chart`` and what stands beside it, as a template takes it.

    ``caption`` is the unit and the window; ``state`` is "", "empty", "stale", "partial" or "error", and ``note`` says
    why, in words; ``next_change`` is when the clock alone will change it. Options that do not go together never raise.
    """
    if panel.kind == Kind.TEXT:
        return _drawn(panel, kinds.text(panel), "" if panel.text.strip() else "empty")
    lines = list(panel.lines.select_related("series"))
    if not lines:
        message = _("This panel shows no series yet. Choose them in the admin.")
        return _drawn(panel, charts.no_data(message), "empty")
    shown = lines[:1] if panel.kind in OF_ONE else lines
    newest = latest([line.series_id for line in shown])
    if not newest:
        return _drawn(panel, charts.no_data(_("No data yet. Send some:"), command=command_for(shown)), "empty")
    fresh = freshness(panel, shown, newest, timezone.now(), translation.get_language() or "en")
    next_change = fresh.next_change
    if panel.kind == Kind.STATUS and panel.history_days:
        midnight = kinds_of_states.next_day(panel.board.zone)
        next_change = min(next_change or midnight, midnight)
    try:
        chart = KINDS[panel.kind](Source(panel, shown, newest, fresh.late, fresh.until))
    except kinds.CannotBeDrawn as reason:
        return _drawn(panel, charts.no_data(str(reason), kind=panel.kind), "error")
    state, note = fresh.state, fresh.note
    if panel.kind == Kind.STATUS and state == "partial":
        state, note = "", ""  # each of its items says it
    return _drawn(panel, chart, state, note, next_change, of=lines[0].name if len(lines) > len(shown) else "")


def _drawn(
    panel: Panel,
    chart: charts.Chart,
    state: str,
    note: str = "",
    next_change: datetime | None = None,
    *,
    of: str = "",
) -> dict[str, Any]:
    return {
        "chart": chart,
        "caption": " · ".join(filter(None, [of, caption(panel)])),
        "state": state,
        "note": note,
        "next_change": next_change,
    }


def caption(panel: Panel) -> str:
    """The unit and the window, in words."""
    if panel.kind == Kind.TEXT:
        return ""
    shown = panel.kind in {Kind.STATUS, Kind.TIMELINE} or panel.unit in SHOWN_UNITS
    over_time = panel.kind in OVER_TIME and panel.over == Panel.Over.TIME
    timed = panel.kind in OF_A_WINDOW or over_time
    words = [
        "" if shown else panel.unit,
        _("mean by hour") if panel.kind == Kind.HEATMAP else "",
        _("last %s") % duration(panel.window) if timed else "",
    ]
    return " · ".join(filter(None, words))


def command_for(lines: Sequence[PanelSeries]) -> str:
    """The exact command that fills the first series."""
    tags = lines[0].series.tags
    body = {"series": lines[0].series.name, "value": 12.5} | ({"tags": tags} if tags else {})
    data = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl --json '{data}' -H \"Authorization: Bearer $TOKEN\" {settings.ADDRESS}/api/points"
