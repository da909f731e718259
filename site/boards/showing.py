"""Which panels show some series: those on which they are, and those whose queries mean them."""

import json
from collections.abc import Collection

from django.db import transaction

from boards.models import PanelSeries
from series.queries import QueryError, read
from series.selection import labels_of
from series.selectors import parse
from series.storage.statements import fetch, wanted

TABLE = PanelSeries._meta.db_table
# Series of which it is remembered which queries mean them.
MAX_REMEMBERED = 50_000


class Queries:
    """The queries of panels as they are stored, and which of them mean which series: a series never changes its name
    and tags, so that each is looked at once."""

    def __init__(self, stored: list[tuple[int, str]]) -> None:
        self.stored = stored
        self._panels: dict[int, frozenset[int]] = {}
        self._selectors = []
        for panel, query in stored:
            try:
                self._selectors.append((panel, [parse(selector) for selector in read(json.loads(query)).selectors()]))
            except QueryError:
                continue  # its panel says so, whatever arrives

    def panels_by_series(self, series_ids: Collection[int]) -> dict[int, frozenset[int]]:
        """The keys of the panels whose queries mean each of these series."""
        if len(self._panels) > MAX_REMEMBERED:
            self._panels = {}
        panels = self._panels
        new: dict[int, frozenset[int]] = {}
        if unknown := [pk for pk in series_ids if pk not in panels]:
            for pk, (name, tags) in labels_of(unknown).items():
                meant = (panel for panel, some in self._selectors if any(one.matches(name, tags) for one in some))
                new[pk] = frozenset(meant)
            # Not before: where a transaction is undone, another series may have the key of one that it made.
            transaction.on_commit(lambda: panels.update(new))
        return {pk: panels.get(pk) or new.get(pk) or frozenset() for pk in series_ids}


_queries = Queries([])


def showing(series_ids: Collection[int]) -> set[int]:
    """The keys of the panels that change when these series do."""
    # Asked for at each commit: the ORM would take longer to write these than the database to answer them.
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    rows = fetch(
        f'SELECT DISTINCT it.panel_id FROM {source} CROSS JOIN "{TABLE}" AS it WHERE it.series_id = wanted.series',
        parameters,
    )
    panels = {panel for (panel,) in rows}
    queries = _current_queries()
    return panels.union(*queries.panels_by_series(series_ids).values()) if queries.stored else panels


def panels_by_series(series_ids: Collection[int]) -> dict[int, set[int]]:
    """The keys of the panels that show each of these series."""
    panels: dict[int, set[int]] = {pk: set() for pk in series_ids}
    for pk, panel in PanelSeries.objects.filter(series__in=panels).order_by().values_list("series", "panel"):
        panels[pk].add(panel)
    queries = _current_queries()
    if queries.stored:
        for pk, some in queries.panels_by_series(series_ids).items():
            panels[pk] |= some
    return panels


def _current_queries() -> Queries:
    """Those that are stored now."""
    global _queries
    stored = fetch(f'SELECT panel_id, query FROM "{TABLE}" WHERE query IS NOT NULL ORDER BY id', [])
    queries = _queries
    if queries.stored != stored:
        queries = _queries = Queries(stored)
    return queries
