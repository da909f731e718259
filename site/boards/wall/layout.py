"""How the panels of a board share a screen: all of it, and nothing below it. Pure.

A board is as it was arranged where every panel is large enough for that to be read; else all its panels are about
equally large, in their order. What is free at the right of a panel or below it becomes a part of it.

Lengths are in ``rem`` of the page, of which a screen has 49 from top to bottom (static/boards/wall.css).
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from boards.layout import COLUMNS as BOARD_COLUMNS
from boards.layout import Cell, cells_of

# Of the grid on the screen.
COLUMNS = 60
# Of a 16:9 screen without the header.
WIDTH, HEIGHT, GAP = 85.0, 44.0, 0.75
# A title and the room around it are as high on a low panel as on a high one.
ROWS_OF_A_TITLE = 1
# Of one panel: higher ones are not read from farther away.
MAX_PANEL_ROWS = 8
# The rows of the grid as far as there are classes for them.
MAX_ROWS = 24
# What a panel of a figure needs to be read, and one of a chart.
FIGURE_ROWS = 2
FIGURE_NEEDS, CHART_NEEDS = (12.5, 7.0), (16.0, 10.0)
# Of panels that repeat no more are shown than this, all panels together: what there is of others is smaller to read.
MAX_TILES = 20
# How many panels may be beside each other where all are equally large.
BESIDE = (1, 2, 3, 4, 5, 6, 8, 10)


class Size(NamedTuple):
    """A panel of the board: columns of 12, and rows."""

    width: int
    height: int


class Tile(NamedTuple):
    """A panel on the screen: columns of ``COLUMNS``, and rows."""

    columns: int
    rows: int


def layout(panels: Sequence[Size]) -> list[Tile]:
    """A tile for each panel. A grid that puts one after the other, each where it is the first to fit behind the one
    before, has them in as few rows as they need."""
    if not panels:
        return []
    panels = [Size(min(max(width, 1), BOARD_COLUMNS), min(max(height, 1), MAX_PANEL_ROWS)) for width, height in panels]
    arranged = _arranged(panels)
    if arranged.rows <= MAX_ROWS and _comfort(panels, arranged) >= 1:
        return arranged.tiles
    equal = [_equal(panels, beside) for beside in BESIDE]
    return max(equal, key=lambda screen: _comfort(panels, screen)).tiles


class _Screen(NamedTuple):
    tiles: list[Tile]
    rows: int


def _arranged(panels: Sequence[Size]) -> _Screen:
    """As they are on the board, a little higher, and with what is free beside and below them."""
    cells = cells_of(panel._replace(height=panel.height + ROWS_OF_A_TITLE) for panel in panels)
    taken = {part for cell in cells for part in _area(cell)}
    rows = max(cell.row + cell.height for cell in cells)
    for index, cell in enumerate(cells):
        while cell.column + cell.width < BOARD_COLUMNS and taken.isdisjoint(beside := _beside(cell)):
            taken |= beside
            cell = cell._replace(width=cell.width + 1)
        cells[index] = cell
    for index, cell in enumerate(cells):
        while cell.row + cell.height < rows and taken.isdisjoint(below := _below(cell)):
            taken |= below
            cell = cell._replace(height=cell.height + 1)
        cells[index] = cell
    return _Screen([Tile(cell.width * (COLUMNS // BOARD_COLUMNS), cell.height) for cell in cells], rows)


def _area(cell: Cell) -> set[tuple[int, int]]:
    columns = range(cell.column, cell.column + cell.width)
    return {(column, row) for column in columns for row in range(cell.row, cell.row + cell.height)}


def _beside(cell: Cell) -> set[tuple[int, int]]:
    return _area(cell._replace(column=cell.column + cell.width, width=1))


def _below(cell: Cell) -> set[tuple[int, int]]:
    return _area(cell._replace(row=cell.row + cell.height, height=1))


def _equal(panels: Sequence[Size], beside: int) -> _Screen:
    """At most so many beside each other, about as many in each row, which is as high as its highest panel."""
    rows = ceil(len(panels) / beside)
    ends = [ceil(len(panels) * row / rows) for row in range(rows + 1)]
    tiles, high = [], 0
    for start, end in pairwise(ends):
        height = max(panel.height for panel in panels[start:end]) + ROWS_OF_A_TITLE
        wide, rest = divmod(COLUMNS, end - start)
        tiles += [Tile(wide + (index < rest), height) for index in range(end - start)]
        high += height
    return _Screen(tiles, high)


def _comfort(panels: Sequence[Size], screen: _Screen) -> float:
    """How large the panel is that has the least of what it needs, 1 for just what it needs."""
    shares = []
    for panel, tile in zip(panels, screen.tiles, strict=True):
        width, height = FIGURE_NEEDS if panel.height <= FIGURE_ROWS else CHART_NEEDS
        shares += [(tile.columns / COLUMNS * WIDTH - GAP) / width, (tile.rows / screen.rows * HEIGHT - GAP) / height]
    return min(shares)
