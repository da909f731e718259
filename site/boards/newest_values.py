"""The newest values of panels in a few words: for cards, badges, and whatever has no room for a chart.

Levels and lateness are those that the panels show. The data of all panels is read at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from boards.data.freshness import freshness
from boards.data.shown_lines import lines_of, newest_of, series_of
from boards.data.sources import Source
from boards.data.state_history import level_of, rules_of
from boards.kinds import Kind, registry
from boards.options import NAMES, UNIT, WINDOW, X_AXIS
from boards.panels import unread_source
from boards.ranges import View
from boards.stored import StoredBoard
from boards.variables.choices import choose_of
from live import charts
from series.pauses import first_known, without_pauses
from series.queries import QueryError
from series.storage.percentiles import TooManyPoints
from series.storage.query import latest_of
from series.storage.query import newest_of as stored_newest
from series.storage.states import texts_of

# Of fewer points a line says nothing; more than so many buckets cannot be told apart on a card.
MIN_TREND_POINTS, MAX_TREND_BUCKETS = 3, 60


class Figure(NamedTuple):
    """A newest value: of what, as text with its unit, how good or bad it is, and whether it is late."""

    label: str
    text: str
    level: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Figures:
    """The newest values of a panel that has some: its kind and its source, which knows what is late."""

    kind: Kind
    source: Source
    next_change: datetime | None = None

    @cached_property
    def level(self) -> str:
        """The worst level that the tile shows; empty where it shows none."""
        return self.kind.level(self.source)

    def figures(self) -> list[Figure]:
        """The newest value of each line: under the panel's title where it has one line, else under their names."""
        source = self.source
        lines = [line for line in source.lines if line.key in source.newest]
        rules = rules_of(source) if self.level else {}
        alone = self.kind.one_series or len(source.lines) == 1
        return [
            Figure(
                source.title if alone else line.category or line.name,
                source.state(line) or charts.compact(source.value(line), source[UNIT], source.locale),
                level_of(source, line, rules) if rules else "",
                source.is_late(line),
            )
            for line in lines
        ]

    def trend(self) -> charts.Chart | None:
        """A small line: of the first series over time, or of the values over names; None if it would say nothing."""
        source = self.source
        if source.texts:
            return None
        if X_AXIS.name in self.kind.by_name and source[X_AXIS] == NAMES:
            measured = values = [source.value(line) for line in source.lines]
        elif WINDOW.name not in self.kind.by_name or source.lines[0].key not in source.newest:
            return None
        else:
            line = source.lines[0]
            first = replace(source, lines=[line], newest={line.key: source.newest[line.key]})
            within = first.window(max_buckets=MAX_TREND_BUCKETS)
            try:
                (measured,) = first.means(within)
            except TooManyPoints:
                return None
            values = without_pauses(measured, line.expectation.interval / within.step)
            values = values[first_known(values) :]
        if sum(value is not None for value in measured) < MIN_TREND_POINTS:
            return None
        return charts.sparkline(values, title=source.title, unit=source[UNIT], locale=source.locale)


def sources_of(stored: StoredBoard, values: str = "") -> tuple[list[tuple[Kind, Source]], int]:
    """The panels that show series, with their lines, and how many say what cannot be. ``values``: of variables."""
    board, broken = stored.board, 0
    stretch, choose = View().stretch(board.zone, board.range, timezone.now()), choose_of(board, values)
    sources = []
    for panel in stored.panels:
        kind = registry.get(panel.kind)
        try:
            if kind is None or panel.pk not in stored.rows:
                broken += kind is None
                continue
            lines = stored.lines.get(panel.pk) or lines_of(stored.rows[panel.pk], choose)[0]
        except QueryError:
            broken += 1
        else:
            source = unread_source(panel, kind, stretch)
            sources.append((kind, replace(source, lines=lines[:1] if kind.one_series else lines, choose=choose)))
    return sources, broken


def figures_of(sources: Sequence[tuple[Kind, Source]]) -> tuple[list[Figures], int]:
    """Those that have data, and how many ask for too much of it."""
    lines = [line for _kind, source in sources for line in source.lines]
    stored = stored_newest(series_of(lines))
    known = latest_of(stored)
    states = [line.key for line in lines if line.holds_states and isinstance(line.key, int)]
    texts = texts_of(states) if states else {}
    panels, broken = [], 0
    for kind, source in sources:
        try:
            newest = newest_of(source, known)
        except TooManyPoints:
            broken += 1
            continue
        if newest:
            own = {pk: texts[pk] for pk in source.ids if pk in texts}
            source, fresh = freshness(replace(source, newest=newest, stored=stored, texts=own), source.now)
            panels.append(Figures(kind, source, fresh["next_change"]))
    return panels, broken
