"""How panels share a screen: all of it, each large enough to be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.wall.layout import COLUMNS, MAX_ROWS, Size, Tile, layout

FIGURE, CHART, WIDE = Size(3, 2), Size(6, 4), Size(12, 4)
panels = st.lists(st.builds(Size, st.integers(2, 12), st.integers(1, 30)), min_size=1, max_size=30)


def placed(tiles: list[Tile]) -> dict[tuple[int, int], int]:
    """Which tile has each cell of the grid, as a browser places them; AssertionError if one is beside the grid."""
    cells: dict[tuple[int, int], int] = {}
    column = row = 0
    for number, tile in enumerate(tiles):
        assert 1 <= tile.columns <= COLUMNS and tile.rows >= 1
        while True:
            box = [(x, y) for x in range(column, column + tile.columns) for y in range(row, row + tile.rows)]
            if column + tile.columns <= COLUMNS and not any(cell in cells for cell in box):
                break
            column, row = (column + 1, row) if column + tile.columns < COLUMNS else (0, row + 1)
        cells |= dict.fromkeys(box, number)
    return cells


def test_no_panels_need_no_tiles() -> None:
    assert layout([]) == []


@pytest.mark.parametrize("panel", [FIGURE, CHART, WIDE])
def test_one_panel_has_all_of_it(panel: Size) -> None:
    (tile,) = layout([panel])
    assert tile.columns == COLUMNS


def test_a_board_that_has_room_is_as_it_was_arranged() -> None:
    machine = [FIGURE] * 4 + [Size(8, 4), Size(4, 4), CHART, CHART]
    assert layout(machine) == [Tile(15, 3)] * 4 + [Tile(40, 5), Tile(20, 5), Tile(30, 5), Tile(30, 5)]


def test_what_is_free_belongs_to_the_panel_before_it() -> None:
    assert layout([CHART, CHART, CHART]) == [Tile(30, 5), Tile(30, 5), Tile(60, 5)]
    # Two low ones below each other are a little higher than the one beside them.
    assert layout([Size(8, 4), Size(4, 2), Size(4, 2)]) == [Tile(40, 6), Tile(20, 3), Tile(20, 3)]


def test_of_more_than_fit_as_they_are_all_are_about_equally_large() -> None:
    tiles = layout([FIGURE] * 4 + [CHART] * 8)
    assert tiles == [Tile(15, 3)] * 4 + [Tile(15, 5)] * 8
    # The last row is as wide as the others.
    assert sum(tile.columns for tile in layout([CHART] * 11)[-3:]) == COLUMNS


@pytest.mark.parametrize("count", range(1, 21))
def test_the_screen_is_full_for_1_to_20_panels(count: int) -> None:
    mixed = ([FIGURE] * 3 + [CHART, WIDE, Size(4, 4)]) * 4
    cells = placed(layout(mixed[:count]))
    rows = 1 + max(row for _column, row in cells)
    assert len(cells) == COLUMNS * rows, "there are holes"


@given(panels)
def test_each_has_a_tile_for_which_there_is_a_class(sizes: list[Size]) -> None:
    tiles = layout(sizes)
    assert len(tiles) == len(sizes)
    assert all(tile.rows <= MAX_ROWS for tile in tiles)
    cells = placed(tiles)
    assert max(column for column, _row in cells) == COLUMNS - 1, "it is as wide as the screen"
