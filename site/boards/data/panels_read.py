"""What all panels of a page are drawn from, read at once: the panels themselves, what they show, and what is newest of
that. A board of 100 panels asked four times for each."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model

from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.storage.newest import Newest
from series.storage.query import newest_of
from series.tables import Latest

Row = TypeVar("Row", bound=Model)


class NewestRead(NamedTuple):
    """What is newest of those of these series that have a point."""

    series: frozenset[int]
    newest: Mapping[int, Newest]

    def of(self, ids: Collection[int]) -> dict[int, Newest]:
        """Of these; what a query means, and not a panel's row, is read now."""
        if not self.series.issuperset(ids):
            return newest_of(ids)
        return {pk: self.newest[pk] for pk in ids if pk in self.newest}


class PanelRead(NamedTuple):
    """A panel with its board, its rows, and what is newest of their series."""

    panel: Panel
    rows: list[PanelSeries]
    newest: NewestRead


def panels_read(keys: Collection[Any]) -> dict[Any, PanelRead]:
    """For ``load_many``: of keys that have a ``pk``, those whose panels are there."""
    panels = {panel.pk: panel for panel in _where(Panel, "id", {key.pk for key in keys})}
    boards = {board.pk: board for board in _where(Board, "id", {panel.board_id for panel in panels.values()})}
    lines = _where(PanelSeries, "panel_id", panels.keys(), ' ORDER BY "position", "id"')
    series = {one.pk: one for one in _where(Series, "id", {row.series_id for row in lines} - {None})}
    latest = {one.pk: one for one in _where(Latest, "series_id", series.keys())}
    # As select_related has it: what is not there is not asked for again.
    reverse = Series._meta.get_field("latest")
    for pk, one in series.items():
        reverse.set_cached_value(one, latest.get(pk))
    rows: dict[int, list[PanelSeries]] = {pk: [] for pk in panels}
    for row in lines:
        row.panel, row.series = panels[row.panel_id], series.get(row.series_id or 0)
        rows[row.panel_id].append(row)
    # One that has just been deleted takes its panels with it.
    there = {pk for pk, panel in panels.items() if panel.board_id in boards}
    for pk in there:
        panels[pk].board = boards[panels[pk].board_id]
    newest = NewestRead(frozenset(series), newest_of(series) if series else {})
    return {key: PanelRead(panels[key.pk], rows[key.pk], newest) for key in keys if key.pk in there}


def _where(model: type[Row], column: str, values: Collection[Any], order: str = "") -> list[Row]:
    """Those with one of these values. In SQL, of which Django makes none then: for a few rows that takes three times as
    long as reading them, with each rendering."""
    if not values:
        return []
    places = ", ".join(["%s"] * len(values))
    sql = f'SELECT * FROM "{model._meta.db_table}" WHERE "{column}" IN ({places}){order}'
    return list(model._default_manager.raw(sql, list(values)))
