"""Boards as they are stored, with their panels and what these show.

A card is drawn once a second, and its board edited now and then. So the rows are read each time, and made into objects
only where they differ from the last time: that takes Django several times as long as all else of a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boards.data.lines import Line
from boards.data.shown_lines import lines_of
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.selection import chosen
from series.storage.statements import fetch
from series.tables import Latest

BOARD, PANEL, LINE = (model._meta.db_table for model in (Board, Panel, PanelSeries))
# All that the objects are made of. What is newest of a series is none of it, except what was learned of its rhythm.
STATEMENTS = (
    f'SELECT * FROM "{BOARD}" WHERE id = %s',
    f'SELECT * FROM "{PANEL}" WHERE board_id = %s ORDER BY id',
    f'SELECT it.*, series.*, latest.learned_interval FROM "{LINE}" AS it'
    f' JOIN "{PANEL}" AS panel ON panel.id = it.panel_id'
    f' LEFT JOIN "{Series._meta.db_table}" AS series ON series.id = it.series_id'
    f' LEFT JOIN "{Latest._meta.db_table}" AS latest ON latest.series_id = it.series_id'
    " WHERE panel.board_id = %s ORDER BY it.id",
)
# Those of a process that are remembered.
MAX_REMEMBERED = 1_000

Rows = list[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class StoredBoard:
    """A board, its panels in their order, and the rows of each by its key. They are shared: to be read only."""

    board: Board
    panels: Sequence[Panel]
    rows: Mapping[int, Sequence[PanelSeries]]

    @cached_property
    def lines(self) -> Mapping[int, Sequence[Line]]:
        """By their keys the lines of those panels that show series as they are. What a query means is not stored."""
        plain = {pk: rows for pk, rows in self.rows.items() if all(row.series for row in rows)}
        return {pk: lines_of(rows, chosen)[0] for pk, rows in plain.items()}


_remembered: dict[int, tuple[Rows, StoredBoard]] = {}


def stored_board(pk: int) -> StoredBoard:
    """The board of this key as it is stored now. Raises ``Board.DoesNotExist``."""
    rows = _rows(pk)
    before = _remembered.get(pk)
    if before is not None and before[0] == rows:
        return before[1]
    _remembered.pop(pk, None)
    board = Board.objects.get(pk=pk)
    by_panel: dict[int, list[PanelSeries]] = {}
    for row in PanelSeries.objects.filter(panel__board=board).select_related("series__latest"):
        by_panel.setdefault(row.panel_id, []).append(row)
    stored = StoredBoard(board, list(board.panels.all()), by_panel)
    # Not what somebody changes at this moment: nobody knows of which rows these objects are.
    if _rows(pk) == rows:
        if len(_remembered) >= MAX_REMEMBERED:
            _remembered.clear()
        _remembered[pk] = rows, stored
    return stored


def _rows(pk: int) -> Rows:
    return [fetch(statement, [pk]) for statement in STATEMENTS]
