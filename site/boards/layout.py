"""Where the panels of a board are in its grid. Pure: what a browser does with ``span`` and no ``dense``.

Panels flow in their order, as CSS places items by itself (css-grid-1, *auto-placement*, sparse): a cursor goes on from
the last one, from left to right and row by row, and never back.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

# Of the grid; what is narrower or higher than this cannot be read.
COLUMNS, MIN_WIDTH, MAX_HEIGHT = 12, 2, 24


class Sized(Protocol):
    """A panel, or whatever has its size: columns of 12, and rows."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


class Cell(NamedTuple):
    """Where one is: the first row and column, counted from 0, and its size."""

    row: int
    column: int
    width: int
    height: int


def cells_of(panels: Iterable[Sized]) -> list[Cell]:
    """Where panels are, in their order."""
    cells: list[Cell] = []
    # For each column the first row that is free down to the end of the board: nothing is put above the cursor's row.
    free = [0] * COLUMNS
    row = column = 0
    for panel in panels:
        width = min(panel.width, COLUMNS)
        while column + width > COLUMNS or max(free[column : column + width]) > row:
            column += 1
            if column + width > COLUMNS:
                row, column = row + 1, 0
        cells.append(Cell(row, column, width, panel.height))
        free[column : column + width] = [row + panel.height] * width
    return cells
