"""From a panel to what its template shows: a function of the database, and of the clock only where it says so.

Here are the states: nothing to show yet, late, partly there. ``kinds`` makes the charts, ``sources`` has the numbers,
``freshness`` says how old they are. Drawing takes two to five queries, however many series there are.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.data.freshness import freshness, future
from boards.data.line_names import in_full
from boards.data.shown_lines import lines_of, newest_of, series_of, short_names
from boards.data.sources import Source
from boards.kinds import CannotBeDrawn, Kind, registry
from boards.models import Panel, PanelSeries
from boards.options import FIXED_WINDOW, WINDOW
from boards.ranges import Stretch, View
from boards.variables.choices import choose_of
from boards.variables.tiles import unknown_words
from live import charts
from live.charts.output.levels import ATTENTION
from series.queries import QueryError, read
from series.selectors import example
from series.storage.newest import Newest
from series.storage.percentiles import TooManyPoints
from series.storage.query import latest_before, latest_of
from series.storage.query import newest_of as stored_newest
from series.storage.states import texts_of


def draw(
    panel: Panel,
    view: View = View(),  # noqa: B008  a tuple
    rows: Sequence[PanelSeries] | None = None,
    read_newest: Callable[[Collection[int]], dict[int, Newest]] = stored_newest,
) -> dict[str, Any]:
    """Draw a panel from the database as it is now, or as the view says: ``chart`` and what stands beside it, as a
    template takes it. ``rows`` are what it shows, if not those that are saved: neither they nor the panel need to be.
    ``read_newest`` gives what is newest of series, which may be read already.

    ``caption`` is the unit and the window; ``state`` is "", "empty", "stale", "partial" or "error", and ``note`` says
    why, in words, and ``age`` how old the data is where all of it is late; ``level`` is "warn" or "bad" where what is
    shown asks for attention; ``next_change`` is when the clock alone will change it; ``has_table`` is whether its data
    makes a table. Whatever options are stored, it never raises.
    """
    context: dict[str, Any] = {"caption": "", "state": "", "note": "", "age": "", "level": "", "next_change": None}
    context["has_table"] = False
    kind = registry.get(panel.kind)
    if kind is None:
        message = _("There is no kind of panel “%s” here. Choose another one in the admin.") % panel.kind
        return context | {"chart": charts.no_data(message), "state": "error"}
    stretch = view.stretch(panel.board.zone, panel.board.range, timezone.now())
    source = unread_source(panel, kind, stretch)
    context["caption"] = _joined(kind.caption(source.options, source.fixed_time()))
    if not kind.has_series:
        chart = kind.chart(source)
        return context | {"chart": chart, "state": "" if chart.data().rows else "empty"}
    rows = list(panel.lines.select_related("series__latest")) if rows is None else rows
    if not rows:
        link = choose_address(panel), _("Choose its series")
        chart = charts.no_data(_("This panel shows no series yet."), link=link, kind=panel.kind)
        return context | {"chart": chart, "state": "empty"}
    choose = choose_of(panel.board, view.values, moment=None if stretch.is_live else stretch.now)
    source = replace(source, choose=choose)
    try:
        lines, more = lines_of(rows, source.choose)
        shown = lines[:1] if kind.one_series else lines
        ids, now = series_of(shown), stretch.now
        stored = read_newest(ids) if stretch.is_live else None
        known = latest_before(ids, now) if stored is None else latest_of(stored)
        newest = newest_of(source := replace(source, lines=shown, stored=stored), known)
    except (QueryError, TooManyPoints) as reason:
        return context | {"chart": charts.no_data(str(reason), kind=panel.kind), "state": "error"}
    if not lines and (words := unknown_words(panel.board, view.values)):
        return context | {"chart": charts.no_data(words, kind=panel.kind), "state": "empty"}
    in_future, future_changes = future((stored or {}).values(), now)
    if not newest and not stretch.is_live:
        return context | {"chart": charts.no_data(_("There was no data yet."), kind=panel.kind), "state": "empty"}
    if not newest:
        chart = charts.no_data(_("No data yet. Send some:"), command=command_for(rows[0]), kind=panel.kind)
        return context | {"chart": chart, "state": "empty"}
    texts = texts_of([line.key for line in shown if line.holds_states and isinstance(line.key, int)])
    source, fresh = freshness(replace(source, newest=newest, texts=texts), now)
    context["has_table"] = True
    try:
        chart = kind.chart(source)
    except (CannotBeDrawn, TooManyPoints) as reason:
        return context | {"chart": charts.no_data(str(reason), kind=panel.kind), "state": "error"}
    identities = {line.name: line.identity for line in shown if line.identity}
    context["chart"] = replace(chart, data=lambda: in_full(chart.data(), identities)) if identities else chart
    if fresh["state"] == "partial" and kind.marks_missing_series:
        fresh |= {"state": "", "note": ""}
    if in_future:
        fresh |= {"state": fresh["state"] or "partial", "note": _joined([in_future, fresh["note"]]), "age": ""}
    if kind.one_series and len(lines) + more > 1:
        context["caption"] = _joined([lines[0].name, context["caption"]])
    elif more:
        context["caption"] = _joined([context["caption"], _("+ %d more") % more])
    if fresh["state"] != "stale" and context["chart"].level in ATTENTION:
        context["level"] = context["chart"].level
    context["caption"] = _joined([context["caption"], short_names(rows)[1]])
    changes = filter(None, (fresh["next_change"], future_changes, kind.next_change(source), stretch.end))
    return context | fresh | {"next_change": min(changes, default=None) if stretch.is_live else None}


def unread_source(panel: Panel, kind: Kind, stretch: Stretch) -> Source:
    """What a panel's chart is drawn from, before anything is read: its options, and the time that it shows."""
    options = kind.values(panel.options)
    if follows := FIXED_WINDOW.name in kind.by_name and not options[FIXED_WINDOW] and stretch.seconds > 0:
        options = kind.values({**panel.options, WINDOW.name: stretch.seconds})
    return Source(
        panel.title,
        stretch.zone,
        options,
        now=stretch.now,
        is_live=stretch.is_live,
        start=stretch.start if follows else None,
        end=stretch.end if follows else None,
    )


def _joined(words: Sequence[str]) -> str:
    return " · ".join(filter(None, words))


def choose_address(panel: Panel) -> str:
    """Where the series of a panel are chosen."""
    return reverse("boards:panel-edit", args=[panel.board.slug, panel.pk])


def command_for(row: PanelSeries) -> str:
    """The exact command that fills a series, or that makes one that a query means."""
    name, tags = (row.series.name, row.series.tags) if row.series else example(read(row.query).selector)
    body = {"series": name, "value": 12.5} | ({"tags": tags} if tags else {})
    data = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl --json '{data}' -H \"Authorization: Bearer $TOKEN\" {settings.ADDRESS}{reverse('points')}"
