"""Which panels show some series: those on which they are, and those whose queries mean them; and on which boards."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db import transaction

from boards.models import Panel, PanelSeries
from series.matchers import Selector
from series.queries import QueryError, read
from series.selection import labels_of
from series.selectors import parse
from series.storage.statements import fetch, wanted

TABLE, PANELS = PanelSeries._meta.db_table, Panel._meta.db_table
# Series of which it is remembered which queries mean them.
MAX_REMEMBERED = 50_000


class Shown(NamedTuple):
    """A panel, by its key, and the board that it is on. ``repeats``: over which variable; ``value``: the one of that
    whose tile shows the series, None if all tiles may. ``variables``: of which the series has a value."""

    panel: int
    board: int
    repeats: str = ""
    value: str | None = None
    variables: tuple[str, ...] = ()

    def by(self, selector: Selector, tags: Mapping[str, str]) -> "Shown":
        """As it shows a series with these tags, which this selector means."""
        variables = selector.variables()
        value = tags[variables[self.repeats]] if self.repeats in variables else None
        return self._replace(value=value, variables=tuple(variables))


class Queries:
    """The queries of panels as they are stored, and which of them mean which series: a series never changes its name
    and tags, so that each is looked at once."""

    def __init__(self, stored: list[tuple[int, int, str, str]]) -> None:
        self.stored = stored
        self._panels: dict[int, frozenset[Shown]] = {}
        self._selectors = []
        for panel, board, repeats, query in stored:
            try:
                selectors = [parse(selector) for selector in read(json.loads(query)).selectors()]
            except QueryError:
                continue  # its panel says so, whatever arrives
            self._selectors.append((Shown(panel, board, repeats), selectors))

    def panels_by_series(self, series_ids: Collection[int]) -> dict[int, frozenset[Shown]]:
        """The panels whose queries mean each of these series."""
        if not self.stored:
            return {}
        if len(self._panels) > MAX_REMEMBERED:
            self._panels = {}
        panels = self._panels
        new: dict[int, frozenset[Shown]] = {}
        if unknown := [pk for pk in series_ids if pk not in panels]:
            for pk, (name, tags) in labels_of(unknown).items():
                new[pk] = frozenset(
                    panel.by(one, tags) for panel, some in self._selectors for one in some if one.matches(name, tags)
                )
            # Not before: where a transaction is undone, another series may have the key of one that it made.
            transaction.on_commit(lambda: panels.update(new))
        return {pk: panels.get(pk) or new.get(pk) or frozenset() for pk in series_ids}


_queries = Queries([])


def showing(series_ids: Collection[int]) -> set[Shown]:
    """The panels that change when these series do."""
    # Asked for at each commit: the ORM would take longer to write these than the database to answer them.
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    rows = fetch(
        f'SELECT DISTINCT it.panel_id, panel.board_id, panel.repeat FROM {source} CROSS JOIN "{TABLE}" AS it'
        f' JOIN "{PANELS}" AS panel ON panel.id = it.panel_id WHERE it.series_id = wanted.series',
        parameters,
    )
    panels = {Shown(*row) for row in rows}
    return panels.union(*_current_queries().panels_by_series(series_ids).values())


def meant_by_queries(series_ids: Collection[int]) -> set[int]:
    """Those of these series that the query of some panel means."""
    return {pk for pk, panels in _current_queries().panels_by_series(series_ids).items() if panels}


def panels_by_series(series_ids: Collection[int]) -> dict[int, set[int]]:
    """The keys of the panels that show each of these series."""
    panels: dict[int, set[int]] = {pk: set() for pk in series_ids}
    for pk, panel in PanelSeries.objects.filter(series__in=panels).order_by().values_list("series", "panel"):
        panels[pk].add(panel)
    for pk, some in _current_queries().panels_by_series(series_ids).items():
        panels[pk] |= {one.panel for one in some}
    return panels


def _current_queries() -> Queries:
    """Those that are stored now."""
    global _queries
    stored = fetch(
        f'SELECT it.panel_id, panel.board_id, panel.repeat, it.query FROM "{TABLE}" AS it'
        f' JOIN "{PANELS}" AS panel ON panel.id = it.panel_id WHERE it.query IS NOT NULL ORDER BY it.id',
        [],
    )
    queries = _queries
    if queries.stored != stored:
        queries = _queries = Queries(stored)
    return queries
