"""The summary of a board on its card: how many panels are critical, warn or are late, a few figures and a trend.

Levels and lateness are those that the panels show. The data of all panels is read at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from django.utils import timezone

from boards.data.freshness import freshness
from boards.data.shown_lines import lines_of, newest_of, series_of
from boards.data.sources import Source
from boards.data.state_history import level_of, rules_of
from boards.home.stored import StoredBoard
from boards.kinds import Group, Kind, registry
from boards.options import NAMES, UNIT, WINDOW, X_AXIS
from boards.panels import unread_source
from boards.ranges import View
from boards.variables.choices import choose_of
from live import charts
from series.pauses import first_known, without_pauses
from series.queries import QueryError
from series.storage.percentiles import TooManyPoints
from series.storage.query import latest_of
from series.storage.query import newest_of as stored_newest
from series.storage.states import texts_of

MAX_FIGURES = 3
# Of fewer points a line says nothing; more than so many buckets cannot be told apart on a card.
MIN_TREND_POINTS, MAX_TREND_BUCKETS = 3, 60
# Panels of which a line is read before the card has none.
MAX_TRENDS_READ = 3


class Figure(NamedTuple):
    """A newest value: of what, as text with its unit, how good or bad it is, and whether it is late."""

    label: str
    text: str
    level: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Tile:
    """A panel of which something was read: its kind and its source, which knows what is late."""

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


@dataclass(frozen=True)
class Summary:
    """``critical``, ``warnings`` and ``late`` are numbers of panels; ``broken``: of those that cannot be drawn at all.
    ``next_change``: when the clock alone will change it."""

    panels: int = 0
    has_series: bool = False
    critical: int = 0
    warnings: int = 0
    late: int = 0
    broken: int = 0
    has_data: bool = False
    figures: Sequence[Figure] = ()
    trend: charts.Chart | None = None
    next_change: datetime | None = field(default=None, compare=False)


def summary(stored: StoredBoard) -> Summary:
    """A board as it is now. Takes a few queries, however many panels and series it has."""
    sources, broken = _sources(stored)
    tiles, unreadable = _tiles(sources)
    by_figure = sorted(tiles, key=lambda tile: tile.kind.group != Group.SINGLE_VALUE)
    figures = (figure for tile in by_figure for figure in tile.figures())
    trends = (trend for tile in by_figure[:MAX_TRENDS_READ] if (trend := tile.trend()))
    return Summary(
        panels=len(stored.panels),
        has_series=bool(sources),
        critical=sum(tile.level == "bad" for tile in tiles),
        warnings=sum(tile.level == "warn" for tile in tiles),
        late=sum(bool(tile.source.late) for tile in tiles),
        broken=broken + unreadable,
        has_data=bool(tiles),
        figures=tuple(islice(figures, MAX_FIGURES)),
        trend=next(trends, None),
        next_change=min((tile.next_change for tile in tiles if tile.next_change), default=None),
    )


def _sources(stored: StoredBoard) -> tuple[list[tuple[Kind, Source]], int]:
    """The panels that show series, with their lines, and how many say what cannot be."""
    board, broken = stored.board, 0
    stretch, choose = View().stretch(board.zone, board.range, timezone.now()), choose_of(board, "")
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


def _tiles(sources: Sequence[tuple[Kind, Source]]) -> tuple[list[Tile], int]:
    """Those that have data, and how many ask for too much of it."""
    lines = [line for _kind, source in sources for line in source.lines]
    stored = stored_newest(series_of(lines))
    known = latest_of(stored)
    states = [line.key for line in lines if line.holds_states and isinstance(line.key, int)]
    texts = texts_of(states) if states else {}
    tiles, broken = [], 0
    for kind, source in sources:
        try:
            newest = newest_of(source, known)
        except TooManyPoints:
            broken += 1
            continue
        if newest:
            own = {pk: texts[pk] for pk in source.ids if pk in texts}
            source, fresh = freshness(replace(source, newest=newest, stored=stored, texts=own), source.now)
            tiles.append(Tile(kind, source, fresh["next_change"]))
    return tiles, broken
