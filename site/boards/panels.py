"""From a panel to what its template shows: a function of the database, and of the clock only where it says so.

Here are the states: nothing to show yet, late, partly there. ``kinds`` makes the charts, ``sources`` has the numbers,
``freshness`` says how old they are. Drawing takes three to five queries, however many series there are.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.freshness import freshness, future
from boards.kinds import CannotBeDrawn, registry
from boards.models import Panel
from boards.options import FIXED_WINDOW, WINDOW
from boards.ranges import View
from boards.sources import Line, Source
from live import charts
from series.freshness import valid_interval
from series.models import Series
from series.storage.query import latest, latest_before


def draw(panel: Panel, view: View = View()) -> dict[str, Any]:  # noqa: B008  a tuple
    """Draw a panel from the database as it is now, or as the view says: ``chart`` and what stands beside it, as a
    template takes it.

    ``caption`` is the unit and the window; ``state`` is "", "empty", "stale", "partial" or "error", and ``note`` says
    why, in words; ``next_change`` is when the clock alone will change it; ``has_table`` is whether its data makes a
    table. Whatever options are stored, it never raises.
    """
    context: dict[str, Any] = {"caption": "", "state": "", "note": "", "next_change": None, "has_table": False}
    kind = registry.get(panel.kind)
    if kind is None:
        message = _("There is no kind of panel “%s” here. Choose another one in the admin.") % panel.kind
        return context | {"chart": charts.no_data(message), "state": "error"}
    stretch = view.stretch(panel.board.zone, panel.board.range, timezone.now())
    options = kind.values(panel.options)
    if follows := FIXED_WINDOW.name in kind.by_name and not options[FIXED_WINDOW] and stretch.seconds > 0:
        options = kind.values({**panel.options, WINDOW.name: stretch.seconds})
    source = Source(
        panel.title,
        stretch.zone,
        options,
        valid_interval(panel.expected_interval),
        now=stretch.now,
        is_live=stretch.is_live,
        start=stretch.start if follows else None,
        end=stretch.end if follows else None,
    )
    context["caption"] = _joined(kind.caption(options, source.fixed_time()))
    if not kind.has_series:
        chart = kind.chart(source)
        return context | {"chart": chart, "state": "" if chart.data().rows else "empty"}
    series = list(panel.lines.select_related("series"))
    if not series:
        message = _("This panel shows no series yet. Choose them in the admin.")
        return context | {"chart": charts.no_data(message, kind=panel.kind), "state": "empty"}
    shown = series[:1] if kind.one_series else series
    ids, now = [line.series_id for line in shown], stretch.now
    newest = latest(ids) if stretch.is_live else latest_before(ids, now)
    in_future, future_changes = future(ids, now) if stretch.is_live else ("", None)
    if not newest and not stretch.is_live:
        return context | {"chart": charts.no_data(_("There was no data yet."), kind=panel.kind), "state": "empty"}
    if not newest:
        chart = charts.no_data(_("No data yet. Send some:"), command=command_for(shown[0].series), kind=panel.kind)
        return context | {"chart": chart, "state": "empty"}
    lines = [Line(line.series_id, line.name, line.category) for line in shown]
    source, fresh = freshness(replace(source, lines=lines, newest=newest), now)
    context["has_table"] = True
    try:
        context["chart"] = kind.chart(source)
    except CannotBeDrawn as reason:
        return context | {"chart": charts.no_data(str(reason), kind=panel.kind), "state": "error"}
    if fresh["state"] == "partial" and kind.marks_missing_series:
        fresh |= {"state": "", "note": ""}
    if in_future:
        fresh |= {"state": fresh["state"] or "partial", "note": _joined([in_future, fresh["note"]])}
    if len(series) > len(shown):
        context["caption"] = _joined([lines[0].name, context["caption"]])
    changes = filter(None, (fresh["next_change"], future_changes, kind.next_change(source), stretch.end))
    return context | fresh | {"next_change": min(changes, default=None) if stretch.is_live else None}


def _joined(words: Sequence[str]) -> str:
    return " · ".join(filter(None, words))


def command_for(series: Series) -> str:
    """The exact command that fills a series."""
    body = {"series": series.name, "value": 12.5} | ({"tags": series.tags} if series.tags else {})
    data = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl --json '{data}' -H \"Authorization: Bearer $TOKEN\" {settings.ADDRESS}/api/points"
