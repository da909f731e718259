"""Where panels are in the grid, as a browser has them."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from boards.layout import COLUMNS, Cell, cells_of


class Size(NamedTuple):
    width: int
    height: int


SIZES = st.lists(st.builds(Size, st.integers(2, 12), st.integers(1, 6)), max_size=20)


def test_panels_flow_from_left_to_right_and_into_the_next_row() -> None:
    assert cells_of([Size(6, 4), Size(6, 4), Size(12, 2)]) == [Cell(0, 0, 6, 4), Cell(0, 6, 6, 4), Cell(4, 0, 12, 2)]
    assert cells_of([Size(3, 2)] * 4 + [Size(6, 4)])[4] == Cell(2, 0, 6, 4)


def test_beside_a_high_panel_low_ones_are_one_below_the_other() -> None:
    assert cells_of([Size(6, 4), Size(6, 2), Size(6, 2)])[2] == Cell(2, 6, 6, 2)


def test_the_cursor_never_goes_back() -> None:
    # Where the second row has room at its left, a panel that did not fit is in the second row, and the next behind it.
    assert cells_of([Size(8, 2), Size(6, 2), Size(4, 2)]) == [Cell(0, 0, 8, 2), Cell(2, 0, 6, 2), Cell(2, 6, 4, 2)]


@given(SIZES)
def test_no_two_panels_are_in_one_cell_and_their_order_stays(sizes: list[Size]) -> None:
    cells = cells_of(sizes)
    taken = [
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.height)
        for column in range(cell.column, cell.column + cell.width)
    ]
    assert len(taken) == len(set(taken))
    assert all(cell.column + cell.width <= COLUMNS for cell in cells)
    assert [cell[:2] for cell in cells] == sorted(cell[:2] for cell in cells)
